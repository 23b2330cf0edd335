"""A fact is missing only if some value of it would change the answer: proved by trying every world."""

from itertools import product

from hypothesis import example, given, settings

from huiqi.measures.expressions import And, Compare, Constant, FactRef, Node, Or, Type, Value, facts_in
from huiqi.measures.interpret import interpret
from huiqi.measures.settle import Settled, settle_all
from tests.properties.rules import FACTS, WORLD, known_parts, number, statements


def in_every_world(statement: Node, known: dict[str, Value]) -> tuple[set[object], set[str]]:
    """By brute force: the answers that are possible, and the missing facts that can change the answer."""
    missing = [name for name in facts_in(statement) if name not in known]
    worlds = {
        values: interpret(statement, known | dict(zip(missing, values, strict=True)))
        for values in product(*(WORLD[name] for name in missing))
    }
    answers = {w.value for w in worlds.values() if isinstance(w, Constant)}
    matter = set()
    for index, name in enumerate(missing):
        for values, answer in worlds.items():
            others = (values[:index], values[index + 1 :])
            if any(worlds[(*others[0], v, *others[1])] != answer for v in WORLD[name]):
                matter.add(name)
                break
    return answers, matter


@settings(max_examples=180, deadline=None)
@given(statements, known_parts)
@example(Or((Compare(">=", FACTS["staff"], number(0)), FACTS["is_sme"])), {})
@example(Compare("=", FACTS["staff"], FACTS["staff"]), {})
def test_what_is_missing_is_exactly_what_can_change_the_answer(statement: Node, known: dict[str, Value]):
    answers, matter = in_every_world(statement, known)

    settled = settle_all([interpret(statement, known)])

    assert not settled.bounded
    assert settled.can_hold == (True in answers)
    assert settled.can_fail == (False in answers)
    assert settled.open_on == matter


@settings(max_examples=200, deadline=None)
@given(statements, statements, known_parts)
def test_several_conditions_are_settled_together(first: Node, second: Node, known: dict[str, Value]):
    both = [interpret(first, known), interpret(second, known)]
    answers, matter = in_every_world(And((first, second)), known)

    settled = settle_all(both)

    assert (settled.outcome is True) == (answers == {True})
    assert (settled.outcome is False) == (answers == {False})
    if settled.outcome is None:
        assert settled.open_on == matter


def test_money_without_bounds_is_tried_between_its_thresholds():
    assets = FactRef("assets", Type.MONEY, FACTS["is_sme"].domain)
    low, high = Compare("<=", assets, number(1000)), Compare(">", assets, number(800))

    assert settle_all([Or((low, high))]) == Settled(can_hold=True, can_fail=False)
    assert settle_all([low, high]).open_on == {"assets"}
    assert settle_all([Compare("<", assets, number(800)), high]).outcome is False
