"""An overlay laid over the batches of a register: the cells of its parties are replaced, all at once by column."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huiqi.matching.block import known_mask
from huiqi.matching.codes import places_of
from huiqi.matching.overlay import UnfitOverlay, facts_in
from huiqi.measures.types import FactKind
from huiqi.measures.vectors import Mask
from huiqi.registry.schema import ARROW_TYPES
from huiqi.registry.types import Columns

MOST_DIGITS: Final = 38
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cells:
    """What lies over one column, in the order of the parties."""

    column: str
    type: pa.DataType  # of the column, with as many decimals as the finest value needs
    at: Places  # of the party among those of the overlay
    values: pa.Array  # words as plain text
    fills: Mask

    def over(self, column: pa.Array, rows: Places, low: int, high: int) -> pa.Array:
        """The column of a batch with the cells of parties `low` to `high`, which stand in its `rows` (-1: in none)."""
        first, last = np.searchsorted(self.at, [low, high])
        mine = rows[self.at[first:last] - low]
        wanted = mine >= 0
        fills = self.fills[first:last]
        if fills.any():
            wanted &= ~fills | ~known_mask(column)[mine]
        if not wanted.any():
            return column
        mask = np.zeros(len(column), np.bool_)
        mask[mine[wanted]] = True
        values = self.values[first:last].filter(pa.array(wanted))
        if pa.types.is_dictionary(column.type):
            return with_words(column, mask, values)
        return pc.replace_with_mask(column, pa.array(mask), values)


def with_words(column: pa.DictionaryArray, mask: Mask, values: pa.Array) -> pa.DictionaryArray:
    """Texts in the cells under a mask, in order."""
    known = column.dictionary
    more = values.unique().drop_null()
    words = pa.concat_arrays([known, more.filter(pc.invert(pc.is_in(more, value_set=known)))])
    indices = pc.index_in(values, value_set=words, skip_nulls=True)
    replaced = pc.replace_with_mask(column.indices, pa.array(mask), indices.cast(column.type.index_type))
    return pa.DictionaryArray.from_arrays(replaced, words)


@dataclass(frozen=True, slots=True)
class Laid:
    """An overlay as it lies over the columns that a run reads."""

    codes: pa.Array  # sorted, each once
    keys: npt.NDArray[np.str_]  # the same
    cells: tuple[Cells, ...]
    added: frozenset[str]  # columns that the register does not have

    def over(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch, sorted by code. What it lacks of the added columns comes with it, empty where nothing is known."""
        if not batch.num_rows:
            return batch
        codes = batch.column("code")
        low = int(np.searchsorted(self.keys, codes[0].as_py(), "left"))
        high = int(np.searchsorted(self.keys, codes[-1].as_py(), "right"))
        rows = places_of(self.codes[low:high], codes) if low < high else None
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        fields = {field.name: field for field in batch.schema}
        for cells in self.cells:
            column = columns.get(cells.column)
            if column is None and cells.column not in self.added:
                continue  # it is not read
            if column is None:
                column = pa.nulls(batch.num_rows, cells.type)
            elif pa.types.is_decimal(cells.type) and column.type != cells.type:
                column = column.cast(cells.type)
            columns[cells.column] = column if rows is None else cells.over(column, rows, low, high)
            fields[cells.column] = pa.field(cells.column, columns[cells.column].type)
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=pa.schema(list(fields.values())))

    def all_over(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return map(self.over, batches)


@dataclass(frozen=True)
class Laying:
    """Where an overlay lies and what it touches of a run. Sent to other processes, each of which reads it once."""

    path: Path
    types: Mapping[str, pa.DataType]  # by column it touches
    added: frozenset[str]

    @cached_property
    def laid(self) -> Laid:
        """Raises UnfitOverlay where a value is none of its column."""
        return laid_from(pq.read_table(self.path), self.types, self.added)

    def __getstate__(self) -> dict[str, object]:
        return {"path": self.path, "types": self.types, "added": self.added}

    def stored(self, columns: Iterable[str]) -> list[str]:
        """Of these columns those that the register has."""
        return [name for name in columns if name not in self.added]


def laying(
    path: Path, table: pa.Table, columns: Iterable[str], kinds: Mapping[str, FactKind], registered: Columns
) -> Laying:
    """An overlay that lies at a path, for a run in several processes; see `laid_beside`. Raises UnfitOverlay."""
    found = Laying(path, *touched(table, columns, kinds, registered))
    _ = found.laid  # what does not fit is said before anything is matched
    return found


def laid_beside(
    table: pa.Table, columns: Iterable[str], kinds: Mapping[str, FactKind], registered: Columns
) -> Laid:
    """An overlay over the columns that are read of a register. Raises UnfitOverlay.

    Args:
        columns: with those that the overlay brings; what else it says is left out.
        kinds: of the facts, by column.
        registered: the columns the register has.
    """
    return laid_from(table, *touched(table, columns, kinds, registered))


def touched(
    table: pa.Table, columns: Iterable[str], kinds: Mapping[str, FactKind], registered: Columns
) -> tuple[dict[str, pa.DataType], frozenset[str]]:
    """The types of the columns an overlay touches, and which of them the register does not have."""
    facts = {*facts_in(table)} & {*columns}
    types = {str(name): kind for name, kind in ARROW_TYPES.items()}
    own = {name: types[registered[name].type] for name in facts if name in registered}
    added = {name: types[kinds[name].type.value] for name in facts - own.keys()}
    return {**own, **added}, frozenset(added)


def laid_from(table: pa.Table, types: Mapping[str, pa.DataType], added: frozenset[str]) -> Laid:
    """From an overlay by `OVERLAY`, sorted by code."""
    table = table.filter(pc.is_in(table["fact"], pa.array(sorted(types), pa.string())))
    coded = table["code"].combine_chunks().dictionary_encode()
    places = coded.indices.to_numpy().astype(np.int64)
    facts, values = table["fact"].combine_chunks(), table["value"].combine_chunks()
    fills = table["fills"].combine_chunks().to_numpy(zero_copy_only=False)
    cells = []
    for name in sorted(types):
        mask = pc.equal(facts, name)
        mine = mask.to_numpy(zero_copy_only=False)
        found = typed(values.filter(mask), types[name], name)
        own = found.type if pa.types.is_decimal(types[name]) else types[name]
        cells.append(Cells(name, own, places[mine], found, fills[mine]))
    keys = np.array(coded.dictionary.to_pylist(), np.str_)
    return Laid(coded.dictionary, keys, tuple(cells), added)


def typed(texts: pa.Array, kind: pa.DataType, name: str) -> pa.Array:
    """Texts as values of a column: words stay texts; decimals get the digits they need."""
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return texts
    try:
        return texts.cast(wide_enough(kind, texts) if pa.types.is_decimal(kind) else kind)
    except pa.ArrowException as error:
        raise UnfitOverlay(f"{name} is {kind} in the register: {error}") from None


def wide_enough(kind: pa.DataType, texts: pa.Array) -> pa.DataType:
    """The type of a column of decimals, wider where one of these figures does not fit into it.

    >>> wide_enough(pa.decimal128(18, 2), pa.array(["12", None, "-0.50"]))
    Decimal128Type(decimal128(18, 2))
    >>> wide_enough(pa.decimal128(18, 2), pa.array(["12", "0.125"]))
    Decimal128Type(decimal128(38, 3))
    """
    figures = [text.lstrip("-").partition(".") for text in texts.drop_null().to_pylist()]
    before = max((len(whole) for whole, _, _ in figures), default=0)
    after = max((len(rest.rstrip("0")) for _, _, rest in figures), default=0)
    if before <= kind.precision - kind.scale and after <= kind.scale:
        return kind
    return pa.decimal128(MOST_DIGITS, max(after, kind.scale))
