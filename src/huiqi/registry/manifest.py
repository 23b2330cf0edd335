"""The manifest of a snapshot: where it comes from, what it holds, and the checksum of each of its files."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from huiqi.registry.types import Column

FORMAT = "huiqi-register"
SCHEMA_VERSION = 1


class UnreadableManifest(ValueError):
    """The manifest is not one of ours, or of a later schema version."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One Parquet file of a snapshot; `first` and `last` are the lowest and highest code in it."""

    path: str  # relative to the version folder: city=3702/part-00000.parquet
    city: str  # first four digits of the region (GB/T 2260)
    rows: int
    bytes: int
    sha256: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class LookupEntry:
    """The file of row blocks that belongs to a Parquet file; versions published before there were any have none."""

    path: str  # relative to the version folder: city=3702/_part-00000.rows
    of: str  # path of the Parquet file
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says about itself."""

    source: str
    as_of: date  # the day all facts are stated for
    synthetic: bool  # true: made up, no such enterprise exists
    rows: int
    columns: Mapping[str, Column]
    files: tuple[FileEntry, ...]
    lookups: tuple[LookupEntry, ...] = ()
    schema_version: int = SCHEMA_VERSION


def manifest_to_json(manifest: Manifest) -> str:
    """One JSON object, keys in a fixed order, so that equal snapshots have equal manifests."""
    return json.dumps(
        {
            "format": FORMAT,
            "schema_version": manifest.schema_version,
            "source": manifest.source,
            "as_of": manifest.as_of.isoformat(),
            "synthetic": manifest.synthetic,
            "rows": manifest.rows,
            "columns": [_column_to_json(c) for c in manifest.columns.values()],
            "files": [asdict(f) for f in manifest.files],
            "lookups": [asdict(f) for f in manifest.lookups],
        },
        ensure_ascii=False,
        indent=1,
    )


def manifest_from_json(text: str) -> Manifest:
    """Raises UnreadableManifest if `text` is no manifest of a schema version known here."""
    try:
        data = json.loads(text)
        if data.get("format") != FORMAT or data["schema_version"] != SCHEMA_VERSION:
            raise UnreadableManifest(
                f"format {data.get('format')!r}, schema version {data.get('schema_version')!r};"
                f" this program reads {FORMAT!r} version {SCHEMA_VERSION}"
            )
        return Manifest(
            source=data["source"],
            as_of=date.fromisoformat(data["as_of"]),
            synthetic=data["synthetic"],
            rows=data["rows"],
            columns={c["name"]: _column_from_json(c) for c in data["columns"]},
            files=tuple(FileEntry(**f) for f in data["files"]),
            lookups=tuple(LookupEntry(**f) for f in data.get("lookups", ())),
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise UnreadableManifest(f"not a manifest of a register: {error!r}") from error


def _column_to_json(column: Column) -> dict[str, Any]:
    data: dict[str, Any] = {"name": column.name, "type": column.type, "unit": column.unit}
    if column.values:
        data["values"] = list(column.values)
    bounds = {"min": column.min, "max": column.max}
    return data | {name: str(bound) for name, bound in bounds.items() if bound is not None}


def _column_from_json(data: Mapping[str, Any]) -> Column:
    return Column(
        data["name"],
        data["type"],
        unit=data["unit"],
        values=tuple(data.get("values", ())),
        min=Decimal(data["min"]) if "min" in data else None,
        max=Decimal(data["max"]) if "max" in data else None,
    )
