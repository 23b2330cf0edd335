"""What no constraint of a table can say: rows that are never changed, balances that follow from postings alone.

A guard is a condition under which the database refuses a row. Its name is the message. SQLite drops the triggers of
a table that a later migration rebuilds: such a migration puts them back (`put_up`).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SAME_SIDES = """
    EXISTS (SELECT 1 FROM ledger_grant g WHERE g.id = NEW.grant_id AND g.is_live AND g.fund = NEW.fund
        AND g.year = NEW.year
        AND NEW.from_holder = CASE WHEN NEW.from_account = 'available' THEN '' ELSE g.number END
        AND NEW.to_holder = CASE WHEN NEW.to_account = 'available' THEN '' ELSE g.number END)
"""
OF_ITS_ORDER = """
    EXISTS (SELECT 1 FROM ledger_paymentorder o WHERE o.id = NEW.order_id AND o.grant_id = NEW.grant_id
        AND o.amount = NEW.amount)
"""
OF_A_RECEIPT = """
    EXISTS (SELECT 1 FROM ledger_bankreceipt r WHERE r.order_id = NEW.order_id AND r.amount = NEW.amount
        AND r.is_paid = (NEW.movement = 'pay'))
"""
HELD_BY_ANOTHER = """
    EXISTS (SELECT 1 FROM ledger_hold h JOIN ledger_grant g ON g.id = h.grant_id
        WHERE h.key = NEW.key AND h.tag <> NEW.tag AND g.is_live)
"""
NOT_OF_ITS_POSTING = """
    NOT EXISTS (SELECT 1 FROM ledger_posting p
        WHERE p.id = NEW.last_posting AND NEW.last_posting > OLD.last_posting
        AND p.fund = NEW.fund AND p.year = NEW.year
        AND ((p.from_account = NEW.account AND p.from_holder = NEW.holder AND NEW.amount = OLD.amount - p.amount)
          OR (p.to_account = NEW.account AND p.to_holder = NEW.holder AND NEW.amount = OLD.amount + p.amount)))
"""
NOT_TAKEN_BY_ITS_POSTING = """
    NEW.taken <> OLD.taken AND NOT EXISTS (SELECT 1 FROM ledger_posting p
        WHERE p.id = NEW.last_posting AND NEW.last_posting > OLD.last_posting AND p.grant_id = NEW.id
        AND ((p.from_account = 'available' AND NEW.taken = OLD.taken + p.amount)
          OR (p.to_account = 'available' AND NEW.taken = OLD.taken - p.amount)))
"""


def changed(*columns: str) -> str:
    return " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in columns)


GUARDS = [  # table, when, name, condition
    ("posting", "INSERT", "posting_is_of_a_live_grant", f"NEW.grant_id IS NOT NULL AND NOT {SAME_SIDES}"),
    (
        "posting",
        "INSERT",
        "posting_without_a_grant_holds_for_nobody",
        "NEW.grant_id IS NULL AND (NEW.from_holder <> '' OR NEW.to_holder <> '')",
    ),
    ("posting", "INSERT", "posting_is_of_its_order", f"NEW.order_id IS NOT NULL AND NOT {OF_ITS_ORDER}"),
    (
        "posting",
        "INSERT",
        "payment_needs_a_receipt",
        f"NEW.movement IN ('pay', 'return') AND NOT {OF_A_RECEIPT}",
    ),
    ("posting", "UPDATE", "posting_is_never_changed", "TRUE"),
    ("posting", "DELETE", "posting_is_never_deleted", "TRUE"),
    ("balance", "INSERT", "balance_begins_with_nothing", "NEW.amount <> 0 OR NEW.last_posting <> 0"),
    ("balance", "UPDATE", "balance_keeps_its_account", changed("id", "fund", "year", "account", "holder")),
    ("balance", "DELETE", "balance_is_never_deleted", "TRUE"),
    ("grant", "INSERT", "grant_begins_with_nothing", "NEW.taken <> 0 OR NOT NEW.is_live"),
    (
        "grant",
        "UPDATE",
        "grant_stays_what_it_is",
        changed(
            "id", "number", "fund", "pack", "year", "given_by", "case", "party", "person", "region", "measure",
            "occasion", "programme", "amount", "approved_by",
        ),
    ),
    ("grant", "UPDATE", "grant_that_ended_stays_ended", "NEW.is_live AND NOT OLD.is_live"),
    ("grant", "DELETE", "grant_is_never_deleted", "TRUE"),
    ("hold", "INSERT", "held_by_another_grant", HELD_BY_ANOTHER),
    ("hold", "UPDATE", "hold_is_never_changed", "TRUE"),
    ("hold", "DELETE", "hold_is_never_deleted", "TRUE"),
    (
        "paymentorder",
        "UPDATE",
        "order_stays_what_it_is",
        changed(
            "id", "number", "grant_id", "instalment", "amount", "payee", "account", "four_eyes", "approved_by",
            "ordered_by",
        ),
    ),
    (
        "paymentorder",
        "UPDATE",
        "settled_order_is_posted",
        """NEW.state IN ('paid', 'returned') AND NOT EXISTS (SELECT 1 FROM ledger_posting p
            WHERE p.order_id = NEW.id AND p.movement = CASE NEW.state WHEN 'paid' THEN 'pay' ELSE 'return' END)""",
    ),
    (
        "paymentorder",
        "UPDATE",
        "settled_order_stays_settled",
        f"OLD.state IN ('paid', 'returned') AND ({changed('state', 'run_id')})",
    ),
    ("paymentorder", "INSERT", "order_begins_unpaid", "NEW.state <> 'ordered'"),
    ("paymentorder", "DELETE", "order_is_never_deleted", "TRUE"),
    ("bankreceipt", "UPDATE", "receipt_is_never_changed", "TRUE"),
    ("bankreceipt", "DELETE", "receipt_is_never_deleted", "TRUE"),
    (
        "paymentrun",
        "UPDATE",
        "run_stays_what_it_is",
        f"{changed('number', 'payer', 'prepared_by', 'orders_count', 'total')}"
        f" OR (OLD.state <> 'prepared' AND ({changed('state', 'released_by')}))",
    ),
    ("paymentrun", "DELETE", "run_is_never_deleted", "TRUE"),
]  # fmt: skip
OF_SQLITE = [
    ("balance", "UPDATE", "balance_follows_from_postings", NOT_OF_ITS_POSTING),
    ("grant", "UPDATE", "taken_follows_from_postings", NOT_TAKEN_BY_ITS_POSTING),
]
OF_POSTGRESQL = [
    ("balance", "UPDATE", "balance_follows_from_postings", "pg_trigger_depth() < 2"),
    (
        "grant",
        "UPDATE",
        "taken_follows_from_postings",
        f"pg_trigger_depth() < 2 AND ({changed('taken', 'last_posting')})",
    ),
]
GRANT_MOVES = """
    UPDATE ledger_grant SET last_posting = NEW.id, is_live = (taken + {sign} NEW.amount) > 0,
        taken = taken + {sign} NEW.amount
    WHERE id = NEW.grant_id AND NEW.{side}_account = 'available';
"""
BALANCE_MOVES = """
    INSERT INTO ledger_balance (fund, year, account, holder, amount, last_posting)
    SELECT NEW.fund, NEW.year, NEW.{side}_account, NEW.{side}_holder, 0, 0
    WHERE NOT EXISTS (SELECT 1 FROM ledger_balance b WHERE b.fund = NEW.fund AND b.year = NEW.year
        AND b.account = NEW.{side}_account AND b.holder = NEW.{side}_holder) {on_conflict};
    UPDATE ledger_balance SET amount = amount + {sign} NEW.amount, last_posting = NEW.id
    WHERE fund = NEW.fund AND year = NEW.year AND account = NEW.{side}_account AND holder = NEW.{side}_holder;
"""


def moves(on_conflict: str) -> str:
    sides = {"from": "-1 *", "to": "1 *"}
    balances = "".join(
        BALANCE_MOVES.format(side=s, sign=n, on_conflict=on_conflict) for s, n in sides.items()
    )
    return balances + GRANT_MOVES.format(side="from", sign="1 *") + GRANT_MOVES.format(side="to", sign="-1 *")


def put_up(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put up every guard and the trigger that keeps balances; those that stand are replaced."""
    take_down(apps, schema_editor)
    if schema_editor.connection.vendor == "sqlite":
        for table, when, name, condition in GUARDS + OF_SQLITE:
            add_guard(schema_editor, table, when, name, condition)
        schema_editor.execute(
            f"CREATE TRIGGER posting_moves_money AFTER INSERT ON ledger_posting BEGIN {moves('')} END",
            params=None,
        )
        return
    for table, when, name, condition in GUARDS + OF_POSTGRESQL:
        add_guard(schema_editor, table, when, name, condition)
    add_trigger(
        schema_editor,
        "posting_moves_money",
        "AFTER INSERT",
        "posting",
        f"{moves('ON CONFLICT DO NOTHING')} RETURN NULL;",
    )


def add_guard(
    schema_editor: BaseDatabaseSchemaEditor, table: str, when: str, name: str, condition: str
) -> None:
    """Rows for which the condition holds are refused."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON ledger_{table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END",
            params=None,
        )
        return
    lock = "PERFORM pg_advisory_xact_lock(hashtext(NEW.key));" if name == "held_by_another_grant" else ""
    body = (
        f"{lock} IF {condition} THEN RAISE EXCEPTION '{name}'"
        " USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN {'OLD' if when == 'DELETE' else 'NEW'};"
    )
    add_trigger(schema_editor, name, f"BEFORE {when}", table, body)


def add_trigger(schema_editor: BaseDatabaseSchemaEditor, name: str, when: str, table: str, body: str) -> None:
    """A trigger of PostgreSQL with its function."""
    schema_editor.execute(
        f"CREATE FUNCTION ledger_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$",
        params=None,
    )
    schema_editor.execute(
        f"CREATE TRIGGER {name} {when} ON ledger_{table} FOR EACH ROW EXECUTE FUNCTION ledger_{name}()",
        params=None,
    )


def take_down(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    names = {name: table for table, _, name, _ in [*GUARDS, *OF_SQLITE]} | {"posting_moves_money": "posting"}
    for name, table in names.items():
        drop_trigger(schema_editor, table, name)


def drop_trigger(schema_editor: BaseDatabaseSchemaEditor, table: str, name: str) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
        return
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON ledger_{table}", params=None)
    schema_editor.execute(f"DROP FUNCTION IF EXISTS ledger_{name}()", params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_keep_money_by_double_entry")]

    operations = [migrations.RunPython(put_up, take_down)]
