"""Where a list stands, whom it can be of, and what came of a firm that was told."""

from enum import StrEnum, auto
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.types import VerdictKind


class State(StrEnum):
    """Where a list stands. It ends sent or dropped."""

    DRAFT = auto()
    PREPARED = auto()  # waits for a head
    RETURNED = auto()  # a head sent it back, with a reason
    SENDING = auto()
    SENT = auto()
    DROPPED = auto()


STATE_NAMES: Final = {
    State.DRAFT: Bilingual("拟定中", "being drawn up"),
    State.PREPARED: Bilingual("待确认", "waits to be confirmed"),
    State.RETURNED: Bilingual("已退回", "returned"),
    State.SENDING: Bilingual("发送中", "being sent"),
    State.SENT: Bilingual("已发送", "sent"),
    State.DROPPED: Bilingual("已放弃", "dropped"),
}
OPEN: Final = frozenset({State.DRAFT, State.RETURNED})
"""While in these, firms are left out and the message is written."""

VERDICTS: Final = (VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE)
"""Of whom lists are made."""


class Answer(StrEnum):
    """What a firm did after it was told, as the department learned it."""

    CLAIMED = auto()
    DECLINED = auto()
    NOT_REACHED = auto()


ANSWER_NAMES: Final = {
    Answer.CLAIMED: Bilingual("已申报或享受", "claimed or received"),
    Answer.DECLINED: Bilingual("表示不申报", "does not want it"),
    Answer.NOT_REACHED: Bilingual("未联系上", "not reached"),
}
