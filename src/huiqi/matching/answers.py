"""What someone types in reply to a question becomes the value of its fact, or the reason why it cannot.

Figures may carry 万, 亿, %, a unit and full-width digits; days may be written 2012年9月1日; an enum is chosen by
its number in the list, its label or its value.
"""

import re
import unicodedata
from datetime import date
from fractions import Fraction
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.measures.expressions import Type, Value
from huiqi.measures.facts import plain_number
from huiqi.measures.types import FactKind
from huiqi.measures.words import LANGUAGES, quantity

YES: Final = frozenset({"是", "对", "有", "y", "yes", "true", "1"})
NO: Final = frozenset({"否", "不是", "没有", "无", "n", "no", "false", "0"})
DONT_KNOW: Final = frozenset({"不知道", "不清楚", "未知", "?", "dk", "unknown", "skip"})
STOP: Final = frozenset({"q", "quit", "exit", "结束", "退出"})
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_UNIT = re.compile(r"(元|人|个月|月|年|天|名|个|平方米|㎡|m2|m²|yuan|people|months?|years?|days?)$")

Reply = tuple[Value | None, Bilingual | None]


def read_reply(text: str, kind: FactKind) -> Reply:
    """The value, or why there is none.

    >>> revenue = FactKind(
    ...     "operating_revenue", Type.MONEY, Bilingual("营业收入", "operating revenue"), unit="CNY"
    ... )
    >>> read_reply("３,000万元", revenue)
    (Fraction(30000000, 1), None)
    >>> read_reply("很多", revenue)[1].zh
    '“很多”不是数额，请写如 3000万'
    """
    tidy = unicodedata.normalize("NFKC", text).strip()
    match kind.type:
        case Type.BOOL:
            return read_yes_no(tidy)
        case Type.ENUM:
            return read_choice(tidy, kind)
        case Type.DATE:
            return read_day(tidy)
        case Type.TEXT:
            kept = narrow(text).strip()
            return (kept, None) if kept else (None, Bilingual("没有填写", "nothing was written"))
        case _:
            return read_figure(tidy, kind)


def narrow(text: str) -> str:
    """Full-width letters, digits and spaces become half-width; the punctuation of a sentence stays as it is.

    >>> narrow("合同ＨＴ－２０１３，已付。")
    '合同HT－2013，已付。'
    """
    return "".join(unicodedata.normalize("NFKC", c) if c.isalnum() or c == "\u3000" else c for c in text)


def read_yes_no(text: str) -> Reply:
    word = text.lower()
    if word in YES or word in NO:
        return word in YES, None
    return None, Bilingual(f"“{text}”既不是“是”也不是“否”", f"{text!r} is neither yes nor no")


def read_choice(text: str, kind: FactKind) -> Reply:
    values = kind.domain.values
    if text.isdecimal() and 1 <= int(text) <= len(values) and text not in values:
        return values[int(text) - 1], None
    for value in values:
        label = kind.values.get(value, Bilingual(value, value))
        if text in (value, label.zh) or text.lower() == label.en.lower():
            return value, None
    return None, Bilingual(
        f"没有“{text}”这一项，请选 1 至 {len(values)}",
        f"{text!r} is not on the list; choose 1 to {len(values)}",
    )


def read_day(text: str) -> Reply:
    found = _DAY.fullmatch(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3])), None
    except ValueError:
        return None, Bilingual(f"没有{text}这一天", f"there is no day {text}")
    return None, Bilingual(f"“{text}”不是日期，请写如 2012-09-01", f"{text!r} is not a day; write 2012-09-01")


def read_figure(text: str, kind: FactKind) -> Reply:
    bare = _UNIT.sub("", text.replace(",", "").replace(" ", ""))
    number = plain_number(bare) if bare and len(bare) <= 30 else None
    if number is None:
        what, example = example_of(kind)
        return None, Bilingual(
            f"“{text}”不是{what.zh}，请写如 {example.zh}", f"{text!r} is not {what.en}; write {example.en}"
        )
    if kind.type is Type.INT and number.denominator != 1:
        return None, Bilingual("须是整数", "a whole number is needed")
    if kind.type is Type.RATIO and "%" not in text and abs(number) > 1:
        return None, Bilingual(f"比例请写如 {bare}% 或 0.3", f"write a share as {bare}% or 0.3")
    return bounded(number, kind)


def example_of(kind: FactKind) -> tuple[Bilingual, Bilingual]:
    match kind.type:
        case Type.MONEY:
            return Bilingual("数额", "a sum"), Bilingual("3000万", "30000000")
        case Type.RATIO:
            return Bilingual("比例", "a share"), Bilingual("30%", "30%")
        case _:
            return Bilingual("数字", "a figure"), Bilingual("80", "80")


def bounded(number: Fraction, kind: FactKind) -> Reply:
    def said(bound: Fraction, zh: str, en: str) -> Reply:
        words = [quantity(bound, kind.type, kind.unit, language) for language in LANGUAGES]
        return None, Bilingual(f"{zh}{words[0]}", f"{en} {words[1]}")

    low, high = kind.domain.low, kind.domain.high
    if isinstance(low, Fraction) and number < low:
        return said(low, "不能低于", "cannot be below")
    if isinstance(high, Fraction) and number > high:
        return said(high, "不能高于", "cannot be above")
    return number, None
