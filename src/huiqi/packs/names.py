"""Every name that one declaration gives another must be there; a wrong one is told the nearest right one."""

import re
from collections.abc import Collection, Mapping, Sequence

from huiqi.base.problem import Problem
from huiqi.cases.types import MONEY_EFFECTS
from huiqi.documents.authorities import is_authority
from huiqi.forms.declare import nearest
from huiqi.forms.types import PARTIES
from huiqi.funds.types import MOVEMENTS, Movement
from huiqi.packs.nouns import NOUNS
from huiqi.packs.parts import Declared, Use
from huiqi.packs.types import Pack

ONE_TO_LIST = {noun.one: noun.name for noun in NOUNS}


def name_problems(
    declared: Declared,
    *,
    clauses: Collection[str],
    facts: Collection[str],
    measures: Collection[str],
    required: Sequence[Pack],
) -> list[Problem]:
    """The uses of names that nothing answers to. Measures of other packs are named ``pack/id``."""
    known: dict[str, Collection[str]] = {
        "clause": clauses,
        "fact": facts,
        "measure": {*measures, *(m.key for pack in required for m in pack.measures.values())},
    }
    for one, name in ONE_TO_LIST.items():
        inherited = {part for pack in required for part in pack.part_names(name)}
        known[one] = declared.names.get(name, set()) | inherited
    return [problem for use in declared.uses if (problem := problem_of(use, known)) is not None]


def money_problems(declared: Declared, *, required: Sequence[Pack]) -> list[Problem]:
    """Steps that move money in a way the kind of their fund does not know."""
    funds = {name: fund for pack in required for name, fund in pack.funds.items()}
    funds |= declared.values["funds"]
    problems = []
    for case in declared.values["cases"].values():
        fund = funds.get(case.fund)
        if fund is None:
            continue
        moved = {effect for step in case.steps.values() for effect in step.effects} & MONEY_EFFECTS
        problems += [
            Problem(
                declared.places["cases", case.id], f"{case.id}: a fund of kind {fund.kind} has no {effect}"
            )
            for effect in sorted(moved)
            if Movement(effect) not in MOVEMENTS[fund.kind]
        ]
    return problems


def names_a_body(name: str) -> bool:
    """Can these words be one authority, or a collective of them, as documents print it?

    >>> [names_a_body(name) for name in ("市财政局", "各州（地、市）", "相关部门和行业", "60000元")]
    [True, True, True, False]
    """
    plain = name.replace("（", "(").replace("）", ")")
    return is_authority(plain) or any(is_authority(part) for part in re.split("[、和及]", plain))


def problem_of(use: Use, known: Mapping[str, Collection[str]]) -> Problem | None:
    to, name = use.reference.to, use.reference.name
    if to == "authority":
        return None if names_a_body(name) else Problem(use.where, f"{use.id}: {name!r} names no authority")
    if to == "user":
        if name in PARTIES or names_a_body(name):
            return None
        message = f"{use.id}: {name!r} is neither a kind of party nor an authority{nearest(name, PARTIES)}"
        return Problem(use.where, message)
    names = PARTIES if to == "kind of party" else known[to]
    if name in names:
        return None
    return Problem(use.where, f"{use.id}: there is no {to} {name!r}{nearest(name, names)}")
