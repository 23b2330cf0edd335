"""Figures with unit and comparator: 30%以上 is 0.30 ratio >=, 不超过300万元 is 3000000 CNY <=, 6%—10% both ends.

以上, 以下, 以内, 不超过, 不低于 include the figure; 超过, 高于, 低于, 不足 exclude it (民法典 art. 1259).
"""

import re
from decimal import Decimal

from huiqi.documents.numerals import read_numeral
from huiqi.documents.strand import Strand
from huiqi.documents.types import Comparator, Note, Quantity

_FACTORS = {
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
UNITS = {
    "%": "ratio",
    "‰": "ratio",
    "个百分点": "percentage_points",
    "元人民币": "CNY",
    "元": "CNY",
    "美元": "USD",
    "人次": "person_times",
    "人": "people",
    "名": "people",
    "位": "people",
    "户": "households",
    "家": "organisations",
    "个工作日": "working_days",
    "工作日": "working_days",
    "个自然日": "days",
    "个月": "months",
    "个季度": "quarters",
    "年": "years",
    "周年": "years",
    "日": "days",
    "天": "days",
    "周": "weeks",
    "小时": "hours",
    "个小时": "hours",
    "分钟": "minutes",
    "周岁": "years_of_age",
    "岁": "years_of_age",
    "倍": "times",
    "次": "occurrences",
    "场": "events",
    "场次": "events",
    "平方米": "square_metres",
    "万平方米": "square_metres",
    "平方公里": "square_kilometres",
    "公顷": "hectares",
    "亩": "mu",
    "公里": "kilometres",
    "吨": "tonnes",
    "吨标准煤": "tonnes_of_coal_equivalent",
    "千瓦时": "kilowatt_hours",
    "千瓦": "kilowatts",
    "处": "places",
    "件": "pieces",
    "项": "items",
    "个": "items",
    "条": "items",
    "台": "units",
    "套": "units",
    "辆": "vehicles",
    "所": "institutions",
    "座": "items",
    "只": "items",
    "批": "batches",
    "期": "sessions",
    "款": "items",
}
_IN_HAN = ("个工作日", "个月", "年", "周年", "日", "天", "小时", "元", "倍", "个百分点", "家", "名", "户")
_FIGURE = r"\d+(?:,\d{3})*(?:\.\d+)?"
_FACTOR = "|".join(sorted(_FACTORS, key=len, reverse=True))
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_HAN_UNIT = "|".join(sorted(_IN_HAN, key=len, reverse=True))
_AFTER = (
    r"(?P<included>\(不?含[^()]{0,12}\))?(?:人民币)?(?P<after>及?以上|及?以下|以内|之内|左右|上下|起步?|内|(?=增长))?"
    r"(?P<late>\(不?含[^()]{0,12}\))?"
)
_QUANTITY = re.compile(
    rf"(?<![A-Za-z\d.第+])(?<!\d,)(?P<a>{_FIGURE})(?P<fa>{_FACTOR})?(?P<ua>%|元|个月)?"
    rf"(?:\s?(?:-|~|--|至|到)\s?(?P<b>{_FIGURE}))?(?P<factor>{_FACTOR})?(?P<unit>{_UNIT})?{_AFTER}"
)
_HAN_QUANTITY = re.compile(
    rf"(?<![第十百千万零〇一二三四五六七八九几数若每个])(?P<a>百分之[一二三四五六七八九十百]{{1,5}}|[一二两三四五六七八九十百千]{{1,6}}(?:万|亿)?)"
    rf"(?P<unit>{_HAN_UNIT})?{_AFTER}"
)
_BEFORE: tuple[tuple[str, Comparator], ...] = (
    (r"不(?:得|能|应)?(?:低于|少于|小于|短于)|至少|最低|最少|不少|≥", ">="),
    (
        r"不(?:得|能|应|再)?(?:超过|高于|多于|大于|超出|长于)|最高|最多|最长|最大|至多|上限|≤|(?:缩短|压缩|压减|控制|降低|减少|下降)(?:为|至|到|在)",
        "<=",
    ),
    (r"未超过", "<="),
    (r"未(?:达到|达|满)|低于|少于|小于|不足|不满|不到", "<"),
    (r"超过|高于|大于|多于|突破|超出|逾", ">"),
    (r"达到|达", ">="),
    (r"约|近|大约|接近", "~"),
)
_COMPARED = re.compile("|".join(f"({words})" for words, _ in _BEFORE))
_INCLUDED: dict[Comparator, Comparator] = {"<": "<=", ">": ">="}
_EXCLUDED: dict[Comparator, Comparator] = {"<=": "<", ">=": ">"}
_ABOUT_MONEY = re.compile(r"奖|补|贴|资金|贷款|投资|收入|产值|税|额|资本|罚")
_BREAK = re.compile(r"[\d,。;:、!?]")
_NEAR = 22  # characters in front of a figure in which its comparator stands
_UNITLESS = re.compile(r"(?:减?按|的?)(?P<figure>\d{1,3}(?:\.\d+)?)(?=税率|的税率|入应纳税|计入)")


def find_quantities(strand: Strand) -> tuple[Quantity, ...]:
    """All figures with a unit, in order; years of the calendar and document numbers are none.

    >>> from huiqi.documents.strand import weave
    >>> text = "预留30%以上，每家不超过300万元，给予6%-10%的扣除，三年内免征"
    >>> unified = text.replace("，", ",")
    >>> [(str(q.value), q.unit, q.cmp) for q in find_quantities(weave(unified, text, [(0, len(text))]))]
    [('0.3', 'ratio', '>='), ('3000000', 'CNY', '<='), ('0.06', 'ratio', '>='), ('0.1', 'ratio', '<='), ('3', 'years', '<=')]
    """
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(strand.text):
        found += _read(strand, match)
    for match in _HAN_QUANTITY.finditer(strand.text):
        found += _read_han(strand, match)
    return tuple(sorted(found, key=lambda quantity: quantity.span))


def _read(strand: Strand, match: re.Match[str]) -> list[Quantity]:
    unit = match["unit"] or match["ua"]
    if unit is None and (match["factor"] or match["fa"]) in ("万", "亿", "百万", "千万"):
        near = strand.text[max(match.start() - 16, 0) : match.start()]
        unit = "元" if match["after"] or match["b"] or _ABOUT_MONEY.search(near) else None
    if unit is None or _is_calendar(strand.text, match, unit):
        return []
    low = _value(
        match["a"], match["fa"] or (match["factor"] if match["b"] or not match["fa"] else None), unit
    )
    if match["fa"] and match["factor"]:
        low *= _FACTORS[match["factor"]] if not match["b"] else 1
    cmp = _comparator(strand.text, match)
    start = _start_with_comparator(strand.text, match, cmp)
    text, span = strand.printed[start : match.end()], strand.span(start, match.end())
    name = UNITS[unit]
    if match["b"] is None:
        return [Quantity(text, low, name, cmp, span)]
    high = _value(match["b"], match["factor"], unit)
    if low > high:
        return [Quantity(text, high, name, cmp, span)]
    return [Quantity(text, low, name, ">=", span), Quantity(text, high, name, "<=", span)]


def _value(figure: str, factor: str | None, unit: str) -> Decimal:
    value = Decimal(figure.replace(",", "")) * _FACTORS.get(factor or "", 1)
    if unit == "万平方米":
        value *= 10_000
    return _scaled(value, unit)


def _scaled(value: Decimal, unit: str) -> Decimal:
    scale = {"%": 100, "‰": 1000}.get(unit, 1)
    scaled = (value / scale).normalize() if scale > 1 else value
    return scaled.quantize(Decimal(1)) if scaled == scaled.to_integral() and scaled < 10**20 else scaled


def _is_calendar(text: str, match: re.Match[str], unit: str) -> bool:
    if unit == "年" and len(match["b"] or match["a"]) == 4 and match["a"][:2] in ("19", "20"):
        return True
    if unit in ("日", "天") and text[: match.start()].endswith("月"):
        return True
    return unit == "个" and text[match.end("unit") : match.end("unit") + 1] in ("别", "人", "体", "性")


def _comparator(text: str, match: re.Match[str]) -> Comparator:
    after = match["after"] or ""
    remark = match["included"] or match["late"] or ""
    cmp: Comparator = "="
    if after.endswith("以上") or after.startswith("起"):
        cmp = ">="
    elif after.endswith(("以下", "内")):
        cmp = "<="
    elif after in ("左右", "上下"):
        return "~"
    elif found := _compared_before(text, match.start()):
        cmp = found[0]
    return _EXCLUDED.get(cmp, cmp) if remark.startswith("(不") else _INCLUDED.get(cmp, cmp) if remark else cmp


def _compared_before(text: str, at: int) -> tuple[Comparator, int] | None:
    near = text[max(at - _NEAR, 0) : at]
    last = None
    for match in _COMPARED.finditer(near):
        last = match
    if last is None or _BREAK.search(near, last.end()):
        return None
    cmp = next(cmp for group, (_, cmp) in zip(last.groups(), _BEFORE, strict=True) if group)
    return cmp, at - len(near) + last.start()


def _start_with_comparator(text: str, match: re.Match[str], cmp: Comparator) -> int:
    """Where the printed figure begins: with its comparator if that stands directly before it."""
    if cmp == "=" or match["after"]:
        return match.start()
    found = _compared_before(text, match.start())
    return found[1] if found and match.start() - found[1] <= 6 else match.start()


def _read_han(strand: Strand, match: re.Match[str]) -> list[Quantity]:
    printed, unit = match["a"], match["unit"]
    if printed.startswith("百分之"):
        number, unit = read_numeral(printed[3:]), "%"
    else:
        number = read_numeral(printed)
    if number is None or unit is None or not _is_counted(strand.text, match, unit):
        return []
    cmp = _comparator(strand.text, match)
    start = _start_with_comparator(strand.text, match, cmp)
    span = strand.span(start, match.end())
    return [
        Quantity(strand.printed[start : match.end()], _scaled(Decimal(number), unit), UNITS[unit], cmp, span)
    ]


def _is_counted(text: str, match: re.Match[str], unit: str) -> bool:
    """一家人, 一名, 一年一度 are words; 三年, 一个月, 十名以上 are figures."""
    if unit in ("家", "名", "户"):
        return len(match["a"]) > 1 or bool(match["after"])
    if unit == "日":
        return bool(match["after"])
    if unit == "年":
        around = text[match.end("unit") : match.end("unit") + 1]
        return around not in ("一", "级", "来", "度", "代") and not text[: match.start()].endswith(
            ("月", "〇")
        )
    return not (
        unit in ("元", "倍")
        and match["a"] in ("一", "二", "三")
        and text[: match.start()].endswith(("多", "单"))
    )


def figure_notes(strand: Strand) -> list[Note]:
    """Figures that lost their unit: 按20税率."""
    return [
        Note("doubtful", f"the figure {match['figure']} has no unit; perhaps %", strand.span(*match.span()))
        for match in _UNITLESS.finditer(strand.text)
        if match.start("figure") == 0 or not strand.text[match.start("figure") - 1].isdigit()
    ]
