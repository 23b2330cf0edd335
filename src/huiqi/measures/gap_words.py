"""The distance of one comparison in words: 从业人数为83人，须不超过80人，超出3人."""

from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.measures.derive import Facts
from huiqi.measures.distance import Sides, Step
from huiqi.measures.expressions import Call, Compare, Constant, FactRef, Member, Node, Type, facts_in
from huiqi.measures.sentences import DENIED, MIRRORED, Speaker
from huiqi.measures.words import UNKNOWN, YES_NO, difference_words, quantity, value_words

UPPER: Final = ("<", "<=")
LOWER: Final = (">", ">=")


def step_words(step: Step, holds: bool | None, sides: Sides | None, facts: Facts, speaker: Speaker) -> str:
    """What was seen, what is asked, and how far apart the two are."""
    rule = speaker.statement(step.statement, holds=step.wanted)
    if holds is None:
        return unknown_words(step.statement, facts, speaker)
    met = holds is step.wanted
    if sides is not None and isinstance(step.statement, Compare):
        return distance_words(step.statement, sides, wanted=step.wanted, met=met, speaker=speaker)
    if met:
        return rule
    if isinstance(step.statement, FactRef):
        return speaker.statement(step.statement, holds=not step.wanted)
    seen = seen_words(step.statement, facts, speaker)
    return speaker.say("{0}，须{1}", "{0}; needed: {1}").format(
        seen, without_label(rule, step.statement, speaker)
    )


def without_label(rule: str, statement: Node, speaker: Speaker) -> str:
    """``须为工业企业`` rather than ``须行业类别为工业企业`` after the fact has been named."""
    facts = list(facts_in(statement).values())
    label = speaker.label(facts[0]) if len(facts) == 1 else ""
    return rule.removeprefix(label).removeprefix(": ") if label else rule


def unknown_words(statement: Node, facts: Facts, speaker: Speaker) -> str:
    names = [name for name in facts_in(statement) if name in speaker.kinds]
    open_ = [name for name in names if not isinstance(facts.of(name), bool | Fraction | date | str)]
    labels = [speaker.kinds[name].label.in_language(speaker.language) for name in open_ or names]
    return speaker.say("未知：{}", "not known: {}").format(speaker.say("、", ", ").join(labels))


def seen_words(statement: Node, facts: Facts, speaker: Speaker) -> str:
    """The values an undivided statement was tested on."""
    match statement:
        case FactRef(name, _, _) | Member(FactRef(name, _, _), _) | Compare(_, FactRef(name, _, _), _):
            return fact_words(name, facts, speaker)
        case Call("within", (FactRef(name, _, _), *_)):
            return fact_words(name, facts, speaker)
        case _:
            words = [fact_words(name, facts, speaker) for name in facts_in(statement)]
            return speaker.say("、", ", ").join(words)


def fact_words(name: str, facts: Facts, speaker: Speaker) -> str:
    kind = speaker.kinds.get(name)
    if kind is None:
        return name
    value = facts.of(name)
    if isinstance(value, bool):
        quoted = speaker.say("“{0}”为{1}", "“{0}” is {1}")
        return quoted.format(
            kind.label.in_language(speaker.language), YES_NO[value].in_language(speaker.language)
        )
    words = UNKNOWN.in_language(speaker.language)
    if isinstance(value, Fraction | date | str):
        words = value_words(value, kind, speaker.language)
    return kind.label.in_language(speaker.language) + speaker.say("为", ": ") + words


def distance_words(statement: Compare, sides: Sides, *, wanted: bool, met: bool, speaker: Speaker) -> str:
    """A comparison of figures or dates on which everything is known."""
    op, left, right = statement.op, statement.left, statement.right
    if isinstance(left, Constant) and not isinstance(right, Constant):
        op, left, right = MIRRORED[op], right, left  # type: ignore[assignment]
        sides = Sides(sides.right, sides.left)
    op = op if wanted else DENIED[op]  # type: ignore[assignment]
    like = speaker.quantity(left)
    if like.unit is None and isinstance(right, FactRef):
        like = speaker.quantity(right)
    language = speaker.language
    value = quantity(sides.left, like.type, like.unit, language)
    limit = speaker.right_side(left, right)
    if not isinstance(right, Constant):
        limit += speaker.bracketed(quantity(sides.right, like.type, like.unit, language))
    distance = difference_words(sides.distance, like.type, like.unit, language)
    is_day = left.type is Type.DATE
    gap = speaker.pick(gap_forms(op, met=met, exact=sides.distance == 0, is_day=is_day)).format(distance)
    pair = (
        ("{0}为{1}，{2}{3}，{4}", "{0}: {1},{2}{3}, {4}")
        if met
        else ("{0}为{1}，须{2}{3}，{4}", "{0}: {1}, must be{2}{3}, {4}")
    )
    return speaker.pick(pair).format(speaker.number(left), value, speaker.operator(op, left), limit, gap)


def gap_forms(op: str, *, met: bool, exact: bool, is_day: bool) -> tuple[str, str]:
    """How the distance is called, in Chinese and in English."""
    if exact:
        return "恰在界上", "exactly on it"
    if op in UPPER and is_day:
        return ("尚早{0}", "{0} before it") if met else ("晚了{0}", "{0} late")
    if op in LOWER and is_day:
        return ("已过{0}", "{0} past it") if met else ("早了{0}", "{0} early")
    if op in UPPER:
        return ("距上限还有{0}", "{0} below the limit") if met else ("超出上限{0}", "{0} over the limit")
    if op in LOWER:
        return ("高出下限{0}", "{0} above the minimum") if met else ("还差{0}", "{0} short")
    return "相差{0}", "{0} apart"
