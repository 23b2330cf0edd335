"""Values on which the tables of an import contradict each other, with the rule that decided, as a Parquet file."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from huiqi.registry.preference import Preference, Source
from huiqi.registry.rejects import LinesFile

STORED = pa.schema(
    [
        pa.field("code", pa.string()),
        pa.field("column", pa.string()),
        pa.field("kept", pa.string()),
        pa.field("kept_source", pa.string()),
        pa.field("kept_row", pa.int64()),
        pa.field("other", pa.string()),
        pa.field("other_source", pa.string()),
        pa.field("other_row", pa.int64()),
        pa.field("rule", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Contradicted:
    """How many values of one column a table believed less states otherwise."""

    column: str
    kept_source: str
    other_source: str
    rule: str
    values: int


class ConflictsFile:
    """Takes conflicts by the numbers of their sources and writes their names; `path` None counts alone."""

    def __init__(self, path: Path | None, sources: Sequence[Source], preference: Preference) -> None:
        self._stack = ExitStack()
        self._file = self._stack.enter_context(LinesFile(path, STORED)) if path else None
        self._names = pa.array([source.name for source in sources], pa.string())
        self._size = len(sources)
        self._rules = pa.array(
            [preference.says(kept, other) for kept in sources for other in sources], pa.string()
        )
        self._counts: dict[tuple[str, int, int], int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def add(self, conflicts: pa.Table) -> None:
        """Rows of `settle_codes.CONFLICTS`."""
        if not conflicts.num_rows:
            return
        keys = ["column", "kept_source", "other_source"]
        for row in conflicts.group_by(keys).aggregate([([], "count_all")]).to_pylist():
            key = (row["column"], row["kept_source"], row["other_source"])
            self._counts[key] = self._counts.get(key, 0) + row["count_all"]
        if self._file is None:
            return
        kept, other = conflicts["kept_source"].to_numpy(), conflicts["other_source"].to_numpy()
        named = {
            **{name: conflicts[name] for name in conflicts.column_names},
            "kept_source": self._names.take(pa.array(kept)),
            "other_source": self._names.take(pa.array(other)),
            "rule": self._rules.take(pa.array(kept.astype("int64") * self._size + other)),
        }
        self._file.add_table(pa.table([named[name] for name in STORED.names], schema=STORED))

    def counts(self) -> tuple[Contradicted, ...]:
        """By column and pair of tables, most first."""
        ranked = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        names, rules = self._names.to_pylist(), self._rules.to_pylist()
        return tuple(
            Contradicted(column, names[kept], names[other], rules[kept * self._size + other], values)
            for (column, kept, other), values in ranked
        )
