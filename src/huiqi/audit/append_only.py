"""Tables that can be added to and never changed: the database itself refuses, whoever asks."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class AppendOnly(migrations.RunPython):
    """A step of a migration after which rows of a table are neither changed nor deleted.

    Works on SQLite and PostgreSQL by a trigger each for UPDATE and DELETE; taken back it drops them.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(self.forbid, self.allow)

    def deconstruct(self) -> Any:
        return (type(self).__name__, [self.table], {})

    def forbid(self, apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in forbidding(self.table, editor.connection.vendor):
            editor.execute(statement, params=None)

    def allow(self, apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for verb in ("update", "delete"):
            on = f" ON {self.table}" if editor.connection.vendor == "postgresql" else ""
            editor.execute(f"DROP TRIGGER {self.table}_no_{verb}{on}")


def forbidding(table: str, vendor: str) -> list[str]:
    """The statements that make the triggers of a table.

    Raises ValueError for a database that this was not written for.
    """
    said = f"{table}: rows are added and never changed"
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END"
            for verb in ("update", "delete")
        ]
    if vendor == "postgresql":
        function = (
            "CREATE OR REPLACE FUNCTION huiqi_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION '%: rows are added and never changed', TG_TABLE_NAME"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        return [function] + [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION huiqi_refuse_change()"
            for verb in ("update", "delete")
        ]
    raise ValueError(f"{vendor} is not one of sqlite, postgresql")
