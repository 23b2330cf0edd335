"""Cut a CSV file into pieces of whole records in UTF-8, a few megabytes each, whatever its encoding and quotes."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np

from huiqi.registry.tables import Dialect

PIECE_BYTES = 8 << 20
QUOTE, NEWLINE, RETURN = 0x22, 0x0A, 0x0D
LOOK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of whole records; `before` is the number of lines of the file above them."""

    data: bytes
    before: int
    by_arrow: bool  # quotes stand only around whole cells, and doubled inside


def can_be_cut(path: Path, dialect: Dialect) -> bool:
    """Is the delimiter one byte, and do lines end as they do today?"""
    if dialect.delimiter is None or not dialect.delimiter.isascii():
        return False
    with path.open("rb") as file:
        start = file.read(LOOK_BYTES)
    return b"\n" in start or len(start) < LOOK_BYTES


def pieces_of(path: Path, dialect: Dialect) -> Iterator[Piece]:
    """Everything below the header, in order. Raises csv.Error for a quote that never closes."""
    assert dialect.encoding is not None
    with path.open("rb") as file:
        blocks = _Blocks(file, dialect.encoding)
        before = _pass_header(blocks, dialect)
        while block := blocks.next():
            by_arrow = True
            if QUOTE in block:
                end = _end_of_records(block, ord(dialect.delimiter or ","))
                by_arrow = end is not None
                if end is None:
                    block = _whole_records(block, blocks, dialect)
                else:
                    blocks.push_back(block[end:])
                    block = block[:end]
            yield Piece(block, before, by_arrow)
            before += block.count(b"\n") + lone_returns(block)


def lone_returns(data: bytes) -> int:
    """Carriage returns that end a line by themselves."""
    return data.count(b"\r") - data.count(b"\r\n") if RETURN in data else 0


class _Blocks:
    """A file in UTF-8, a block of whole lines at a time."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        name = codecs.lookup(encoding).name
        if name == "utf-8-sig":
            file.read(len(codecs.BOM_UTF8))
        own = name in ("utf-8", "utf-8-sig", "ascii")
        self._decoder = None if own else codecs.getincrementaldecoder(encoding)()
        self._pending = b""
        self._ended = False

    def next(self) -> bytes:
        """About eight megabytes that end with a line; nothing at the end of the file."""
        parts, self._pending = [self._pending], b""
        while not self._ended:
            piece = self._read()
            cut = piece.rfind(b"\n") + 1
            if cut:
                self._pending = piece[cut:]
                return b"".join([*parts, piece[:cut]])
            parts.append(piece)
        return b"".join(parts)

    def push_back(self, data: bytes) -> None:
        """Give back what is to come again before the rest."""
        self._pending = data + self._pending

    def _read(self) -> bytes:
        data = self._file.read(PIECE_BYTES)
        self._ended = not data
        return data if self._decoder is None else self._decoder.decode(data, final=not data).encode()


def _pass_header(blocks: _Blocks, dialect: Dialect) -> int:
    """Read up to and with the header; returns the number of lines passed."""
    first = blocks.next()
    passed = 0

    def lines() -> Iterator[str]:
        nonlocal passed
        for line in io.StringIO(first.decode(), newline=""):
            passed += len(line.encode())
            yield line

    reader = csv.reader(lines(), delimiter=dialect.delimiter or ",")
    for _ in islice(reader, dialect.header_row):
        pass
    blocks.push_back(first[passed:])
    return reader.line_num


def _end_of_records(block: bytes, delimiter: int) -> int | None:
    """Where the last whole record ends; None if a quote stands where it should not, or no record ends."""
    data = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(data == QUOTE)
    end = len(block)
    if len(quotes) % 2:
        ends = np.flatnonzero(data == NEWLINE)
        outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
        if not len(outside):
            return None
        end = int(outside[-1]) + 1
        quotes = quotes[quotes < end]
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    good = (before == delimiter) | (before == NEWLINE) | (opening == 0)
    good[1:] |= closing[:-1] + 1 == opening[1:]
    after = data[np.minimum(closing + 1, len(data) - 1)]
    good &= (after == delimiter) | (after == NEWLINE) | (after == RETURN) | (after == QUOTE)
    return end if bool(good.all()) else None


def _whole_records(block: bytes, blocks: _Blocks, dialect: Dialect) -> bytes:
    """The block, and as much more as its last record needs, as Python's csv module sees it."""
    taken = [block]
    at_end = False

    def lines() -> Iterator[str]:
        nonlocal at_end
        while taken[-1]:
            waiting = ""
            for line in io.StringIO(taken[-1].decode(), newline=""):
                if waiting:
                    yield waiting
                waiting = line
            at_end = True
            yield waiting
            at_end = False
            taken.append(blocks.next())

    for _ in csv.reader(lines(), delimiter=dialect.delimiter or ","):
        if at_end:
            break
    return b"".join(taken)
