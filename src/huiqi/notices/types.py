"""Why somebody is told something, and by which way it goes out."""

from enum import StrEnum
from typing import Final

from huiqi.base.bilingual import Bilingual


class Kind(StrEnum):
    """Why a firm is told."""

    FITS = "fits"  # a measure came to fit
    SEARCH = "search"  # a saved search found something new
    PUSH = "push"  # a department sent it (政策推送)
    DECISION = "decision"  # a correction was decided
    CASE = "case"  # a case of its own went on
    REMINDER = "reminder"  # something ends soon
    ENTRY = "entry"  # it entered a register, left one, or has another grade there
    ACCOUNT = "account"  # where it wants to be paid: asked for, changed, refused by the bank


KIND_NAMES: Final = {
    Kind.FITS: Bilingual("新符合的政策", "Newly fits"),
    Kind.SEARCH: Bilingual("保存的查找", "Saved search"),
    Kind.PUSH: Bilingual("部门推送", "From a department"),
    Kind.DECISION: Bilingual("更正结果", "Correction"),
    Kind.CASE: Bilingual("办件进展", "Case"),
    Kind.REMINDER: Bilingual("到期提醒", "Reminder"),
    Kind.ENTRY: Bilingual("名录变动", "Register"),
    Kind.ACCOUNT: Bilingual("收款账户", "Account for payments"),
}


class Way(StrEnum):
    """How a notice goes out, beside standing on the site."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
