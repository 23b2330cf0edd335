"""Two texts side by side, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

AROUND: Final = 3
"""Unchanged lines shown before and after a change."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the old text beside one of the new; a side without a line has number None."""

    old: int | None
    before: str
    new: int | None
    after: str
    kind: str  # same, changed, skipped


def rows_of(before: str, after: str) -> list[Row]:
    """
    >>> [(r.kind, r.before, r.after) for r in rows_of("a\\nb\\n", "a\\nc\\nd\\n")]
    [('same', 'a', 'a'), ('changed', 'b', 'c'), ('changed', '', 'd')]
    """
    old, new = before.splitlines(), after.splitlines()
    rows: list[Row] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += [Row(n + 1, old[n], n - a + c + 1, new[n - a + c], "same") for n in range(a, b)]
        else:
            pairs = zip_longest(range(a, b), range(c, d))
            rows += [changed(old, new, i, j) for i, j in pairs]
    return shortened(rows)


def changed(old: Sequence[str], new: Sequence[str], i: int | None, j: int | None) -> Row:
    return Row(
        None if i is None else i + 1,
        "" if i is None else old[i],
        None if j is None else j + 1,
        "" if j is None else new[j],
        "changed",
    )


def shortened(rows: list[Row]) -> list[Row]:
    """Only what changed and some lines around it; a skipped stretch is one row. Nothing where nothing changed."""
    near = {
        place
        for number, row in enumerate(rows)
        if row.kind == "changed"
        for place in range(number - AROUND, number + AROUND + 1)
    }
    kept: list[Row] = []
    for number, row in enumerate(rows):
        if number in near:
            kept.append(row)
        elif kept and kept[-1].kind != "skipped":
            kept.append(Row(None, "", None, "", "skipped"))
    return kept[:-1] if kept and kept[-1].kind == "skipped" else kept
