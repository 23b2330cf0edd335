"""Automatic numbering of Word: the labels that a reader sees and the text of the file does not hold.

Counters belong to the abstract list that several lists may share; a list that overrides a start begins anew
(ECMA-376 part 1, 17.9).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from huiqi.documents.extract.docx_xml import Numbered, mark, numbered, val, whole_number

DIGITS = "〇一二三四五六七八九"
MOST_LEVELS = 9
MOST_STYLES_UP = 20


def chinese(number: int) -> str:
    """A whole number below 10,000 as it is counted in clauses.

    >>> [chinese(n) for n in (1, 10, 12, 20, 62, 101, 110, 200)]
    ['一', '十', '十二', '二十', '六十二', '一百零一', '一百一十', '二百']
    """
    if not 0 < number < 10_000:
        return str(number)
    text, waiting = "", False
    for size, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            text += ("零" if waiting and text else "") + DIGITS[digit] + sign
        waiting = bool(text) and not digit
    return text.removeprefix("一") if text.startswith("一十") else text


def _roman(number: int) -> str:
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    if not 0 < number < 90:
        return str(number)
    text = ""
    for size, sign in signs:
        text += sign * (number // size)
        number %= size
    return text


def _letter(number: int) -> str:
    return chr(64 + (number - 1) % 26 + 1) * min((number - 1) // 26 + 1, 8) if number > 0 else str(number)


def _circled(number: int) -> str:
    if 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    return chr(0x3251 + number - 21) if 21 <= number <= 35 else str(number)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalHalfWidth": str,
    "decimalFullWidth": lambda number: "".join(chr(0xFF10 + int(digit)) for digit in str(number)),
    "decimalFullWidth2": lambda number: "".join(chr(0xFF10 + int(digit)) for digit in str(number)),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "decimalEnclosedParen": lambda number: f"({number})",
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "koreanCounting": chinese,
    "ideographDigital": lambda number: "".join(DIGITS[int(digit)] for digit in str(number)),
    "taiwaneseDigital": lambda number: "".join(DIGITS[int(digit)] for digit in str(number)),
    "japaneseDigitalTenThousand": lambda number: "".join(DIGITS[int(digit)] for digit in str(number)),
    "chineseLegalSimplified": lambda number: chinese(number).translate(
        str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
    ),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": lambda number: chr(0x3280 + number - 1) if 1 <= number <= 10 else str(number),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
    "none": lambda number: "",
}


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered: `（%1）` with format `chineseCounting`."""

    pattern: str = ""
    format: str = "decimal"
    start: int = 1
    is_decimal_throughout: bool = False  # w:isLgl
    restarts_after: int | None = None  # w:lvlRestart; None: after any level above; 0: never
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """What matters of a paragraph style."""

    numbered: Numbered
    based_on: str | None = None
    is_contents: bool = False  # a line of a table of contents
    id: str = ""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list (w:num): its abstract list, its levels after overrides, and the starts it sets anew."""

    abstract: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Numbering:
    """All lists and styles of a file."""

    lists: Mapping[str, ListOf] = field(default_factory=dict)
    styles: Mapping[str, Style] = field(default_factory=dict)


def read_styles(root: etree._Element | None) -> dict[str, Style]:
    """Paragraph styles by id."""
    if root is None:
        return {}
    return {
        style.get(mark("styleId"), ""): _style(style)
        for style in root.iterfind(mark("style"))
        if style.get(mark("type")) == "paragraph"
    }


def _style(style: etree._Element) -> Style:
    parent, name = style.find(mark("basedOn")), style.find(mark("name"))
    title = val(name).lower() if name is not None else ""
    return Style(
        numbered=numbered(style),
        based_on=val(parent) if parent is not None else None,
        is_contents=bool(re.fullmatch(r"toc \d|toc heading", title)),
        id=style.get(mark("styleId"), ""),
    )


def read_numbering(root: etree._Element | None, styles: Mapping[str, Style]) -> Numbering:
    """Lists by their id."""
    if root is None:
        return Numbering(styles=styles)
    abstract = {
        each.get(mark("abstractNumId"), ""): {
            whole_number(level.get(mark("ilvl"), ""), 0): _level(level)
            for level in each.iterfind(mark("lvl"))
        }
        for each in root.iterfind(mark("abstractNum"))
    }
    lists = {each.get(mark("numId"), ""): _list(each, abstract) for each in root.iterfind(mark("num"))}
    return Numbering(lists, styles)


def _list(each: etree._Element, abstract: Mapping[str, Mapping[int, Level]]) -> ListOf:
    reference = each.find(mark("abstractNumId"))
    name = val(reference) if reference is not None else ""
    levels, starts = dict(abstract.get(name, {})), dict[int, int]()
    for override in each.iterfind(mark("lvlOverride")):
        position = whole_number(override.get(mark("ilvl"), ""), 0)
        if (level := override.find(mark("lvl"))) is not None:
            levels[position] = _level(level)
        if (start := override.find(mark("startOverride"))) is not None:
            starts[position] = whole_number(val(start), 1)
    return ListOf(name, levels, starts)


def _level(level: etree._Element) -> Level:
    def text(name: str) -> str:
        found = level.find(mark(name))
        return val(found) if found is not None else ""

    legal = level.find(mark("isLgl"))
    restart = text("lvlRestart")
    return Level(
        pattern=text("lvlText"),
        format=text("numFmt") or "decimal",
        start=whole_number(text("start"), 1),
        is_decimal_throughout=legal is not None and val(legal) not in ("0", "false"),
        restarts_after=whole_number(restart, 0) if restart else None,
        style=text("pStyle") or None,
    )


@dataclass
class Counters:
    """Where each list stands while the paragraphs are read in order."""

    values: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, own: Numbered, style: Style | None, numbering: Numbering) -> str:
        """The label of the next paragraph, as printed; empty for bullets and for paragraphs outside lists."""
        list_id, position = resolve(own, style, numbering)
        found = numbering.lists.get(list_id) if list_id not in (None, "0") else None
        if found is None or list_id is None or position not in found.levels:
            return ""
        counts = self.values.setdefault(found.abstract, {})
        self._advance(counts, list_id, position, found)
        return _drawn(found.levels, counts, position)

    def _advance(self, counts: dict[int, int], list_id: str, position: int, found: ListOf) -> None:
        if position in found.starts and (list_id, position) not in self.begun:
            counts[position] = found.starts[position] - 1
        self.begun.add((list_id, position))
        for above in range(position):
            counts.setdefault(above, found.levels[above].start if above in found.levels else 1)
        counts[position] = counts.get(position, found.levels[position].start - 1) + 1
        for below in range(position + 1, MOST_LEVELS):
            limit = found.levels[below].restarts_after if below in found.levels else None
            if limit is None or (limit and position < limit):
                counts.pop(below, None)


def resolve(own: Numbered, style: Style | None, numbering: Numbering) -> tuple[str | None, int]:
    """List and level of a paragraph: its own, or those of its style and the styles it is based on."""
    list_id, level, steps = own.list_id, own.level, 0
    name = style.id if style else None
    while style is not None and list_id is None and steps < MOST_STYLES_UP:
        list_id, level = style.numbered.list_id, level if level is not None else style.numbered.level
        name, steps = style.id, steps + 1
        style = numbering.styles.get(style.based_on or "")
    if level is None and list_id is not None and list_id in numbering.lists:
        levels = numbering.lists[list_id].levels.items()
        level = next((position for position, each in levels if each.style and each.style == name), None)
    return list_id, level or 0


def _drawn(levels: Mapping[int, Level], counts: Mapping[int, int], position: int) -> str:
    level = levels[position]
    if level.format == "bullet":
        return ""

    def number(found: re.Match[str]) -> str:
        above = int(found[1]) - 1
        kind = levels[above].format if above in levels else "decimal"
        if level.is_decimal_throughout and above < position:
            kind = "decimal"
        return FORMATS.get(kind, str)(counts.get(above, 1)) if counts.get(above, 1) > 0 else "0"

    return re.sub(r"%([1-9])", number, level.pattern).strip()
