"""Where a list of firms stands, and why a firm on it gets nothing by it."""

from enum import StrEnum, auto
from typing import Final

from huiqi.base.bilingual import Bilingual


class State(StrEnum):
    """Where a list stands. From `opened` on its cases go their own ways."""

    DRAFT = auto()
    PREPARED = auto()  # waits for a head
    RETURNED = auto()  # a head sent it back, with a reason
    OPENING = auto()  # confirmed: cases are being opened
    OPENED = auto()
    DROPPED = auto()


STATE_NAMES: Final = {
    State.DRAFT: Bilingual("拟定中", "being drawn up"),
    State.PREPARED: Bilingual("待确认", "waits to be confirmed"),
    State.RETURNED: Bilingual("已退回", "returned"),
    State.OPENING: Bilingual("立案中", "cases being opened"),
    State.OPENED: Bilingual("已立案", "cases opened"),
    State.DROPPED: Bilingual("已放弃", "dropped"),
}
OPEN: Final = frozenset({State.DRAFT, State.RETURNED})
"""While in these, firms are left out and taken back in."""
CONFIRMED: Final = frozenset({State.OPENING, State.OPENED})


class Why(StrEnum):
    """Why a firm on a list gets nothing by it."""

    OFFICER = auto()  # an officer left it out and wrote why
    HAS_IT = auto()
    HAS_REFUSED = auto()
    OVER_CAP = auto()
    NO_AMOUNT = auto()
    CHANGED = auto()  # its file comes to something else by now than the run did
    NOT_MET = auto()  # what the case type asks beyond the measure
    STATED = auto()  # it rests on what the firm stated itself: for a claim, where it is checked


WHY_NAMES: Final = {
    Why.OFFICER: Bilingual("经办人剔除", "left out by an officer"),
    Why.HAS_IT: Bilingual("已申报或已享受", "claimed or got it already"),
    Why.HAS_REFUSED: Bilingual("企业已表示不享受", "the firm refused it"),
    Why.OVER_CAP: Bilingual("超过封顶或与其他享受冲突", "over a cap, or excluded by another grant"),
    Why.NO_AMOUNT: Bilingual("金额无法确定或为零", "no amount, or nothing"),
    Why.CHANGED: Bilingual("企业档案已更正，与比对结果不同", "the firm's file was corrected since the run"),
    Why.NOT_MET: Bilingual("不满足事项的其他要求", "a further requirement is not met"),
    Why.STATED: Bilingual(
        "依据企业自行填报、未经核实的数据，请企业申报",
        "rests on what the firm stated itself, unchecked: it may claim",
    ),
}
CAN_COME_BACK: Final = frozenset({Why.OFFICER, Why.OVER_CAP})
"""Reasons an officer may set aside; the ledger still decides about caps."""
