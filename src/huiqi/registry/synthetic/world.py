"""The core of every made-up firm, drawn together so that its figures fit one another.

Branch → employees (lognormal around the branch's median) → revenue (per head, with spread) → assets, income
and capital; bigger firms are older. About one in twelve has no revenue: new or dormant.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huiqi.registry.synthetic.tables import BRANCHES, CLASSES

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

INDIVIDUAL_SHARE = 0.04
DORMANT_SHARE = 0.08
MOST_EMPLOYEES = 50_000
MOST_YUAN = 1e12

ROLE_SHARES: Mapping[str, float] = {
    "bank": 0.0006,
    "guarantor": 0.0008,
    "microloan_company": 0.0005,
    "agency": 0.0040,
    "service_platform": 0.0010,
    "incubator": 0.0005,
}
ROLE_CLASS: Mapping[str, str] = {
    "bank": "J6621",
    "guarantor": "J6639",
    "microloan_company": "J6635",
    "agency": "L7249",
    "service_platform": "M7519",
    "incubator": "M7540",
}
PLAIN_ROLES = ("enterprise", "individual")
ROLE_WORDS = (*PLAIN_ROLES, *(",".join(sorted(("enterprise", role))) for role in ROLE_SHARES))
"""The values of the column `roles`."""

CAPITAL_STEPS = np.array([3, 10, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 50_000, 100_000])
"""Registered capital is one of these, in ten thousand yuan."""

_SHARES = np.cumsum([b.share for b in BRANCHES]) / sum(b.share for b in BRANCHES)


def _branch_of(industry: str) -> int:
    return next(i for i, b in enumerate(BRANCHES) if industry.startswith(b.branch))


_BRANCH_OF_CLASS = np.array([_branch_of(c) for c in CLASSES])
_FIRST_CLASS = np.searchsorted(_BRANCH_OF_CLASS, np.arange(len(BRANCHES)))
_CLASS_COUNT = np.bincount(_BRANCH_OF_CLASS, minlength=len(BRANCHES))
_SECTION = np.array([b.branch[0] for b in BRANCHES])


def _per_branch(name: str) -> Floats:
    return np.array([getattr(b, name) for b in BRANCHES], float)


_EMPLOYEES, _SPREAD, _PER_HEAD = map(_per_branch, ("employees", "spread", "revenue_per_head"))
_ASSETS, _MARGIN, _TECH, _EXPORT, _VAT = map(
    _per_branch, ("assets_per_revenue", "margin", "tech", "export", "vat")
)


@dataclass(frozen=True, slots=True)
class World:
    """Firms of one block, one array entry per firm; money in fen."""

    role: Ints  # index in ROLE_WORDS
    industry: Ints  # index in CLASSES
    section: npt.NDArray[np.str_]  # A to R
    employees: Ints
    revenue: Ints
    assets: Ints
    capital: Ints
    income: Ints
    age_days: Ints
    bears_vat: Bools
    is_individual: Bools
    groups: Mapping[str, Bools]  # who a yes-or-no fact can be true of, by the names in facts.csv


def draw_world(rows: int, rng: np.random.Generator, *, in_qingdao: bool) -> World:
    """`rows` firms; the same generator state gives the same firms."""
    role, industry = _roles_and_industries(rows, rng)
    branch = _BRANCH_OF_CLASS[industry]
    is_individual = role == ROLE_WORDS.index("individual")
    size = rng.standard_normal(rows)
    heads = _EMPLOYEES[branch] * np.exp(_SPREAD[branch] * size) * np.where(is_individual, 0.3, 1.0)
    employees = np.clip(np.rint(heads), 1, MOST_EMPLOYEES).astype(np.int64)
    revenue = employees * _PER_HEAD[branch] * np.exp(0.8 * rng.standard_normal(rows))
    revenue *= rng.random(rows) >= DORMANT_SHARE
    assets = revenue * _ASSETS[branch] * np.exp(0.8 * rng.standard_normal(rows)) + rng.gamma(
        1.0, 300_000, rows
    )
    income = revenue * (_MARGIN[branch] + 0.07 * rng.standard_normal(rows))
    capital = _nearest_step(assets / 10_000 * 0.35 * np.exp(0.5 * rng.standard_normal(rows)))
    age_years = rng.gamma(1.6, 3.5, rows) * np.exp(0.25 * size)
    section = _SECTION[branch]
    return World(
        role=role,
        industry=industry,
        section=section,
        employees=employees,
        revenue=_fen(revenue),
        assets=_fen(assets),
        capital=capital * 1_000_000,
        income=_fen(income),
        age_days=np.rint(np.minimum(age_years, 60) * 365.25).astype(np.int64),
        bears_vat=_VAT[branch] == 1,
        is_individual=is_individual,
        groups=_groups(role, branch, age_years, employees, rng, in_qingdao),
    )


def _roles_and_industries(rows: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    branch = np.searchsorted(_SHARES, rng.random(rows), side="right").clip(max=len(BRANCHES) - 1)
    industry = _FIRST_CLASS[branch] + (rng.random(rows) * _CLASS_COUNT[branch]).astype(np.int64)
    role = np.where(rng.random(rows) < INDIVIDUAL_SHARE, 1, 0)
    limits = np.cumsum(list(ROLE_SHARES.values()))
    special = np.searchsorted(limits, rng.random(rows), side="right")
    for number, name in enumerate(ROLE_SHARES):
        chosen = special == number
        role[chosen] = len(PLAIN_ROLES) + number
        industry[chosen] = CLASSES.index(ROLE_CLASS[name])
    return role.astype(np.int64), industry.astype(np.int64)


def _groups(
    role: Ints, branch: Ints, age_years: Floats, employees: Ints, rng: np.random.Generator, in_qingdao: bool
) -> dict[str, Bools]:
    draws = rng.random((5, len(role)))
    section = _SECTION[branch]
    firm = role != ROLE_WORDS.index("individual")
    industry = np.isin(section, ["B", "C", "D"])
    tech = firm & (draws[0] < _TECH[branch] * np.where(employees >= 20, 1.6, 0.8))
    export = firm & (draws[1] < _EXPORT[branch] * np.where(employees >= 50, 1.8, 0.9))
    foreign = firm & (draws[2] < np.where(employees >= 100, 0.12, 0.02))
    special = {name: role == len(PLAIN_ROLES) + i for i, name in enumerate(ROLE_SHARES)}
    return special | {
        "all": np.ones(len(role), bool),
        "individual": ~firm,
        "industry": industry,
        "export": export,
        "export_industry": export & industry,
        "tech": tech,
        "hnte": tech & (employees >= 10) & (age_years >= 1) & (draws[3] < 0.35),
        "software": tech & (section == "I"),
        "foreign": foreign,
        "domestic_company": firm & ~foreign,
        "small": firm & (employees <= 20),
        "young": age_years < 3,
        "finance": section == "J",
        "lender": special["bank"] | special["microloan_company"],
        "financing_guarantor": special["guarantor"] & (draws[4] < 0.85),
        "qingdao": np.full(len(role), in_qingdao),
    }


def _nearest_step(ten_thousands: Floats) -> Ints:
    place = np.searchsorted(np.sqrt(CAPITAL_STEPS[:-1] * CAPITAL_STEPS[1:]), ten_thousands)
    return CAPITAL_STEPS[place].astype(np.int64)


def _fen(yuan: Floats) -> Ints:
    """Made-up amounts in whole fen; floating point only makes them up, it never holds money."""
    return np.rint(np.clip(yuan, -MOST_YUAN, MOST_YUAN) * 100).astype(np.int64)
