"""What holds for all tests: the packs of the repository are read once; tables that only grow are emptied all the same."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.sqlite3.base import DatabaseOperations

from huiqi.base.problem import Problem
from huiqi.packs import load
from huiqi.packs.types import Library

PACKS = Path(__file__).parents[1] / "packs"


@pytest.fixture(scope="session", autouse=True)
def packs_of_the_repository_are_read_once() -> Iterator[None]:
    """Nothing changes them during the tests, and reading them takes two seconds; others are read each time."""
    read = load.loaded_from
    read_once = cache(read)

    def loaded_from(folder: Path, only: tuple[str, ...]) -> tuple[Library, list[Problem]]:
        library, problems = (read_once if folder.resolve() == PACKS else read)(folder, only)
        return library, list(problems)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "loaded_from", loaded_from)
        yield


@pytest.fixture(scope="session", autouse=True)
def sqlite_flushes_guarded_tables() -> Iterator[None]:
    """What empties the tables after a test with real transactions does so without their triggers.

    PostgreSQL truncates, which no trigger for rows sees; SQLite deletes row by row.
    """
    flush = DatabaseOperations.execute_sql_flush

    def without_triggers(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        flush(self, sql_list)
        with self.connection.cursor() as cursor:
            for _, sql in triggers:
                cursor.execute(sql)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", without_triggers)
        yield
