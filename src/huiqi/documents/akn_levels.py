"""Which element of Akoma Ntoso a label of an official document names, and the number in it."""

import re
from typing import NamedTuple

from huiqi.documents.numerals import read_numeral

NUMERAL = "[〇零一二三四五六七八九十百千\\d]+"


class Level(NamedTuple):
    """An element of the hierarchy: its name, the prefix of its eIds, the labels it has, further attributes."""

    element: str
    prefix: str
    label: re.Pattern[str]
    attributes: dict[str, str]

    def number(self, label: str) -> str:
        """The number in a label for an eId, or the label itself where it has none.

        >>> level_of("（六十二）")[0].number("（六十二）"), level_of("③")[0].number("③")
        ('62', '3')
        """
        if self.element == "hcontainer":
            return label
        if (found := re.search(NUMERAL, label)) is not None:
            return str(read_numeral(found[0]) or 0)
        if len(label) == 1 and 0x2460 <= ord(label) <= 0x2473:
            return str(ord(label) - 0x2460 + 1)
        return "-".join(re.findall(r"[0-9A-Za-z\u4e00-\u9fff.]+", label)) or "1"


def _level(element: str, prefix: str, label: str, **attributes: str) -> Level:
    return Level(element, prefix, re.compile(label), attributes)


LEVELS = (
    _level("part", "part", rf"第{NUMERAL}(?:编|部分)"),
    _level("chapter", "chp", rf"第{NUMERAL}章"),
    _level("section", "sec", rf"第{NUMERAL}节"),
    _level("article", "art", rf"第{NUMERAL}条"),
    _level("paragraph", "para", rf"第{NUMERAL}款"),
    _level("point", "point", rf"第{NUMERAL}项"),
    _level("section", "sec", r"[一二三四五六七八九十百]+\s*[、.．]"),
    _level("paragraph", "para", r"[（(\[〔]\s*[一二三四五六七八九十百]+\s*[)）\]〕]"),
    _level("subparagraph", "subpara", r"\d{1,3}\s*[.．、]"),
    _level("point", "point", r"[（(]\s*\d{1,3}\s*[)）]|\d{1,3}[)）]"),
    _level("indent", "indent", "[①-⑳]"),
    _level("alinea", "al", r"[一二三四五六七八九十]+是"),
)
OTHER = _level("hcontainer", "hcontainer", "", name="clause")


def level_of(words: str) -> tuple[Level, str, str]:
    """Element, label and the rest of a heading or label.

    >>> level_of("一、加大财政支持")[1:]
    ('一、', '加大财政支持')
    """
    text = words.strip()
    for level in LEVELS:
        if found := level.label.match(text):
            return level, found[0], text[found.end() :].strip()
    return OTHER, "", text
