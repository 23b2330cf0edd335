"""One measure for one party: the verdict with its reasons, in plain Python."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.base.money import round_half_up
from huiqi.measures.derive import Facts
from huiqi.measures.expressions import Constant, Node, Type, Value, facts_in
from huiqi.measures.settle import settle, settle_all
from huiqi.measures.types import Award, FactKind, Measure, Outcome, Reason, Rulebook, Verdict, VerdictKind

OUTCOMES: Final = {True: Outcome.MET, False: Outcome.NOT_MET, None: Outcome.UNKNOWN}


def evaluate(
    measure: Measure, stated: Mapping[str, Value], *, rulebook: Rulebook, as_of: date | None = None
) -> Verdict:
    """Is a party with these facts entitled, how much, by which clause, or what is missing?

    Args:
        measure: of the pack the rulebook belongs to.
        stated: fact name → value, exact (`Fraction` for every number, yuan for money); absent is unknown.
        rulebook: fact kinds and parameters of the pack.
        as_of: the day; without it the period is not tested.

    Returns a verdict. Its amount is rounded half up to 0.01 once, at the end.
    """
    if as_of is not None and not measure.period.holds_on(as_of):
        return Verdict(measure.key, VerdictKind.OUT_OF_SCOPE)
    faults: list[str] = []
    facts = Facts(stated, rulebook, as_of, faults)
    statements = [facts.put_into(condition.when) for condition in measure.conditions]
    alone = [settle(statement) for statement in statements]
    reasons = tuple(
        Reason(condition.id, OUTCOMES[settled.outcome], condition.clause)
        for condition, settled in zip(measure.conditions, alone, strict=True)
    )
    settled = settle_all(statements, alone)
    if settled.outcome is False:
        amount = Fraction(0) if measure.award.zero_if_not else None
        return Verdict(measure.key, VerdictKind.INELIGIBLE, amount, reasons=reasons, faults=tuple(faults))
    if settled.outcome is None:
        missing = in_order(settled.open_on, statements)
        kind = kind_for(missing, rulebook.kinds)
        return Verdict(measure.key, kind, missing=missing, reasons=reasons, faults=tuple(faults))
    return entitled(measure, facts, reasons)


def entitled(measure: Measure, facts: Facts, reasons: tuple[Reason, ...]) -> Verdict:
    award = measure.award
    amount = facts.put_into(award.amount) if award.amount is not None else None
    value = facts.put_into(award.value) if award.value is not None else None
    also = {name: facts.put_into(node) for name, node in award.also.items()}
    return Verdict(
        measure.key,
        VerdictKind.ELIGIBLE,
        amount=number_of(amount, award),
        value=number_of(value, award, in_yuan=True),
        missing=in_order(facts_in(amount), [amount]) if amount is not None and not award.if_known else (),
        also={
            name: node.value
            for name, node in also.items()
            if isinstance(node, Constant) and node.value is not None
        },
        reasons=reasons,
        faults=tuple(facts.faults),
    )


def number_of(node: Node | None, award: Award, *, in_yuan: bool = False) -> Fraction | None:
    if not isinstance(node, Constant) or not isinstance(node.value, Fraction):
        return None
    is_money = in_yuan or award.unit == "CNY" or node.type is Type.MONEY
    return round_half_up(node.value, 2) if is_money else node.value


def kind_for(missing: Iterable[str], kinds: Mapping[str, FactKind]) -> VerdictKind:
    """What is missing decides: a party fact first, then a judged one, then the claim's own facts."""
    wanting = [kinds[name] for name in missing if name in kinds]
    if not wanting or any(kind.about == "party" and not kind.judged for kind in wanting):
        return VerdictKind.UNKNOWN
    if any(kind.judged for kind in wanting):
        return VerdictKind.REVIEW
    return VerdictKind.CLAIMABLE


def in_order(names: Iterable[str], nodes: Iterable[Node]) -> tuple[str, ...]:
    """Names in the order in which the rules mention them."""
    wanted = set(names)
    return tuple(dict.fromkeys(name for node in nodes for name in facts_in(node) if name in wanted))
