"""What a check-up may be for: the places and the kinds of parties that the packs know; reading the first form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.http import QueryDict

from huiqi.base.bilingual import Bilingual
from huiqi.base.problem import Problem
from huiqi.checkups.outcome import interview_about
from huiqi.measures.measure_words import AUDIENCES
from huiqi.measures.types import Measure
from huiqi.packs.types import Library
from huiqi.registry.codes import read_code

EVERYWHERE: Final = "all"
ELSEWHERE: Final = "000000"  # a place of which no pack speaks: what holds in the whole country
NOT_ASKED: Final = frozenset({"department", "bidder"})  # no party of its own: an enterprise bids
ENTERPRISE: Final = "enterprise"
CODE_MISTAKES: Final = (
    (r"(\d+) characters;", "共{0}位；统一社会信用代码应为18位，旧工商注册号应为15位，请核对"),
    (r"character (\d+) is (.); digits", "第{0}位是“{1}”；只能用数字和 I、O、S、V、Z 以外的大写字母"),
    (r"character (\d+) is (.); no reg", "第{0}位是“{1}”，不是登记管理部门代码，请核对"),
    (r"characters 3 to 8 are (.+); an", "第3至8位是“{0}”，应为六位行政区划数字"),
    (r"check character should be (.), not (.)", "最后一位校验码应为“{0}”，不是“{1}”，请核对是否有一位抄错"),
    (r"check digit should be (.), not (.)", "最后一位校验码应为“{0}”，不是“{1}”，请核对是否有一位抄错"),
    (r"character (\d+) is (.); an old", "第{0}位是“{1}”；旧工商注册号应为15位数字"),
)
"""What the registry says of a code, and how it is said in Chinese."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The first form as it was read; with problems it is shown again. `region` empty: every place."""

    region: str
    roles: tuple[str, ...]
    code: str
    problems: Mapping[str, Bilingual] = field(default_factory=dict)  # by field


def places(library: Library) -> dict[str, Bilingual]:
    """The regions with a pack of their own, by six digits; then the rest of the country, then every place."""
    found = {pack.region.ljust(6, "0"): pack.jurisdiction for pack in library.packs.values() if pack.region}
    return {
        **dict(sorted(found.items())),
        ELSEWHERE: Bilingual("其他地区（只看全国性政策）", "Elsewhere (national measures only)"),
        EVERYWHERE: Bilingual("全国（不限地区，一并比较）", "The whole country (all places, compared)"),
    }


def place_name(library: Library, region: str) -> Bilingual:
    return places(library).get(region or EVERYWHERE, Bilingual(region, region))


def kinds_of_parties(measures: tuple[Measure, ...]) -> dict[str, Bilingual]:
    """Whom measures of a day are for, by the role of a register; enterprises first."""
    found = dict.fromkeys([ENTERPRISE, *(m.audience for m in measures)])
    return {name: AUDIENCES.get(name, Bilingual(name, name)) for name in found if name not in NOT_ASKED}


def for_measure(key: str, library: Library) -> Begun:
    """The first form as it fits a measure; nothing is chosen where there is none of that name."""
    measure = library.measure(key)
    if measure is None or measure.audience in NOT_ASKED:
        return Begun("", (), "")
    region = library.packs[measure.pack].region.ljust(6, "0")
    return Begun(region if region in places(library) else ELSEWHERE, (measure.audience,), "")


def read_beginning(form: QueryDict, *, library: Library, measures: tuple[Measure, ...], day: date) -> Begun:
    """Read the first form against what there is; `measures` are those in force on the day."""
    problems: dict[str, Bilingual] = {}
    region = form.get("region", "")
    if region not in places(library):
        problems["region"] = Bilingual("请选择所在地区", "Choose a place from the list")
    known = kinds_of_parties(measures)
    roles = tuple(dict.fromkeys(role for role in form.getlist("roles") if role in known))
    if not roles:
        problems["roles"] = Bilingual("请至少选择一项", "Choose at least one")
    code = form.get("code", "").strip()
    if code:
        read = read_code(code[:60], where="code")
        if isinstance(read, Problem):
            problems["code"] = code_mistake(read)
        else:
            code = read.text
    region = "" if region == EVERYWHERE else region
    if not problems and not interview_about(library, day=day, region=region, roles=roles).rules.measures:
        problems["roles"] = Bilingual(
            "该日期、地区没有面向所选主体的政策措施，请改选地区、主体或日期",
            "No measure of that day and place is for these; choose another place, kind or day",
        )
    return Begun(region, roles, code, problems)


def code_mistake(problem: Problem) -> Bilingual:
    """
    >>> code_mistake(Problem("code", "'9137': 4 characters; a unified code has 18, …")).zh
    '共4位；统一社会信用代码应为18位，旧工商注册号应为15位，请核对'
    """
    said = problem.message.rpartition("': ")[2]
    for pattern, words in CODE_MISTAKES:
        found = re.search(pattern, said)
        if found is not None:
            return Bilingual(words.format(*found.groups()), said[:1].upper() + said[1:])
    return Bilingual("代码有误，请核对", said)
