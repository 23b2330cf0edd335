"""A copy of everything the site keeps, and the way back.

    BACKUP/manifest.json      when, of which database, every file with its SHA-256
    BACKUP/database.sqlite3   or database.dump (pg_dump, custom format)
    BACKUP/data/…             the data folder without database, caches and the secret key

A backup is written beside its place and moved there whole. `restore` checks every checksum before it touches
anything, and puts back only where nothing is, or where it is told to replace.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection, connections

from huiqi.holdings.current import data_folder
from huiqi.registry.publish import sha256_of

LEFT_OUT: Final = ("huiqi.sqlite3", "huiqi.sqlite3-wal", "huiqi.sqlite3-shm", "secret-key", "static")
FORMAT: Final = "huiqi-backup 1"


class UnfitBackup(RuntimeError):
    """The backup is not whole, or does not belong here; nothing was changed."""


def make_backup(folder: Path, *, at: datetime) -> dict[str, Any]:
    """Write a backup to a folder that is not there yet; returns its manifest.

    The database is copied as of one moment while the site goes on. Raises FileExistsError and what the copy raises.
    """
    if folder.exists():
        raise FileExistsError(f"{folder} is there already: a backup never overwrites one")
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        database = copy_of_database(draft)
        if data_folder().is_dir():
            shutil.copytree(data_folder(), draft / "data", ignore=kept_out, symlinks=True)
        manifest = {
            "format": FORMAT,
            "at": at.isoformat(),
            "database": database,
            "files": {path: sha256_of(draft / path) for path in files_of(draft)},
        }
        (draft / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def restore_backup(folder: Path, *, replace: bool = False) -> None:
    """Put a backup back. Raises UnfitBackup, before anything is changed, for whatever is not as it was written."""
    manifest = checked(folder)
    target = data_folder()
    if not replace and (connection.introspection.table_names() or any_data(target)):
        raise UnfitBackup("there is data here already; --replace puts the backup in its place")
    if manifest["database"] != connection.vendor:
        raise UnfitBackup(f"the backup is of {manifest['database']}, the settings name {connection.vendor}")
    connections.close_all()
    put_database_back(folder)
    fresh = target.with_name(f".{target.name}.restored")
    shutil.rmtree(fresh, ignore_errors=True)
    if (folder / "data").is_dir():
        shutil.copytree(folder / "data", fresh, symlinks=True)
    fresh.mkdir(exist_ok=True)
    target.mkdir(parents=True, exist_ok=True)
    for old in list(target.iterdir()):
        if old.name in LEFT_OUT:
            continue
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    for new in list(fresh.iterdir()):
        new.rename(target / new.name)
    fresh.rmdir()


def checked(folder: Path) -> Mapping[str, Any]:
    if not (folder / "manifest.json").is_file():
        raise UnfitBackup(f"{folder} holds no backup: there is no manifest.json")
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    if manifest.get("format") != FORMAT:
        raise UnfitBackup(f"the backup has another format: {manifest.get('format')}")
    written: dict[str, str] = manifest["files"]
    present = set(files_of(folder)) - {"manifest.json"}
    wrong = [f"{path} is missing" for path in sorted(set(written) - present)]
    wrong += [f"{path} was added" for path in sorted(present - set(written))]
    wrong += [
        f"{path} was changed"
        for path in sorted(present & set(written))
        if sha256_of(folder / path) != written[path]
    ]
    if wrong:
        raise UnfitBackup("; ".join(wrong[:10]))
    return manifest


def copy_of_database(folder: Path) -> str:
    """As of one moment; returns the kind of database."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(folder / "database.sqlite3")) as copy:
            connection.connection.backup(copy)
    else:
        run_postgres("pg_dump", "--format=custom", "--no-owner", "--file", str(folder / "database.dump"))
    return str(connection.vendor)


def put_database_back(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(folder / "database.sqlite3")) as copy:
            copy.backup(connection.connection)
    else:
        run_postgres(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            str(folder / "database.dump"),
        )


def run_postgres(program: str, *words: str) -> None:
    """Run a PostgreSQL program against the database of the settings; the password goes by the environment."""
    named = connection.settings_dict
    database = ["--dbname" if program == "pg_restore" else "", str(named["NAME"])]
    where = [
        "--host",
        str(named["HOST"] or ""),
        "--port",
        str(named["PORT"] or ""),
        "--username",
        str(named["USER"]),
    ]
    pairs = list(zip(where[::2], where[1::2], strict=True))
    options = [word for name, value in pairs if value for word in (name, value)]
    target = database if program == "pg_restore" else database[1:]
    found = subprocess.run(
        [program, *options, *target, *words]
        if program == "pg_restore"
        else [program, *options, *words, *target],
        env={**os.environ, "PGPASSWORD": str(named["PASSWORD"] or "")},
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        raise UnfitBackup(f"{program}: {found.stderr.strip()[-500:]}")


def kept_out(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if Path(folder) == data_folder() and name in LEFT_OUT}


def any_data(folder: Path) -> bool:
    return folder.is_dir() and any(path.name not in LEFT_OUT for path in folder.iterdir())


def files_of(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()
