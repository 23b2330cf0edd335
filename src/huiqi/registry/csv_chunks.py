"""A CSV file a chunk of whole rows at a time, every wanted column as one Arrow array: for files of millions of rows.

Where quotes stand as RFC 4180 has them, Arrow takes a chunk apart. Anything else (a stray quote, a lone carriage
return, a cell of enormous length) goes to Python's csv module, which is the yardstick: both give the same rows.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from huiqi.registry.csv_pieces import NEWLINE, QUOTE, RETURN, Piece, lone_returns
from huiqi.registry.tables import Row

LONGEST_CELL = csv.field_size_limit()

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows with content and the right number of cells, by column; the others as they are."""

    numbers: Ints  # the line on which each row ends, the first line of the file being 1
    columns: Mapping[int, pa.StringArray]  # place of the column in the table → its cells
    slipped: Sequence[Row]  # rows with more or fewer cells than the header
    cells: Callable[[int], Sequence[str]]  # all cells of the i-th of the rows

    @property
    def rows(self) -> int:
        """How many rows have the right number of cells."""
        return len(self.numbers)


@dataclass(frozen=True, slots=True)
class Shape:
    """What is wanted of a file whose header has `width` cells: the columns at `places`."""

    delimiter: str
    width: int
    places: tuple[int, ...]


def chunk_of(piece: Piece, shape: Shape) -> Chunk:
    """The rows of a piece. Raises csv.Error for a cell too long to be one."""
    if piece.by_arrow and shape.width > 1 and not lone_returns(piece.data):
        found = _by_arrow(piece, shape)
        if found is not None:
            return found
    return _by_csv(piece, shape)


@dataclass(frozen=True, slots=True)
class _Records:
    """Where the records of a piece lie; the end is that of the content, without the line's end."""

    starts: Ints
    ends: Ints
    numbers: Ints
    quotes: Ints
    broken: bool  # a line ends inside a cell

    def only(self, keep: npt.NDArray[Any]) -> "_Records":
        return _Records(self.starts[keep], self.ends[keep], self.numbers[keep], self.quotes, self.broken)


def _by_arrow(piece: Piece, shape: Shape) -> Chunk | None:
    """None if Arrow sees other rows than we do."""
    records = _records_in(piece)
    records = records.only(records.ends > records.starts)
    if not len(records.starts):
        return _chunk(piece, shape, records, {place: pa.array([], pa.string()) for place in shape.places}, [])
    if (records.ends - records.starts).max() > LONGEST_CELL:
        return None
    refused: list[object] = []

    def pass_over(row: object) -> str:
        refused.append(row)
        return "skip"

    table = pa_csv.read_csv(
        pa.py_buffer(piece.data),
        read_options=pa_csv.ReadOptions(
            use_threads=False,
            block_size=len(piece.data) + 1,
            column_names=[str(n) for n in range(shape.width)],
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=shape.delimiter,
            newlines_in_values=records.broken,
            invalid_row_handler=pass_over,
        ),
        convert_options=pa_csv.ConvertOptions(
            check_utf8=False,
            include_columns=[str(place) for place in shape.places],
            column_types={str(place): pa.string() for place in shape.places},
            strings_can_be_null=False,
        ),
    )
    slipped: list[Row] = []
    if refused:
        wrong = _delimiters_in(piece, shape, records) != shape.width - 1
        odd = records.only(wrong)
        rows = [Row(int(n), _cells_at(piece, shape, odd, i)) for i, n in enumerate(odd.numbers)]
        slipped = [row for row in rows if any(row.cells)]
        records = records.only(~wrong)
    if table.num_rows != len(records.starts):
        return None
    columns = {place: _one_array(table[str(place)]) for place in shape.places}
    return _chunk(piece, shape, records, columns, slipped)


def _chunk(
    piece: Piece, shape: Shape, records: _Records, columns: dict[int, pa.StringArray], slipped: list[Row]
) -> Chunk:
    """Without the rows that hold nothing at all."""
    bare = np.ones(len(records.starts), bool)
    for column in columns.values():
        if not bare.any():
            break
        bare &= pc.binary_length(column).to_numpy() == 0
    keep = ~bare
    for row in np.flatnonzero(bare):
        keep[row] = any(_cells_at(piece, shape, records, int(row)))
    if not keep.all():
        records = records.only(keep)
        columns = {place: column.filter(pa.array(keep)) for place, column in columns.items()}
    return Chunk(records.numbers, columns, slipped, lambda row: _cells_at(piece, shape, records, row))


def _records_in(piece: Piece) -> _Records:
    data = np.frombuffer(piece.data, np.uint8)
    ends = np.flatnonzero(data == NEWLINE)
    if not len(ends) or ends[-1] != len(data) - 1:
        ends = np.append(ends, len(data))
    numbers = piece.before + 1 + np.arange(len(ends))
    quotes = np.flatnonzero(data == QUOTE) if QUOTE in piece.data else np.zeros(0, np.int64)
    lines = len(ends)
    if len(quotes):
        outside = np.searchsorted(quotes, ends) % 2 == 0
        ends, numbers = ends[outside], numbers[outside]
    starts = np.concatenate([[0], ends[:-1] + 1])
    returned = (ends > starts) & (data[ends - 1] == RETURN)
    return _Records(starts, ends - returned, numbers, quotes, broken=len(ends) < lines)


def _delimiters_in(piece: Piece, shape: Shape, records: _Records) -> Ints:
    """How many delimiters outside quotes each record has."""
    data = np.frombuffer(piece.data, np.uint8)
    places = np.flatnonzero(data == ord(shape.delimiter))
    if len(records.quotes):
        places = places[np.searchsorted(records.quotes, places) % 2 == 0]
    counts: Ints = np.searchsorted(places, records.ends) - np.searchsorted(places, records.starts)
    return counts


def _cells_at(piece: Piece, shape: Shape, records: _Records, row: int) -> list[str]:
    text = piece.data[records.starts[row] : records.ends[row]].decode()
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=shape.delimiter), [])


def _one_array(column: pa.ChunkedArray) -> pa.StringArray:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def _by_csv(piece: Piece, shape: Shape) -> Chunk:
    numbers: list[int] = []
    fitting: list[list[str]] = []
    slipped: list[Row] = []
    for row in _rows_by_csv(piece, shape):
        if len(row.cells) != shape.width:
            slipped.append(row)
        else:
            numbers.append(row.number)
            fitting.append(list(map(str, row.cells)))
    columns = {place: pa.array([cells[place] for cells in fitting], pa.string()) for place in shape.places}
    return Chunk(np.array(numbers, np.int64), columns, slipped, fitting.__getitem__)


def _rows_by_csv(piece: Piece, shape: Shape) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(piece.data.decode(), newline=""), delimiter=shape.delimiter)
    for cells in reader:
        if any(cells):
            yield Row(piece.before + reader.line_num, cells)
