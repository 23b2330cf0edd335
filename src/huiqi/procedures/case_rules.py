"""What a case stands on: its case type, the measure it claims, and what is known of it by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Final
from unicodedata import normalize

from huiqi.cases.clocks import Colour, Reading
from huiqi.cases.form import CaseForm, form_of
from huiqi.cases.materials import Paper, are_complete, papers_of
from huiqi.cases.types import CaseType, TimeLimit, Way
from huiqi.cases.wanted import Claimed, Known, key_of, other_rules
from huiqi.casework.models import Case
from huiqi.casework.queries import answers_of, objections_open
from huiqi.dossiers.queries import file_of, rules_on
from huiqi.dossiers.types import Dossier
from huiqi.forms.kept import plain, read_plain
from huiqi.forms.types import Rule
from huiqi.holdings.current import library, measure_on
from huiqi.matching.party import facts_behind
from huiqi.measures.basis import reached
from huiqi.measures.derive import Facts
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import Type, Value, facts_in
from huiqi.measures.settle import settle
from huiqi.measures.types import FactKind, Measure, Rulebook, Verdict
from huiqi.packs.types import Pack


class NoSuchType(LookupError):
    """A case type that no pack declares (any more)."""


def case_type_named(key: str) -> tuple[Pack, CaseType]:
    """A case type by its full name ``pack/id``. Raises NoSuchType."""
    slug, _, name = key.rpartition("/")
    pack = library().packs.get(slug)
    found = pack.cases.get(name) if pack is not None else None
    if pack is None or found is None:
        raise NoSuchType(key)
    return pack, found


def measure_keys(case_type: CaseType) -> tuple[str, ...]:
    """What can be claimed by a case type, as ``pack/id``; a measure of the own pack is declared by its id."""
    return tuple(name if "/" in name else f"{case_type.pack}/{name}" for name in case_type.measures)


def fund_key(case_type: CaseType) -> tuple[str, str]:
    """Pack and id of the fund of a case type. Raises LookupError where it has none."""
    if case_type.fund is None:
        raise LookupError(f"{case_type.id} names no fund")
    slug, _, name = case_type.fund.rpartition("/")
    return slug or case_type.pack, name


@dataclass(frozen=True)
class CaseRules:
    """The declarations a case is run by."""

    pack: Pack
    case_type: CaseType
    measure: Measure | None = None

    @cached_property
    def rulebook(self) -> Rulebook:
        """Of the pack of the case type, by which its guards were read."""
        return self.pack.rulebook

    @cached_property
    def measure_rulebook(self) -> Rulebook:
        pack = self.measure.pack if self.measure is not None else self.pack.id
        return library().packs[pack].rulebook

    @cached_property
    def kinds(self) -> Mapping[str, FactKind]:
        """Every field that the case may hold an answer to: facts behind the measure, form and review."""
        there, home = self.measure_rulebook, self.rulebook
        behind = facts_behind(self.measure, there) if self.measure is not None else set()
        behind_rules = reached([rule.node for rule in rules_in(self.case_type)], home)
        found = {name: home.kinds[name] for name in behind_rules if name in home.kinds}
        found |= {key_of(name, there, home): there.kinds[name] for name in behind if name in there.kinds}
        own = {f.name: f.kind for f in (*self.case_type.form, *self.case_type.review)}
        return found | own

    @cached_property
    def has_review(self) -> bool:
        """May the office have to fill something in?"""
        home = self.rulebook
        required = reached([rule.node for rule in self.case_type.requires], home)
        if self.case_type.review or any(home.kinds[n].judged for n in required if n in home.kinds):
            return True
        if self.measure is None:
            return False
        kinds = self.measure_rulebook.kinds
        return any(kinds[n].judged for n in facts_behind(self.measure, self.measure_rulebook) if n in kinds)

    @cached_property
    def limits(self) -> Mapping[str, TimeLimit]:
        return self.pack.time_limits


def rules_of(case: Case, *, on: date) -> CaseRules:
    """Raises NoSuchType."""
    pack, case_type = case_type_named(case.type)
    return CaseRules(pack, case_type, measure_on(case.measure, on) if case.measure else None)


@dataclass
class CaseFacts:
    """What is known of a case on a day: the file of the party, the answers, and what the case itself knows."""

    case: Case
    rules: CaseRules
    on: date
    dossier: Dossier | None
    answers: Mapping[str, Value]
    late: bool = False
    working_days_taken: int = 0
    faults: list[str] = field(default_factory=list)
    objections: int | None = None  # not decided yet; None: counted when a rule asks

    def stated(self, pack: str) -> dict[str, Value]:
        """Facts as the rules of a pack name them: of the file, then what was answered in the case."""
        from_file: dict[str, Value] = {}
        if self.dossier is not None:
            from_file = rules_on(self.on).facts_for(pack, self.dossier.party.stated)
        there, home = library().packs[pack].rulebook, self.rules.rulebook
        names = {key_of(name, there, home): name for name in there.kinds} if there is not home else {}
        return from_file | {names.get(key, key): value for key, value in self.answers.items()}

    def file(self, pack: str, name: str) -> Known | None:
        """What the firm's file has of a fact, as forms ask for it."""
        entry = self.dossier.entry(rules_on(self.on).column(pack, name)) if self.dossier is not None else None
        return Known(entry.value, entry.source, entry.as_of) if entry is not None else None

    @property
    def claimed(self) -> list[Claimed]:
        measure = self.rules.measure
        return [Claimed(measure, self.rules.measure_rulebook)] if measure is not None else []

    @property
    def form(self) -> CaseForm:
        """What the case asks under what is known and answered so far."""
        return form_of(
            self.rules.case_type,
            claimed=self.claimed,
            home=self.rules.rulebook,
            file=self.file,
            answers=self.answers,
            knows=self.of_case,
            on=self.on,
        )

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Every material with how it was given."""
        given: dict[str, set[Way]] = {}
        if self.case.pk:
            for material, way in self.case.papers.filter(withdrawn_at=None).values_list("material", "way"):
                given.setdefault(material, set()).add(Way(way))
        held = {material: frozenset(ways) for material, ways in given.items()}
        return papers_of(self.rules.case_type, self.form.ground, held)

    @cached_property
    def of_case(self) -> dict[str, Value]:
        """What guards may name besides facts (`cases.declare.CASE_NAMES`)."""
        case = self.case
        known: dict[str, Value | None] = {
            "verdict": (case.frozen or {}).get("verdict"),
            "amount_asked": exact(case.amount_asked),
            "amount_granted": exact(case.amount_granted),
            "score": exact(case.score),
            "objections_open": Fraction(self.count_objections()),
            "is_anonymous": case.anonymous,
            "is_overdue": self.late,
            "working_days_taken": Fraction(self.working_days_taken),
            "submitted_on": case.submitted_on,
            "decided_on": case.decided_on,
        }
        return {name: value for name, value in known.items() if value is not None}

    def count_objections(self) -> int:
        if self.objections is not None:
            return self.objections
        return objections_open(self.case) if self.case.pk else 0

    def holds(self, rule: Rule) -> bool | None:
        """Does a rule hold? None where something it stands on is not known."""
        stated = self.stated(self.rules.pack.id) | self.of_case
        if "materials_complete" in facts_in(rule.node):
            stated["materials_complete"] = are_complete(self.papers)
        facts = Facts(stated, self.rules.rulebook, self.on, self.faults)
        return settle(facts.put_into(rule.node)).outcome

    def take_in(self, readings: Iterable[Reading]) -> None:
        """What the clocks say becomes something guards can ask for."""
        found = list(readings)
        self.late = any(reading.colour is Colour.RED for reading in found)
        self.working_days_taken = max((reading.days_taken or 0 for reading in found), default=0)
        self.__dict__.pop("of_case", None)

    def verdict(self) -> Verdict | None:
        """Of the measure claimed, with what the case says; None where none is claimed."""
        measure = self.rules.measure
        if measure is None:
            return None
        return evaluate(
            measure, self.stated(measure.pack), rulebook=self.rules.measure_rulebook, as_of=self.on
        )


def rules_in(case_type: CaseType) -> list[Rule]:
    """Every rule that decides about a case."""
    return [*case_type.requires, *other_rules(case_type)]


def exact(amount: Decimal | None) -> Fraction | None:
    return Fraction(amount) if amount is not None else None


def facts_of(case: Case, rules: CaseRules, *, on: date, dossier: Dossier | None = None) -> CaseFacts:
    """What is known of a case; the file is read where it is not given."""
    if dossier is None and case.party:
        dossier = file_of(case.party, on=on)
    return CaseFacts(case, rules, on, dossier, read_answers(answers_of(case), rules.kinds))


def read_answers(kept: Mapping[str, object], kinds: Mapping[str, FactKind]) -> dict[str, Value]:
    """Kept answers as values; what a kind cannot take any more is left out."""
    read = {name: read_plain(value, kinds[name]) for name, value in kept.items() if name in kinds}
    return {name: value for name, value in read.items() if value is not None}


NAMES_A_PAPER: Final = ("number", "code", "serial")
"""A text of a form whose name says so names one contract, loan or certificate among all."""


def alike(number: object) -> str:
    """A number as it compares: full-width or not, small or large letters, with or without spaces.

    >>> alike("ht（2013） 01"), alike("ＨＴ(2013)01")
    ('HT(2013)01', 'HT(2013)01')
    """
    return "".join(normalize("NFKC", str(number)).split()).upper()


def occasion_of(facts: CaseFacts) -> str:
    """What makes a claim another than the party's last for the same measure.

    Paid once for all: always the same. Else the number of the contract or certificate, where the form asks for
    one; else the figures and days of the claim; and the year, where the measure gives by the year. Free words
    make no difference, so that the same cannot be claimed twice by wording it otherwise.
    """
    rules = facts.rules
    if rules.case_type.fund is not None:
        pack, name = fund_key(rules.case_type)
        if library().packs[pack].funds[name].once:
            return "once"
    asked = {field.name for field in facts.form.of()} if facts.answers else set()
    year = str(facts.on.year) if rules.measure is not None and rules.measure.award.per is not None else ""
    said = {
        name: plain(value)
        for name, value in sorted(facts.answers.items())
        if name in asked and rules.kinds[name].about == "claim"
    }
    texts = {n: v for n, v in said.items() if rules.kinds[n].type is Type.TEXT}
    named = {n: alike(v) for n, v in texts.items() if any(part in NAMES_A_PAPER for part in n.split("_"))}
    telling: Mapping[str, object] = named or {n: v for n, v in said.items() if n not in texts}
    digest = sha256(repr(sorted(telling.items())).encode("utf-8")).hexdigest()[:16] if telling else ""
    return ":".join(part for part in (year, digest) if part) or "once"
