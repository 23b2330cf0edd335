"""Where payees want to be paid is kept as they said it, and an order goes to the bank with the account in force then.

The text columns of an account were never filled by any form: they go. SQLite drops the triggers of a table that is
rebuilt, so all guards are taken down before and put up again after, with those of the new table.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

earlier = import_module("huiqi.ledger.migrations.0002_guard_money_by_triggers")

STAYS = "order_stays_what_it_is"
ORDER_STAYS = f"""{
    earlier.changed(
        "id",
        "number",
        "grant_id",
        "instalment",
        "amount",
        "payee",
        "four_eyes",
        "approved_by",
        "ordered_by",
    )
} OR ({earlier.changed("account_id")}) AND NOT (OLD.state = 'in_run' AND NEW.state = 'sent')"""
NOT_WHERE_THE_PAYEE_SAID = """NEW.state = 'sent' AND OLD.state <> 'sent' AND (NEW.account_id IS NULL
    OR NEW.account_id <> (SELECT MAX(a.id) FROM ledger_payeeaccount a WHERE a.party = NEW.payee)
    OR NOT EXISTS (SELECT 1 FROM ledger_payeeaccount a WHERE a.party = NEW.payee))"""
GUARDS = [
    ("paymentorder", "UPDATE", STAYS, ORDER_STAYS),
    ("paymentorder", "UPDATE", "order_is_sent_where_the_payee_said", NOT_WHERE_THE_PAYEE_SAID),
    ("payeeaccount", "UPDATE", "account_is_never_changed", "TRUE"),
    ("payeeaccount", "DELETE", "account_is_never_deleted", "TRUE"),
]
DIGITS = "account_number_is_8_to_32_digits"
NO_NUMBER = {
    "sqlite": "length(NEW.number) NOT BETWEEN 8 AND 32 OR NEW.number GLOB '*[^0-9]*'",
    "postgresql": "NEW.number !~ '^[0-9]{8,32}$'",
}


def put_up(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Every guard: those of before, one of them with another condition, and the new ones."""
    earlier.put_up(apps, schema_editor)
    earlier.drop_trigger(schema_editor, "paymentorder", STAYS)
    number = NO_NUMBER[schema_editor.connection.vendor]
    for guard in [*GUARDS, ("payeeaccount", "INSERT", DIGITS, number)]:
        earlier.add_guard(schema_editor, *guard)


def take_down(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    earlier.take_down(apps, schema_editor)
    for table, _, name, _ in GUARDS:
        earlier.drop_trigger(schema_editor, table, name)
    earlier.drop_trigger(schema_editor, "payeeaccount", DIGITS)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guard_money_by_triggers")]

    operations = [
        migrations.RunPython(earlier.take_down, earlier.put_up),
        migrations.RemoveField(model_name="grant", name="account"),
        migrations.RemoveField(model_name="paymentorder", name="account"),
        migrations.CreateModel(
            name="PayeeAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("party", models.CharField(max_length=64)),
                ("registered_name", models.CharField(blank=True, max_length=200)),
                ("holder", models.CharField(max_length=200)),
                ("why_other_name", models.CharField(blank=True, max_length=300)),
                ("bank", models.CharField(max_length=200)),
                ("number", models.CharField(max_length=32)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("stated_by", models.CharField(max_length=150)),
                ("stated_at", models.DateTimeField()),
                ("on_day", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["party", "-id"], name="account_of_party"),
                    models.Index(fields=["number"], name="account_by_number"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        name="account_names_holder_and_bank",
                        condition=~models.Q(holder="") & ~models.Q(bank="") & ~models.Q(party=""),
                    ),
                    models.CheckConstraint(
                        name="account_in_another_name_says_why",
                        condition=models.Q(holder=models.F("registered_name")) | ~models.Q(why_other_name=""),
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="paymentorder",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="ledger.payeeaccount",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentorder",
            constraint=models.CheckConstraint(
                condition=models.Q(account=None) | ~models.Q(state__in=["ordered", "in_run"]),
                name="account_is_fixed_when_sent",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentorder",
            index=models.Index(fields=["payee", "state"], name="order_by_payee"),
        ),
        migrations.RunPython(put_up, take_down),
    ]
