"""Questions that firms ask about a measure, answered from its rule; a question is there only where it has an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.expressions import Compare, Constant, FactRef, Not, Type, walk
from huiqi.measures.sentences import Speaker
from huiqi.measures.types import Measure
from huiqi.measures.words import LANGUAGES, quantity
from huiqi.packs.guide import Guide

INCLUDES: Final = ("<=", ">=")
EDGES: Final = (*INCLUDES, "<", ">")
MOST_FIGURES: Final = 6
NUMBERS: Final = (Type.INT, Type.DECIMAL, Type.MONEY, Type.RATIO)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer."""

    question: Bilingual
    answer: Bilingual


def faq(guide: Guide) -> list[Answered]:
    """All questions that the rule answers."""
    found = [
        figures(guide), not_sure(guide), judged(guide), not_yet(guide), together(guide), ceiling(guide),
        no_amount(guide), elsewhere(guide), deadline(guide),
    ]  # fmt: skip
    return [answered for answered in found if answered is not None]


def figures(guide: Guide) -> Answered | None:
    """Do the thresholds include the figure itself? Every figure a condition compares a fact with."""
    said = list(dict.fromkeys(edges(guide)))[:MOST_FIGURES]
    if not said:
        return None
    return Answered(
        Bilingual("刚好等于标准算不算？", "What if a figure is exactly on the threshold?"),
        Bilingual("；".join(s[0] for s in said) + "。", "; ".join(s[1] for s in said) + "."),
    )


def edges(guide: Guide) -> Iterator[tuple[str, str]]:
    zh, en = (Speaker.of(guide.pack.rulebook, language) for language in LANGUAGES)
    for condition in guide.measure.conditions:
        nodes = list(walk(condition.when))
        if any(isinstance(node, Not) for node in nodes):
            continue  # what is denied reads the other way round
        for node in nodes:
            match node:
                case Compare(op, FactRef() as fact, Constant() as edge) if op in EDGES:
                    pass
                case _:
                    continue
            if fact.type not in NUMBERS:
                continue
            includes = op in INCLUDES
            figure = zh.right_side(fact, edge), en.right_side(fact, edge)
            yield (
                f"{zh.statement(Compare(op, fact, edge))}，{'含' if includes else '不含'}{figure[0]}本数",
                f"{en.statement(Compare(op, fact, edge))}: exactly {figure[1]} {'fits' if includes else 'does not fit'}",
            )


def not_sure(guide: Guide) -> Answered | None:
    own = [kind.label for kind in guide.kinds if kind.about == "party" and not kind.judged]
    if not own:
        return None
    return Answered(
        Bilingual("有的情况我说不准，怎么办？", "What if I am not sure of something?"),
        Bilingual(
            "政策体检里可以回答“不知道”。不知道的情况只会使结果待补充，不会当作不符合；只有会改变结果的情况才会问到。",
            "Answer “not known” in the check-up. What is not known leaves the answer open and never counts as a no; "
            "only what can still change the answer is asked.",
        ),
    )


def judged(guide: Guide) -> Answered | None:
    labels = list(dict.fromkeys(label for asked in guide.conditions for label in asked.judged))
    if not labels:
        return None
    by = guide.measure.decided_by
    return Answered(
        Bilingual("哪些条件由部门评判？", "Which conditions does an authority judge?"),
        Bilingual(
            f"{'、'.join(label.zh for label in labels)}，由{'、'.join(by) or '主管部门'}评判，系统不代为判断。",
            f"{', '.join(label.en for label in labels)}: for the authority to judge, never for this system.",
        ),
    )


def not_yet(guide: Guide) -> Answered | None:
    labels = [kind.label for kind in guide.kinds if kind.about == "claim"]
    if not labels:
        return None
    return Answered(
        Bilingual("事情还没有发生，现在能看结果吗？", "It has not happened yet: can I check now?"),
        Bilingual(
            f"可以。先看主体条件；{'、'.join(label.zh for label in labels)}等事项发生后申报时再说明，此前结果显示为待申报。",
            f"Yes. What concerns the firm is checked first; {', '.join(label.en for label in labels)}: stated with the "
            "claim once it happens. Until then the answer is: can be claimed.",
        ),
    )


def together(guide: Guide) -> Answered | None:
    question = Bilingual("能和其他政策同时享受吗？", "Can it be combined with other measures?")
    if guide.matter is None:
        return Answered(
            question,
            Bilingual(
                "规则中没有与其他措施择一或从优的限制；文件另有总额限制的除外。",
                "The rules name no measure that it excludes, save for ceilings over several measures.",
            ),
        )
    names = f"“{guide.matter.title.zh}”", f"“{guide.matter.title.en}”"
    rule = COMBINED[guide.matter.choose]
    return Answered(question, Bilingual(rule.zh.format(names[0]), rule.en.format(names[1])))


COMBINED: Final = {
    "best": Bilingual(
        "与同属{}的其他措施从优，不重复享受：只适用最有利的一项。",
        "Not with others of the matter {}: the one worth most applies alone.",
    ),
    "one": Bilingual(
        "与同属{}的其他措施择一享受，由申请人选择。",
        "Not with others of the matter {}: the applicant picks one.",
    ),
    "adds_up": Bilingual(
        "可以。与同属{}的其他措施按顺序叠加计算。", "Yes: with others of the matter {} it adds up, in order."
    ),
}


def ceiling(guide: Guide) -> Answered | None:
    if not guide.measure.award.ceiling:
        return None
    by = "、".join(guide.measure.decided_by) or "主管部门"
    return Answered(
        Bilingual("符合条件就一定得到最高额吗？", "Does everyone who fits get the maximum?"),
        Bilingual(
            f"不一定。算出的是上限，实际数额由{by}核定。",
            "Not necessarily. What is worked out is the most that may be given; the authority sets the amount.",
        ),
    )


def no_amount(guide: Guide) -> Answered | None:
    measure: Measure = guide.measure
    if measure.award.amount is not None or not measure.open:
        return None
    return Answered(
        Bilingual("为什么没有算出数额？", "Why is no amount worked out?"),
        Bilingual(
            "文件没有写明，不作推定：" + "；".join(o.zh.rstrip("。") for o in measure.open) + "。",
            "The document leaves it open, nothing is made up: "
            + "; ".join(o.en.rstrip(".") for o in measure.open)
            + ".",
        ),
    )


def elsewhere(guide: Guide) -> Answered | None:
    if not guide.measure.region:
        return None
    place = guide.pack.jurisdiction
    return Answered(
        Bilingual(f"不在{place.zh}的可以享受吗？", f"Does it hold outside {place.en}?"),
        Bilingual(f"不可以。适用地域是{place.zh}。", f"No. It holds in {place.en}."),
    )


def deadline(guide: Guide) -> Answered | None:
    last = guide.measure.period.last
    if last is None:
        return None
    return Answered(
        Bilingual("执行到什么时候？", "Until when does it hold?"),
        Bilingual(
            f"到{quantity(last, Type.DATE, None, 'zh')}，含当日。",
            f"Until {last.isoformat()}, that day included.",
        ),
    )
