"""Why an answer changed: by measure from what both runs noted, by party from both versions of the register."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huiqi.matching.changes.types import Why
from huiqi.matching.incremental.align import Stretch, unequal
from huiqi.matching.incremental.before import CannotContinue, OldRegister, OldRun
from huiqi.matching.incremental.compare import LIKENESS
from huiqi.matching.overlay import rows_of

AS_REGISTERED: Final = "as registered"
Told = Mapping[int, Mapping[str, str]]
"""By row of a block, by column: old → new."""


def why_of_measure(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Why | None:
    """From the manifests of both runs; None where nothing about the measure changed."""
    before, after = old["fingerprints"].get(key), new["fingerprints"].get(key)
    if before == after:
        return None
    rule, rule_now = old.get("rules", {}).get(key), new.get("rules", {}).get(key)
    is_rule_same = rule is not None and rule == rule_now
    if before is None or after is None:
        is_there = after is not None
        if is_rule_same and old["as_of"] != new["as_of"]:
            return Why.BEGAN if is_there else Why.ENDED
        if rule is not None and rule_now is not None:
            return Why.RULE
        return Why.ADDED if is_there else Why.DROPPED
    if not is_rule_same:
        return Why.RULE
    return Why.DAY if old["as_of"] != new["as_of"] else Why.COLUMNS


@dataclass(frozen=True)
class Registers:
    """Both versions, as far as they are there."""

    old: OldRegister
    new: OldRegister
    columns: Sequence[str]

    def told(self, found: Sequence[Stretch], start: int, rows: npt.NDArray[np.intp], total: int) -> Told:
        """What differs of some rows of a block that begins at row `start` of the new version."""
        places = np.full(total, -1)
        for s in found:
            places[s.new : s.new + s.rows] = np.arange(s.old, s.old + s.rows)
        rows = rows[places[rows] >= 0]
        if not rows.size:
            return {}
        first, last = int(places[rows].min()), int(places[rows].max())
        names = [*LIKENESS, *self.columns]
        mine = self.new.rows(start, start + total, names).take(pa.array(rows)).combine_chunks()
        theirs = self.old.rows(first, last + 1, names).take(pa.array(places[rows] - first)).combine_chunks()
        result: dict[int, dict[str, str]] = {}
        for name in names:
            before, after = theirs[name].chunk(0), mine[name].chunk(0)
            for at in np.flatnonzero(unequal(after, before)).tolist():
                words = f"{said(before[at].as_py())} → {said(after[at].as_py())}"
                result.setdefault(int(rows[at]), {})[name] = words
        return result


def registers(folder: Path | None, old: OldRun, new: OldRun) -> Registers | None:
    """None where a version that differs from the other is not there any more."""
    if folder is None:
        return None
    types, types_now = old.manifest["types"], new.manifest["types"]
    read = {*old.manifest["columns"], *new.manifest["columns"]}
    both = [name for name in sorted(read) if name in types and types.get(name) == types_now.get(name)]
    sides = [OldRegister(folder / run.manifest["version"], run.files) for run in (old, new)]
    try:
        for side in sides:
            for file in side.files:
                side.file(file.path)
    except CannotContinue:
        return None
    return Registers(sides[0], sides[1], both)


def told_beside(old: OldRun, new: OldRun) -> Mapping[str, Mapping[str, str]]:
    """By party, by fact: what was known beside the register then → now, where that differs. Raises CannotContinue."""
    if old.manifest.get("overlay") == new.manifest.get("overlay"):
        return {}
    sides = [rows_of(side.overlay) if side.overlay is not None else set() for side in (old, new)]
    before, after = ({row[:2]: words_beside(*row[2:]) for row in side} for side in sides)
    found: dict[str, dict[str, str]] = {}
    for code, fact in sorted({row[:2] for row in sides[0] ^ sides[1]}):
        words = [side.get((code, fact), AS_REGISTERED) for side in (before, after)]
        found.setdefault(code, {})[fact] = " → ".join(words)
    return found


def words_beside(text: str | None, fills: bool) -> str:
    """
    >>> words_beside("12", False), words_beside("12", True), words_beside(None, False)
    ('12', '12 unless registered', 'unknown')
    """
    words = said(text)
    return f"{words} unless registered" if fills else words


def said(value: object) -> str:
    """
    >>> said(None), said(True), said(20)
    ('unknown', 'yes', '20')
    """
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def facts_text(told: Mapping[str, str], stands_on: Collection[str]) -> str:
    """Only what the measure stands on; place and roles count for every measure."""
    return "; ".join(
        f"{name}: {words}" for name, words in told.items() if name in stands_on or name in LIKENESS
    )
