"""What a match run leaves behind: sparse findings, a summary per measure, and a manifest.

    OUT/results/part-00000.parquet   party, measure, verdict, amount, value, missing: all but the plain "no"
    OUT/summary.parquet, summary.csv counts, amounts and shares per measure
    OUT/manifest.json                register, day, packs, rows

A run is written beside its place and moved there whole, so a killed run leaves the old results or none.
"""

import csv
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from huiqi.matching.engine import FEN_PLACES, NO_AMOUNT, PLACES, BlockResult
from huiqi.matching.plan import Plan
from huiqi.measures.types import VerdictKind

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
class MeasureSummary:
    """One measure over the whole register. `share` is entitled or claimable among those in scope."""

    measure: str
    title: str
    clause: str
    audience: str
    eligible: int = 0
    claimable: int = 0
    review: int = 0
    unknown: int = 0
    ineligible: int = 0
    out_of_scope: int = 0
    amount: Decimal = Decimal(0)  # sum over entitled parties, in the award's unit
    unit: str = ""
    amount_is: str = ""
    value: Decimal = Decimal(0)  # sum in yuan, where the measure says what it is worth

    @property
    def in_scope(self) -> int:
        return self.eligible + self.claimable + self.review + self.unknown + self.ineligible

    @property
    def share(self) -> Decimal | None:
        if not self.in_scope:
            return None
        return (Decimal(self.eligible) / self.in_scope).quantize(Decimal("0.0001"))


@dataclass(slots=True)
class RunResults:
    """Collects a run: writes findings as they come, adds up the summary."""

    plan: Plan
    folder: Path  # where the finished run will stand
    draft: Path = field(init=False)
    summary: list[MeasureSummary] = field(init=False)
    missing: dict[tuple[str, ...], int] = field(default_factory=dict)
    pen: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))
    waiting: Future[None] | None = None  # the block being written while the next is worked out
    writer: pq.ParquetWriter | None = None
    parties: int = 0
    findings: int = 0
    in_file: int = 0
    files: int = 0

    def __post_init__(self) -> None:
        self.draft = self.folder.with_name(f".{self.folder.name}.{os.getpid()}.draft")
        shutil.rmtree(self.draft, ignore_errors=True)
        (self.draft / "results").mkdir(parents=True)
        self.summary = [summary_of(planned.measure) for planned in self.plan.measures]

    def add(self, block: BlockResult) -> None:
        """Write the findings of one block and add them up."""
        self.parties += len(block.codes)
        for (index, kind), number in block.counts.items():
            line = self.summary[index]
            setattr(line, str(kind), getattr(line, str(kind)) + number)
        for finding in block.findings:
            line = self.summary[finding.measure]
            line.amount += total(finding.amounts, PLACES)
            line.value += total(finding.values, FEN_PLACES)
        if block.findings:
            table = self.table_of(block)
            self.wait()
            self.findings += table.num_rows
            self.waiting = self.pen.submit(self.write, table)

    def wait(self) -> None:
        """Until what was handed over is written; what went wrong there is raised here."""
        if self.waiting is not None:
            self.waiting.result()
            self.waiting = None

    def table_of(self, block: BlockResult) -> pa.Table:
        found = block.findings
        lengths = [len(f.rows) for f in found]
        missing = [self.missing.setdefault(f.missing, len(self.missing)) for f in found]
        measures = pa.array([p.measure.key for p in self.plan.measures])
        texts = pa.array([",".join(own_name(n) for n in names) for names in self.missing])
        columns = [
            coded_column(np.concatenate([f.rows for f in found], dtype=np.int32), block.codes),
            coded_column(spread([f.measure for f in found], lengths), measures),
            coded_column(spread([VERDICTS.index(f.kind) for f in found], lengths), VERDICT_TEXTS),
            pa.chunked_array([decimal_column(f.amounts, len(f.rows), AMOUNT) for f in found], type=AMOUNT),
            pa.chunked_array([decimal_column(f.values, len(f.rows), VALUE) for f in found], type=VALUE),
            coded_column(spread(missing, lengths), texts),
        ]
        return pa.Table.from_arrays(columns, schema=SCHEMA)

    def write(self, table: pa.Table) -> None:
        if self.writer is None:
            path = self.draft / "results" / f"part-{self.files:05d}.parquet"
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

    def publish(self, about: Mapping[str, Any]) -> None:
        """Write summary and manifest, then move the run to its place."""
        self.wait()
        self.pen.shutdown()
        self.close_file()
        write_summary(self.summary, self.draft)
        manifest = {
            **about,
            "parties": self.parties,
            "findings": self.findings,
            "measures": len(self.summary),
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2, default=str)
        (self.draft / "manifest.json").write_text(text + "\n", "utf-8")
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        old = self.folder.with_name(f".{self.folder.name}.{os.getpid()}.old")
        if self.folder.exists():
            self.folder.rename(old)
        self.draft.rename(self.folder)
        shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        """Leave nothing of an unfinished run."""
        self.pen.shutdown(cancel_futures=True)
        self.close_file()
        shutil.rmtree(self.draft, ignore_errors=True)


def summary_of(measure: Any) -> MeasureSummary:
    award = measure.award
    return MeasureSummary(
        measure=measure.key,
        title=measure.title.zh,
        clause=measure.clause,
        audience=measure.audience,
        unit=award.unit or "",
        amount_is=award.amount_is.zh if award.amount_is else "",
    )


def own_name(fact: str) -> str:
    """A fact's name without the mark that keeps clashing facts apart."""
    return fact.partition("@")[0]


def total(numbers: np.typing.NDArray[np.int64] | None, places: int) -> Decimal:
    """An exact sum: 64-bit halves, so that millions of large amounts do not overflow."""
    if numbers is None:
        return Decimal(0)
    kept = numbers[numbers != NO_AMOUNT]
    high, low = kept >> 32, kept & 0xFFFFFFFF
    return Decimal((int(high.sum()) << 32) + int(low.sum())).scaleb(-places)


def spread(codes: list[int], lengths: list[int]) -> np.typing.NDArray[np.int32]:
    """Each code as often as its finding has rows."""
    return np.repeat(np.array(codes, np.int32), lengths)


def coded_column(codes: np.typing.NDArray[np.int32], texts: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes), texts)


def decimal_column(numbers: np.typing.NDArray[np.int64] | None, rows: int, kind: pa.DataType) -> pa.Array:
    """Whole units of the last place as 128-bit decimals; NO_AMOUNT is null."""
    known = None if numbers is None else numbers != NO_AMOUNT
    if numbers is None or known is None or not known.any():
        return no_decimals(kind, rows)
    words = np.empty((rows, 2), np.int64)
    words[:, 0] = np.where(known, numbers, 0)
    words[:, 1] = words[:, 0] >> 63
    validity = pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(kind, rows, [validity, pa.py_buffer(words)])


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
