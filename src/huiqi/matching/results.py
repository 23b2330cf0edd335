"""What a match run leaves behind: findings, a summary per measure, and a manifest.

    OUT/results/part-00000.parquet   one row per block of parties (`stored`): all but the plain "no"
    OUT/summary.parquet, summary.csv counts, amounts and shares per measure
    OUT/manifest.json                register, day, packs, rows, what the answers stand on (`fingerprint`)

A run is written beside its place and moved there whole, so a killed run leaves the old results or none.
"""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as csv_of_arrow
import pyarrow.parquet as pq

from huiqi.matching.draft_folder import DraftFolder
from huiqi.matching.engine import FEN_PLACES, PLACES, BlockResult
from huiqi.matching.fingerprint import answer_fingerprints
from huiqi.matching.plan import Plan
from huiqi.matching.stored import RESULTS, STORED, stored_block
from huiqi.matching.totals import MeasureSummary, Totals, summary_from

COMPRESSION: Final = {"compression": "lz4"}
IN_WORDS: Final = [
    "unknown.list.element.fact",
    *(
        f"groups.list.element.{name}"
        for name in ("measure", "verdict", "missing", "lacking.list.element.fact")
    ),
]


@dataclass(slots=True)
class PartWriter:
    """Writes one file of results, a row group per block, and adds up; writing goes on beside the next block."""

    path: Path
    keys: Sequence[str]  # of the plan's measures, in its order
    totals: Totals = field(default_factory=Totals)
    pen: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))
    waiting: Future[None] | None = None
    writer: pq.ParquetWriter | None = None

    def __post_init__(self) -> None:
        self.path.parent.mkdir(exist_ok=True)

    def add(self, block: BlockResult) -> None:
        self.totals.add_block(block)
        self.wait()
        self.waiting = self.pen.submit(self.write, block)

    def wait(self) -> None:
        """Until what was handed over is written; what went wrong there is raised here."""
        if self.waiting is not None:
            self.waiting.result()
            self.waiting = None

    def write(self, block: BlockResult) -> None:
        if self.writer is None:
            self.writer = pq.ParquetWriter(
                self.path, STORED, use_dictionary=IN_WORDS, write_statistics=["block", "last"], **COMPRESSION
            )
        self.writer.write_batch(stored_block(block, self.keys))

    def close(self) -> Totals:
        self.wait()
        self.release()
        return self.totals

    def release(self) -> None:
        """Let go of the file, finished or not."""
        self.pen.shutdown(cancel_futures=True)
        if self.writer is not None:
            self.writer.close()
            self.writer = None


def part_path(folder: Path, number: int) -> Path:
    return folder / RESULTS / f"part-{number:05d}.parquet"


def publish_run(
    place: DraftFolder, plan: Plan, totals: Totals, about: Mapping[str, Any]
) -> list[MeasureSummary]:
    """Write summary and manifest beside the findings and put the run in its place."""
    (place.draft / RESULTS).mkdir(exist_ok=True)
    summary = summary_from(plan, totals)
    write_summary(summary, place.draft)
    counted = {"parties": totals.parties, "findings": totals.findings, "measures": len(summary)}
    stood_on = {
        "columns": list(plan.columns),
        "fingerprints": answer_fingerprints(plan, about.get("types", {})),
        "stands_on": {p.measure.key: sorted({*p.facts} & {*plan.columns}) for p in plan.measures},
    }
    text = json.dumps({**about, **stood_on, **counted}, ensure_ascii=False, indent=2, default=str)
    place.write("manifest.json", text + "\n")
    place.publish()
    return summary


def write_summary(summary: Iterable[MeasureSummary], folder: Path) -> None:
    rows = [{**asdict(line), "in_scope": line.in_scope, "share": line.share} for line in summary]
    names = list(rows[0]) if rows else ["measure"]
    with (folder / "summary.csv").open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, names)
        table.writeheader()
        table.writerows(rows)
    types = csv_of_arrow.ConvertOptions(column_types=summary_schema(names))
    typed = csv_of_arrow.read_csv(folder / "summary.csv", convert_options=types)
    pq.write_table(typed, folder / "summary.parquet")


def summary_schema(names: Iterable[str]) -> pa.Schema:
    types = {
        "amount": pa.decimal128(38, PLACES),
        "value": pa.decimal128(38, FEN_PLACES),
        "share": pa.decimal128(9, 4),
    }
    texts = {"measure", "title", "clause", "audience", "unit", "amount_is"}
    return pa.schema([(n, types.get(n, pa.string() if n in texts else pa.int64())) for n in names])
