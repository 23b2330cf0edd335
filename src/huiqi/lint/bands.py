"""Branches and bands: those nobody comes to, figures between two bands, and figures in two of them.

The rules looked at are the amounts and values of measures (for parties that are entitled), the formulas of
derived facts, such as size classes, and the rows of scoring tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import combinations

from huiqi.base.bilingual import Bilingual
from huiqi.lint.asking import Found
from huiqi.lint.branches import Branching, banded_fact, branchings, says_nothing
from huiqi.lint.encode import Encoder, World
from huiqi.lint.parties import find_party, value_for, verdict_for, with_fact
from huiqi.lint.place import Setting
from huiqi.lint.say import in_both, named, party, rules
from huiqi.lint.solver import Question, Truth, both, either, opposite
from huiqi.lint.types import Document, Finding, Kind, Witness
from huiqi.measures.expressions import FactRef, Node, facts_in
from huiqi.measures.types import FactKind, Measure, Rulebook, VerdictKind


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with branches: where it stands, in words, and for whom it is worked out."""

    node: Node
    place: str
    clause: str
    title: Bilingual
    given: tuple[Node, ...] = ()  # the conditions of the measure
    is_score: bool = False


def check_measure_bands(document: Document, measure: Measure, setting: Setting, found: Found) -> None:
    """The branches of conditions, amount and value; and is there an amount for all who are entitled?"""
    given = tuple(c.when for c in measure.conditions)
    rules_: dict[Node, Rule] = {
        c.when: Rule(c.when, measure.key, c.clause, named(measure)) for c in measure.conditions
    }
    award = measure.award
    for node in (award.amount, award.value, *award.also.values()):
        if node is not None:
            rules_.setdefault(node, Rule(node, measure.key, measure.clause, named(measure), given))
    for rule in rules_.values():
        check_rule(document, rule, setting, found, measure)
    if measure.computable == "full" and award.amount is not None:
        found.ask(Kind.GAP, measure.key, lambda: missing_amount(document, measure, setting, found))


def check_formula_bands(document: Document, kind: FactKind, setting: Setting, found: Found) -> None:
    """The branches of the formula of a derived fact, or of a row of a scoring table."""
    if kind.formula is None:
        return
    rows = {row.fact for table in document.rulebook.scores.values() for row in table.rows}
    place = f"{document.id}/{kind.name}"
    title = Bilingual(f"{kind.label.zh}（{place}）", f"{kind.label.en} ({place})")
    rule = Rule(kind.formula, place, kind.clause or "", title, is_score=kind.name in rows)
    check_rule(document, rule, setting, found, None)


def check_rule(
    document: Document, rule: Rule, setting: Setting, found: Found, measure: Measure | None
) -> None:
    choices = list(branchings(rule.node))
    period = measure.period if measure is not None else document.in_force
    days = setting.days([period], [(document.rulebook, [rule.node, *rule.given])])
    if not choices or days is None:
        return
    checker = Bands(rule, document, setting, days)
    for branching in choices:
        found.ask(Kind.NEVER_REACHED, rule.place, partial(checker.reached, branching, found))
        fact = banded_fact([when for when, _ in branching.choice.branches], document.rulebook)
        if fact is not None:
            found.ask(Kind.GAP, rule.place, partial(checker.gap, branching, fact, found))
            found.ask(Kind.OVERLAP, rule.place, partial(checker.overlap, branching, found))


class Bands:
    """The branches of one rule as questions."""

    def __init__(self, rule: Rule, document: Document, setting: Setting, days: tuple[date, date]) -> None:
        self.rule = rule
        self.book: Rulebook = document.rulebook
        self.pack = document.id
        self.setting = setting
        self.world: World = setting.world(days)
        self.encoder = Encoder(self.world, self.book)
        self.given: Truth = self.encoder.all_of(rule.given)

    def question(self) -> Question:
        """Asked last, when every fact of the question has been named."""
        return Question(self.setting.budget, [*self.world.all_limits(), self.given])

    def keep(
        self, kind: Kind, text: Bilingual, witnesses: Sequence[Witness], confirmed: bool, found: Found
    ) -> None:
        clauses = (f"{self.pack}/{self.rule.clause}",) if self.rule.clause else ()
        finding = Finding(kind, (self.rule.place,), clauses, text, tuple(witnesses))
        if all(finding.text != other.text for other in found.findings):
            found.keep(finding, confirmed=confirmed)

    def reached(self, branching: Branching, found: Found) -> None:
        """Is every branch reached by somebody? A `case` that nobody comes to is left to the one around it."""
        path = self.encoder.all_of(branching.path)
        branches = branching.choice.branches
        parts = [self.encoder.truth(when) for when, _ in branches]
        question = self.question()
        before = path
        if question.holds(before) is None:
            return
        for (when, then), part in zip(branches, parts, strict=True):
            if question.holds(before, part) is None:
                self.unreached(question, before, when, then, found)
            before = both(before, opposite(part))
        otherwise = branching.choice.otherwise
        if not says_nothing(otherwise) and not self.rule.is_score and question.holds(before) is None:
            self.no_rest(question, path, branching, found)

    def unreached(self, question: Question, before: Truth, when: Node, then: Node, found: Found) -> None:
        witness = find_party(question, self.world, before)
        if witness is None:  # the branches before take in everybody
            witness = find_party(question, self.world)
        text = in_both(
            "{title}：分支{rule}永远轮不到（之前的分支或声明的取值范围已排除它）。例如：{party}。",
            "{title}: the branch {rule} is never reached: earlier branches or the declared ranges rule "
            "it out. For example: {party}.",
            title=self.rule.title,
            rule=rules([when], self.book),
            party=party(witness, self.book.kinds) if witness else "",
        )
        if witness is not None:
            earlier = question.holds(before) is None
            confirmed = earlier or value_for(when, witness, self.book) is not True
            self.keep(Kind.NEVER_REACHED, text, (witness,), confirmed, found)

    def no_rest(self, question: Question, path: Truth, branching: Branching, found: Found) -> None:
        witness = find_party(question, self.world, path)
        if witness is None:
            return
        taken = any(value_for(when, witness, self.book) is True for when, _ in branching.choice.branches)
        text = in_both(
            "{title}：各分支{rules}已包括所有情形，“其余”永远轮不到。例如：{party}。",
            "{title}: the branches {rules} take in everybody, so the `else` is never reached. For "
            "example: {party}.",
            title=self.rule.title,
            rules=rules([when for when, _ in branching.choice.branches], self.book),
            party=party(witness, self.book.kinds),
        )
        self.keep(Kind.NEVER_REACHED, text, (witness,), taken, found)

    def gap(self, branching: Branching, fact: FactRef, found: Found) -> None:
        """A figure in no band with bands below and above it, where nothing is said for the rest."""
        if not says_nothing(branching.choice.otherwise) or len(branching.choice.branches) < 2:
            return
        conditions = [when for when, _ in branching.choice.branches]
        below, above = (self.world.twin(fact, f"{fact.name} {where}") for where in ("below", "above"))
        middle = self.world.unknown(fact)
        inside = [
            either(*(self.at(term, fact).truth(when) for when in conditions))
            for term in (below, middle, above)
        ]
        path = self.encoder.all_of(branching.path)
        witness = find_party(
            self.question(),
            self.world,
            path,
            inside[0],
            opposite(inside[1]),
            inside[2],
            below < middle,
            middle < above,
        )
        if witness is None:
            return
        ends = [witness.facts[f"{fact.name} {where}"] for where in ("below", "above")]
        shown = without_twins(witness)
        results = [
            any(value_for(when, with_fact(shown, fact.name, value), self.book) is True for when in conditions)
            for value in (ends[0], shown.facts[fact.name], ends[1])
        ]
        text = in_both(
            "{title}：{figure}不在任何一档之内，而比它小和比它大的都有档（{rules}）。",
            "{title}: {figure} lies in no band, though smaller and larger figures do ({rules}).",
            title=self.rule.title,
            figure=party(shown, self.book.kinds, only=[fact.name]),
            rules=rules(conditions, self.book),
        )
        self.keep(Kind.GAP, text, (shown,), results == [True, False, True], found)

    def at(self, term: object, fact: FactRef) -> Encoder:
        return Encoder(self.world, self.book, {fact.name: term})

    def overlap(self, branching: Branching, found: Found) -> None:
        """A figure in two bands with different results, neither band lying inside the other."""
        branches = [(when, then, self.encoder.truth(when)) for when, then in branching.choice.branches]
        path = self.encoder.all_of(branching.path)
        question = self.question()
        for (first, one, here), (second, other, there) in combinations(branches, 2):
            if one == other or question.holds(path, here, opposite(there)) is None:
                continue
            if question.holds(path, there, opposite(here)) is None:
                continue
            witness = find_party(question, self.world, path, here, there)
            if witness is None:
                continue
            confirmed = all(value_for(when, witness, self.book) is True for when in (first, second))
            text = in_both(
                "{title}：{figure}同时落入两档（{rules}），只有排在前面的一档起作用。",
                "{title}: {figure} lies in two bands ({rules}); only the one written first counts.",
                title=self.rule.title,
                figure=party(witness, self.book.kinds, only=facts_in(first)),
                rules=rules([first, second], self.book),
            )
            self.keep(Kind.OVERLAP, text, (witness,), confirmed, found)


def without_twins(witness: Witness) -> Witness:
    """The party without the figures of the neighbours it was compared with."""
    return Witness({name: v for name, v in witness.facts.items() if " " not in name}, witness.as_of)


def missing_amount(document: Document, measure: Measure, setting: Setting, found: Found) -> None:
    """Is somebody entitled whose amount has no value though the measure is fully computable?"""
    amount = measure.award.amount
    given = [c.when for c in measure.conditions]
    days = setting.days([measure.period], [(document.rulebook, [*given, *([amount] if amount else [])])])
    if amount is None or days is None:
        return
    world = setting.world(days)
    encoder = Encoder(world, document.rulebook)
    entitled, defined = encoder.all_of(given), encoder.term(amount).defined
    if defined is True:
        return
    question = Question(setting.budget, world.all_limits())
    witness = find_party(question, world, entitled, opposite(defined))
    if witness is None:
        return
    verdict = verdict_for(measure, witness, document.rulebook)
    text = in_both(
        "{measure}：有主体符合条件却算不出数额（各分支都不适用）。例如：{party}。",
        "{measure}: somebody is entitled for whom no amount comes out (no branch applies). For "
        "example: {party}.",
        measure=named(measure),
        party=party(witness, document.rulebook.kinds),
    )
    confirmed = verdict.kind is VerdictKind.ELIGIBLE and verdict.amount is None
    finding = Finding(Kind.GAP, (measure.key,), (f"{measure.pack}/{measure.clause}",), text, (witness,))
    found.keep(finding, confirmed=confirmed)
