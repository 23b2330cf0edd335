"""What a simulation leaves behind: its figures as JSON, and the parties by name for those who may see them.

OUT/simulation.json    everything that the page and the console show; suppressed cells are null
OUT/parties.parquet    party, measure, fate, amounts and values before and after; never with `--publish`
OUT/index.html         the page
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from huiqi.base.bilingual import Bilingual
from huiqi.matching.simulate.near import BANDS
from huiqi.matching.simulate.outcomes import Figures
from huiqi.matching.simulate.run import Sides, yuan
from huiqi.matching.simulate.suppress import EVERYTHING, Disclosure
from huiqi.matching.simulate.types import FATES, Cell, Cost, Fate, MeasureResult, NearMiss, Simulation
from huiqi.matching.stored import AMOUNT, VALUE, decimal_column

FORMAT: Final = 1
CODED: Final = pa.dictionary(pa.int32(), pa.string())
SCHEMA: Final = pa.schema(
    [
        ("party", pa.string()), ("measure", CODED), ("fate", CODED),
        ("amount_before", AMOUNT), ("amount_after", AMOUNT), ("value_before", VALUE), ("value_after", VALUE),
    ]
)  # fmt: skip
FATE_NAMES: Final = pa.array([fate.name.lower() for fate in Fate])
Json = dict[str, Any]


@dataclass(slots=True)
class PartiesFile:
    """Writes parties as they come. Nothing stays in memory but one piece."""

    path: Path
    measures: Sequence[str]
    writer: pq.ParquetWriter = field(init=False)

    def __post_init__(self) -> None:
        self.writer = pq.ParquetWriter(self.path, SCHEMA, compression="zstd", compression_level=1)

    def add(self, measure: int, fate: Fate, codes: pa.Array, figures: Sides) -> None:
        """See `run.PartyList`."""
        rows = len(codes)
        (amounts_before, values_before), (amounts_after, values_after) = figures
        if pa.types.is_dictionary(codes.type):
            codes = codes.dictionary_decode()
        columns = [
            codes.cast(pa.string()),
            always(measure, rows, pa.array(list(self.measures))),
            always(int(fate), rows, FATE_NAMES),
            column(amounts_before, AMOUNT), column(amounts_after, AMOUNT),
            column(values_before, VALUE), column(values_after, VALUE),
        ]  # fmt: skip
        self.writer.write_table(pa.Table.from_arrays(columns, schema=SCHEMA))

    def close(self) -> None:
        self.writer.close()


def always(code: int, rows: int, texts: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.full(rows, code, np.int32)), texts)


def column(figures: Figures, kind: pa.DataType) -> pa.Array:
    return decimal_column(figures, len(figures), kind)


def as_json(simulation: Simulation, shown: Disclosure = EVERYTHING) -> Json:
    """A simulation as its JSON file has it; what may not be shown is null."""
    money = not shown.hides_money
    return {
        "format": FORMAT,
        "as_of": simulation.as_of.isoformat(),
        "register": {name: plain(value) for name, value in simulation.register.items()},
        "changes": list(simulation.changes),
        "parties": simulation.parties,
        "least_cell": shown.least,
        "measures": [measure_json(n, m, shown) for n, m in enumerate(simulation.measures)],
        "beside": list(simulation.beside),
        "cost": cost_json(simulation.cost) if money else None,
        "unpriced": dict(zip(("before", "after"), map(shown.count, simulation.unpriced), strict=True)),
        "uncosted": list(simulation.uncosted),
        "cells": {
            dimension: [cell_json(code, cell, simulation, shown, dimension) for code, cell in by_code.items()]
            for dimension, by_code in simulation.cells.items()
        },
        "near": [near_json(near, shown) for near in simulation.near],
    }


def plain(value: object) -> object:
    return value if isinstance(value, bool | int | str | None) else str(value)


def words(text: Bilingual) -> Json:
    return {"zh": text.zh, "en": text.en}


def cost_json(cost: Cost) -> Json:
    return {"before": str(cost.before), "after": str(cost.after), "difference": str(cost.difference)}


def measure_json(number: int, result: MeasureResult, shown: Disclosure) -> Json:
    fates = {fate: shown.fate(number, fate, result.fates[fate]) for fate in FATES}
    known = not shown.hides_money and not any(measure == number for measure, _ in shown.hidden_fates)
    return {
        "measure": result.key,
        "title": words(result.title),
        "fates": {fate.name.lower(): count for fate, count in fates.items()},
        "gains": bounds_json(fates, Fate.GAINS, Fate.MAY_GAIN),
        "losses": bounds_json(fates, Fate.LOSES, Fate.MAY_LOSE),
        "cost": cost_json(result.cost) if result.has_cost and known else None,
        "has_cost": result.has_cost,
        "is_ceiling": result.is_ceiling,
        "is_new": result.is_new,
        "is_dropped": result.is_dropped,
    }


def bounds_json(fates: Mapping[Fate, int | None], sure: Fate, may: Fate) -> Json:
    parts = [fates[fate] for fate in (sure, may, Fate.MAY_EITHER)]
    known = [part for part in parts if part is not None]
    return {"low": parts[0], "high": sum(known) if len(known) == len(parts) else None}


def cell_json(code: str, cell: Cell, simulation: Simulation, shown: Disclosure, dimension: str) -> Json:
    place = (dimension, code)
    measures = {
        result.key: {
            fate.name.lower(): shown.fate_in(place, number, fate, int(cell.fates[number, fate]))
            for fate in FATES
        }
        for number, result in enumerate(simulation.measures)
    }
    cost = cost_json(Cost(yuan(cell.before), yuan(cell.after))) if shown.shows_money(*place) else None
    label = words(simulation.labels[dimension][code])
    return {"code": code, "label": label, "measures": measures, "cost": cost}


def near_json(near: NearMiss, shown: Disclosure) -> Json:
    ends = [f"{end * 100}%" for end in BANDS] + [None]
    return {
        "measure": near.measure,
        "condition": near.condition,
        "said": words(near.said),
        "clause": near.clause,
        "bands": [{"up_to": end, "parties": shown.count(n)} for end, n in zip(ends, near.bands, strict=True)],
        "other": shown.count(near.other),
        "open": shown.count(near.open_),
    }
