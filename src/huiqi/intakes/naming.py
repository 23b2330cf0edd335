"""Which column of a file is which fact: guessed from its header, chosen by a person, kept as a mapping."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from huiqi.base.bilingual import Bilingual
from huiqi.measures.types import FactKind
from huiqi.registry.cells import UNITS, fold
from huiqi.registry.mapping import TableMapping

SYSTEM: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("统一社会信用代码", "社会信用代码", "信用代码", "工商注册号", "注册号", "uscc", "code"),
    "name": ("企业名称", "单位名称", "纳税人名称", "名称", "name"),
    "region": ("区划代码", "行政区划代码", "行政区划", "所属区划", "region"),
    "roles": ("主体类型", "roles"),
}
"""Headers of the columns that every register has."""

SYSTEM_NAMES: Final[Mapping[str, Bilingual]] = {
    "code": Bilingual("统一社会信用代码", "credit code"),
    "name": Bilingual("企业名称", "name"),
    "region": Bilingual("区划代码", "code of the region"),
    "roles": Bilingual("主体类型", "roles"),
}
LIKELY: Final[Mapping[str, str]] = {
    "职工人数": "employees", "从业人员": "employees", "期末从业人数": "employees", "员工人数": "employees",
    "行业代码": "industry_code", "行业门类": "industry_code", "国民经济行业": "industry_code",
    "注册资金": "registered_capital", "参保人数": "insured_employees", "应纳税所得额": "taxable_income",
    "主营业务收入": "operating_revenue", "总资产": "total_assets", "注册日期": "establishment_date",
    "研发费用": "rd_expense", "应纳所得税额": "cit_payable",
}  # fmt: skip
"""What offices call facts that have another name here; always to be looked at."""
CLOSE: Final = 0.84
_BRACKETS: Final = re.compile(r"(.+?)\((?:单位[::])?([^()]+)\)")
_PAIRS: Final = re.compile(r"[;；,，\n]+")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one column is to be; `to` is a system column, a fact, or empty for none."""

    header: str
    to: str = ""
    unit: str = ""
    words: str = ""  # 工业=industrial；其他=other
    is_guess: bool = False  # by likeness alone: to be looked at


def key_of(header: str) -> str:
    """
    >>> key_of(" 资产总额（万元） ")
    '资产总额(万元)'
    """
    return "".join(fold(header).split()).lower()


def units_of(kind: FactKind) -> Mapping[str, Decimal]:
    """The units that figures of a fact may be written in, as multiples of its own."""
    return UNITS.get(kind.type.value, {})  # type: ignore[call-overload, no-any-return]


def known_names(kinds: Mapping[str, FactKind]) -> dict[str, str]:
    """Every header that is understood → what it is."""
    found = {key_of(header): to for to, headers in SYSTEM.items() for header in headers}
    for name, kind in kinds.items():
        for text in (name, kind.label.zh, kind.label.en):
            found.setdefault(key_of(text), name)
    return found


def guess(headers: Sequence[str], kinds: Mapping[str, FactKind], kept: Mapping[str, Any]) -> list[Chosen]:
    """Each header with what it most likely is: as it was named last, by its name, by likeness."""
    names, last, taken = known_names(kinds), _kept_choices(kept), set[str]()
    chosen = []
    for header in headers:
        found = last.get(key_of(header)) or _guess_one(header, names, kinds)
        if found.to in taken:
            found = Chosen(header)
        taken |= {found.to} - {""}
        chosen.append(Chosen(header, found.to, found.unit, found.words, found.is_guess))
    return chosen


def _guess_one(header: str, names: Mapping[str, str], kinds: Mapping[str, FactKind]) -> Chosen:
    key, unit = key_of(header), ""
    match = _BRACKETS.fullmatch(key)
    if match and key not in names:
        key, unit = match[1], match[2]
    to, is_guess = names.get(key, ""), False
    if not to and LIKELY.get(key) in kinds:
        to, is_guess = LIKELY[key], True
    if not to:
        close = get_close_matches(key, names, n=1, cutoff=CLOSE)
        to, is_guess = (names[close[0]], True) if close else ("", False)
    kind = kinds.get(to)
    fits = kind is not None and unit in units_of(kind)
    return Chosen(header, to, unit if fits else "", "", is_guess)


def _kept_choices(kept: Mapping[str, Any]) -> dict[str, Chosen]:
    found = {}
    for to in SYSTEM:
        part = kept.get(to) or {}
        for header in part.get("headers", ()):
            found[key_of(header)] = Chosen(header, to, "", _words_text(part.get("words", {})))
    for name, part in kept.get("columns", {}).items():
        words = dict(part.get("words", {}))
        words |= dict.fromkeys(part.get("true_words") or (), "是")
        words |= dict.fromkeys(part.get("false_words") or (), "否")
        for header in part.get("headers", ()):
            found[key_of(header)] = Chosen(header, name, part.get("unit", ""), _words_text(words))
    return found


def _words_text(words: Mapping[str, str]) -> str:
    return "；".join(f"{word}={value}" for word, value in words.items())


@dataclass(frozen=True, slots=True)
class Manner:
    """What is said of the table as a whole."""

    duplicates: str = "reject"
    region: str = "code"  # "code": in the credit code, "column", or six digits for all
    role: str = "enterprise"
    sheet: str = ""
    header_row: int = 1


def mapping_of(
    chosen: Sequence[Chosen], manner: Manner, kinds: Mapping[str, FactKind], *, source: str
) -> tuple[dict[str, Any], list[Bilingual]]:
    """The mapping as JSON, and everything that is wrong with it at once."""
    by_target: dict[str, Chosen] = {}
    problems: list[Bilingual] = []
    for one in chosen:
        if one.to and one.to in by_target:
            said = f"“{by_target[one.to].header}”“{one.header}”"
            problems.append(
                Bilingual(f"{said}对应同一项，只能保留一列", f"{said} are named the same: keep one")
            )
        elif one.to and one.to not in SYSTEM and one.to not in kinds:
            problems.append(Bilingual(f"没有“{one.to}”这一项", f"There is no fact {one.to!r}"))
        elif one.to:
            by_target[one.to] = one
    columns = {}
    for name, one in by_target.items():
        if name not in SYSTEM:
            columns[name], wrong = _fact_mapping(one, kinds[name])
            problems += wrong
    mapping = {**_system_mapping(by_target, manner, problems), "source": source, "columns": columns}
    if not columns:
        problems.append(Bilingual("至少要有一列对应到一项数据", "Name at least one column of facts"))
    if not problems:
        try:
            TableMapping.model_validate(mapping)
        except ValidationError as error:
            problems += [
                Bilingual(f"对应不完整：{e['loc']}", f"{e['loc']}: {e['msg']}") for e in error.errors()
            ]
    return mapping, problems


def _system_mapping(
    by_target: Mapping[str, Chosen], manner: Manner, problems: list[Bilingual]
) -> dict[str, Any]:
    if "code" not in by_target:
        problems.append(
            Bilingual("没有指明哪一列是统一社会信用代码", "No column is named as the credit code")
        )
    if manner.region == "column" and "region" not in by_target:
        problems.append(Bilingual("没有指明哪一列是区划代码", "No column is named as the code of the region"))
    headers = {to: {"headers": [one.header]} for to, one in by_target.items() if to in SYSTEM}
    region: dict[str, Any] = {"value": manner.region}
    if manner.region == "code":
        region = {"from_code": True}
    elif manner.region == "column":
        region = dict(headers.get("region", {}))
    roles: dict[str, Any] = {"value": manner.role}
    if "roles" in headers:
        roles = {**headers["roles"], "words": pairs(by_target["roles"].words)}
    found = {
        "duplicates": manner.duplicates,
        "header_row": manner.header_row,
        "region": region,
        "roles": roles,
    }
    found |= {to: headers[to] for to in ("code", "name") if to in headers}
    return found | ({"sheet": manner.sheet} if manner.sheet else {})


def _fact_mapping(one: Chosen, kind: FactKind) -> tuple[dict[str, Any], list[Bilingual]]:
    units = units_of(kind)
    written = _BRACKETS.fullmatch(key_of(one.header))
    in_header = written is not None and written[2] in units
    problems = []
    if one.unit and one.unit.lower() not in units:
        problems.append(
            Bilingual(
                f"“{one.header}”的单位“{one.unit}”不适用", f"{one.header}: unit {one.unit} does not fit"
            )
        )
    if kind.type.value in ("money", "ratio") and not one.unit and not in_header:
        problems.append(Bilingual(f"请为“{one.header}”选择单位", f"Choose the unit of {one.header}"))
    words = pairs(one.words)
    found: dict[str, Any] = {"headers": [one.header], "unit": one.unit}
    if kind.type.value == "bool":
        found["true_words"] = tuple(w for w, v in words.items() if v in ("是", "yes", "true")) or None
        found["false_words"] = tuple(w for w, v in words.items() if v in ("否", "no", "false")) or None
    elif words:
        strange = sorted(set(words.values()) - set(kind.domain.values))
        if strange:
            said = "、".join(strange)
            problems.append(Bilingual(f"“{one.header}”没有取值“{said}”", f"{one.header} has no value {said}"))
        found["words"] = words
    return found, problems


def pairs(text: str) -> dict[str, str]:
    """
    >>> pairs("工业=industrial；其他 = other")
    {'工业': 'industrial', '其他': 'other'}
    """
    split = (part.partition("=") for part in _PAIRS.split(text.replace("＝", "=")) if "=" in part)
    return {word.strip(): value.strip() for word, _, value in split if word.strip()}
