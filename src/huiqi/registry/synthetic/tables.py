"""The assumptions behind the synthetic register, read from the tables beside this file.

`branches.csv`: one line per branch of GB/T 4754. `share` of firms; `employees` median and `spread` (standard
deviation of the logarithm); yuan of revenue per head; assets as a multiple of revenue; margin before tax;
share of technology firms and of exporters; `vat` 1 where sales bear VAT, 0 where turnover bears business tax
(as in 2013). All are round figures of ours, to look like a coastal city; none is taken from statistics.

`facts.csv`: one line per column. `unknown` is the share of nulls. A `group` and `share` make a yes-or-no
fact: `share` of the group say yes, everyone else says no.

`classes.csv`: the four-digit classes of GB/T 4754-2017 without railways, real estate of one's own, public
administration and international organisations, from a public table of the standard.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

from huiqi.registry.types import Column, ColumnType


@dataclass(frozen=True, slots=True)
class Branch:
    branch: str
    share: float
    employees: float
    spread: float
    revenue_per_head: float  # yuan a year
    assets_per_revenue: float
    margin: float
    tech: float
    export: float
    vat: bool


@dataclass(frozen=True, slots=True)
class FactRule:
    column: Column
    unknown: float
    group: str
    share: float


def _rows(name: str) -> list[dict[str, str]]:
    text = files("huiqi.registry.synthetic").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _branch(row: dict[str, str]) -> Branch:
    numbers = {k: float(v) for k, v in row.items() if k not in ("branch", "vat")}
    return Branch(branch=row["branch"], vat=row["vat"] == "1", **numbers)


def _fact_rule(row: dict[str, str]) -> FactRule:
    kind: ColumnType = row["type"]  # type: ignore[assignment]  # Column refuses any other word
    values = tuple(v for v in row["values"].split("|") if v)
    column = Column(row["name"], kind, unit=row["unit"], values=values)
    return FactRule(column, float(row["unknown"]), row["group"], float(row["share"] or 0))


BRANCHES: tuple[Branch, ...] = tuple(_branch(row) for row in _rows("branches.csv"))
CLASSES: tuple[str, ...] = tuple(row["code"] for row in _rows("classes.csv"))
FACT_RULES: dict[str, FactRule] = {row["name"]: _fact_rule(row) for row in _rows("facts.csv")}
