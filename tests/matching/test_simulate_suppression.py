"""What is published of a simulation gives no small group away, neither directly nor by subtraction."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.base.bilingual import Bilingual
from huiqi.matching.simulate.files import Json, as_json
from huiqi.matching.simulate.page import simulation_page
from huiqi.matching.simulate.run import provinces, yuan
from huiqi.matching.simulate.sums import exact_sums
from huiqi.matching.simulate.suppress import LEAST, disclosure_of
from huiqi.matching.simulate.types import FATES, Cell, Cost, Fate, MeasureResult, NearMiss, Purse, Simulation

CITIES: Final = ("3701", "3702", "3703", "4401", "4403", "6301")
INDUSTRIES: Final = ("C", "F", "I", "")
MEASURES: Final = ("pack/one", "pack/two")
SAID: Final = Bilingual("所得不超过30万元", "income at most 300,000 yuan")
small = st.sampled_from([0, 0, 1, 2, 3, 5, 9, 10, 11, 14, 40, 700])


@st.composite
def simulations(draw: st.DrawFn) -> Simulation:
    """Small numbers in every combination of a city and an industry, and what they add up to."""
    shape = (len(CITIES), len(INDUSTRIES))
    fates = np.zeros((*shape, len(MEASURES), len(Fate)), np.int64)
    purses = np.zeros((*shape, len(Purse)), np.int64)
    for place in np.ndindex(*shape):
        fates[place][0, Fate.GAINS] = draw(small)
        fates[place][0, Fate.MAY_GAIN] = draw(small)
        fates[place][1, Fate.LOSES] = draw(small)
        purses[place][Purse.BEGINS] = fates[place][0, Fate.GAINS]
        purses[place][Purse.ENDS] = fates[place][1, Fate.LOSES]
    cities = {c: cell_of(fates[n].sum(0), purses[n].sum(0)) for n, c in enumerate(CITIES)}
    industries = {c: cell_of(fates[:, n].sum(0), purses[:, n].sum(0)) for n, c in enumerate(INDUSTRIES)}
    cells = {"province": provinces(cities, len(MEASURES)), "city": cities, "industry": industries}
    total = cell_of(fates.sum((0, 1)), purses.sum((0, 1)))
    label = Bilingual("某", "some")
    return Simulation(
        register={"source": "synthetic", "as_of": "2013-06-30", "version": "v", "synthetic": True},
        as_of=date(2013, 6, 30),
        changes=(),
        parties=10_000,
        measures=tuple(
            MeasureResult(key, label, {f: int(total.fates[n, f]) for f in FATES}, Cost(), True, False)
            for n, key in enumerate(MEASURES)
        ),
        beside=(),
        cost=Cost(yuan(total.before), yuan(total.after)),
        purses={purse: int(total.purses[purse]) for purse in Purse},
        cells=cells,
        near=(NearMiss(MEASURES[0], "income", SAID, "c1", (draw(small),) * 6, draw(small), draw(small)),),
        labels={dimension: dict.fromkeys(by_code, label) for dimension, by_code in cells.items()},
    )


def cell_of(fates: Any, purses: Any) -> Cell:
    return Cell(fates, purses, 10_000 * int(purses[Purse.ENDS]), 20_000 * int(purses[Purse.BEGINS]))


def counts_in(figures: Json) -> Iterator[int]:
    """Every number of parties that a published file shows."""
    for row in figures["measures"]:
        yield from (n for n in row["fates"].values() if n is not None)
        yield from (n for side in ("gains", "losses") for n in row[side].values() if n is not None)
    for by_code in figures["cells"].values():
        for row in by_code:
            for fates in row["measures"].values():
                yield from (n for n in fates.values() if n is not None)
    for near in figures["near"]:
        numbers = (*(band["parties"] for band in near["bands"]), near["other"], near["open"])
        yield from (n for n in numbers if n is not None)


@settings(deadline=None)
@given(simulations())
def test_no_small_count_is_shown(simulation: Simulation):
    figures = as_json(simulation, disclosure_of(simulation))
    assert [n for n in counts_in(figures) if 0 < n < LEAST] == []


@settings(deadline=None)
@given(simulations())
def test_subtraction_brings_no_small_cell_back(simulation: Simulation):
    """Whatever the shown totals and rows determine of the hidden cells, it is never a small count.

    Every shown count is an equation over the cells of its column; a cell is given away where those equations
    leave it one value alone.
    """
    figures = as_json(simulation, disclosure_of(simulation))
    for measure, key in enumerate(MEASURES):
        for fate in (Fate.GAINS, Fate.MAY_GAIN, Fate.LOSES):
            total = figures["measures"][measure]["fates"][fate.name.lower()]
            rows = [row for by_code in figures["cells"].values() for row in by_code]
            if total is None:
                assert {shown(row, key, fate) for row in rows} <= {None}
                continue
            for by_code, truth in tables(figures, simulation):
                unknowns = [row["code"] for row in by_code if shown(row, key, fate) is None]
                equations = equations_of(by_code, unknowns)
                for place, code in enumerate(unknowns):
                    value = int(truth[code].fates[measure, fate])
                    if 0 < value < LEAST:
                        assert not determined(equations, place), (code, value)


def shown(row: Json, key: str, fate: Fate) -> int | None:
    number: int | None = row["measures"][key][fate.name.lower()]
    return number


def tables(figures: Json, simulation: Simulation) -> Iterator[tuple[list[Json], dict[str, Cell]]]:
    for dimension in ("industry", "province", "city"):
        rows = figures["cells"][dimension]
        above = figures["cells"]["province"] if dimension == "city" else []
        yield [*rows, *above], dict(simulation.cells[dimension]) | dict(simulation.cells["province"])


def equations_of(rows: list[Json], unknowns: list[str]) -> np.ndarray[Any, Any]:
    """One line for the total, and one for each province of which the cities are listed too."""
    cities = [code for code in unknowns if len(code) == 4]
    hidden_provinces = [
        code for code in unknowns if len(code) == 2 and any(len(r["code"]) == 4 for r in rows)
    ]
    lines = [[float(code not in hidden_provinces) for code in unknowns]]
    if hidden_provinces:
        lines.append([float(code in hidden_provinces) for code in unknowns])
    for row in rows:
        if len(row["code"]) == 2 and any(len(r["code"]) == 4 for r in rows):
            inside = [float(code in cities and code.startswith(row["code"])) for code in unknowns]
            if row["code"] in unknowns:
                inside[unknowns.index(row["code"])] = -1.0
            lines.append(inside)
    return np.array(lines)


def determined(equations: np.ndarray[Any, Any], place: int) -> bool:
    """Do the equations leave this unknown one value?"""
    alone = np.zeros(equations.shape[1])
    alone[place] = 1.0
    rank = np.linalg.matrix_rank(equations)
    return bool(np.linalg.matrix_rank(np.vstack([equations, alone])) == rank)


@settings(deadline=None)
@given(simulations())
def test_what_is_hidden_together_is_nobody_or_enough(simulation: Simulation):
    figures = as_json(simulation, disclosure_of(simulation))
    for rows in (figures["cells"]["industry"], figures["cells"]["province"]):
        for measure, key in enumerate(MEASURES):
            for fate in FATES:
                total = figures["measures"][measure]["fates"][fate.name.lower()]
                if total is not None:
                    left = total - sum(shown(row, key, fate) or 0 for row in rows)
                    assert left == 0 or left >= LEAST


@settings(deadline=None)
@given(simulations())
def test_money_of_few_is_neither_shown_nor_left_over(simulation: Simulation):
    figures = as_json(simulation, disclosure_of(simulation))
    for dimension in ("industry", "province"):
        rows, cells = figures["cells"][dimension], simulation.cells[dimension]
        for purse in (Purse.BEGINS, Purse.ENDS):
            hidden = sum(int(cells[row["code"]].purses[purse]) for row in rows if row["cost"] is None)
            assert figures["cost"] is None or hidden == 0 or hidden >= LEAST
            for row in rows:
                if row["cost"] is not None:
                    assert not 0 < cells[row["code"]].purses[purse] < LEAST


def test_the_page_of_a_published_simulation_says_that_cells_are_left_out():
    cell = cell_of(np.zeros((1, len(Fate)), np.int64), np.zeros(len(Purse), np.int64))
    few, many = cell_of(cell.fates.copy(), cell.purses.copy()), cell_of(cell.fates.copy(), cell.purses.copy())
    few.fates[0, Fate.GAINS], many.fates[0, Fate.GAINS] = 7, 731
    label = Bilingual("某措施", "some measure")
    simulation = Simulation(
        register={"source": "synthetic", "as_of": "2013-06-30", "version": "v", "synthetic": True},
        as_of=date(2013, 6, 30), changes=("x/y.valid_until=2013-01-01",), parties=1000,
        measures=(MeasureResult("x/y", label, {**dict.fromkeys(FATES, 0), Fate.GAINS: 738}, Cost(), True, False),),
        beside=(), cost=Cost(Decimal("1.50"), Decimal("4.25")), purses=dict.fromkeys(Purse, 0),
        cells={"industry": {"C": few, "F": many}}, near=(),
        labels={"industry": {"C": label, "F": label}},
    )  # fmt: skip
    whole = simulation_page(as_json(simulation))
    published = simulation_page(as_json(simulation, disclosure_of(simulation)))
    assert ">7<" in whole
    assert ">731<" in whole
    assert ">7<" not in published
    assert ">731<" not in published  # or 738 − 731 would tell
    assert "738" in published
    assert "不公布" in published
    assert "公开版" in published
    assert "+2.75" in whole
    assert json.loads(json.dumps(as_json(simulation)))["cost"]["difference"] == "2.75"


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-999, 999)),
        max_size=40,
    )
)
def test_sums_are_exact_whatever_the_size(rows: list[tuple[int, int]]):
    codes = np.array([code for code, _ in rows], np.int64)
    figures = np.array([figure for _, figure in rows], np.int64)
    expected = [sum(figure for code, figure in rows if code == wanted) for wanted in range(4)]
    assert exact_sums(codes, figures, 4) == expected
