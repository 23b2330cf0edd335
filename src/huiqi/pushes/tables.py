"""What lists are drawn from: tables made once of a match run and kept beside it on disk.

    DATA/pushes/<run>/firms.parquet           code, region, industry, size of every firm of the run
    DATA/pushes/<run>/counts.parquet          measure, verdict, district: firms, value (yuan)
    DATA/pushes/<run>/eligible/<measure>.parquet   code, region, industry, size, amount, value; most valuable first

A request reads slices of them; nothing here depends on who asks.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huiqi.holdings.current import data_folder, library, register
from huiqi.matching.engine import NO_AMOUNT
from huiqi.matching.laid import laid_beside
from huiqi.matching.overlay import columns_known, kept_by
from huiqi.matching.party import Rules
from huiqi.matching.simulate.places import INDUSTRY, SIZE, SIZE_FACT, Places
from huiqi.matching.simulate.sums import Sorted
from huiqi.matching.stored import AMOUNT, VALUE, StoredRun, block_from, decimal_column, some_groups
from huiqi.measures.types import VerdictKind
from huiqi.registry.snapshot import NoSnapshot, Snapshot
from huiqi.registry.versions import open_version

FIRMS: Final = pa.schema(
    [("code", pa.string()), ("region", pa.string()), ("industry", pa.string()), ("size", pa.string())]
)
BLOCK_ROWS: Final = 1 << 17


def firms_of(run: StoredRun) -> Path:
    """Every firm of the run with what lists are filtered by."""
    return made_once(kept_in(run) / "firms.parquet", lambda part: _write_firms(run, part))


def counts_of(run: StoredRun) -> Path:
    """How many firms each measure came to, by district."""
    firms = firms_of(run)
    return made_once(kept_in(run) / "counts.parquet", lambda part: _write_counts(run, firms, part))


def candidates_of(run: StoredRun, measure: str, verdict: VerdictKind) -> Path:
    """The firms of one verdict of one measure (pack/id), most valuable first."""
    firms = firms_of(run)
    path = kept_in(run) / str(verdict) / f"{measure.replace('/', '--')}.parquet"
    return made_once(path, lambda part: _write_candidates(run, firms, measure, verdict, part))


def kept_in(run: StoredRun) -> Path:
    return data_folder() / "pushes" / run.folder.name


def list_path(key: int) -> Path:
    """Where the firms of a list lie."""
    return data_folder() / "pushes" / "lists" / f"{key}.parquet"


def made_once(path: Path, write: Callable[[Path], None]) -> Path:
    """A file that is made when it is first asked for, and appears when it is complete."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{uuid4().hex}.part")  # several may make it at once
        try:
            write(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return path


def snapshot_of(run: StoredRun) -> Snapshot:
    """The version of the register that was matched, else the one that counts. Raises NoSnapshot."""
    return _snapshot(data_folder() / "register", str(run.manifest.get("version", "")))


@lru_cache(maxsize=2)
def _snapshot(folder: Path, version: str) -> Snapshot:
    try:
        return open_version(folder, version)
    except NoSnapshot:
        current = register()
        if current is None:
            raise
        return current


def _write_firms(run: StoredRun, part: Path) -> None:
    snapshot, rulebooks = snapshot_of(run), library().rulebooks()
    pack = next((slug for slug, book in rulebooks.items() if SIZE_FACT in book.kinds), None)
    day = date.fromisoformat(run.manifest["as_of"])
    beside = kept_by(run.folder, run.manifest)
    columns = columns_known(snapshot.columns, beside)
    places = Places(rulebooks, pack, columns=columns, as_of=day)
    kinds = Rules.of((), rulebooks).kinds
    laid = laid_beside(beside, places.columns, kinds, snapshot.columns) if beside is not None else None
    read = ["code", "region", *(name for name in places.columns if name in snapshot.columns)]
    batches = snapshot.batches(columns=list(dict.fromkeys(read)), rows=BLOCK_ROWS)
    with pq.ParquetWriter(part, FIRMS, compression="zstd") as writer:
        for batch in laid.all_over(batches) if laid is not None else batches:
            found = places.of(batch, np.arange(batch.num_rows))
            rest = [_labelled(found.get(name), batch.num_rows) for name in (INDUSTRY, SIZE)]
            writer.write_table(pa.table([batch["code"], batch["region"], *rest], schema=FIRMS))


def _labelled(sorted_: Sorted | None, rows: int) -> pa.Array:
    if sorted_ is None:
        return pa.array([""] * rows)
    return pa.array(sorted_.labels, pa.string()).take(pa.array(sorted_.codes))


def _blocks(run: StoredRun) -> Iterator[pa.RecordBatch]:
    for file in run.files:
        yield from file.iter_batches(batch_size=1, use_threads=False)


def _write_candidates(run: StoredRun, firms: Path, measure: str, verdict: VerdictKind, part: Path) -> None:
    tables = []
    for batch in _blocks(run):
        groups = batch["groups"].flatten()
        wanted = pc.and_(
            pc.equal(groups.field("measure"), measure), pc.equal(groups.field("verdict"), str(verdict))
        )
        block = block_from(some_groups(batch, wanted))
        tables += [
            pa.table(
                {
                    "code": block.codes.take(pa.array(group.rows)),
                    "amount": decimal_column(group.amounts, group.count, AMOUNT),
                    "value": decimal_column(group.values, group.count, VALUE),
                }
            )
            for group in block.groups
        ]
    empty = pa.schema([("code", pa.string()), ("amount", AMOUNT), ("value", VALUE)]).empty_table()
    found = pl.from_arrow(pa.concat_tables([empty, *tables]))
    assert isinstance(found, pl.DataFrame)
    joined = pl.scan_parquet(firms).join(found.lazy(), on="code", how="inner")
    ranked = joined.sort("value", "amount", "code", descending=[True, True, False], nulls_last=True)
    ranked.collect().write_parquet(part, compression="zstd", row_group_size=65_536)


def _write_counts(run: StoredRun, firms: Path, part: Path) -> None:
    districts = pl.scan_parquet(firms).select("region").unique().sort("region").collect()["region"].to_list()
    places = {region: place for place, region in enumerate(districts)}
    where = _places_by_block(run, firms, places)
    counts: dict[tuple[str, str], npt.NDArray[np.int64]] = {}
    values: dict[tuple[str, str], npt.NDArray[np.int64]] = {}
    for batch, place in zip(_blocks(run), where, strict=True):
        groups = batch["groups"].flatten()
        wanted = pc.is_in(groups.field("verdict"), value_set=pa.array([str(v) for v in VerdictKind][:2]))
        for group in block_from(some_groups(batch, wanted)).groups:
            key = (group.measure, str(group.verdict))
            own = place[group.rows]
            zeros = np.zeros(len(districts), np.int64)
            counts[key] = counts.get(key, zeros) + np.bincount(own, minlength=len(districts))
            if len(group.values):
                figures = np.broadcast_to(group.values, own.shape)
                known = figures != NO_AMOUNT
                more = zeros.copy()
                np.add.at(more, own[known], figures[known])
                values[key] = values.get(key, zeros) + more
    rows = [
        {
            "measure": key[0], "verdict": key[1], "region": districts[n], "firms": int(count[n]),
            "value": int(values[key][n]) / 100 if key in values else None,
        }
        for key, count in counts.items() for n in np.flatnonzero(count).tolist()
    ]  # fmt: skip
    schema = {
        "measure": pl.String, "verdict": pl.String, "region": pl.String, "firms": pl.Int64, "value": pl.Float64,
    }  # fmt: skip
    pl.DataFrame(rows, schema=schema).write_parquet(part)


def _places_by_block(run: StoredRun, firms: Path, places: dict[str, int]) -> Iterator[npt.NDArray[np.int64]]:
    """The district of each firm of each block; blocks follow the order of the register, or are looked up."""
    table = pq.read_table(firms, columns=["code", "region"]).combine_chunks()
    codes, regions = table["code"].combine_chunks(), table["region"].combine_chunks().dictionary_encode()
    own = np.array([places[r] for r in regions.dictionary.to_pylist()], np.int64)[regions.indices.to_numpy()]
    start = 0
    for batch in _blocks(run):
        wanted = batch["codes"].flatten()
        here = codes.slice(start, len(wanted))
        if here.equals(wanted):
            yield own[start : start + len(wanted)]
        else:
            yield own[pc.index_in(wanted, value_set=codes).to_numpy()]
        start += len(wanted)
