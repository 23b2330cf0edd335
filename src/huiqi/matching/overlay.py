"""What is known of some parties beside a register (叠加数据), as a file: one row for each party and fact.

    code   text     the party
    fact   text     a column of the register, or a fact it has no column for
    value  text     true, 12.5, 2013-06-30, a word; null: it is not known any more, whatever the register says
    fills  yes/no   counts only where the register says nothing; may be left out, then it stands instead

A run keeps the overlay it was made with beside its results (`FILE`), sorted by code and fact, so that what it knew
can be told later.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huiqi.measures.expressions import NUMERIC, Type, Value
from huiqi.registry.types import SYSTEM_COLUMNS, Columns

FILE: Final = "overlay.parquet"
OVERLAY: Final = pa.schema(
    [
        pa.field("code", pa.string(), nullable=False),
        pa.field("fact", pa.string(), nullable=False),
        pa.field("value", pa.string()),
        pa.field("fills", pa.bool_(), nullable=False),
    ]
)
PLACES: Final = 12
"""Decimals of a figure; what is finer is rounded, half to even."""


class UnfitOverlay(ValueError):
    """A file that no register can be overlaid with; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What an overlay says of one fact of a party."""

    text: str | None  # None: not known any more
    fills: bool

    def value(self, type_: Type) -> Value | None:
        """As rules take it. Raises ValueError where the text is none of the type.

        >>> Beside("12.5", False).value(Type.MONEY), Beside("true", True).value(Type.BOOL)
        (Fraction(25, 2), True)
        """
        if self.text is None:
            return None
        match type_:
            case Type.BOOL:
                return self.text == "true"
            case Type.DATE:
                return date.fromisoformat(self.text)
            case _:
                return Fraction(self.text) if type_ in NUMERIC else self.text


def text_of(value: Value) -> str:
    """As an overlay writes it.

    >>> text_of(True), text_of(Fraction("628757.965")), text_of(Fraction(1, 3)), text_of(date(2013, 6, 30))
    ('true', '628757.965', '0.333333333333', '2013-06-30')
    """
    match value:
        case bool():
            return "true" if value else "false"
        case Fraction():
            whole = round(value * 10**PLACES)
            exact = Decimal(f"{whole}E-{PLACES}")  # no arithmetic, which would round to the context's digits
            text = f"{exact:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        case date():
            return value.isoformat()
        case str():
            return value


def overlay_from(rows: Iterable[tuple[str, str, str | None, bool]]) -> pa.Table:
    """By `OVERLAY`, from code, fact, value, fills. Raises UnfitOverlay."""
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, OVERLAY, strict=True)]
    return tidied(pa.table(arrays, names=OVERLAY.names))


def read_overlay(path: Path) -> pa.Table:
    """By `OVERLAY`, sorted. Raises UnfitOverlay."""
    try:
        return tidied(pq.read_table(path))
    except UnfitOverlay as error:
        raise UnfitOverlay(f"{path}: {error}") from None
    except (OSError, pa.ArrowException) as error:
        raise UnfitOverlay(f"{path} is no overlay: {error}") from None


def tidied(table: pa.Table) -> pa.Table:
    lacking = [name for name in ("code", "fact", "value") if name not in table.column_names]
    if lacking:
        raise UnfitOverlay(
            f"there is no column {', '.join(lacking)}; an overlay has code, fact, value, fills"
        )
    if "fills" not in table.column_names:
        table = table.append_column("fills", pa.array([False] * table.num_rows, pa.bool_()))
    table = table.select(OVERLAY.names)
    for name in ("code", "fact", "fills"):
        if table[name].null_count:
            raise UnfitOverlay(f"{name} is empty in {table[name].null_count:,} rows")
    try:
        table = table.cast(OVERLAY).sort_by([("code", "ascending"), ("fact", "ascending")]).combine_chunks()
    except pa.ArrowException as error:
        raise UnfitOverlay(f"a column is of another type: {error}") from None
    if own := sorted({*facts_in(table)} & {*SYSTEM_COLUMNS}):
        raise UnfitOverlay(f"{', '.join(own)}: that is the register's own and cannot be overlaid")
    twice = pc.and_(*(pc.equal(table[n][1:], table[n][:-1]) for n in ("code", "fact")))
    if (at := pc.index(twice, True).as_py()) >= 0:
        raise UnfitOverlay(f"{table['fact'][at]} of {table['code'][at]} stands twice")
    return table


def facts_in(table: pa.Table) -> list[str]:
    return sorted(table["fact"].unique().to_pylist())


def columns_known(registered: Columns, overlay: pa.Table | None) -> tuple[str, ...]:
    """The columns of a register, and the facts an overlay brings."""
    more = facts_in(overlay) if overlay is not None else []
    return tuple(dict.fromkeys([*registered, *more]))


def keep(table: pa.Table, folder: Path) -> Path:
    """Write an overlay into the folder of a run."""
    path = folder / FILE
    pq.write_table(table, path, compression="zstd")
    return path


def about_overlay(table: pa.Table, path: Path) -> Mapping[str, object]:
    """For the manifest of a run."""
    parties = pc.count_distinct(table["code"]).as_py()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": digest, "parties": parties, "facts": facts_in(table)}


def kept_by(folder: Path, manifest: Mapping[str, Any]) -> pa.Table | None:
    """The overlay a run was made with; None where it was made without one. Raises UnfitOverlay."""
    return read_overlay(folder / FILE) if manifest.get("overlay") else None


def of_party(folder: Path, manifest: Mapping[str, Any], code: str) -> dict[str, Beside]:
    """What a run knew of one party beside the register, by column. Raises UnfitOverlay."""
    if not manifest.get("overlay"):
        return {}
    try:
        found = pq.read_table(folder / FILE, filters=[("code", "=", code)])
    except (OSError, pa.ArrowException) as error:
        raise UnfitOverlay(f"{folder} has lost its overlay: {error}") from None
    return {row["fact"]: Beside(row["value"], row["fills"]) for row in found.to_pylist()}


def changed_codes(old: pa.Table | None, new: pa.Table | None, facts: Iterable[str]) -> pa.Array:
    """Parties of whom one of these facts lies over the register otherwise, sorted."""
    wanted = pa.array(sorted(facts), pa.string())
    sides = [rows_of(side.filter(pc.is_in(side["fact"], wanted))) if side else set() for side in (old, new)]
    return pa.array(sorted({row[0] for row in sides[0] ^ sides[1]}), pa.string())


def rows_of(table: pa.Table) -> set[tuple[Any, ...]]:
    """Code, fact, text, fills."""
    return set(zip(*(column.to_pylist() for column in table.columns), strict=True))
