"""Who issues a document whose head and signature leave the name out or give only half of it: 省人民政府, 市政府办公室."""

import re
from collections import Counter
from collections.abc import Sequence

_PROVINCES = {
    "京": "北京市", "津": "天津市", "冀": "河北省", "晋": "山西省", "内": "内蒙古自治区", "辽": "辽宁省", "吉": "吉林省",
    "黑": "黑龙江省", "沪": "上海市", "苏": "江苏省", "浙": "浙江省", "皖": "安徽省", "闽": "福建省", "赣": "江西省",
    "鲁": "山东省", "豫": "河南省", "鄂": "湖北省", "湘": "湖南省", "粤": "广东省", "桂": "广西壮族自治区", "琼": "海南省",
    "渝": "重庆市", "川": "四川省", "黔": "贵州省", "云": "云南省", "藏": "西藏自治区", "陕": "陕西省", "甘": "甘肃省",
    "青": "青海省", "宁": "宁夏回族自治区", "新": "新疆维吾尔自治区",
}  # fmt: skip
_HALF = re.compile(r"^(?P<level>自治区|[省市区县州盟旗])(?:人民)?政府(?P<office>办公[厅室])?$")
_LEVELS = (
    (re.compile(r"^省(?:人民)?政府|^省直"), "省"),
    (re.compile(r"^自治区(?:人民)?政府|^自治区直"), "自治区"),
    (re.compile(r"^市(?:人民)?政府|^市直"), "市"),
    (re.compile(r"^县(?:人民)?政府|^县直"), "县"),
    (re.compile(r"^区(?:人民)?政府|^区直"), "区"),
)
_NO_PLACE = re.compile("[我全各本该跨和在对及由与为是于向到把以省市县区]")
_OFTEN = 3  # times a place is named before it counts as the document's own


def completed(issuers: Sequence[str], *, number: str | None, text: str) -> tuple[str, ...]:
    """Issuers with the place that the title leaves out, where number or text tell it.

    >>> completed(["省人民政府"], number="鄂政发〔2018〕26号", text="")
    ('湖北省人民政府',)
    >>> completed(["市政府办公室"], number="通政办发〔2005〕4号", text="南通市工业")
    ('南通市人民政府办公室',)
    """
    return tuple(_completed(name, number, text) for name in issuers)


def _completed(name: str, number: str | None, text: str) -> str:
    half = _HALF.match(name)
    if not half or not number:
        return name
    place = _place(half["level"], number, text)
    return f"{place}人民政府{half['office'] or ''}" if place else name


def _place(level: str, number: str, text: str) -> str | None:
    if level in ("省", "自治区"):
        province = _PROVINCES.get(number[0], "")
        return province if province.endswith(level) else None
    named = [place for place, _ in _places(level, text).most_common(3)]
    mark = re.split("[府政委办发]", number)[0]
    return next((place for place in named if mark and set(mark) & set(place)), None)


def guess(addressees: Sequence[str], *, number: str | None, text: str) -> str | None:
    """The government that speaks to its own departments, from the places the text names; a guess."""
    level = next((level for form, level in _LEVELS for name in addressees if form.match(name)), None)
    if level is None:
        return None
    office = ("办公厅" if level in ("省", "自治区") else "办公室") if number and "办" in number else ""
    if number and (place := _place(level, number, text)):
        return f"{place}人民政府{office}"
    common = _places(level, text).most_common(1)
    if common and (common[0][1] >= _OFTEN or f"{common[0][0]}人民政府" in text):
        return f"{common[0][0]}人民政府{office}"
    return None


def _places(level: str, text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for match in re.finditer(rf"(?P<place>[\u4e00-\u9fff]{{2,4}}){level}", text):
        place = match["place"]
        while len(place) > 2 and _NO_PLACE.search(place):
            place = place[1:]
        if not _NO_PLACE.search(place):
            found[f"{place}{level}"] += 1
    return found
