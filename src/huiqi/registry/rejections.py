"""Where an import puts what it does not take: a table to mend per source, a line per mistake, counts by kind."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from huiqi.registry.cells import plain_text
from huiqi.registry.mistakes import Mistake, Tally, kind_of
from huiqi.registry.rejects import LinesFile, Objection, RejectsFile
from huiqi.registry.tables import Row

MISTAKES = pa.schema(
    [
        pa.field("source", pa.string()),
        pa.field("row", pa.int64()),
        pa.field("column", pa.string()),
        pa.field("value", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("remedy_zh", pa.string()),
        pa.field("remedy_en", pa.string()),
    ]
)


class Rejections:
    """Takes rejected rows of several tables; `lines` is the Parquet file of mistakes, None for none."""

    def __init__(
        self, rejects: Path, headers: Sequence[Sequence[str]], sources: Sequence[str], lines: Path | None
    ) -> None:
        self._stack = ExitStack()
        self._sources = sources
        self._tally = Tally()
        self._files = [
            self._stack.enter_context(RejectsFile(path, headers[number]))
            for number, path in enumerate(paths_of(rejects, len(headers)))
        ]
        self._lines = self._stack.enter_context(LinesFile(lines, MISTAKES)) if lines else None
        self.reasons: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def add(self, source: int, row: Row, objections: Sequence[Objection]) -> None:
        """Put a row into the file of its table and count its mistakes."""
        self._files[source].add(row, objections)
        self._tally.add(self._sources[source], row.number, objections)
        for column in {o.column for o in objections}:
            self.reasons[column] = self.reasons.get(column, 0) + 1
        if self._lines:
            for objection in objections:
                self._lines.add(self._line(source, row, objection))

    def mistakes(self) -> tuple[Mistake, ...]:
        """What was met so far, most frequent first."""
        return self._tally.mistakes()

    def _line(self, source: int, row: Row, objection: Objection) -> dict[str, object]:
        kind = kind_of(objection.reason)
        return {
            "source": self._sources[source],
            "row": row.number,
            "column": objection.column,
            "value": plain_text(objection.cell),
            "kind": kind.id,
            "reason": objection.reason,
            "remedy_zh": kind.remedy.zh,
            "remedy_en": kind.remedy.en,
        }


def paths_of(rejects: Path, tables: int) -> list[Path]:
    """One file per table, since their headers differ.

    >>> [path.name for path in paths_of(Path("rejects.csv"), 2)]
    ['rejects-1.csv', 'rejects-2.csv']
    """
    if tables == 1:
        return [rejects]
    return [rejects.with_name(f"{rejects.stem}-{n}{rejects.suffix}") for n in range(1, tables + 1)]
