"""Match a register on Spark: the same plan and engine as a local run, on as many machines as Spark has.

Spark reads the partitioned Parquet of a snapshot (only the `city=` folders of a region), hands blocks to the engine
in its Python workers as Arrow batches, and writes the findings:

    OUT/results/city=3702/part-00000.parquet  one row per block of parties (`stored`): all but the plain "no"
    OUT/summary.parquet, summary.csv          counts, amounts and shares per measure
    OUT/manifest.json                         register, day, packs, rows, region

Register and results lie where the driver and all executors see them under one path. Needs the extra `spark`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyspark import AccumulatorParam, TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from huiqi.matching.draft_folder import DraftFolder
from huiqi.matching.plan import Plan, make_plan
from huiqi.matching.results import publish_run
from huiqi.matching.run import Run, particulars
from huiqi.matching.spark_publish import keep_findings, written_in
from huiqi.matching.spark_rows import CITY, OF_CITY, Carried
from huiqi.matching.totals import Totals
from huiqi.matching.workers import SYSTEM
from huiqi.measures.types import Measure, Rulebook
from huiqi.registry.publish import CITY_DIGITS
from huiqi.registry.snapshot import Snapshot

Parts = dict[int, Totals]
"""Totals by number of the Spark partition, so that one worked out twice counts once."""

WRITTEN: Final = {
    "compression": "zstd",
    "parquet.compression.codec.zstd.level": "1",
    # a row is a block of some megabytes: look at the size after each, not after a hundred
    "parquet.block.size": str(16 << 20),
    "parquet.block.size.row.check.min": "1",
    "parquet.page.size.row.check.min": "1",
    # codes and bitmaps do not repeat; the words that do are few, and zstd sees it
    "parquet.enable.dictionary": "false",
}
"""How Spark writes Parquet."""


class IncompleteRun(RuntimeError):
    """Spark came to another number of parties than the register has; nothing is published."""


class ByPartition(AccumulatorParam[Parts]):
    """Collects the totals of partitions; a repeated or speculative task replaces its own."""

    def zero(self, value: Parts) -> Parts:
        return {}

    def addInPlace(self, value1: Parts, value2: Parts) -> Parts:
        value1.update(value2)
        return value1


def match_on_spark(
    spark: SparkSession,
    snapshot: Snapshot,
    measures: Iterable[Measure],
    *,
    rulebooks: Mapping[str, Rulebook],
    versions: Mapping[str, str],
    as_of: date,
    folder: Path,
    region: str = "",
) -> Run:
    """Every party of a register, or of a region, against every measure that holds on a day.

    Args:
        spark: a session from `spark_session`.
        snapshot: the register, in a folder that driver and executors see under the same path.
        measures: of any packs; `rulebooks` and `versions` by pack.
        folder: where the results are published; an older run there is replaced whole.
        region: two to six digits of GB/T 2260; the files of other cities are not opened.

    Raises `IncompleteRun`, and what Spark raises; the old results then stay.
    """
    plan = make_plan(measures, rulebooks=rulebooks, columns=tuple(snapshot.columns), as_of=as_of)
    with DraftFolder(folder) as place:
        totals = write_findings(spark, snapshot, plan, written_in(place), region=region)
        check_complete(snapshot, totals, region=region)
        about = {**particulars(snapshot, versions, as_of=as_of), "engine": "spark", "region": region}
        keep_findings(place)
        summary = publish_run(place, plan, totals, about)
    return Run(totals.parties, totals.findings, tuple(summary))


def write_findings(
    spark: SparkSession, snapshot: Snapshot, plan: Plan, folder: Path, *, region: str = ""
) -> Totals:
    """One pass over the register: Spark writes one row per block into `folder`; the totals come back."""
    context = spark.sparkContext
    carried = context.broadcast(Carried(plan))
    parts = context.accumulator({}, ByPartition())

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        totals = Totals()
        yield from carried.value.stored(batches, totals)
        task = TaskContext.get()
        parts.add({task.partitionId() if task else 0: totals})

    blocks = parties(spark, snapshot, plan, region=region).mapInArrow(work, from_arrow_schema(OF_CITY))
    try:
        blocks.write.partitionBy(CITY).options(**WRITTEN).parquet(folder.absolute().as_uri())
    finally:
        carried.destroy()
    totals = Totals()
    for part in parts.value.values():
        totals.add(part)
    return totals


def parties(spark: SparkSession, snapshot: Snapshot, plan: Plan, *, region: str = "") -> DataFrame:
    """The columns of a register that a plan reads; of a region only its `city=` folders are looked into."""
    names = [*SYSTEM, *plan.columns]
    fields = [pa.field(n, plain_type(snapshot.schema.field(n).type)) for n in names]
    schema: StructType = from_arrow_schema(pa.schema([*fields, pa.field(CITY, pa.string())]))
    found = spark.read.schema(schema).parquet(snapshot.folder.absolute().as_uri())
    if region:
        found = found.where(F.col(CITY).startswith(region[:CITY_DIGITS]))
    if len(region) > CITY_DIGITS:
        found = found.where(F.col("region").startswith(region))
    return found


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Spark has no dictionaries: a coded text is a text."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def check_complete(snapshot: Snapshot, totals: Totals, *, region: str) -> None:
    """Raises `IncompleteRun` where parties were lost or counted twice, as far as the manifest can tell."""
    if len(region) > CITY_DIGITS:
        return
    expected = sum(f.rows for f in snapshot.manifest.files if f.city.startswith(region))
    if totals.parties != expected:
        raise IncompleteRun(f"{totals.parties:,} parties of {expected:,} in {snapshot.folder.name}")
