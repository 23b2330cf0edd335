"""Many at once, and killed in the middle: one payment, neither lost nor double. On real databases, real processes."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]
Run = Callable[[str], dict[str, Any]]


@pytest.fixture
def run(transactional_db: None, tmp_path: Path) -> Run:
    """Do something in another process with a database of the same tables that both can see."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(tmp_path / "ledger.sqlite3") as copy:
            connection.connection.backup(copy)
        address = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    else:
        at = connection.settings_dict
        address = f"postgresql://{at['USER']}@{quote(at['HOST'], safe='')}/{at['NAME']}"

    def in_another_process(what: str) -> dict[str, Any]:
        asked = [sys.executable, "-m", "tests.site.ledger_process", what]
        environment = os.environ | {
            "HUIQI_DATABASE": address,
            "DJANGO_SETTINGS_MODULE": "huiqi.config.test",
            "HUIQI_TEST_DATA": str(tmp_path),
        }
        said = subprocess.run(
            asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert said.returncode == 0, said.stderr[-3000:]
        return dict(json.loads(said.stdout))

    return in_another_process


def test_two_hundred_parallel_submissions_of_one_entitlement_end_in_one_payment(run: Run) -> None:
    found = run("compete")
    assert found["outcomes"] == {"ordered": 1, "refused": 199, "payment paid": 1, "payment refused": 19}
    assert found["movements"] == {"budget": 1, "commit": 1, "order_payment": 1, "pay": 1}
    assert found["standing"] == {"source": "-1000000.00", "available": "999600.00", "paid": "400.00"}
    assert found["problems"] == []


def test_a_payment_run_that_is_killed_again_and_again_loses_and_doubles_nothing(run: Run) -> None:
    found = run("die")
    assert found["ended"] == 0
    assert found["killed"] > 10
    assert (found["broken"], found["problems"], found["left"]) == ([], [], 0)
    assert found["movements"] == {"budget": 1, "commit": 9 + 2, "order_payment": 9, "pay": 7, "return": 2}
    assert found["standing"] == {
        "source": "-10000.00",
        "available": "9064.00",
        "paid": "729.00",
        "committed": "207.00",
    }
