"""What no constraint of a table can say: how many stand follows from the entries, and what was entered stays so.

A guard is a condition under which the database refuses a row. Its name is the message. SQLite drops the triggers of
a table that a later migration rebuilds: such a migration puts them back (`put_up`).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from huiqi.audit.append_only import AppendOnly


def changed(*columns: str) -> str:
    return " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in columns)


GUARDS = [  # when, name, condition
    (
        "UPDATE",
        "entry_stays_what_it_is",
        changed("id", "register_id", "is_party", "party", "entered_on", "entered_by", "case", "parent_id"),
    ),
    (
        "UPDATE",
        "entry_that_left_stays_out",
        f"OLD.left_on IS NOT NULL AND ({changed('left_on', 'exit', 'grade')})",
    ),
    ("DELETE", "entry_is_never_deleted", "TRUE"),
]
COUNTS = [  # when, name, condition, change
    ("INSERT", "roll_counts_who_enters", "NEW.left_on IS NULL", "+ 1"),
    ("UPDATE", "roll_counts_who_leaves", "OLD.left_on IS NULL AND NEW.left_on IS NOT NULL", "- 1"),
]
COUNT = "UPDATE rolls_roll SET standing = standing {change} WHERE key = NEW.register_id;"
NAMES = [name for _, name, *_ in [*GUARDS, *COUNTS]]


def put_up(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    take_down(apps, schema_editor)
    if schema_editor.connection.vendor == "sqlite":
        for when, name, condition in GUARDS:
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON rolls_entry WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{name}'); END",
                params=None,
            )
        for when, name, condition, change in COUNTS:
            schema_editor.execute(
                f"CREATE TRIGGER {name} AFTER {when} ON rolls_entry WHEN {condition} "
                f"BEGIN {COUNT.format(change=change)} END",
                params=None,
            )
        return
    for when, name, condition in GUARDS:
        body = (
            f"IF {condition} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
            f" END IF; RETURN {'OLD' if when == 'DELETE' else 'NEW'};"
        )
        add_trigger(schema_editor, name, f"BEFORE {when}", body)
    for when, name, condition, change in COUNTS:
        add_trigger(
            schema_editor,
            name,
            f"AFTER {when}",
            f"IF {condition} THEN {COUNT.format(change=change)} END IF; RETURN NULL;",
        )


def add_trigger(schema_editor: BaseDatabaseSchemaEditor, name: str, when: str, body: str) -> None:
    """A trigger of PostgreSQL with its function."""
    schema_editor.execute(
        f"CREATE FUNCTION rolls_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        params=None,
    )
    schema_editor.execute(
        f"CREATE TRIGGER {name} {when} ON rolls_entry FOR EACH ROW EXECUTE FUNCTION rolls_{name}()",
        params=None,
    )


def take_down(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name in NAMES:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON rolls_entry", params=None)
            schema_editor.execute(f"DROP FUNCTION IF EXISTS rolls_{name}()", params=None)


class Migration(migrations.Migration):
    dependencies = [("rolls", "0001_keep_entries_of_registers")]
    operations = [migrations.RunPython(put_up, take_down), AppendOnly("rolls_entryevent")]
