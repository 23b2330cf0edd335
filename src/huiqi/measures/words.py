"""Values and facts in words, Chinese and English: 3000万元, 100人, 30%, 是, a label of an enum.

Nothing is rounded on the way: a sum is written in 万 or 亿 only where two decimals hold all of it.
"""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from huiqi.base.bilingual import Bilingual
from huiqi.base.money import plain, yuan
from huiqi.measures.expressions import Type, Value
from huiqi.measures.types import FactKind

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
WAN: Final = 10_000
YI: Final = 100_000_000
MANY: Final = 10_000  # from here on English figures and counts are grouped in threes

UNITS: Final[Mapping[str, tuple[str, str, str]]] = {
    "people": ("人", "person", "people"),
    "months": ("个月", "month", "months"),
    "years": ("年", "year", "years"),
    "days": ("天", "day", "days"),
    "working_days": ("个工作日", "working day", "working days"),
    "m2": ("平方米", "m²", "m²"),
    "booths": ("个展位", "booth", "booths"),
    "coordinators": ("名协调员", "coordinator", "coordinators"),
    "points": ("分", "point", "points"),
}
"""Unit of a fact or award → Chinese, English for one, English for several."""
PER: Final[Mapping[str, tuple[str, str]]] = {
    "m2": ("平方米", "m²"),
    "person-month": ("人月", "person-month"),
}
YES_NO: Final = {True: Bilingual("是", "yes"), False: Bilingual("否", "no")}
UNKNOWN: Final = Bilingual("未知", "not known")

ASKED: Final = "是否"
THINGS: Final = (
    "企业", "机构", "公司", "平台", "基地", "园区", "园", "园）", "基地）", "孵化器", "人员", "人才", "企业家", "专家", "对象",
    "工商户", "企业）", "协（商）会", "毕业生", "制造业", "服务商", "矿山", "资本", "单位", "工作者", "银行", "项目", "贷款", "收费", "评估",
    "会展", "力量", "用地", "申请", "利率", "费率", "矿", "户籍", "债券（票据）", "采购项目", "联合体", "基金", "大学生",
    "中小微企业的",
)  # fmt: skip
"""Labels that end like this name a thing: 是……; others say what is done or how something is."""
DOINGS: Final = (
    "从事", "创办", "产生", "引进", "使用", "办理", "参加", "参与", "取得", "吸纳", "招用", "拥有", "提供", "通过", "到", "由",
    "入选", "进驻", "投保", "投资", "购买", "聘请", "实施", "应用", "建立", "开展", "申请", "继续", "签订", "获得", "利用", "占用",
    "带", "发挥", "填补", "享受", "转型", "列入", "按", "经", "被", "认定", "面向", "供", "新增就业", "与", "购自", "制定", "办",
    "入孵", "成为", "滥用", "形成", "持股", "用于", "限制",
    "约定", "发生重大", "获", "进入", "持有", "拖延", "因造假", "主导制定", "期满", "专门面向", "建在", "强制", "休学",
)  # fmt: skip
"""Labels that begin like this are denied with 未."""
STATES: Final = (
    "符合", "属于", "具备", "具有", "满足", "在", "需", "涉", "适宜", "达到", "能", "视同", "居", "位于", "合格",
)  # fmt: skip
"""Labels that begin like this are denied with 不."""


def value_words(value: Value, kind: FactKind, language: Language) -> str:
    """A value of a fact as people read it.

    >>> assets = FactKind("total_assets", Type.MONEY, Bilingual("资产总额", "total assets"), unit="CNY")
    >>> value_words(Fraction(30_000_000), assets, "zh"), value_words(Fraction(30_000_000), assets, "en")
    ('3000万元', '30,000,000 yuan')
    """
    if isinstance(value, str) and value in kind.values:
        return kind.values[value].in_language(language)
    return quantity(value, kind.type, kind.unit, language)


def quantity(value: Value, kind: Type, unit: str | None, language: Language) -> str:
    """A value of some type and unit in words."""
    if isinstance(value, bool):
        return YES_NO[value].in_language(language)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日" if language == "zh" else value.isoformat()
    if isinstance(value, str):
        return value
    if kind is Type.MONEY or (unit is not None and unit.partition("/")[0] == "CNY"):
        return money_words(value, language) + per_words(unit, language)
    if kind is Type.RATIO or unit == "ratio":
        return f"{plain(value * 100, 4)}%"
    return counted(value, unit, language)


def money_words(amount: Fraction, language: Language) -> str:
    """Yuan in words, exact to the fen.

    >>> [money_words(Fraction(sum_), "zh") for sum_ in ("125000", "-1234.5", "123456.78")]
    ['12.5万元', '-1234.50元', '123,456.78元']
    """
    if language == "en":
        return f"{yuan(amount)} yuan"
    for size, sign in ((YI, "亿元"), (WAN, "万元")):
        if abs(amount) >= size and (amount * 100 / size).denominator == 1:
            return plain(amount / size, 2) + sign
    return f"{yuan(amount) if abs(amount) >= WAN else yuan(amount).replace(',', '')}元"


def per_words(unit: str | None, language: Language) -> str:
    """``/平方米`` of ``CNY/m2``; nothing for plain yuan."""
    other = (unit or "").partition("/")[2]
    if not other:
        return ""
    zh, en = PER.get(other, (other, other))
    return f"/{zh}" if language == "zh" else f"/{en}"


def counted(number: Fraction, unit: str | None, language: Language) -> str:
    """A count with its unit: 100人, 1 person."""
    figure = f"{number.numerator:,}" if number.denominator == 1 and abs(number) >= MANY else plain(number)
    if unit is None or unit == "text":
        return figure
    if unit == "year":  # a calendar year
        return f"{plain(number)}年" if language == "zh" else plain(number)
    zh, one, several = UNITS.get(unit, (unit, unit, unit))
    if language == "zh":
        return figure + zh
    return f"{figure} {one if number == 1 else several}"


def difference_words(distance: Fraction, kind: Type, unit: str | None, language: Language) -> str:
    """How far two values lie apart: ratios in percentage points, days between dates."""
    if kind is Type.DATE:
        return counted(distance, "days", language)
    if kind is Type.RATIO or unit == "ratio":
        points = plain(distance * 100, 4)
        return f"{points}个百分点" if language == "zh" else f"{points} percentage points"
    return quantity(distance, kind, unit, language)


def assertion(kind: FactKind, holds: bool, language: Language) -> str:
    """A yes-or-no fact, or its opposite, as a statement.

    >>> enterprise = FactKind("is_enterprise", Type.BOOL, Bilingual("是否企业", "is an enterprise"))
    >>> [assertion(enterprise, holds, "zh") for holds in (True, False)]
    ['是企业', '不是企业']
    >>> assertion(FactKind("x", Type.BOOL, Bilingual("是否有出口实绩", "has exports")), False, "zh")
    '没有出口实绩'
    >>> assertion(FactKind("y", Type.BOOL, Bilingual("合同是否约定付款期限", "names a term")), False, "zh")
    '合同未约定付款期限'
    >>> assertion(enterprise, False, "en")
    'is not an enterprise'
    """
    if language == "en":
        return asserted_en(kind.label.en, holds)
    who, asked, what = kind.label.zh.partition(ASKED)
    if not asked:
        return f"{kind.label.zh}（{YES_NO[holds].zh}）"
    return who + (stated_zh(what) if holds else denied_zh(what))


def stated_zh(what: str) -> str:
    return f"是{what}" if names_a_thing(what) else what


def denied_zh(what: str) -> str:
    if names_a_thing(what):
        return f"不是{what}"
    if what.startswith("有"):
        return f"没{what}"
    if what.startswith("为"):
        return f"并非{what}" if re.search("提供|发生|开发|开拓", what) else f"不是{what[1:]}"
    if what.startswith("已"):
        return f"未{what[1:]}"
    if what.startswith(STATES):
        return f"不{what}"
    if what.startswith(DOINGS):
        return "未" + re.sub("^(..)了", r"\1", what)  # 约定了 is denied as 未约定
    return f"并非{what}"


def names_a_thing(what: str) -> bool:
    """Is it 中小企业, rather than 守法经营 or 创办小微企业?"""
    if what.startswith(("为", "有", "未", "无")):
        return False
    if what.startswith(("已", *STATES, *DOINGS)) and "的" not in what:
        return False
    return bool(re.search(rf"({'|'.join(map(re.escape, THINGS))})$", what))


def asserted_en(label: str, holds: bool) -> str:
    if holds:
        return label
    return f"is not {label[3:]}" if label.startswith("is ") else f"not so: {label}"
