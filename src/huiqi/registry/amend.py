"""Bring a delivery into a register: a new version made of the one that counts and of what was delivered.

Two ways. *Replace*: the parties of a region are those delivered; the others stay. *Supplement*: what the delivery
states of a party takes the place of what was known of it; everything else stays, and parties not known yet are added.
A party that the register has in another region is never touched: its row of the delivery is left out.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.registry.publish import SnapshotWriter
from huiqi.registry.schema import arrow_schema
from huiqi.registry.snapshot import Snapshot, open_snapshot
from huiqi.registry.types import Columns
from huiqi.registry.versions import take_over


@dataclass(slots=True)
class Amended:
    """What a delivery does to a register, in parties; `changed` in values that differ, by column."""

    new: int = 0
    known: int = 0  # delivered, and in the register already
    dropped: int = 0  # in the register, of the region, and not delivered: only where parties are replaced
    elsewhere: int = 0  # delivered, but the register has them in another region: left out
    kept: int = 0  # of the register, as they were
    changed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A snapshot that was handed in for a region (a prefix of GB/T 2260; empty for everywhere)."""

    snapshot: Snapshot
    region: str
    replaces: bool


def effect_of(delivery: Delivery, current: Snapshot | None) -> Amended:
    """What would come of it; nothing is written."""
    done = Amended()
    for _ in amended_batches(delivery, current, done):
        pass
    return done


def amend(
    delivery: Delivery,
    current: Snapshot | None,
    *,
    folder: Path,
    progress: Callable[[int], None] = lambda rows: None,
) -> tuple[Snapshot, Amended]:
    """Publish the new version in `folder` and make it the one that counts. Raises UnfitRows.

    A kill at any moment leaves the old version counting. `progress` is told of rows done.
    """
    done = Amended()
    given = delivery.snapshot
    if current is None:
        done.new = given.manifest.rows
        return take_over(given, folder), done
    source = (
        given.manifest.source
        if delivery.replaces and not delivery.region
        else (f"{current.manifest.source}；{given.manifest.source}"[-400:])
    )
    with SnapshotWriter(
        folder,
        columns=columns_of(current, given),
        source=source,
        as_of=max(given.manifest.as_of, current.manifest.as_of),
        synthetic=given.manifest.synthetic or current.manifest.synthetic,
    ) as writer:
        for batch in amended_batches(delivery, current, done):
            writer.add(batch)
            progress(batch.num_rows)
        writer.publish()
    return open_snapshot(folder), done


def columns_of(current: Snapshot, given: Snapshot) -> Columns:
    """Those of the register, then those only the delivery has; where both have one, as the delivery declares it."""
    same = {name: given.columns.get(name, column) for name, column in current.columns.items()}
    return {**same, **given.columns}


def amended_batches(delivery: Delivery, current: Snapshot | None, done: Amended) -> Iterator[pa.RecordBatch]:
    """The rows of the new version in any order; `done` is counted up."""
    given = delivery.snapshot
    if current is None:
        done.new = given.manifest.rows
        yield from given.batches()
        return
    schema = arrow_schema(columns_of(current, given))
    table = pa.Table.from_batches(given.batches(), given.schema).combine_chunks()
    codes = table["code"].combine_chunks()
    seen = np.zeros(len(codes), bool)  # the register has a row of this code
    foreign = np.zeros(len(codes), bool)  # and it is not this region's
    for batch in current.batches():
        places = pc.index_in(batch["code"], value_set=codes)
        inside = pc.starts_with(batch["region"], delivery.region)
        met = places.drop_null().to_numpy()
        seen[met] = True
        foreign[places.filter(pc.invert(inside)).drop_null().to_numpy()] = True
        done.known += pc.sum(pc.and_(inside, places.is_valid())).as_py() or 0
        yield from _kept(delivery, batch, places, inside, table, schema, done)
    done.new, done.elsewhere = int((~seen).sum()), int(foreign.sum())
    left = ~foreign if delivery.replaces else ~seen
    for batch in table.filter(pa.array(left)).combine_chunks().to_batches(65_536):
        yield conformed(batch, schema)


def _kept(
    delivery: Delivery,
    batch: pa.RecordBatch,
    places: pa.Array,
    inside: pa.Array,
    table: pa.Table,
    schema: pa.Schema,
    done: Amended,
) -> Iterator[pa.RecordBatch]:
    """What stays of a batch of the register, with the delivered values where they supplement it."""
    if delivery.replaces:
        stays = batch.filter(pc.invert(inside))
        done.dropped += pc.sum(pc.and_(inside, places.is_null())).as_py() or 0
        done.kept += stays.num_rows
        if stays.num_rows:
            yield conformed(stays, schema)
        return
    told = pc.if_else(inside, places, pa.scalar(None, places.type))
    done.kept += told.null_count
    whole = conformed(batch, schema)
    if told.null_count < len(told):
        whole = overlaid(whole, table, told, done.changed)
    yield whole


def overlaid(
    batch: pa.RecordBatch, table: pa.Table, places: pa.Array, changed: Counter[str]
) -> pa.RecordBatch:
    """A batch with the values of `table` at `places` (null: none) wherever the table knows one; roles stay."""
    arrays = []
    for column in batch.schema:
        held = batch[column.name]
        if column.name not in table.column_names or column.name in ("code", "roles"):
            arrays.append(held)
            continue
        told = pc.take(_plain(table[column.name].combine_chunks()), places)
        known = _plain(held)
        both = pc.and_(told.is_valid(), known.is_valid())
        differ = pc.and_(both, pc.fill_null(pc.not_equal(told, known), False))
        number = pc.sum(differ).as_py() or 0
        if number:
            changed[column.name] += number
        arrays.append(pc.coalesce(told, known).cast(column.type))
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def conformed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The same rows with the columns of a schema; those it lacks are unknown."""
    arrays = [
        _plain(batch[f.name]).cast(f.type)
        if f.name in batch.schema.names
        else pa.nulls(batch.num_rows, f.type)
        for f in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _plain(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def rows_outside(snapshot: Snapshot, region: str) -> int:
    """How many parties lie outside a region (a prefix of GB/T 2260; empty for everywhere)."""
    regions = (batch["region"] for batch in snapshot.batches(columns=["region"]))
    return sum(pc.sum(pc.invert(pc.starts_with(r, region))).as_py() or 0 for r in regions) if region else 0
