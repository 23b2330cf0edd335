"""Every name that one declaration gives another must be there; a wrong one is told the nearest right one."""

from collections.abc import Collection, Mapping, Sequence

from huiqi.base.problem import Problem
from huiqi.cases.types import MONEY_EFFECTS
from huiqi.documents.authorities import is_registered
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
    bodies: Collection[str] = (),
) -> list[Problem]:
    """The uses of names that nothing answers to. Measures of other packs are named ``pack/id``.

    `bodies` are those the pack names beside the register of authorities.
    """
    known: dict[str, Collection[str]] = {
        "authority": {*bodies, *(body for pack in required for body in pack.bodies)},
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


def names_a_body(name: str, bodies: Collection[str] = ()) -> bool:
    """Is this an authority of the register, a collective of such, or a body the pack names itself?

    >>> [
    ...     names_a_body(name)
    ...     for name in ("市财政局", "各州（地、市）", "相关部门和行业", "市材政局", "60000元")
    ... ]
    [True, True, True, False, False]
    >>> names_a_body("粤财投资控股有限公司", {"粤财投资控股有限公司"})
    True
    """
    return name in bodies or is_registered(name)


def problem_of(use: Use, known: Mapping[str, Collection[str]]) -> Problem | None:
    to, name = use.reference.to, use.reference.name
    if to == "authority":
        return None if names_a_body(name, known["authority"]) else unregistered(use)
    if to == "user":
        if name in PARTIES or names_a_body(name, known["authority"]):
            return None
        message = f"{use.id}: {name!r} is neither a kind of party nor an authority{nearest(name, PARTIES)}"
        return Problem(use.where, message)
    names = PARTIES if to == "kind of party" else known[to]
    if name in names:
        return None
    return Problem(use.where, f"{use.id}: there is no {to} {name!r}{nearest(name, names)}")


def unregistered(use: Use) -> Problem:
    remedy = "write it as the register of authorities has it, or name it under bodies in pack.yaml"
    return Problem(use.where, f"{use.id}: {use.reference.name!r} names no authority; {remedy}")
