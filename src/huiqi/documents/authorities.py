"""Authorities: who looks like one, how a list of them is cut, and the one form the register gives each."""

import csv
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

_ENDINGS = (
    "中支|人民政府|政府|委员会|管委会|管理委员会|办公室|办公厅|办事处|指挥部|成员单位|单位|部门|机构|机关|海关|支行|分行|总行|银行"
    "|分局|总局|总队|支队|大队|调查队|中心|公司|集团|协会|学会|商会|联合会|工商联|联社|总社|供销社|联盟|基金会|法院|检察院|研究院|科学院"
    "|工会|妇联|残联|科协|文联|侨联|团委|党委|党校|园区|开发区|高新区|新区|保税区|试验区|示范区|集聚区|自贸区|合作区|街道|乡镇|镇街"
    "|媒体|电视台|广播电台|出版社|报社|高校|大学|院校|学校|专班|领导小组|工作组|协调小组|专责小组|联席会议|企业|平台|运营商"
    "|部|委|办|厅|局|署|院|(?:协|学|商|合|员|工|理事|监事|促进|基金|常委|贸促|证监|银监|保监|联席|联谊|商|字)会|(?:支|分|人|农商|工|农|中|建|交|央|商业|信)行"
    "|处|室|研究所|交易所|事务所|派出所|站|队|组|联|府"
)
_AREAS = "区市县|市县区|区县|县区|市区|区市|市州|州市|市县|县市|地市|市地|盟市|旗县|旗县区|镇街|街镇|乡镇|街道|园区|州县|省市|区|市|县|州|盟|旗|地区|省"
_ENDS_LIKE_ONE = re.compile(rf"(?:{_ENDINGS})$")
_EACH_AREA = re.compile(
    r"^(?:各|有关|相关|其他|其它)?[省市州盟地区县旗镇乡街道园级自治直辖以上各开发功能高新示\(\)\[\]〈〉,、/及和]*$"
)
_OPEN_TAIL = re.compile(
    r"(?P<base>.+?)等(?:\d+|[一二三四五六七八九十]+)?个?(?:省|市|区|县|有关|相关|各)*[^、,;]{0,20}?"
    r"(?:部门|单位|机构|机关|委办局|企业|政府|成员单位)?$"
)
_NOT_IN_NAMES = re.compile(r"[。!?《》“”\"=<>%]|\d{3,}")
_LEVEL = "国家|全国|中央|自治区|自治州|兵团|省直|市直|省|市|区|县|州|盟|旗|本市|本省|全省|全市"
_PLACE = r"[\u4e00-\u9fff]{2,8}?(?:省|市|自治区|自治州|地区|盟|区|县|州|旗|新区)"
_ORGAN = {"厅": "厅", "局": "局", "部": "部", "署": "署", "委": "委员会", "委员会": "委员会"}
_ORGAN |= {"办": "办公室", "办公室": "办公室", "工作办": "办公室", "工作办公室": "办公室", "总局": "总局"}


class Name(NamedTuple):
    """A name as found in a list: its printed words and where they stand in that list."""

    text: str
    start: int
    end: int


@cache
def _stems() -> dict[str, str]:
    with (files("huiqi.documents") / "data" / "authorities.csv").open(encoding="utf-8") as rows:
        return {
            printed: row["name"]
            for row in csv.DictReader(rows)
            for printed in (row["name"], *row["printed_as"].split())
        }


@cache
def _pattern() -> re.Pattern[str]:
    stems = "|".join(sorted(map(re.escape, _stems()), key=len, reverse=True))
    organs = "|".join(sorted(_ORGAN, key=len, reverse=True))
    return re.compile(rf"(?P<prefix>(?:{_LEVEL}|{_PLACE})?)(?P<stem>{stems})(?P<organ>{organs})")


_SPECIAL = (
    (re.compile(r"^(?:中国)?(?:人民银行|人行)(.*)$"), r"中国人民银行\1"),
    (re.compile(r"^(?:中国)?银监局$"), "中国银行业监督管理委员会监管局"),
    (re.compile(r"^(?:中国)?([\u4e00-\u9fff]{2,4}?)银监局$"), r"中国银行业监督管理委员会\1监管局"),
    (re.compile(r"^(?:中国)?([\u4e00-\u9fff]{2,4}?)银?保监局$"), r"中国银行保险监督管理委员会\1监管局"),
    (re.compile(r"^(?:中国)?([\u4e00-\u9fff]{2,4}?)证监局$"), r"中国证券监督管理委员会\1监管局"),
    (re.compile(r"^(.*)检验检疫局$"), r"\1检验检疫局"),
    (re.compile(r"^(.*)工商联$"), r"\1工商业联合会"),
    (re.compile(r"^(.*)贸促会$"), r"\1国际贸易促进委员会"),
    (re.compile(r"^(.*)总工会$"), r"\1总工会"),
    (re.compile(r"^(.*)妇联$"), r"\1妇女联合会"),
    (re.compile(r"^(.*)残联$"), r"\1残疾人联合会"),
    (re.compile(r"^(.*)科协$"), r"\1科学技术协会"),
    (re.compile(r"^(.*)金融办$"), r"\1金融工作办公室"),
    (re.compile(r"^(.*)法制办$"), r"\1政府法制办公室"),
    (re.compile(r"^(.*)编办$"), r"\1机构编制委员会办公室"),
    (re.compile(r"^(.*)新闻办$"), r"\1新闻办公室"),
    (re.compile(r"^(.*)国资委$"), r"\1国有资产监督管理委员会"),
    (re.compile(r"^(.*)管委会$"), r"\1管理委员会"),
    (re.compile(r"^(各?.*[市县区州盟旗省镇乡\)])政府$"), r"\1人民政府"),
)


def register_form(printed: str, *, level: str = "") -> str:
    """The name in the form of the authority register; `level` (省, 市, …) stands in where the list leaves it out.

    >>> [register_form(name) for name in ("市经信委", "市经济信息化委", "省人社厅", "青岛银监局")]
    ['市经济和信息化委员会', '市经济和信息化委员会', '省人力资源和社会保障厅', '中国银行业监督管理委员会青岛监管局']
    >>> register_form("财政局", level="市"), register_form("市科技局等部门")
    ('市财政局', '市科学技术局')
    """
    name = base_of(printed)
    name = re.sub(r"^本(?=[省市区县])", "", name)
    for pattern, form in _SPECIAL:
        if pattern.match(name):
            return pattern.sub(form, name)
    known = _pattern().fullmatch(name)
    if not known:
        return name
    organ = _ORGAN[known["organ"]]
    prefix = known["prefix"] or ("" if organ in ("部", "署", "总局") else level)
    return f"{prefix}{_stems()[known['stem']]}{organ}"


@lru_cache(maxsize=4096)
def kept_form(printed: str) -> str:
    """`register_form`, worked out once for each name as it is printed."""
    return register_form(printed)


def stands_among(authority: str, names: Iterable[str]) -> bool:
    """Is an authority one of those that are named, however documents write it? Nobody stands among no name.

    >>> stands_among("市经济和信息化委", ["市科技局", "市经信委"]), stands_among("", [""])
    (True, False)
    """
    return bool(authority) and kept_form(authority) in {kept_form(name) for name in names}


def is_registered(printed: str) -> bool:
    """Whether the register knows the body, or each of several: a department of its list, or of a form it has.

    >>> [is_registered(name) for name in ("市财政局", "市材政局", "青岛银监局", "财政部门", "各有关部门")]
    [True, False, True, True, True]
    >>> is_registered("市财政局、市科技局")
    True
    """
    return _is_one(printed) or all(map(_is_one, re.split("[、和及]", printed)))


def _is_one(printed: str) -> bool:
    name = base_of(printed.replace("（", "(").replace("）", ")"))
    if _pattern().fullmatch(name) or any(pattern.match(name) for pattern, _ in _SPECIAL):
        return True
    return bool(re.match(r"各|有关|相关", name)) or bool(_departments().fullmatch(name))


@cache
def _departments() -> re.Pattern[str]:
    """财政部门, 县（市）环境保护行政主管部门: the departments of a field, of any level."""
    stems = "|".join(sorted(map(re.escape, _stems()), key=len, reverse=True))
    return re.compile(rf"(?:当地|[省市州县]级|县\(市\)|省|市|县|各级)?(?:{stems})(?:行政)?(?:主管)?部门")


def level_of(printed: str) -> str:
    """省, 市, … where the name begins with it and a known department follows; else nothing."""
    known = _pattern().fullmatch(base_of(printed))
    return known["prefix"] if known and known["prefix"] in _LEVEL.split("|") else ""


def base_of(printed: str) -> str:
    """The name without an open end: 市公安消防局等有关部门 is 市公安消防局."""
    name = printed
    if "等" in name and (tail := _OPEN_TAIL.fullmatch(name)) and _ENDS_LIKE_ONE.search(_bare(tail["base"])):
        name = tail["base"]
    return name


def _bare(name: str) -> str:
    """Without brackets behind: 市卫生健康委(市中医药局) is 市卫生健康委."""
    for left, right in ("()", "[]", "〈〉", "<>"):
        while name.endswith(right) and left in name:
            name = name[: name.rindex(left)]
    return name


def is_authority(name: str) -> bool:
    """Whether the words can be the name of a body that answers for something.

    >>> [
    ...     is_authority(name)
    ...     for name in ("市财政局", "各区(市)县", "市科技局等部门", "取得资格证书", "含60000元")
    ... ]
    [True, True, True, False, False]
    """
    if not 2 <= len(name) <= 60 or _NOT_IN_NAMES.search(name):
        return False
    if _EACH_AREA.match(name) and (name[0] in "各有相其" or len(name) > 2):
        return True
    base = _bare(base_of(name))
    return bool(len(base) >= 2 and _ENDS_LIKE_ONE.search(base))


_JOINERS = re.compile(r"以及|会同|联合|和|及|与|并")
_AREA_ONLY = re.compile(r"^(?:各|有关|相关)?[省市州盟地区县旗特镇乡街道级直辖自治\(\)、以上]{0,12}$")


_AREAS_GOVERNMENT = re.compile(
    r"^[省市州盟地区县旗特镇乡街道级自治直辖\(\)、]{1,14}(?:级|人民)*(?:政府|管委会|党委)"
)


def split_names(text: str) -> list[Name]:
    """A list of authorities cut into names; what stands in brackets and collective names stay whole.

    >>> [
    ...     name.text
    ...     for name in split_names("市财政局、市人力资源和社会保障局和各区(市、县)政府,各州、地、市政府")
    ... ]
    ['市财政局', '市人力资源和社会保障局', '各区(市、县)政府', '各州、地、市政府']
    """
    pieces = _cut(text)
    names: list[Name] = []
    for piece in pieces:
        if names and _belongs_together(names[-1].text, piece.text) and text[names[-1].end] == "、":
            names[-1] = Name(text[names[-1].start : piece.end], names[-1].start, piece.end)
        else:
            names.append(piece)
    joined = [part for name in names for part in _cut_at_joiner(name)]
    return [part for name in joined for part in _cut_run_together(name)]


_RUN_TOGETHER = re.compile(
    r"(?<=[厅局委办府部])(?=(?:[省市区县州](?!政府各)|各[市县区州省]|国家)[\u4e00-\u9fff]{2,})"
)


def _cut_run_together(name: Name) -> list[Name]:
    """Names that only a space parted: 省财政厅 省科技厅."""
    cuts = [match.start() for match in _RUN_TOGETHER.finditer(name.text) if match.start() >= 3]
    parts = [name.text[start:end] for start, end in zip([0, *cuts], [*cuts, len(name.text)], strict=True)]
    if not cuts or "(" in name.text or not all(map(is_authority, parts)):
        return [name]
    starts = [name.start + start for start in [0, *cuts]]
    return [Name(part, start, start + len(part)) for part, start in zip(parts, starts, strict=True)]


def _cut(text: str) -> list[Name]:
    pieces: list[Name] = []
    depth = start = 0
    for index, sign in enumerate(f"{text}、"):
        if sign in "([〈<":
            depth += 1
        elif sign in ")]〉>":
            depth = max(depth - 1, 0)
        elif sign in "、,;/ " and (depth == 0 or index == len(text)):
            if text[start:index].strip():
                pieces.append(Name(text[start:index], start, index))
            start = index + 1
    return pieces


def _belongs_together(before: str, piece: str) -> bool:
    """各市 and 县(市、区)政府 are one collective name, as are 市 and 区(市)政府, 各委 and 办 and 厅."""
    before, piece = (re.sub(r"[\[〈<]", "(", re.sub(r"[\]〉>]", ")", words)) for words in (before, piece))
    if re.search(r"各(?:委|部|厅|局)(?:、[委办厅局部])*$", before) and re.match(
        r"^[委办厅局部](?:\(|$)", piece
    ):
        return True
    if before.endswith("党委") and re.match(r"^(?:人民)?政府$", piece):
        return True
    if before.endswith(("直辖市", "计划单列市")) and piece.startswith(("计划单列市", "新疆生产建设兵团")):
        return True
    if before == "中央" and re.match(r"^省|^自治区|^驻", piece):
        return True
    last = before.rsplit("、", 1)[-1]
    if not (_AREA_ONLY.match(last) and _AREA_ONLY.match(before.replace("、", ""))):
        return False
    if re.match(r"^[县区市州旗]\([省市州盟地区县旗特、]+\)[\u4e00-\u9fff]", piece):
        return True
    return bool(re.match(r"^[省市州盟地区县旗特镇乡街道自直\(]", piece)) and (
        bool(_AREA_ONLY.match(piece)) or bool(_AREAS_GOVERNMENT.match(piece))
    )


_WITHOUT_OWNER = re.compile(r"|(?:各级)?(?:人民)?政府(?:有关部门)?|管委会|党委|办公室")


def _cut_at_joiner(name: Name) -> list[Name]:
    for joiner in _JOINERS.finditer(name.text):
        left, right = name.text[: joiner.start()], name.text[joiner.end() :]
        if left.count("(") != left.count(")") or len(left) < 3 or _WITHOUT_OWNER.fullmatch(right):
            continue
        if is_authority(left) and is_authority(right) and not left.endswith(("区", "市", "县", "组", "行")):
            middle = name.start + joiner.end()
            first = Name(left, name.start, name.start + joiner.start())
            return [first, *_cut_at_joiner(Name(right, middle, name.end))]
    return [name]
