"""What a chapter can say, checked: rules on an engine, verdicts of a measure, refusals, combinations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

import yaml

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import plain
from huiqi.matching.engine import NO_AMOUNT, PLACES, Engine, Finding
from huiqi.measures.combine import Entitlement, Matter, Precedence, Standing, combine
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import TRUE, Value
from huiqi.measures.read import read_condition, read_expression
from huiqi.measures.types import Award, Condition, Measure, Verdict, VerdictKind
from tests.engines import DAY, ENGINES, LOGIC_ALONE, batch_of, plan_of
from tests.spec.language import BOOK, BY_TRYING, WORDS, fact_named, given_value, measure, outcome, rule
from tests.spec.tables import Table, drawn

AS_OF_COLUMN: Final = "as of"
Given = dict[str, Value]


def given_rows(table: Table) -> list[Given]:
    """The facts of each row; columns that are no facts are left aside."""
    found: list[Given] = []
    for row in table.rows:
        given: Given = {}
        for heading, cell in zip(table.headings, row, strict=True):
            kind = fact_named(heading)
            value = given_value(cell, kind) if kind is not None else None
            if kind is not None and value is not None:
                given[kind.name] = value
        found.append(given)
    return found


def days(table: Table) -> list[date]:
    if AS_OF_COLUMN not in table.headings:
        return [DAY] * len(table.rows)
    return [date.fromisoformat(cell) for cell in table.column(AS_OF_COLUMN)]


def by_day(table: Table) -> Iterable[tuple[date, list[int]]]:
    every = days(table)
    return [(day, [i for i, d in enumerate(every) if d == day]) for day in dict.fromkeys(every)]


@dataclass(frozen=True, slots=True)
class RuleChecks:
    """Rules over drawn facts, on one engine."""

    name: str

    def declares(self, file: str) -> None:
        """The scoring table of a file gives the facts of the examples."""
        table = BOOK.scores[file.removesuffix(".yaml").replace("-", "_")]
        assert set(table.facts) & set(BOOK.kinds) >= {table.fact, *(r.fact for r in table.rows)}

    def shows(self, text: str, **rules: str) -> None:
        """Every column that is no fact is a rule (written out, or named in `rules`) with its outcomes.

        "unknown" and "no value" are no answer; ", by trying" marks what three-valued logic alone leaves open.
        """
        table = drawn(text)
        given = given_rows(table)
        asked = [h for h in table.headings if fact_named(h) is None and h != AS_OF_COLUMN]
        assert asked, "a table without a rule shows nothing"
        for heading in asked:
            node = rule(rules.get(heading, heading))
            cells = table.column(heading)
            for day, places in by_day(table):
                answers = ENGINES[self.name](node, [given[i] for i in places], BOOK, as_of=day)
                expected = [self.expected(outcome(cells[i], node), cells[i]) for i in places]
                assert answers == expected, f"{heading} on {self.name} as of {day}"

    def expected(self, value: Value | None, cell: str) -> Value | None:
        return None if cell.endswith(BY_TRYING) and self.name in LOGIC_ALONE else value


class ReadingChecks:
    """Rules that cannot be read."""

    def refuses(self, text: str, *, as_condition: bool = False) -> None:
        """Columns ``rule | place | told``; a rule may come back in several rows, one for each problem."""
        read = read_condition if as_condition else read_expression
        expected: dict[str, list[tuple[str, str]]] = {}
        for written, place, told in drawn(text).rows:
            expected.setdefault(written, []).append((place, told))
        for written, problems in expected.items():
            tree, found = read(written, vocabulary=WORDS, where="rule")
            assert tree is None
            assert [(p.where.removeprefix("rule").lstrip(":"), p.message) for p in found] == problems


@dataclass(frozen=True, slots=True)
class VerdictChecks:
    """Verdicts of a measure written as in a pack, by the interpreter or by the engine of a match run."""

    name: str

    def gives(self, text: str, table_text: str) -> None:
        """Columns: facts, ``as of``, and any of ``verdict``, ``amount``, ``missing``, ``reasons``, ``also``."""
        asked, table = measure(text), drawn(table_text)
        given = given_rows(table)
        for day, places in by_day(table):
            verdicts = self.verdicts(asked, [given[i] for i in places], day)
            for place, verdict in zip(places, verdicts, strict=True):
                row = dict(zip(table.headings, table.rows[place], strict=True))
                assert self.said(verdict, row) == {k: row[k] for k in self.said(verdict, row)}

    def verdicts(self, asked: Measure, rows: list[Given], day: date) -> list[Verdict]:
        if self.name == "interpret":
            return [evaluate(asked, row, rulebook=BOOK, as_of=day) for row in rows]
        plan = plan_of(asked, BOOK, as_of=day)
        if not plan.measures:
            return [Verdict(asked.key, VerdictKind.OUT_OF_SCOPE)] * len(rows)
        found = [Verdict(asked.key, VerdictKind.INELIGIBLE)] * len(rows)
        for finding in Engine(plan).run_block(batch_of(plan, rows)).findings:
            for place, row in enumerate(finding.rows):
                found[int(row)] = verdict_in(finding, place, asked)
        return found

    def said(self, verdict: Verdict, row: Mapping[str, str]) -> dict[str, str]:
        """What of a verdict the row tells; a match run keeps no reasons, and nothing of a plain no."""
        told = {"verdict": str(verdict.kind)}
        in_full = self.name == "interpret"
        if in_full or verdict.kind is not VerdictKind.INELIGIBLE:
            told["amount"] = "none" if verdict.amount is None else plain(verdict.amount)
            told["missing"] = ", ".join(verdict.missing)
        if in_full:
            told["reasons"] = ", ".join(f"{r.condition}: {r.outcome}" for r in verdict.reasons)
            told["faults"] = ", ".join(verdict.faults)
            told["also"] = ", ".join(
                f"{k} {plain(v)}" for k, v in verdict.also.items() if isinstance(v, Fraction)
            )
        return {key: value for key, value in told.items() if key in row}


def verdict_in(finding: Finding, place: int, asked: Measure) -> Verdict:
    whole = NO_AMOUNT if finding.amounts is None else int(finding.amounts[place])
    amount = None if whole == NO_AMOUNT else Fraction(whole, 10**PLACES)
    return Verdict(asked.key, finding.kind, amount, missing=finding.missing)


class CombinationChecks:
    """Measures one party is entitled to, and what it may have together."""

    def combines(self, matter_text: str, table_text: str, *, precedence: str = "") -> None:
        """Columns ``measure | worth | outcome`` and ``level``, ``since`` where documents differ."""
        matter = Matter(
            **{"title": Bilingual("事项", "matter"), "because": "c62"} | yaml.safe_load(matter_text)
        )
        table = drawn(table_text)
        rows = [dict(zip(table.headings, row, strict=True)) for row in table.rows]
        entitlements = [entitlement(row, matter.id) for row in rows]
        standings = {row["measure"]: standing(row, precedence) for row in rows}
        found = combine(entitlements, matters={matter.id: matter}, standings=standings)
        told = dict.fromkeys(found.kept, "kept")
        told |= {b.measure: f"kept, undecided beside {short(b.by)}" for b in found.undecided}
        told |= {b.measure: f"beaten by {short(b.by)}: {b.why}" for b in found.beaten}
        assert {short(key): said for key, said in told.items()} == {r["measure"]: r["outcome"] for r in rows}


def short(key: str) -> str:
    return key.partition("/")[0]


def entitlement(row: Mapping[str, str], matter: str) -> Entitlement:
    worth = None if row["worth"] == "unknown" else Fraction(row["worth"])
    asked = Measure(
        id="m",
        pack=row["measure"],
        title=Bilingual("措施", "measure"),
        clause="c1",
        audience="enterprise",
        computable="full",
        conditions=(Condition("all", TRUE, "c1"),),
        award=Award("subsidy", "CNY"),
        matter=matter,
    )
    return Entitlement(asked, Verdict(asked.key, VerdictKind.ELIGIBLE, amount=worth, value=worth))


def standing(row: Mapping[str, str], precedence: str) -> Standing:
    since = date.fromisoformat(row.get("since", "2012-09-01"))
    rules = (Precedence("earlier-city", "replaces", "c62"),) if precedence == "replaces" else ()
    return Standing(row["measure"], row.get("level", "city"), "3702", since, rules)
