"""The skeleton of a pack from a parsed document (`huiqi draft`): what a machine can say, and `todo` for the rest.

A person writes the summaries, decides what is a condition and what an award, and removes what is none. Nothing is
copied but labels, headings and names, each cut at `LONGEST_QUOTE` characters: official sentences stay in their file.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from huiqi.documents.as_json import as_yaml_text, number
from huiqi.documents.authorities import is_authority, is_registered
from huiqi.documents.quantities import UNITS
from huiqi.documents.types import Clause, Document, Owner, Quantity

TODO = "todo"
LONGEST_QUOTE = 20
BOTH = {"zh": TODO, "en": TODO}
AWARDS: tuple[tuple[str, str], ...] = (
    ("interest", "贴息|利息补贴|贷款利率"),
    ("exemption", "免征|免缴|免收"),
    ("fee_waiver", "减免|减收|停征|免费|取消.{0,12}收费"),
    ("tax_rate", "减按|减半征收|税率"),
    ("tax_base_reduction", "加计扣除|税前扣除|抵扣|应纳税所得额"),
    ("price_deduction", "价格.{0,6}扣除|价格折扣"),
    ("guarantee", "风险补偿|担保"),
    ("deferral", "延期缴纳|缓缴|延缓"),
    ("reward", "奖励|奖补|给予表彰"),
    ("subsidy", "补助|补贴|资助|补偿|返还"),
    ("priority", "优先"),
    ("access", "绿色通道|免费提供|开放共享"),
)
"""Kinds of award and the words that point to them; the first that is found is proposed."""
GRANTING = re.compile(
    "给予|减免|免征|免收|减按|减半|贴息|补助|补贴|奖励|资助|返还|扣除|优先|缓缴|延期缴纳|补偿"
)
AIMING = re.compile("达到|不低于|不少于|以上|增长|力争|培育|新增|建成|完成|占比|比重|翻番|突破")
HANDLING = re.compile("办结|审批|审核|答复|受理|放款|办理|登记|发放|拨付|反馈|批复|决定|核准")
CADENCES = (
    ("weekly", "每周"),
    ("monthly", "每月|按月"),
    ("quarterly", "每季|按季"),
    ("half_yearly", "每半年"),
    ("every_two_years", "每[两二2]年"),
    ("yearly", "(?<![户家人名个])每年(?!.{0,2}(?:不超过|不高于))"),
)
"""How often a duty seems to come round; 每户每年 is about an award and not about the authority."""
LIMIT_UNITS = frozenset(("working_days", "days", "hours", "months"))
PLAIN_UNITS = frozenset(("CNY", "ratio"))
AROUND = 16


def draft_pack(document: Document, *, pack_id: str) -> dict[str, str]:
    """The files of a pack folder: path below the folder to content."""
    clauses = document.clauses
    files = {
        "pack.yaml": as_yaml_text(pack(document, pack_id)),
        "clauses.yaml": as_yaml_text([clause_entry(clause) for clause in clauses]),
        "duties.yaml": as_yaml_text([duty(clause) for clause in clauses if clause.owners]),
        "targets.yaml": as_yaml_text([target for clause in clauses for target in targets(clause)]),
        "time-limits.yaml": as_yaml_text([limit for clause in clauses for limit in time_limits(clause)]),
    }
    for clause in clauses:
        if is_granting(clause):
            candidate = measure(clause)
            files[f"measures/{candidate['id']}.yaml"] = figures(clause) + as_yaml_text(candidate)
    return files


def pack(document: Document, pack_id: str) -> dict[str, Any]:
    """pack.yaml as far as the head and foot of the document tell."""
    return {
        "id": pack_id,
        "version": "0.1.0",
        "number": document.number,
        "title": {"zh": document.title or TODO, "en": TODO},
        "issuer": "、".join(document.issuers) or TODO,
        "level": TODO,
        "jurisdiction": {"zh": TODO, "region": TODO},
        "signed": document.signed or TODO,
        "in_force": {
            "from": document.effective_from or document.signed or TODO,
            "until": document.effective_to,
        },
        "requires": ["cn-common"],
        "precedence": [],
        "bodies": unregistered([owner for clause in document.clauses for owner in clause.owners]),
    }


def unregistered(owners: Iterable[Owner]) -> list[str]:
    """The names, as a draft writes them, that the register of authorities does not have."""
    return [name for name in names(owners) if not name.startswith(TODO) and not is_registered(name)]


def clause_entry(clause: Clause) -> dict[str, Any]:
    """One entry of clauses.yaml, the summary left to a person."""
    entry = {
        "id": clause.id,
        "label": clause.label,
        "section": quoted(clause.section),
        "title": quoted(clause.title),
        "parent": clause.parent,
        "kinds": kinds(clause) or [TODO],
        "summary": dict(BOTH),
    }
    return {key: value for key, value in entry.items() if value is not None}


def kinds(clause: Clause) -> list[str]:
    """What a clause seems to be: entitlement, duty, target."""
    found = [
        ("entitlement", is_granting(clause)),
        ("duty", bool(clause.owners)),
        ("target", bool(targets(clause))),
        ("time_limit", bool(time_limits(clause))),
    ]
    return [kind for kind, holds in found if holds]


def is_granting(clause: Clause) -> bool:
    """Whether it seems to give something to someone."""
    return bool(GRANTING.search(clause.text))


def duty(clause: Clause) -> dict[str, Any]:
    """Who has to do what, by when and how often, names as printed."""
    days = [deadline for deadline in clause.deadlines if deadline.date]
    once = {owner.printed: owner for owner in reversed(clause.owners)}  # in the first of two roles
    owners = [owner for owner in clause.owners if once[owner.printed] is owner]
    return {
        "id": f"d-{clause.id}",
        "clause": clause.id,
        "task": dict(BOTH),
        "lead": names(owners, "lead"),
        "cooperate": names(owners, "cooperate"),
        "responsible": names(owners, "responsible"),
        "cadence": next((name for name, words in CADENCES if re.search(words, clause.text)), "standing"),
        "due": max((deadline.date for deadline in days if deadline.date), default=None),
    }


def names(owners: Iterable[Owner], role: str | None = None) -> list[str]:
    """The authorities, all or those with one role, as the document prints them; `todo` before what may be none."""
    found = dict.fromkeys(owner.printed for owner in owners if role is None or owner.role == role)
    return [
        name if is_authority(name) and name == quoted(name) else f"{TODO} {quoted(name)}" for name in found
    ]


def targets(clause: Clause) -> list[dict[str, Any]]:
    """Figures to be reached: those with words of aim before or in them, outside periods of handling."""
    found = [each for each in clause.quantities if each.unit not in LIMIT_UNITS and _aims(clause, each)]
    by: date | None = max((each.date for each in clause.deadlines if each.date), default=None)
    return [
        {
            "id": f"{clause.id}-{position}",
            "clause": clause.id,
            "indicator": dict(BOTH),
            "unit": printed_unit(each),
            "kind": TODO,
            "cmp": TODO if each.cmp == "~" else each.cmp,
            "values": [{"by": by, "value": number(each.value)}],
        }
        for position, each in enumerate(found, start=1)
    ]


def printed_unit(quantity: Quantity) -> str:
    """The unit as the document has it; money and shares by the names of the format.

    >>> from decimal import Decimal
    >>> printed_unit(Quantity("200家以上", Decimal(200), "organisations", ">=", (0, 6)))
    '家'
    """
    if quantity.unit in PLAIN_UNITS:
        return quantity.unit
    fitting = [word for word, unit in UNITS.items() if unit == quantity.unit and word in quantity.text]
    return max(fitting, key=len, default=quantity.unit)


def _aims(clause: Clause, quantity: Quantity) -> bool:
    around = _around(clause, quantity)
    return bool(AIMING.search(around)) and not GRANTING.search(around)


def time_limits(clause: Clause) -> list[dict[str, Any]]:
    """Periods within which an authority promises to act."""
    found = [
        each
        for each in clause.quantities
        if each.unit in LIMIT_UNITS
        and each.value == each.value.to_integral_value()
        and HANDLING.search(_around(clause, each))
    ]
    return [
        {
            "id": f"{clause.id}-limit-{position}",
            "clause": clause.id,
            "matter": dict(BOTH),
            "within": {"n": number(each.value), "unit": each.unit},
            "starts": dict(BOTH),
            "promised_by": names(clause.owners) or [TODO],
        }
        for position, each in enumerate(found, start=1)
    ]


def _around(clause: Clause, quantity: Quantity) -> str:
    """The words about a figure, up to the end of its sentence."""
    at = clause.text.find(quantity.text)
    if at < 0:
        return quantity.text
    before = re.split("[。；]", clause.text[max(0, at - AROUND) : at])[-1]
    after = re.split("[。；]", clause.text[at : at + len(quantity.text) + AROUND])[0]
    return before + after


def measure(clause: Clause) -> dict[str, Any]:
    """A candidate measure: the kind of award is proposed, conditions and amount are left to a person."""
    kind = award_kind(clause.text)
    money = any(each.unit == "CNY" for each in clause.quantities)
    return {
        "id": f"{re.sub('[^a-z0-9]+', '-', clause.id.lower()).strip('-')}-{kind.replace('_', '-')}",
        "title": dict(BOTH),
        "clause": clause.id,
        "audience": TODO,
        "computable": TODO,
        "conditions": [{"id": TODO, "when": TODO, "clause": clause.id}],
        "award": {"kind": kind, "unit": "CNY" if money else TODO, "amount": TODO, "if_not": TODO},
        "decided_by": names(clause.owners),
        "open": [],
    }


def award_kind(text: str) -> str:
    """The kind of award that the words point to.

    >>> award_kind("给予50%的贴息"), award_kind("加强组织领导")
    ('interest', 'other')
    """
    return next((kind for kind, words in AWARDS if re.search(words, text)), "other")


def figures(clause: Clause) -> str:
    """The figures of a clause as comments at the head of its file, for the person who writes the rule."""
    lines: Sequence[str] = [
        *(
            f"# {quoted(each.text)}: {each.unit} {each.cmp} {number(each.value)}".replace("\n", " ")
            for each in clause.quantities
        ),
        *(f"# {quoted(each.text)}: {each.date}".replace("\n", " ") for each in clause.deadlines if each.date),
    ]
    return "".join(f"{line}\n" for line in ("# figures of the clause:", *lines)) if lines else ""


def quoted(words: str | None) -> str | None:
    """Words of the document, cut where quoting would become copying."""
    if words is None or len(words) <= LONGEST_QUOTE:
        return words
    return words[: LONGEST_QUOTE - 1] + "…"


def todos(files: Mapping[str, str]) -> int:
    """How many decisions are left to a person."""
    return sum(len(re.findall(rf"\b{TODO}\b", content)) for content in files.values())
