"""Turn pieces of someone's table into batches of good rows, and say of the others what is wrong with them.

There are two ways with the same answers: column by column for CSV, cell by cell for what comes as cells (workbooks).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiqi.registry.ahead import in_order
from huiqi.registry.cells import Read, Refused
from huiqi.registry.code_columns import regions_of
from huiqi.registry.csv_chunks import Chunk, Ints, Shape, chunk_of
from huiqi.registry.csv_pieces import Piece, can_be_cut, pieces_of
from huiqi.registry.layout import Layout
from huiqi.registry.mapping import TableMapping
from huiqi.registry.publish import CITY_DIGITS
from huiqi.registry.rejects import Objection
from huiqi.registry.schema import ARROW_TYPES, WORDS, light_schema, steps_of
from huiqi.registry.sorting import KEY
from huiqi.registry.tables import BROKEN, Row, Table, UnreadableTable
from huiqi.registry.types import Columns

ROW_NUMBER, SOURCE = "_row", "_source"
OWN = (pa.field(KEY, pa.string()), pa.field(ROW_NUMBER, pa.int64()), pa.field(SOURCE, pa.int16()))

OWN_NAMES = [field.name for field in OWN]


def keyed_schema(columns: Columns) -> pa.Schema:
    """The columns of a register, on their way to it, behind those by which an import sorts it."""
    return pa.schema([*OWN, *light_schema(columns)])


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a piece of the table."""

    batch: pa.RecordBatch  # by `keyed_schema`; a row without a key is none of the good ones
    good: int
    rejected: Sequence[tuple[Row, Sequence[Objection]]]
    movers: int  # good rows whose region lies in another city than their code says

    @property
    def read(self) -> int:
        return self.good + len(self.rejected)


class Intake:
    """Reads one table. `columns` are those of the register to be; what the table does not have is unknown."""

    def __init__(
        self, table: Table, layout: Layout, mapping: TableMapping, *, columns: Columns, source: int
    ) -> None:
        self.table, self._layout, self._mapping, self._source = table, layout, mapping, source
        self._schema, self._columns = keyed_schema(columns), columns
        delimiter = table.dialect.delimiter or ","
        places = tuple(s.place for s in layout.sources)
        self._shape = Shape(delimiter, len(table.headers), places)

    @property
    def headers(self) -> dict[str, str]:
        """Header → column of the register."""
        return {self.table.headers[source.place]: source.name for source in self._layout.sources}

    @property
    def ignored_headers(self) -> tuple[str, ...]:
        """Headers that no mapping names."""
        return self._layout.ignored

    @property
    def by_column(self) -> bool:
        """Can the table be read column by column?"""
        return self.table.path.suffix.lower() in (".csv", ".txt", ".tsv") and can_be_cut(
            self.table.path, self.table.dialect
        )

    def pieces(self, *, by_cell: bool = False) -> Iterator[Taken]:
        """The whole table, in order. Raises UnreadableTable."""
        if by_cell or not self.by_column:
            yield from map(self.take_cells, self.table.blocks())
            return
        try:
            yield from in_order(self._take_piece, pieces_of(self.table.path, self.table.dialect))
        except BROKEN as error:
            raise UnreadableTable(f"cannot be read to its end: {error}") from error

    def rows_with(self, numbers: Ints, *, by_cell: bool = False) -> Iterator[Row]:
        """The rows of these numbers, which are in order, as they are."""
        if by_cell or not self.by_column:
            yield from (row for row in self.table.rows() if _are_among(np.array([row.number]), numbers)[0])
            return
        shape = Shape(self._shape.delimiter, self._shape.width, self._shape.places[:1])
        for chunk in in_order(partial(chunk_of, shape=shape), pieces_of(self.table.path, self.table.dialect)):
            for place in np.flatnonzero(_are_among(chunk.numbers, numbers)).tolist():
                yield Row(int(chunk.numbers[place]), chunk.cells(place))

    def _take_piece(self, piece: Piece) -> Taken:
        return self.take_columns(chunk_of(piece, self._shape))

    def take_columns(self, chunk: Chunk) -> Taken:
        """Column by column."""
        arrays: dict[str, pa.Array] = {}
        refused: dict[int, list[tuple[int, str]]] = {}
        for source in self._layout.sources:
            read = source.read_column(chunk.columns[source.place])
            arrays[source.name] = read.values
            for row, wrong in read.refused.items():
                refused.setdefault(row, []).append((source.place, wrong.reason))
        rejected = [(row, [self._wrong_width(row)]) for row in chunk.slipped]
        for place, wrongs in refused.items():
            cells = chunk.cells(place)
            objections = [Objection(self.table.headers[p], cells[p], reason) for p, reason in wrongs]
            rejected.append((Row(int(chunk.numbers[place]), cells), objections))
        rejected.sort(key=lambda item: item[0].number)
        return self._taken(pa.array(chunk.numbers, pa.int64()), arrays, rejected, bad=list(refused))

    def take_cells(self, block: Sequence[Row]) -> Taken:
        """Cell by cell."""
        width = len(self.table.headers)
        objections: dict[int, list[Objection]] = {}
        for index, row in enumerate(block):
            if len(row.cells) != width and self._is_wrong_width(row):
                objections[index] = [self._wrong_width(row)]
        fitting = [i for i in range(len(block)) if i not in objections]
        cells = [block[i].cells for i in fitting]
        values: dict[str, list[Read]] = {}
        for source in self._layout.sources:
            column = [row[source.place] if source.place < len(row) else None for row in cells]
            values[source.name] = list(map(source.read, column))
            for index, value, cell in zip(fitting, values[source.name], column, strict=True):
                if type(value) is Refused:
                    header = self.table.headers[source.place]
                    objections.setdefault(index, []).append(Objection(header, cell, value.reason))
        keep = [place for place, index in enumerate(fitting) if index not in objections]
        numbers = pa.array([block[fitting[place]].number for place in keep], pa.int64())
        arrays = {name: self._array(name, [column[p] for p in keep]) for name, column in values.items()}
        return self._taken(numbers, arrays, [(block[i], objections[i]) for i in sorted(objections)])

    def _array(self, name: str, values: Sequence[Read]) -> pa.Array:
        column = self._columns.get(name)
        if column is None:
            return pa.array(values, pa.string() if name == "code" else self._schema.field(name).type)
        array = pa.array(values, ARROW_TYPES[column.type])
        return steps_of(array) if pa.types.is_decimal(array.type) else array

    def _is_wrong_width(self, row: Row) -> bool:
        """A CSV row with too few or too many cells has slipped; a spreadsheet leaves out empty cells at the end."""
        surplus = any(c is not None for c in row.cells[len(self.table.headers) :])
        return surplus or bool(self.table.dialect.delimiter)

    def _wrong_width(self, row: Row) -> Objection:
        width = len(self.table.headers)
        return Objection("", None, f"the row has {len(row.cells)} cells, the header {width}")

    def _taken(
        self,
        numbers: pa.Array,
        arrays: Mapping[str, pa.Array],
        rejected: Sequence[tuple[Row, Sequence[Objection]]],
        *,
        bad: Sequence[int] = (),
    ) -> Taken:
        rows, codes = len(numbers), arrays["code"]
        if bad:
            keep = np.ones(rows, bool)
            keep[bad] = False
            codes = pc.if_else(pa.array(keep), codes, pa.scalar(None, pa.string()))
        homes = regions_of(codes)
        filled = {
            KEY: pc.binary_join_element_wise(pc.utf8_slice_codeunits(homes, 0, CITY_DIGITS), codes, ""),
            ROW_NUMBER: numbers,
            SOURCE: pa.array(np.full(rows, self._source, np.int16)),
            "region": homes if self._mapping.region.from_code else _same(self._mapping.region.value, rows),
            "roles": _same(",".join(sorted(set(self._mapping.roles.value.split(",")))), rows),
            **arrays,
        }
        made = [
            filled[field.name].cast(field.type) if field.name in filled else pa.nulls(rows, field.type)
            for field in self._schema
        ]
        batch = pa.RecordBatch.from_arrays(made, schema=self._schema)
        good = rows - len(bad)
        return Taken(batch, good, rejected, good - _staying(homes, batch["region"]))


def _are_among(some: Ints, numbers: Ints) -> npt.NDArray[np.bool_]:
    places = np.searchsorted(numbers, some)
    found: npt.NDArray[np.bool_] = numbers[np.minimum(places, len(numbers) - 1)] == some
    return found


def _same(value: str, rows: int) -> pa.Array:
    indices = pa.array(np.zeros(rows, np.int32))
    return pa.DictionaryArray.from_arrays(indices, pa.array([value], pa.string())).cast(WORDS)


def _staying(homes: pa.Array, regions: pa.Array) -> int:
    """Rows that lie in the city of their code; rows without a code are not counted."""
    home, city = (
        pc.utf8_slice_codeunits(texts.cast(pa.string()), 0, CITY_DIGITS) for texts in (homes, regions)
    )
    return int(pc.sum(pc.equal(home, city)).as_py() or 0)
