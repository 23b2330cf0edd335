"""What a match run leaves behind: sparse findings, a summary per measure, and a manifest.

    OUT/results/part-00000.parquet   party, measure, verdict, amount, value, missing: all but the plain "no"
    OUT/summary.parquet, summary.csv counts, amounts and shares per measure
    OUT/manifest.json                register, day, packs, rows

A run is written beside its place and moved there whole, so a killed run leaves the old results or none.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from huiqi.matching.draft_folder import DraftFolder
from huiqi.matching.engine import FEN_PLACES, NO_AMOUNT, PLACES, BlockResult
from huiqi.matching.plan import Plan
from huiqi.matching.totals import MeasureSummary, Totals, Whole, summary_from
from huiqi.measures.types import VerdictKind
from huiqi.registry.schema import decimals_of

AMOUNT: Final = pa.decimal128(24, PLACES)
VALUE: Final = pa.decimal128(22, FEN_PLACES)
SCHEMA: Final = pa.schema(
    [
        ("party", pa.dictionary(pa.int32(), pa.string())),
        ("measure", pa.dictionary(pa.int32(), pa.string())),
        ("verdict", pa.dictionary(pa.int32(), pa.string())),
        ("amount", AMOUNT),
        ("value", VALUE),
        ("missing", pa.dictionary(pa.int32(), pa.string())),
    ]
)
ROWS_PER_FILE: Final = 20_000_000
VERDICTS: Final = tuple(VerdictKind)
VERDICT_TEXTS: Final = pa.array([str(kind) for kind in VERDICTS])


@dataclass(slots=True)
class RunResults:
    """Collects a run: writes findings as they come, adds up the summary."""

    plan: Plan
    place: DraftFolder  # where the finished run will stand
    totals: Totals = field(default_factory=Totals)
    missing: dict[tuple[str, ...], int] = field(default_factory=dict)
    pen: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))
    waiting: Future[None] | None = None  # the block being written while the next is worked out
    writer: pq.ParquetWriter | None = None
    in_file: int = 0
    files: int = 0

    def __post_init__(self) -> None:
        (self.place.draft / "results").mkdir()

    def add(self, block: BlockResult) -> None:
        """Write the findings of one block and add them up."""
        self.totals.add_block(block)
        if block.findings:
            table = self.table_of(block)
            self.wait()
            self.waiting = self.pen.submit(self.write, table)

    def wait(self) -> None:
        """Until what was handed over is written; what went wrong there is raised here."""
        if self.waiting is not None:
            self.waiting.result()
            self.waiting = None

    def table_of(self, block: BlockResult) -> pa.Table:
        found = block.findings
        lengths = [f.count for f in found]
        missing = [self.missing.setdefault(f.missing, len(self.missing)) for f in found]
        measures = pa.array([p.measure.key for p in self.plan.measures])
        texts = pa.array([missing_text(names) for names in self.missing])
        columns = [
            coded_column(np.concatenate([f.rows for f in found], dtype=np.int32), block.codes),
            coded_column(spread([f.measure for f in found], lengths), measures),
            coded_column(spread([VERDICTS.index(f.kind) for f in found], lengths), VERDICT_TEXTS),
            pa.chunked_array([decimal_column(f.amounts, f.count, AMOUNT) for f in found], type=AMOUNT),
            pa.chunked_array([decimal_column(f.values, f.count, VALUE) for f in found], type=VALUE),
            coded_column(spread(missing, lengths), texts),
        ]
        return pa.Table.from_arrays(columns, schema=SCHEMA)

    def write(self, table: pa.Table) -> None:
        if self.writer is None:
            path = self.place.draft / "results" / f"part-{self.files:05d}.parquet"
            self.writer = pq.ParquetWriter(
                path, SCHEMA, compression="zstd", compression_level=1,
                use_dictionary=["party", "measure", "verdict", "missing"], write_statistics=False,
            )  # fmt: skip
            self.files += 1
        self.writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.in_file += table.num_rows
        if self.in_file >= ROWS_PER_FILE:
            self.close_file()

    def close_file(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer, self.in_file = None, 0

    def publish(self, about: Mapping[str, Any]) -> list[MeasureSummary]:
        """Write summary and manifest, then move the run to its place."""
        self.wait()
        self.pen.shutdown()
        self.close_file()
        return publish_run(self.place, self.plan, self.totals, about)

    def discard(self) -> None:
        """Leave nothing of an unfinished run."""
        self.pen.shutdown(cancel_futures=True)
        self.close_file()
        self.place.discard()


def publish_run(
    place: DraftFolder, plan: Plan, totals: Totals, about: Mapping[str, Any]
) -> list[MeasureSummary]:
    """Write summary and manifest beside the findings and put the run in its place."""
    summary = summary_from(plan, totals)
    write_summary(summary, place.draft)
    counted = {"parties": totals.parties, "findings": totals.findings, "measures": len(summary)}
    text = json.dumps({**about, **counted}, ensure_ascii=False, indent=2, default=str)
    place.write("manifest.json", text + "\n")
    place.publish()
    return summary


def missing_text(facts: Iterable[str]) -> str:
    """Facts by their own names, without the mark that keeps clashing facts apart."""
    return ",".join(name.partition("@")[0] for name in facts)


def spread(codes: list[int], lengths: list[int]) -> np.typing.NDArray[np.int32]:
    """Each code as often as its finding has rows."""
    return np.repeat(np.array(codes, np.int32), lengths)


def coded_column(codes: np.typing.NDArray[np.int32], texts: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes), texts)


def decimal_column(numbers: Whole | None, rows: int, kind: pa.DataType) -> pa.Array:
    """Whole units of the last place as decimals; NO_AMOUNT is null.

    >>> decimal_column(np.array([600, NO_AMOUNT]), 2, VALUE).to_pylist()
    [Decimal('6.00'), None]
    """
    lacking = None if numbers is None else numbers == NO_AMOUNT
    if numbers is None or lacking is None or lacking.all():
        return no_decimals(kind, rows)
    return decimals_of(pa.array(numbers, mask=lacking if lacking.any() else None), kind)


@lru_cache(maxsize=4)
def nulls_of(kind: pa.DataType, rows: int) -> pa.Array:
    return pa.nulls(rows, kind)


def no_decimals(kind: pa.DataType, rows: int) -> pa.Array:
    """Nothing but nulls: a piece of an array that is made once."""
    return nulls_of(kind, 1 << max(rows, 1 << 16).bit_length()).slice(0, rows)


def write_summary(summary: Iterable[MeasureSummary], folder: Path) -> None:
    rows = [{**asdict(line), "in_scope": line.in_scope, "share": line.share} for line in summary]
    names = list(rows[0]) if rows else ["measure"]
    with (folder / "summary.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, names)
        table.writeheader()
        table.writerows(rows)
    columns = {name: [row[name] for row in rows] for name in names}
    pq.write_table(pa.table(columns, schema=summary_schema(names)), folder / "summary.parquet")


def summary_schema(names: Iterable[str]) -> pa.Schema:
    types = {
        "amount": pa.decimal128(38, PLACES),
        "value": pa.decimal128(38, FEN_PLACES),
        "share": pa.decimal128(9, 4),
    }
    texts = {"measure", "title", "clause", "audience", "unit", "amount_is"}
    return pa.schema([(n, types.get(n, pa.string() if n in texts else pa.int64())) for n in names])
