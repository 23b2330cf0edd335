"""Labels of numbered pieces: what can be one, and which of those that can are ones."""

import re
from dataclasses import dataclass
from typing import Literal

from huiqi.documents.numerals import CIRCLED, read_numeral

Style = Literal[
    "part",
    "chapter",
    "division",
    "article",
    "han",
    "han_paren",
    "num",
    "num_paren",
    "num_half",
    "circled",
    "shi",
    "di",
]
"""第一部分 · 第一章 · 第一节 · 第一条 · 一、 · （一） · 1. · (1) · 1) · ① · 一是 · 第一，"""

RANK: dict[Style, int] = {
    "part": 0,
    "chapter": 1,
    "division": 2,
    "article": 3,
    "han": 4,
    "han_paren": 5,
    "num": 6,
    "num_paren": 7,
    "num_half": 8,
    "circled": 9,
    "di": 10,
    "shi": 11,
}

_HAN = "[一二三四五六七八九十百零〇]{1,8}"
_NOT_A_REFERENCE = r"(?!\s*(?:[、和及至或与第款项]|规定|所|的|之规定|中|列|到|起|-|~))"
_FORMS: tuple[tuple[Style, str], ...] = (
    ("part", rf"第\s*(?P<part>{_HAN}|\d{{1,3}})\s*(?:部分|编)"),
    ("chapter", rf"第\s*(?P<chapter>{_HAN}|\d{{1,3}})\s*章{_NOT_A_REFERENCE}"),
    ("division", rf"第\s*(?P<division>{_HAN}|\d{{1,3}})\s*节{_NOT_A_REFERENCE}"),
    ("article", rf"第\s*(?P<article>{_HAN}|\d{{1,4}})\s*条{_NOT_A_REFERENCE}"),
    ("han", rf"(?P<han>{_HAN})\s*[、.](?!\s*{_HAN}[、.类等级])"),
    ("han_paren", rf"\(\s*(?P<han_paren>{_HAN})\s*\)\s*[、.]?"),
    ("han_paren", rf"\(\s*(?P<han_open>{_HAN})(?=[\u4e00-\u9fff]|$)"),
    ("han_paren", rf"(?P<han_close>{_HAN})\s*\)"),
    ("num", r"(?P<num>\d{1,3})\s*(?:\.(?![\d.])|、(?!\d{1,3}(?:[、月日]|\s*-))|\.(?=\d{4}年))"),
    ("num_paren", r"\(\s*(?P<num_paren>\d{1,3})\s*\)\s*[、.]?"),
    ("num_half", r"(?P<num_half>\d{1,2})\)"),
    ("han_paren", r"(?P<han_sign>[㈠-㈩])"),
    ("num_paren", r"(?P<num_sign>[⑴-⒇])"),
    ("num", r"(?P<dot_sign>[⒈-⒛])"),
    ("circled", rf"(?P<circled>[{CIRCLED}])"),
    ("shi", rf"(?P<shi>{_HAN})是(?:要)?[,:]?(?!否|不是|指)"),
    ("di", rf"第(?P<di>{_HAN})[,、](?!第)"),
)
_LABEL = re.compile("|".join(form for _, form in _FORMS))
_GROUPS: dict[str, Style] = {
    match: style for style, form in _FORMS for match in re.findall(r"\?P<(\w+)>", form)
}
_DAMAGED = {"han_open", "han_close"}


_BEHIND_LABEL = " \t\u200b:"


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the beginning of a line or, in flattened text, inside it."""

    style: Style
    number: int
    end: int  # where the words after it begin, in the line
    is_damaged: bool = False  # a bracket is missing


def read_label(text: str, at: int = 0) -> Label | None:
    """The label that stands at this place, if any.

    >>> read_label("(二十一) 支持")
    Label(style='han_paren', number=21, end=6, is_damaged=False)
    >>> read_label("2.5倍以上"), read_label("第三条规定的"), read_label("一、二、三等奖")
    (None, None, None)
    """
    match = _LABEL.match(text, at)
    if not match or not match.lastgroup:
        return None
    number = read_numeral(re.sub(r"\s", "", match[match.lastgroup]))
    if number is None or number == 0:
        return None
    end = match.end()
    while end < len(text) and text[end] in _BEHIND_LABEL:
        end += 1
    return Label(_GROUPS[match.lastgroup], number, end, match.lastgroup in _DAMAGED)


@dataclass(frozen=True, slots=True)
class Place:
    """A label accepted, and the one it stands under: an index into the accepted labels, or None at the top."""

    line: int
    label: Label
    parent: int | None
    doubt: str = ""  # why a person should look, where the count does not fit


class Counter:
    """Follows the count of labels through a document and says which fit.

    A label continues a list that is open (n + 1), opens one (1), or goes on with a count that runs through the
    document (（五） under 二、 after （四） under 一、). Anything else is a figure, a reference, or damage.
    """

    def __init__(self) -> None:
        self.places: list[Place] = []
        self._open: list[int] = []  # indices of the labels that stand open, outermost first
        self._last: dict[Style, int] = {}

    def place(self, line: int, label: Label, *, after_sentence: bool, heading_above: bool) -> bool:
        """Accept the label where it fits the count; `after_sentence` tells whether the words before it had ended."""
        depth = self._depth_of_sibling(label)
        doubt = ""
        if depth is not None:
            parent = self.places[self._open[depth]].parent
            del self._open[depth:]
        elif (
            label.number == 1
            and after_sentence
            or self._last.get(label.style) == label.number - 1
            and (after_sentence or label.style == "article")
        ):
            parent = self._parent_for_new(label, heading_above=heading_above)
        elif after_sentence and (fit := self._fit_with_gap(label)) is not None:
            doubt, parent = fit
        else:
            return False
        self._accept(Place(line, label, parent, doubt))
        return True

    def _accept(self, place: Place) -> None:
        self.places.append(place)
        self._open.append(len(self.places) - 1)
        self._last[place.label.style] = place.label.number

    def _depth_of_sibling(self, label: Label) -> int | None:
        for depth in range(len(self._open) - 1, -1, -1):
            other = self.places[self._open[depth]].label
            if other.style == label.style:
                return depth if other.number == label.number - 1 else None
        return None

    def _parent_for_new(self, label: Label, *, heading_above: bool) -> int | None:
        """Under the innermost open label of higher rank; a bare heading above always takes it in."""
        while self._open:
            above = self.places[self._open[-1]].label
            if above.style != label.style and (RANK[above.style] < RANK[label.style] or heading_above):
                return self._open[-1]
            heading_above = False
            self._open.pop()
        return None

    def _fit_with_gap(self, label: Label) -> tuple[str, int | None] | None:
        """A list that goes on with a number missing or printed twice."""
        for depth in range(len(self._open) - 1, -1, -1):
            other = self.places[self._open[depth]].label
            if other.style != label.style:
                continue
            step = label.number - other.number
            if step == 0 or 2 <= step <= 3:
                parent = self.places[self._open[depth]].parent
                del self._open[depth:]
                what = "is printed twice" if step == 0 else f"follows {other.number}"
                return f"number {label.number} {what}", parent
            return None
        last = self._last.get(label.style)
        if label.style in ("han_paren", "article") and last is not None and 2 <= label.number - last <= 3:
            return f"number {label.number} follows {last}", self._parent_for_new(label, heading_above=False)
        return None
