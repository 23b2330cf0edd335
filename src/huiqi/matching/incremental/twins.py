"""Columns of a row group that are byte for byte those of the version before: they need not be read to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from huiqi.measures.vectors import Bits


@dataclass
class Twin:
    """A file of the new register beside the file of the same name in the old one."""

    new: Path
    old: Path
    content: tuple[Bits, Bits] = field(init=False)
    metadata: tuple[pq.FileMetaData, pq.FileMetaData] = field(init=False)

    def __post_init__(self) -> None:
        self.content = (np.memmap(self.new, np.uint8, "r"), np.memmap(self.old, np.uint8, "r"))
        self.metadata = (pq.read_metadata(self.new), pq.read_metadata(self.old))

    def equal_columns(self, groups: Sequence[int]) -> set[str]:
        """Names of columns whose bytes are equal in all these row groups; without `code`, rows are not aligned."""
        _, old = self.metadata
        if not groups or groups[-1] >= old.num_row_groups:
            return set()
        # rows before the first group must be as many, too, for the groups to be at the same place
        same = [self.equal_in(group) for group in range(groups[-1] + 1)[groups[0] :]]
        before = all(self.rows(group)[0] == self.rows(group)[1] for group in range(groups[0]))
        found = set.intersection(*same)
        return found if before and "code" in found else set()

    def rows(self, group: int) -> tuple[int, int]:
        new, old = self.metadata
        return new.row_group(group).num_rows, old.row_group(group).num_rows

    def equal_in(self, group: int) -> set[str]:
        new, old = (metadata.row_group(group) for metadata in self.metadata)
        if new.num_rows != old.num_rows:
            return set()
        theirs = {old.column(n).path_in_schema: old.column(n) for n in range(old.num_columns)}
        mine = {new.column(n).path_in_schema: new.column(n) for n in range(new.num_columns)}
        return {name for name in mine.keys() & theirs.keys() if self.equal(mine[name], theirs[name])}

    def equal(self, new: pq.ColumnChunkMetaData, old: pq.ColumnChunkMetaData) -> bool:
        form = (new.physical_type, new.compression, new.encodings, new.num_values, new.total_compressed_size)
        if form != (
            old.physical_type, old.compression, old.encodings, old.num_values, old.total_compressed_size,
        ):  # fmt: skip
            return False
        mine, theirs = self.content
        start, start_too, length = first_byte(new), first_byte(old), new.total_compressed_size
        return np.array_equal(mine[start : start + length], theirs[start_too : start_too + length])


def first_byte(column: pq.ColumnChunkMetaData) -> int:
    offsets: list[int] = [column.data_page_offset]
    if column.has_dictionary_page and column.dictionary_page_offset:
        offsets.append(column.dictionary_page_offset)
    return min(offsets)
