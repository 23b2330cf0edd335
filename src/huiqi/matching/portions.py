"""A register cut into portions of row groups, each small enough to hand to a worker."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

PORTION_ROWS: Final = 1 << 19
"""Small enough for no process to work long on the last one alone."""
BLOCK_ROWS: Final = 1 << 17
"""Parties worked on at once: two row groups, whose bitmaps still stay in the cache."""


REPEATED: Final = ["region", "roles"]
"""Texts of which there are a few: read as indexes, without writing each out."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Row groups of files, in the order of the register."""

    number: int
    pieces: tuple[tuple[Path, tuple[int, ...]], ...]
    rows: int

    def batches(
        self, columns: Sequence[str], rows: int = BLOCK_ROWS, *, threads: bool = False
    ) -> Iterator[pa.RecordBatch]:
        """Its parties in batches of at most so many rows, whole row groups where they fit.

        With `threads` columns are read side by side; where every core has a process of its own that would only get
        in the others' way.
        """
        for path, groups in self.pieces:
            file = pq.ParquetFile(path, read_dictionary=REPEATED)
            for together in gathered(file.metadata, groups, rows):
                read = file.read_row_groups(together, list(columns), use_threads=threads)
                yield from read.combine_chunks().to_batches(rows)


def gathered(metadata: pq.FileMetaData, groups: Sequence[int], rows: int) -> Iterator[list[int]]:
    """Consecutive row groups that are read together."""
    together: list[int] = []
    number = 0
    for group in groups:
        more = metadata.row_group(group).num_rows
        if together and number + more > rows:
            yield together
            together, number = [], 0
        together.append(group)
        number += more
    if together:
        yield together


def portions_of(files: Iterable[Path], rows: int = PORTION_ROWS) -> list[Portion]:
    """All row groups of a register's files in portions of about so many rows, at least one group each."""
    found: list[Portion] = []
    pieces: list[tuple[Path, tuple[int, ...]]] = []
    waiting = 0
    for path in files:
        metadata = pq.read_metadata(path)
        groups: list[int] = []
        for group in range(metadata.num_row_groups):
            groups.append(group)
            waiting += metadata.row_group(group).num_rows
            if waiting >= rows:
                found.append(Portion(len(found), (*pieces, (path, tuple(groups))), waiting))
                pieces, groups, waiting = [], [], 0
        if groups:
            pieces.append((path, tuple(groups)))
    if pieces:
        found.append(Portion(len(found), tuple(pieces), waiting))
    return found


def read_ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same batches; the next is read while one is worked on."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        following = reader.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = reader.submit(next, batches, None)
            yield batch
