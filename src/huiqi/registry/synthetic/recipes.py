"""How each column of the synthetic register follows from the core of a firm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from huiqi.registry.schema import ARROW_TYPES
from huiqi.registry.synthetic.tables import CLASSES, FACT_RULES, FactRule
from huiqi.registry.synthetic.world import Bools, Ints, World
from huiqi.registry.types import Column

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Drawn:
    """Values as Arrow will hold them (fen for money, an index for words), and to whom they can apply."""

    values: Ints | Bools
    applies: Bools | None = None  # None: to everyone


Recipe = Callable[[World, np.random.Generator, date], Drawn]


def draw_column(rule: FactRule, world: World, rng: np.random.Generator, as_of: date, rows: int) -> pa.Array:
    """The column of a whole block, cut to its first `rows`. A null is an unknown or what cannot apply."""
    recipe = RECIPES.get(rule.column.name)
    drawn = recipe(world, rng, as_of) if recipe else _share_of_group(rule, world, rng)
    known = rng.random(len(drawn.values)) >= rule.unknown
    if drawn.applies is not None:
        known &= drawn.applies
    return _arrow(rule.column, drawn.values[:rows], known[:rows])


def has_recipe(column: Column) -> bool:
    """True if the generator knows this fact, with this type and at most these values."""
    rule = FACT_RULES.get(column.name)
    return (
        rule is not None and rule.column.type == column.type and set(rule.column.values) <= set(column.values)
    )


def money_array(fen: Ints, known: Bools) -> pa.Array:
    """Whole fen as decimal128(18, 2), by the bytes and without floating point.

    >>> money_array(np.array([150, -1]), np.array([True, True])).to_pylist()
    [Decimal('1.50'), Decimal('-0.01')]
    """
    words = np.empty((len(fen), 2), np.int64)
    words[:, 0] = fen
    words[:, 1] = fen >> 63  # the upper half of a 128-bit number is its sign
    bits = pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(ARROW_TYPES["money"], len(fen), [bits, pa.py_buffer(words)])


def _arrow(column: Column, values: Ints | Bools, known: Bools) -> pa.Array:
    if column.type == "money":
        return money_array(values.astype(np.int64), known)
    if column.type in ("text", "enum"):
        words = CLASSES if column.type == "text" else column.values
        indices = pa.array(values.astype(np.int32), mask=~known)
        return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))
    plain = (
        values if column.type == "bool" else values.astype(np.int32 if column.type == "date" else np.int64)
    )
    return pa.array(plain, ARROW_TYPES[column.type], mask=~known)


def _share_of_group(rule: FactRule, world: World, rng: np.random.Generator) -> Drawn:
    return Drawn(world.groups[rule.group] & (rng.random(len(world.role)) < rule.share))


def _is_enterprise(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    return Drawn(~world.is_individual)


def _industry_code(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    return Drawn(world.industry)


def _industry_sector(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    return Drawn(np.where(world.groups["industry"], 0, 1))


def _establishment_date(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    return Drawn(as_of.toordinal() - EPOCH - world.age_days)


def _monthly(world: World, rng: np.random.Generator, bears: Bools) -> Drawn:
    """A twelfth of revenue, give or take a quarter; zero for those who do not bear the tax."""
    month = world.revenue / 12 * np.exp(0.25 * rng.standard_normal(len(world.revenue)))
    return Drawn(np.where(bears, np.rint(month), 0).astype(np.int64))


def _filing_mode(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    return Drawn((rng.random(len(world.role)) < 0.03).astype(np.int64))


def _part_of_revenue(world: World, rng: np.random.Generator, who: Bools, low: float, high: float) -> Drawn:
    part = world.revenue * rng.uniform(low, high, len(world.revenue))
    return Drawn(np.where(who, np.rint(part), 0).astype(np.int64))


def _rd_expense(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    """3 to 8 % of revenue for technology firms, up to 2 % for one other industrial firm in ten."""
    share = rng.uniform(0.03, 0.08, len(world.revenue))
    some = world.groups["industry"] & (rng.random(len(share)) < 0.10)
    share = np.where(world.groups["tech"], share, np.where(some, share / 4, 0))
    return Drawn(np.rint(world.revenue * share).astype(np.int64))


def _rent(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    """2 to 10 % of revenue for two firms in three, nothing for those in rooms of their own."""
    return _part_of_revenue(world, rng, rng.random(len(world.role)) < 0.67, 0.02, 0.10)


def _now_and_then(share: float, low: float, high: float) -> Recipe:
    """A part of revenue for `share` of the technology firms, nothing for the others."""

    def draw(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
        who = world.groups["tech"] & (rng.random(len(world.role)) < share)
        return _part_of_revenue(world, rng, who, low, high)

    return draw


def _guarantee_volumes(world: World) -> tuple[Ints, Ints]:
    """A year's guarantees for small and medium firms, and for small and micro ones among them."""
    volume = np.maximum(world.assets, 1_000_000_000) * 3
    return volume, volume * (40 + world.employees % 50) // 100


def _sme_volume(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    return Drawn(_guarantee_volumes(world)[0], world.groups["guarantor"])


def _small_micro_volume(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    return Drawn(_guarantee_volumes(world)[1], world.groups["guarantor"])


def _small_micro_volume_before(world: World, rng: np.random.Generator, as_of: date) -> Drawn:
    before = _guarantee_volumes(world)[1] * rng.uniform(0.6, 1.1, len(world.role))
    return Drawn(np.rint(before).astype(np.int64), world.groups["guarantor"])


RECIPES: Mapping[str, Recipe] = {
    "is_enterprise": _is_enterprise,
    "industry_code": _industry_code,
    "industry_sector": _industry_sector,
    "establishment_date": _establishment_date,
    "employees": lambda world, rng, as_of: Drawn(world.employees),
    "operating_revenue": lambda world, rng, as_of: Drawn(world.revenue),
    "total_assets": lambda world, rng, as_of: Drawn(world.assets),
    "registered_capital": lambda world, rng, as_of: Drawn(world.capital, ~world.is_individual),
    "taxable_income": lambda world, rng, as_of: Drawn(world.income, ~world.is_individual),
    "monthly_sales": lambda world, rng, as_of: _monthly(world, rng, world.bears_vat),
    "monthly_turnover": lambda world, rng, as_of: _monthly(world, rng, ~world.bears_vat),
    "filing_mode": _filing_mode,
    "rd_expense": _rd_expense,
    "rent_paid_this_year": _rent,
    "rd_intangible_cost": _now_and_then(0.10, 0.01, 0.05),
    "tech_transfer_income": _now_and_then(0.05, 0.02, 0.30),
    "sme_guarantee_volume": _sme_volume,
    "small_micro_guarantee_volume": _small_micro_volume,
    "small_micro_guarantee_volume_prev_year": _small_micro_volume_before,
}
"""Every column of facts.csv without a group; the others are `share` of their group."""
