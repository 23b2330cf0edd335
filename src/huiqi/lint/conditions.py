"""Conditions that contradict each other, and conditions that keep nobody out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from huiqi.base.bilingual import Bilingual
from huiqi.lint.asking import Found
from huiqi.lint.encode import Encoder, World
from huiqi.lint.parties import entitled, find_party, value_for, verdict_for
from huiqi.lint.place import Setting, rules_of
from huiqi.lint.say import in_both, named, party, rules
from huiqi.lint.solver import NotDecided, Question, Truth, opposite
from huiqi.lint.types import Document, Finding, Kind, Witness
from huiqi.measures.types import Condition, Measure, Rulebook, VerdictKind


def check_conditions(document: Document, measure: Measure, setting: Setting, found: Found) -> None:
    """Can the conditions hold together, and does each of them keep somebody out?"""
    nodes = [c.when for c in measure.conditions]
    days = setting.days([measure.period], [(document.rulebook, rules_of(measure))])
    if days is None:
        return
    world = setting.world(days)
    encoder = Encoder(world, document.rulebook)
    parts: list[Truth] = []

    def read() -> None:
        parts.extend(encoder.truth(node) for node in nodes)

    found.ask(Kind.NEVER_MET, measure.key, read)
    if len(parts) < len(nodes):
        return
    checker = Conditions(
        document.rulebook, measure, world, Question(setting.budget, world.all_limits()), parts
    )
    found.ask(Kind.NEVER_MET, measure.key, lambda: checker.check(found))


@dataclass(slots=True)
class Conditions:
    """The conditions of one measure as statements for the solver."""

    book: Rulebook
    measure: Measure
    world: World
    question: Question
    parts: Sequence[Truth]

    def check(self, found: Found) -> None:
        everyone = find_party(self.question, self.world, *self.parts)
        if everyone is None:
            self.contradiction(found)
            return
        for index in range(len(self.parts)):
            place = f"{self.measure.key}:{self.measure.conditions[index].id}"
            found.ask(Kind.ALWAYS_MET, place, partial(self.useless, index, everyone, found))

    def useless(self, index: int, everyone: Witness, found: Found) -> None:
        """Does a condition always hold, or follow from the others?"""
        denied = opposite(self.parts[index])
        others = [number for number in range(len(self.parts)) if number != index]
        if self.question.holds(denied, *(self.parts[n] for n in others)) is not None:
            return
        reasons = self.fewest(others, denied)
        condition = self.measure.conditions[index]
        confirmed = entitled(self.measure, everyone, self.book)
        if not reasons:
            text = in_both(
                "{measure}：条件{rule}对任何主体都成立，不起作用。例如：{party}。",
                "{measure}: the condition {rule} holds for every party and so keeps nobody out. For example: "
                "{party}.",
                measure=named(self.measure),
                rule=rules([condition.when], self.book),
                party=party(everyone, self.book.kinds),
            )
            self.keep(Kind.ALWAYS_MET, [condition], text, everyone, confirmed, found)
            return
        text = in_both(
            "{measure}：条件{rule}已包含在条件{reasons}之中，不另起作用。例如：{party}。",
            "{measure}: the condition {rule} follows from {reasons} and keeps nobody else out. For "
            "example: {party}.",
            measure=named(self.measure),
            rule=rules([condition.when], self.book),
            reasons=rules([self.measure.conditions[n].when for n in reasons], self.book),
            party=party(everyone, self.book.kinds),
        )
        conditions = [condition, *(self.measure.conditions[n] for n in reasons)]
        self.keep(Kind.IMPLIED, conditions, text, everyone, confirmed, found)

    def fewest(self, numbers: Sequence[int], *more: Truth) -> list[int]:
        """As few of some conditions as still cannot hold together with `more`."""
        kept = list(numbers)
        for number in numbers:
            rest = [n for n in kept if n != number]
            try:
                if self.question.holds(*more, *(self.parts[n] for n in rest)) is None:
                    kept = rest
            except NotDecided:
                continue
        return kept

    def contradiction(self, found: Found) -> None:
        core = self.fewest(range(len(self.parts)))
        last = core[-1]
        witness = find_party(self.question, self.world, *(self.parts[n] for n in core[:-1]))
        if witness is None:
            raise NotDecided("no party at all lies within the declared ranges")
        conditions = [self.measure.conditions[n] for n in core]
        failed = value_for(self.measure.conditions[last].when, witness, self.book) is not True
        others = all(
            value_for(self.measure.conditions[n].when, witness, self.book) is True for n in core[:-1]
        )
        refused = verdict_for(self.measure, witness, self.book).kind is not VerdictKind.ELIGIBLE
        text = in_both(
            "{measure}：条件{rules}不可能同时成立，没有主体能够享受。例如{party}：前几项成立，最后一项就不成立。"
            if len(core) > 1
            else "{measure}：条件{rules}不可能成立，没有主体能够享受。例如：{party}。",
            "{measure}: {rules} can never hold together, so nobody is ever entitled. For example "
            "{party}: the last fails once the others hold."
            if len(core) > 1
            else "{measure}: {rules} can never hold, so nobody is ever entitled. For example: {party}.",
            measure=named(self.measure),
            rules=rules([c.when for c in conditions], self.book),
            party=party(witness, self.book.kinds),
        )
        self.keep(Kind.NEVER_MET, conditions, text, witness, failed and others and refused, found)

    def keep(
        self,
        kind: Kind,
        conditions: Sequence[Condition],
        text: Bilingual,
        witness: Witness,
        confirmed: bool,
        found: Found,
    ) -> None:
        places = (self.measure.key, *(c.id for c in conditions))
        clauses = tuple(dict.fromkeys(f"{self.measure.pack}/{c.clause}" for c in conditions))
        found.keep(Finding(kind, places, clauses, text, (witness,)), confirmed=confirmed)
