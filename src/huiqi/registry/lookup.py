"""One party out of a published version by its code, in well under a millisecond once the index is in memory.

Opening reads the index at the end of each file of row blocks, some 60 bytes for every thousand parties; a look-up
then reads and unpacks one block. Files published without row blocks are searched in their Parquet.
"""

from pathlib import Path

import polars as pl

from huiqi.registry.manifest import FileEntry, Manifest
from huiqi.registry.row_blocks import BlockIndex, Row, RowLayout, read_index, read_row

CODE_CITY = slice(2, 6)  # of a unified social credit code: the city of the registering body


class Lookup:
    """Finds rows of one version; to be kept for as long as the version is read. Threads may share it.

    Args:
        folder: of the version.
        manifest: of the same version.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder, self._files = folder, manifest.files
        self._layout = RowLayout.of(manifest.columns)
        self._blocks = {entry.of: folder / entry.path for entry in manifest.lookups}
        self._indexes: dict[str, BlockIndex] = {}

    def load(self) -> "Lookup":
        """Read all indexes now instead of each when it is first needed. Raises DamagedRows."""
        for entry in self._files:
            self._index(entry)
        return self

    def find(self, code: str) -> Row | None:
        """The row of one party, or None; the city that the code itself names is tried first.

        Values are bool, int, Decimal, date and str; None is unknown. Raises DamagedRows.
        """
        candidates = [e for e in self._files if e.first <= code <= e.last]
        home = code[CODE_CITY]
        for entry in sorted(candidates, key=lambda e: e.city != home):
            row = self._find_in(entry, code)
            if row is not None:
                return row
        return None

    def _find_in(self, entry: FileEntry, code: str) -> Row | None:
        index = self._index(entry)
        if index is None:
            return find_in_parquet(self._folder / entry.path, code)
        return read_row(self._blocks[entry.path], index, code, self._layout)

    def _index(self, entry: FileEntry) -> BlockIndex | None:
        """None for a file without row blocks."""
        if entry.path not in self._blocks:
            return None
        index = self._indexes.get(entry.path)
        if index is None:
            index = self._indexes[entry.path] = read_index(self._blocks[entry.path])
        return index


def find_in_parquet(path: Path, code: str) -> Row | None:
    """The row of one party of a file, or None, from the row group whose codes reach around it."""
    found = pl.scan_parquet(path, parallel="prefiltered").filter(pl.col("code") == code).collect()
    return found.row(0, named=True) if found.height else None
