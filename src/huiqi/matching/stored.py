"""How findings are stored: one row per block of parties, what was found in it as bitmaps.

    block     lowest code of the block
    last      highest code
    codes     its parties, in the order of the bits
    unknown   fact, parties: of whom the register does not know it; of the facts that groups name so
    groups    measure, verdict, missing, lacking, count, parties, amounts, values: one for each kind of answer

A bitmap holds one bit for each party of the block, least significant first. Amounts (millionths of the award's
unit) and values (fen) are numbers of 64 bits, the lowest byte first, in the order of the set bits; a single figure
counts for all of them, an empty cell for none, the lowest number there is for no figure. A party that no group
holds has a plain "no", or is out of scope.

What is missing is the same for all parties of a group (`missing`, facts with commas), or else told fact by fact
(`lacking`): a fact and the parties that lack it; no bitmap stands for those of whom it is `unknown`. Of such a
bitmap only those bytes are written in which the group has a party. A party lacks the facts whose bitmap it is in, in
the order of the list, each once.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huiqi.matching.engine import FEN_PLACES, NO_AMOUNT, PLACES, BlockResult
from huiqi.matching.lacking import Lack, spelled, spread
from huiqi.measures.types import VerdictKind
from huiqi.measures.vectors import Bits, count, rows_in
from huiqi.registry.schema import decimals_of

Whole = npt.NDArray[np.int64]

AMOUNT: Final = pa.decimal128(24, PLACES)
VALUE: Final = pa.decimal128(22, FEN_PLACES)
LACK: Final = pa.struct(
    [pa.field("fact", pa.string(), nullable=False), pa.field("parties", pa.binary(), nullable=False)]
)
LACKS: Final = pa.list_(LACK)
GROUP: Final = pa.struct(
    [
        pa.field("measure", pa.string(), nullable=False),
        pa.field("verdict", pa.string(), nullable=False),
        pa.field("missing", pa.string(), nullable=False),
        pa.field("lacking", LACKS, nullable=False),
        pa.field("count", pa.int32(), nullable=False),
        pa.field("parties", pa.binary(), nullable=False),
        pa.field("amounts", pa.binary(), nullable=False),
        pa.field("values", pa.binary(), nullable=False),
    ]
)
STORED: Final = pa.schema(
    [
        pa.field("block", pa.string(), nullable=False),
        pa.field("last", pa.string(), nullable=False),
        pa.field("codes", pa.list_(pa.string()), nullable=False),
        pa.field("unknown", LACKS, nullable=False),
        pa.field("groups", pa.list_(GROUP), nullable=False),
    ]
)
ROWS: Final = pa.schema(
    [
        ("party", pa.string()),
        ("measure", pa.dictionary(pa.int32(), pa.string())),
        ("verdict", pa.dictionary(pa.int32(), pa.string())),
        ("amount", AMOUNT),
        ("value", VALUE),
        ("missing", pa.dictionary(pa.int32(), pa.string())),
    ]
)
"""Findings spelled out: one row for each party and measure that came to more than a plain "no"."""
RESULTS: Final = "results"
HEAD: Final = 8
"""Letters that are held against each other as one number."""


class NoRun(FileNotFoundError):
    """The folder holds no published run."""


def stored_block(block: BlockResult, keys: Sequence[str]) -> pa.RecordBatch:
    """One row of `STORED`; `keys` are the measures of the plan in its order."""
    codes = block.codes.cast(pa.string())
    first, last = ends_of(codes)
    found = block.groups
    groups = pa.StructArray.from_arrays(
        [
            texts([keys[f.measure] for f in found]),
            texts([str(f.kind) for f in found]),
            texts([missing_text(f.missing) for f in found]),
            lists_of_lacks([f.lacking for f in found]),
            whole_numbers([f.count for f in found]),
            bitmaps([f.parties for f in found]),
            figures([f.amounts for f in found]),
            figures([f.values for f in found]),
        ],
        fields=list(GROUP),
    )
    used = {name for f in found for name, own in f.lacking if own is None}
    unknown = [(name, bits) for name, bits in block.unknown.items() if name in used]
    return pa.RecordBatch.from_arrays(
        [
            texts([first]),
            texts([last]),
            pa.ListArray.from_arrays(whole_numbers([0, len(codes)]), codes),
            lists_of_lacks([unknown]),
            pa.ListArray.from_arrays(whole_numbers([0, len(groups)]), groups, type=pa.list_(GROUP)),
        ],
        schema=STORED,
    )


def ends_of(codes: pa.StringArray) -> tuple[str, str]:
    """The lowest and the highest code: the first and the last of a register in order, which is quickly seen."""
    if len(codes) and in_order(codes):
        return codes[0].as_py(), codes[-1].as_py()
    ends = pc.min_max(codes)
    return ends["min"].as_py(), ends["max"].as_py()


def in_order(codes: pa.StringArray) -> bool:
    """Does each begin with sixteen letters that come after those of the one before? No where lengths differ.

    >>> in_order(pa.array(["91370200MA3C1X7R2", "91370200MA3C1X7R9"]))
    False
    >>> in_order(pa.array(["91370200MA3C1X702", "91370200MA3C1X7R9"]))
    True
    """
    offsets = np.frombuffer(codes.buffers()[1], np.int32)[codes.offset :][: len(codes) + 1]
    length = int(offsets[1] - offsets[0])
    if length < 2 * HEAD or not bool((np.diff(offsets) == length).all()):
        return False
    letters = codes.buffers()[2]
    heads, then = (
        np.ndarray((len(codes),), ">u8", letters, int(offsets[0]) + place, (length,)).astype(np.uint64)
        for place in (0, HEAD)
    )
    alike = heads[:-1] == heads[1:]
    return bool(((heads[:-1] < heads[1:]) | (alike & (then[:-1] < then[1:]))).all())


def texts(found: Sequence[str]) -> pa.StringArray:
    """As `pa.array`, which imports pandas where that is installed: a third of a second in every process.

    >>> texts(["企业", ""]).to_pylist()
    ['企业', '']
    """
    encoded = [text.encode() for text in found]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    data = pa.py_buffer(b"".join(encoded))
    return pa.Array.from_buffers(pa.string(), len(encoded), [None, pa.py_buffer(offsets), data])


def whole_numbers(found: Sequence[int] | npt.NDArray[np.int32]) -> pa.Int32Array:
    """Likewise, of 32 bits."""
    data = pa.py_buffer(np.asarray(found, np.int32))
    return pa.Array.from_buffers(pa.int32(), len(found), [None, data])


def bitmaps(found: Sequence[Bits | None]) -> pa.Array:
    """Bitmaps as one column, laid out at once; empty where there is none."""
    whole = [bits for bits in found if bits is not None]
    offsets = np.cumsum([0, *(0 if bits is None else len(bits) for bits in found)], dtype=np.int32)
    data = np.concatenate(whole) if whole else np.zeros(0, np.uint8)
    return pa.Array.from_buffers(pa.binary(), len(found), [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def lists_of_lacks(lists: Sequence[Sequence[Lack]]) -> pa.ListArray:
    flat = [lack for lacks in lists for lack in lacks]
    lacks = pa.StructArray.from_arrays(
        [texts([name for name, _ in flat]), bitmaps([own for _, own in flat])],
        fields=list(LACK),
    )
    offsets = np.cumsum([0, *map(len, lists)], dtype=np.int32)
    return pa.ListArray.from_arrays(whole_numbers(offsets), lacks, type=LACKS)


def figures(columns: Iterable[Whole | None]) -> pa.Array:
    """A cell of 64-bit numbers for each finding: none, one for all its parties, or one each."""
    return bitmaps([shortest(column).astype("<i8", copy=False).view(np.uint8) for column in columns])


def shortest(column: Whole | None) -> Whole:
    """
    >>> shortest(np.array([5, 5, 5])), shortest(np.array([5, 6])), shortest(np.array([NO_AMOUNT]))
    (array([5]), array([5, 6]), array([], dtype=int64))
    """
    if column is None or not len(column):
        return np.zeros(0, np.int64)
    if not (column == column[0]).all():
        return column
    return np.zeros(0, np.int64) if column[0] == NO_AMOUNT else column[:1]


def missing_text(facts: Iterable[str]) -> str:
    """Facts by their own names, without the mark that keeps clashing facts apart."""
    return ",".join(name.partition("@")[0] for name in facts)


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """What a measure came to for some parties of a block."""

    measure: str
    verdict: VerdictKind
    missing: tuple[str, ...]
    count: int
    parties: Bits
    amounts: Whole  # millionths; none, one for all, or one each; NO_AMOUNT where there is none
    values: Whole  # fen, likewise
    lacking: tuple[tuple[str, Bits], ...] = ()  # facts that only some lack, beside `missing`; in their order

    def lacks_of(self, place: int) -> tuple[str, ...]:
        """What the party at a set bit lacks."""
        found = (name for name, bits in self.lacking if bits[place // 8] >> place % 8 & 1)
        return tuple(dict.fromkeys((*self.missing, *found)))

    def spelled(self) -> "Iterator[StoredGroup]":
        """Groups of parties that lack the same."""
        if not self.lacking:
            yield self
            return
        rows = 8 * len(self.parties)
        for missing, parties in spelled(self.parties, self.lacking, rows).items():
            yield replace(self, missing=missing, lacking=(), parties=parties, count=count(parties))

    @property
    def rows(self) -> npt.NDArray[np.intp]:
        """The places of its parties in the block, in order."""
        return rows_in(self.parties, 8 * len(self.parties))

    def figure_of(self, place: int) -> tuple[int | None, int | None]:
        """Amount (millionths) and value (fen) of the party at a set bit."""
        before = int(np.bitwise_count(self.parties[: place // 8]).sum())
        before += (int(self.parties[place // 8]) & ((1 << place % 8) - 1)).bit_count()
        return figure_at(self.amounts, before), figure_at(self.values, before)


def figure_at(column: Whole, place: int) -> int | None:
    if not len(column):
        return None
    found = int(column[place if len(column) > 1 else 0])
    return None if found == NO_AMOUNT else found


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """`answers` as they are stored; `groups` are the same with one list of missing facts each."""

    codes: pa.Array
    answers: Sequence[StoredGroup]

    @property
    def groups(self) -> list[StoredGroup]:
        return [group for answer in self.answers for group in answer.spelled()]

    def table(self) -> pa.Table:
        """The findings as `ROWS`."""
        groups = self.groups
        lengths = [g.count for g in groups]
        places = [g.rows for g in groups]
        rows = np.concatenate(places) if places else np.zeros(0, np.intp)
        return pa.Table.from_arrays(
            [
                self.codes.take(pa.array(rows)),
                repeated([g.measure for g in groups], lengths),
                repeated([str(g.verdict) for g in groups], lengths),
                pa.chunked_array([decimal_column(g.amounts, g.count, AMOUNT) for g in groups], type=AMOUNT),
                pa.chunked_array([decimal_column(g.values, g.count, VALUE) for g in groups], type=VALUE),
                repeated([",".join(g.missing) for g in groups], lengths),
            ],
            schema=ROWS,
        )


def repeated(texts: Sequence[str], lengths: Sequence[int]) -> pa.DictionaryArray:
    distinct = list(dict.fromkeys(texts))
    places = {text: place for place, text in enumerate(distinct)}
    codes = np.repeat(np.array([places[t] for t in texts], np.int32), lengths)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(distinct, pa.string()))


def decimal_column(column: Whole, rows: int, kind: pa.DataType) -> pa.Array:
    """Whole units of the last place as decimals, one for each row.

    >>> decimal_column(np.array([600, NO_AMOUNT]), 2, VALUE).to_pylist()
    [Decimal('6.00'), None]
    """
    if not len(column):
        return pa.nulls(rows, kind)
    each = np.broadcast_to(column, rows) if len(column) == 1 else column
    lacking = each == NO_AMOUNT
    return decimals_of(pa.array(each, mask=lacking if lacking.any() else None), kind)


@dataclass(frozen=True)
class StoredRun:
    """A published run, of the local engine or of Spark."""

    folder: Path

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        return found

    @cached_property
    def files(self) -> Sequence[pq.ParquetFile]:
        paths = sorted((self.folder / RESULTS).rglob("*.parquet"))
        return [pq.ParquetFile(path, memory_map=True) for path in paths]

    def blocks(self) -> Iterator[StoredBlock]:
        for file in self.files:
            for batch in file.iter_batches(batch_size=1, use_threads=False):
                yield block_from(batch)

    def tables(self) -> Iterator[pa.Table]:
        """The findings spelled out, block by block."""
        for block in self.blocks():
            if block.answers:
                yield block.table()

    def rows(self) -> pa.Table:
        """All findings spelled out. Of a large register that is a large table: see `tables`."""
        return pa.concat_tables([ROWS.empty_table(), *self.tables()]).unify_dictionaries()

    def of_party(self, code: str) -> pa.Table | None:
        """The findings of one party as `ROWS`; None where the run did not look at it."""
        for file in self.files:
            for number in range(file.num_row_groups):
                if not may_hold(file.metadata.row_group(number), code):
                    continue
                for batch in file.iter_batches(batch_size=1, row_groups=[number], use_threads=False):
                    found = answers_to(code, batch)
                    if found is not None:
                        return found
        return None


def open_run(folder: Path) -> StoredRun:
    """Raises NoRun where nothing was published, or in a form that is not read any more."""
    if not (folder / "manifest.json").is_file():
        raise NoRun(f"{folder} holds no match run: there is no manifest.json")
    run = StoredRun(folder)
    if run.files and not is_todays(run.files[0].schema_arrow):
        raise NoRun(f"{folder} holds a match run of an earlier version: match the register again")
    return run


def is_todays(form: pa.Schema) -> bool:
    if "unknown" not in form.names:
        return False
    return bool(pa.types.is_binary(form.field("groups").type.value_type.field("amounts").type))


def block_from(batch: pa.RecordBatch) -> StoredBlock:
    """From one row of `STORED`."""
    groups = batch.column("groups").flatten()
    parts = {field.name: groups.field(field.name) for field in GROUP}
    bits = [bitmap_from(cell) for cell in parts["parties"]]
    return StoredBlock(
        batch.column("codes").flatten(),
        [
            StoredGroup(
                measure=measure.as_py(),
                verdict=VerdictKind(verdict.as_py()),
                missing=tuple(filter(None, missing.as_py().split(","))),
                lacking=lacking,
                count=number.as_py(),
                parties=parties,
                amounts=amounts,
                values=values,
            )
            for measure, verdict, missing, lacking, number, parties, amounts, values in zip(
                parts["measure"], parts["verdict"], parts["missing"],
                lacks_from(parts["lacking"], bits, unknown_in(batch)), parts["count"], bits,
                map(figures_from, parts["amounts"]), map(figures_from, parts["values"]), strict=True,
            )
        ],
    )  # fmt: skip


def bitmap_from(cell: pa.BinaryScalar) -> Bits:
    return np.frombuffer(cell.as_buffer(), np.uint8)


def unknown_in(batch: pa.RecordBatch) -> dict[str, Bits]:
    """By fact, with the mark that keeps clashing ones apart: of whom it is unknown."""
    flat = batch.column("unknown").flatten()
    return dict(zip(flat.field("fact").to_pylist(), map(bitmap_from, flat.field("parties")), strict=True))


def lacks_from(
    column: pa.ListArray, parties: Sequence[Bits], unknown: Mapping[str, Bits]
) -> Iterator[tuple[tuple[str, Bits], ...]]:
    """Facts by their own names with their bitmaps, group by group."""
    flat = column.flatten()
    names = flat.field("fact").to_pylist()
    lacks = zip(names, map(bitmap_from, flat.field("parties")), strict=True)
    for members, number in zip(parties, column.value_lengths().to_pylist(), strict=True):
        found = []
        for name, some in islice(lacks, number):
            found.append((missing_text([name]), spread(some, members) if len(some) else unknown[name]))
        yield tuple(found)


def some_groups(batch: pa.RecordBatch, wanted: pa.Array) -> pa.RecordBatch:
    """A row of `STORED` with those of its groups for which `wanted` is true."""
    groups = batch.column("groups").flatten().filter(wanted)
    lists = pa.ListArray.from_arrays(pa.array([0, len(groups)], pa.int32()), groups)
    field = STORED.field("groups")
    return batch.set_column(batch.schema.get_field_index(field.name), field, lists.cast(field.type))


def figures_from(cell: pa.BinaryScalar) -> Whole:
    return np.frombuffer(cell.as_buffer(), "<i8")


def may_hold(group: pq.RowGroupMetaData, code: str) -> bool:
    """By the lowest and highest code of its blocks; the first two columns."""
    first, last = group.column(0).statistics, group.column(1).statistics
    if first is None or last is None or not first.has_min_max or not last.has_min_max:
        return True
    return bool(first.min <= code <= last.max)


def answers_to(code: str, batch: pa.RecordBatch) -> pa.Table | None:
    """The findings of a party in one stored block, or None where it is not in it."""
    if not batch.column("block")[0].as_py() <= code <= batch.column("last")[0].as_py():
        return None
    codes = batch.column("codes").flatten()
    place = codes.index(code).as_py()
    if place < 0:
        return None
    found = [g for g in block_from(batch).answers if g.parties[place // 8] >> place % 8 & 1]
    amounts, values = zip(*(g.figure_of(place) for g in found), strict=True) if found else ((), ())
    return pa.Table.from_arrays(
        [
            pa.array([code] * len(found), pa.string()),
            repeated([g.measure for g in found], [1] * len(found)),
            repeated([str(g.verdict) for g in found], [1] * len(found)),
            decimal_column(as_whole(amounts), len(found), AMOUNT),
            decimal_column(as_whole(values), len(found), VALUE),
            repeated([",".join(g.lacks_of(place)) for g in found], [1] * len(found)),
        ],
        schema=ROWS,
    )


def as_whole(numbers: Iterable[int | None]) -> Whole:
    return np.array([NO_AMOUNT if n is None else n for n in numbers], np.int64)
