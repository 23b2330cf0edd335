"""What can be wrong with a row, kind by kind, with its remedy; and how often each was met, with examples.

The readers of cells say what is wrong in a sentence about that cell. For a page of figures the sentences are put
into a few kinds, by how they end.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.registry.cells import Cell, plain_text
from huiqi.registry.rejects import Objection

MOST_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mistake."""

    id: str
    pattern: re.Pattern[str]
    name: Bilingual
    remedy: Bilingual


def _kind(id_: str, pattern: str, name: tuple[str, str], remedy: tuple[str, str]) -> Kind:
    return Kind(id_, re.compile(pattern), Bilingual(*name), Bilingual(*remedy))


KINDS: Final = (
    _kind("width", r"^the row has \d+ cells", ("列数不符", "wrong number of cells"),
          ("检查该行是否多写或漏写分隔符", "look for a delimiter too many or too few in the row")),
    _kind("repeated", r"^the code stands more than once", ("代码重复", "repeated code"),
          ("保留应采用的一行，或在映射中改 duplicates", "keep the row that counts, or change duplicates in the mapping")),
    _kind("no-code", r"^there is no code$", ("缺少代码", "no code"),
          ("补填统一社会信用代码", "fill in the credit code")),
    _kind("code-check", r"the check (?:character|digit) should be", ("代码校验位不符", "wrong check character"),
          ("与营业执照核对代码，多为抄录错误", "compare with the licence: usually a copying mistake")),
    _kind("code-length", r"a unified code has 18", ("代码长度不符", "wrong length of code"),
          ("信用代码18位，旧注册号15位", "a credit code has 18 characters, an old number 15")),
    _kind("code-character", r"^'[^']*': (?:character|characters) \d+", ("代码含不允许的字符", "character not allowed in a code"),
          ("注意字母 I O S V Z 不用于代码", "mind that I O S V Z are not used in codes")),
    _kind("region", r"is not six digits of GB/T 2260$", ("区划代码不符", "not a region"),
          ("填六位行政区划代码", "give six digits of the administrative division")),
    _kind("role", r"(?:not a role|there is no role)$", ("主体类型未识别", "unknown role"),
          ("在映射的 roles.words 中声明该词", "declare the word under roles.words in the mapping")),
    _kind("spreadsheet-error", r"is an error of the spreadsheet$", ("表格公式出错", "error value of a spreadsheet"),
          ("在原表中修正公式后重新导出", "mend the formula in the workbook and export again")),
    _kind("abbreviated", r"is abbreviated: digits may be lost$", ("科学计数法", "abbreviated number"),
          ("把该列设为文本或数值格式后重新导出", "set the column to text or plain number and export again")),
    _kind("unit", r": unit is none of ", ("单位未识别", "unknown unit"),
          ("改用已列出的单位", "use one of the units listed")),
    _kind("too-large", r"is larger than the register can hold$", ("数值过大", "too large"),
          ("检查单位是否写错", "check the unit")),
    _kind("not-whole", r"is not whole$", ("应为整数", "not whole"),
          ("改为整数，或检查是否错列", "make it whole, or look whether the column has slipped")),
    _kind("too-fine", r"is finer than ", ("小数位过多", "finer than can be held"),
          ("允许舍入时在映射中写 rounds: true", "if rounding is allowed, say rounds: true in the mapping")),
    _kind("below", r"is below the least possible value", ("低于下限", "below the least possible value"),
          ("核对数值与单位", "check figure and unit")),
    _kind("above", r"is above the greatest possible value", ("高于上限", "above the greatest possible value"),
          ("核对数值与单位", "check figure and unit")),
    _kind("not-a-number", r"is not a number$", ("不是数字", "not a number"),
          ("只填数字，说明文字移到别处", "give the figure alone")),
    _kind("not-a-day", r"is not a day of the calendar$", ("日期不存在", "no such day"),
          ("核对年月日", "check year, month and day")),
    _kind("not-a-date", r"(?:is not a date such as|has a time of day)", ("日期格式未识别", "not a date"),
          ("写作 2012-09-01 或 2012年9月1日", "write 2012-09-01")),
    _kind("not-yes-or-no", r"is neither yes nor no$", ("不是是或否", "neither yes nor no"),
          ("填是或否，或在映射中声明 true_words、false_words", "write yes or no, or declare true_words and false_words")),
    _kind("not-a-word", r" is none of ", ("不在可选值中", "not one of the words"),
          ("在映射的 words 中声明该词", "declare the word under words in the mapping")),
)  # fmt: skip
OTHER: Final = Kind(
    "other", re.compile(""), Bilingual("其他", "other"), Bilingual("见说明", "see the reason")
)


def kind_of(reason: str) -> Kind:
    """The kind a sentence belongs to.

    >>> kind_of("12.5 is not whole").id
    'not-whole'
    """
    return next((kind for kind in KINDS if kind.pattern.search(reason)), OTHER)


@dataclass(frozen=True, slots=True)
class Example:
    source: str
    row: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """One kind of mistake in one column: how many cells, and the first of them."""

    kind: Kind
    column: str  # header of the table, empty for the row as a whole
    cells: int
    examples: tuple[Example, ...]


class Tally:
    """Counts mistakes by kind and column and keeps the first few of each: memory does not grow with the rows."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], list[Example]] = {}
        self._kinds: dict[str, Kind] = {}

    def add(self, source: str, row: int, objections: Sequence[Objection]) -> None:
        """Count everything wrong with one row."""
        for objection in objections:
            kind = kind_of(objection.reason)
            self._kinds[kind.id] = kind
            key = (kind.id, objection.column)
            self._cells[key] = self._cells.get(key, 0) + 1
            examples = self._examples.setdefault(key, [])
            if len(examples) < MOST_EXAMPLES:
                examples.append(Example(source, row, _shown(objection.cell), objection.reason))

    def mistakes(self) -> tuple[Mistake, ...]:
        """Most frequent first."""
        ranked: Mapping[tuple[str, str], int] = dict(sorted(self._cells.items(), key=lambda i: (-i[1], i[0])))
        return tuple(
            Mistake(self._kinds[kind], column, cells, tuple(self._examples[kind, column]))
            for (kind, column), cells in ranked.items()
        )


def _shown(cell: Cell) -> str:
    text = plain_text(cell)
    return text if len(text) <= 40 else text[:39] + "…"
