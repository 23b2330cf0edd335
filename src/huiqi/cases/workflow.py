"""May this step be taken now, by this person, with what they give? The declaration decides; nothing else does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.cases.history import Taken, who_took
from huiqi.cases.types import DESK_ROLES, CaseType, Need, Role, Step
from huiqi.forms.types import Rule

Holds = Callable[[Rule], bool | None]
"""Does a rule hold for the case? None where a fact it stands on is not known."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gives with a step. Amounts in yuan, scores in points."""

    reason: str = ""
    amount: Fraction | None = None
    score: Fraction | None = None
    no_conflict: bool = False
    proofs: int = 0  # documents handed over with the step
    mends: Mapping[str, str] = field(default_factory=dict)  # field or material → what is wrong with it


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One reason why a step cannot be taken, and the field of the page it belongs to."""

    field: str
    words: Bilingual


LONGEST_REASON: Final = 2000
NOT_HERE: Final = Bilingual("当前环节不能办理这一步", "this step does not lead on from here")
NOT_YOURS: Final = Bilingual("这一步不由您办理", "this step is another role's")
SAME_EYES: Final = Bilingual(
    "前一环节由您办理，这一步须由他人办理", "you took the step before: somebody else takes this one"
)
INTEREST: Final = Bilingual(
    "您已声明与本件有利害关系，须回避", "you declared an interest of your own in this case"
)
NOT_YET: Final = Bilingual("规定的条件尚未满足", "what the rule asks for does not hold")
NOT_KNOWN: Final = Bilingual("规定的条件还缺数据，无法判断", "something the rule stands on is not known yet")
WANTED: Final[Mapping[Need, tuple[str, Bilingual]]] = {
    Need.REASON: ("reason", Bilingual("请写明理由，对方可以看到", "give a reason; the other side reads it")),
    Need.MENDS: ("mends", Bilingual("请逐项写明需要补正的内容", "say field by field what must be put right")),
    Need.AMOUNT: ("amount", Bilingual("请填写金额", "give the amount")),
    Need.SCORE: ("score", Bilingual("请打分", "give a score")),
    Need.NO_CONFLICT: ("no_conflict", Bilingual("请确认没有利害关系", "confirm that you have no interest of your own")),
    Need.PROOF: ("proof", Bilingual("请附证明材料", "attach a document of what was done")),
}  # fmt: skip


def steps_from(case_type: CaseType, state: str) -> tuple[Step, ...]:
    """The declared steps that lead on from a state, in their order."""
    return tuple(step for step in case_type.steps.values() if state in step.from_states)


def hindrances_for(
    step: Step,
    *,
    state: str,
    role: Role,
    by: str,
    log: Sequence[Taken],
    holds: Holds,
    has_interest: bool = False,
) -> list[Hindrance]:
    """Why somebody may not take a step at all, whatever they give; empty where they may."""
    found: list[Hindrance] = []
    if state not in step.from_states:
        return [Hindrance("step", NOT_HERE)]
    if role is not step.by:
        found.append(Hindrance("step", NOT_YOURS))
    if step.not_by and by in who_took(log, step.not_by):
        found.append(Hindrance("step", SAME_EYES))
    if has_interest and role in DESK_ROLES | {Role.EXPERT}:
        found.append(Hindrance("no_conflict", INTEREST))
    if step.when is not None:
        held = holds(step.when)
        if held is not True:
            found.append(Hindrance("step", NOT_YET if held is False else NOT_KNOWN))
    return found


def gaps_in(step: Step, given: Given) -> list[Hindrance]:
    """What a step needs of its taker and was not given. Form and materials are looked at by `cases.form`."""
    found: list[Hindrance] = []
    has = {
        Need.REASON: bool(given.reason.strip()),
        Need.MENDS: any(text.strip() for text in given.mends.values()),
        Need.AMOUNT: given.amount is not None,
        Need.SCORE: given.score is not None,
        Need.NO_CONFLICT: given.no_conflict,
        Need.PROOF: given.proofs > 0,
    }
    for need, (place, words) in WANTED.items():
        if need in step.needs and not has[need]:
            found.append(Hindrance(place, words))
    if len(given.reason) > LONGEST_REASON:
        found.append(
            Hindrance("reason", Bilingual(f"最多{LONGEST_REASON}字", f"{LONGEST_REASON} characters at most"))
        )
    if given.amount is not None and given.amount < 0:
        found.append(Hindrance("amount", Bilingual("金额不能为负", "an amount cannot be below nothing")))
    if given.amount is not None and (given.amount * 100).denominator != 1:
        found.append(Hindrance("amount", Bilingual("金额到分为止", "an amount has two decimals at most")))
    return found
