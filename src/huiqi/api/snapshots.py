"""Registers as of a day: which versions there are, and their Parquet files. And the run that counts now."""

from datetime import date
from pathlib import Path as Folder
from typing import Any, Final

import pyarrow.parquet as pq
from django.db import transaction
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.timezone import now
from ninja import Path, Query, Router

from huiqi.access.actor import Actor
from huiqi.api.callers import WITH_KEY, caller_of, needs
from huiqi.api.problems import Refused, not_found
from huiqi.api.sending import as_json
from huiqi.api.shapes import PROBLEMS, Asked, Exact, Problem, Shape
from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.holdings import current
from huiqi.keys.scopes import KeyScope
from huiqi.registry.manifest import FileEntry, UnreadableManifest
from huiqi.registry.snapshot import NoSnapshot, Snapshot
from huiqi.registry.types import Column
from huiqi.registry.versions import Version, open_version, versions_of

router = Router(tags=["snapshots"])
PARQUET: Final = "application/vnd.apache.parquet"
VERDICTS: Final = ("eligible", "claimable", "review", "unknown", "ineligible")


class SnapshotColumn(Shape):
    name: str
    type: str
    unit: str | None
    values: list[str]
    min: Exact | None
    max: Exact | None


class SnapshotFile(Shape):
    """One Parquet file; `path` is its address under the version."""

    path: str
    city: str
    rows: int
    bytes: int
    sha256: str


class SnapshotAnswer(Shape):
    """A published version of the register, as its manifest has it."""

    version: str
    current: bool
    source: str
    as_of: date
    synthetic: bool
    rows: int
    columns: list[SnapshotColumn]
    files: list[SnapshotFile]


class SnapshotList(Shape):
    items: list[SnapshotAnswer]


class VerdictTotals(Shape):
    """Verdicts over all measures and parties in their scope."""

    eligible: int
    claimable: int
    review: int
    unknown: int
    ineligible: int


class RunAnswer(Shape):
    """The match run that counts now."""

    run: str
    as_of: date
    source: str
    version: str
    register_as_of: date
    synthetic: bool
    parties: int
    measures: int
    findings: int
    verdicts: VerdictTotals
    packs: dict[str, str]


@router.get(
    "snapshots", response={200: SnapshotList, **PROBLEMS}, summary="名录快照 · Snapshots of the register"
)
def snapshots(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """已发布的版本及其清单。

    Published versions with their manifests: source, day, columns, files with checksums.
    """
    versions = versions_of(register_folder())
    return as_json({"items": [version_as_json(version) for version in reversed(versions)]})


@router.get(
    "snapshots/{version}/{path:file}",
    response={200: None, 304: None, 403: Problem, **PROBLEMS},
    auth=[WITH_KEY],
    summary="快照文件 · A file of a snapshot",
    openapi_extra={
        "responses": {200: {"content": {PARQUET: {"schema": {"type": "string", "format": "binary"}}}}}
    },
)
@needs(KeyScope.SNAPSHOTS_READ)
def snapshot_file(
    request: HttpRequest, version: Path[str], file: Path[str], asked: Query[Asked]
) -> HttpResponseBase:
    """Parquet 文件，逐块发送；留有下载记录。

    A Parquet file, sent piece by piece. Needs a key with `snapshots:read`, whose region holds the whole city of the
    file. The audit trail has each download.
    """
    snapshot = version_named(version)
    entry = next((entry for entry in snapshot.manifest.files if entry.path == file), None)
    if entry is None or not (snapshot.folder / entry.path).is_file():
        raise not_found(
            file, where="path.file", remedy=Bilingual("文件见清单", "The manifest names the files")
        )
    caller = caller_of(request)
    if not holds(caller.actor, entry):
        said = Bilingual(
            "文件所属城市不在此密钥的区域内", "The city of the file is not within the region of the key"
        )
        raise Refused(
            403,
            said,
            where="path.file",
            remedy=Bilingual("请换用相应区域的密钥", "Use a key for that region"),
        )
    etag = f'"{entry.sha256}"'
    fresh = get_conditional_response(request, etag=etag)
    if fresh is not None:
        return fresh
    key = caller.key.prefix if caller.key else ""
    with transaction.atomic():
        detail = {"file": entry.path, "rows": entry.rows, "key": key}
        record_deed(
            "registry.file.downloaded", f"register:{version}", by=caller.actor.name, at=now(), detail=detail
        )
    return file_answer(snapshot.folder / entry.path, etag)


@router.get("runs/current", response={200: RunAnswer, **PROBLEMS}, summary="当前匹配 · The current run")
def current_run(request: HttpRequest, asked: Query[Asked]) -> HttpResponseBase:
    """现行匹配结果的概要。

    What the run that counts now stood on, and what it came to in all.
    """
    found = current.run()
    if found is None:
        remedy = Bilingual("名录发布并匹配后再试", "Try again once a register was published and matched")
        raise not_found("runs/current", where="path", remedy=remedy)
    said = found.manifest
    return as_json(
        {
            "run": found.folder.name,
            "as_of": said["as_of"],
            "source": said["register"],
            "version": said["version"],
            "register_as_of": said["register_as_of"],
            "synthetic": said["synthetic"],
            **{name: said[name] for name in ("parties", "measures", "findings", "packs")},
            "verdicts": totals_of(found.folder),
        }
    )


def register_folder() -> Folder:
    return current.data_folder() / "register"


def version_named(name: str) -> Snapshot:
    """Raises Refused (404)."""
    try:
        return open_version(register_folder(), name)
    except (NoSnapshot, UnreadableManifest) as error:
        remedy = Bilingual("版本见 /api/v1/snapshots", "Versions stand at /api/v1/snapshots")
        raise not_found(name, where="path.version", remedy=remedy) from error


def holds(actor: Actor, entry: FileEntry) -> bool:
    """Does the region hold all of a file? A district does not hold the file of its city."""
    return entry.city.startswith(actor.region)


def file_answer(path: Folder, etag: str) -> FileResponse:
    response = FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=PARQUET)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Encoding"] = "identity"  # Parquet is compressed already
    return response


def totals_of(folder: Folder) -> dict[str, int]:
    table = pq.read_table(folder / "summary.parquet", columns=list(VERDICTS))
    return {name: sum(table.column(name).to_pylist()) for name in VERDICTS}


def version_as_json(version: Version) -> dict[str, Any]:
    manifest = version.manifest
    return {
        "version": version.name,
        "current": version.is_current,
        "source": manifest.source,
        "as_of": manifest.as_of.isoformat(),
        "synthetic": manifest.synthetic,
        "rows": manifest.rows,
        "columns": [column_as_json(column) for column in manifest.columns.values()],
        "files": [
            {"path": e.path, "city": e.city, "rows": e.rows, "bytes": e.bytes, "sha256": e.sha256}
            for e in manifest.files
        ],
    }


def column_as_json(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": str(column.type),
        "unit": column.unit,
        "values": list(column.values),
        "min": f"{column.min:f}" if column.min is not None else None,
        "max": f"{column.max:f}" if column.max is not None else None,
    }
