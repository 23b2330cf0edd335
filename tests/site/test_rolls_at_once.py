"""Many enter a register at once, by real processes on a real database: no more than it holds, nobody twice."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).parents[2]


def test_many_at_once_fill_a_register_and_not_more(transactional_db: None, tmp_path: Path):
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(tmp_path / "rolls.sqlite3") as copy:
            connection.connection.backup(copy)
        address = f"sqlite:///{tmp_path / 'rolls.sqlite3'}"
    else:
        at = connection.settings_dict
        address = f"postgresql://{at['USER']}@{quote(at['HOST'], safe='')}/{at['NAME']}"
    environment = os.environ | {"HUIQI_DATABASE": address, "DJANGO_SETTINGS_MODULE": "huiqi.config.test"}
    run = subprocess.run(
        [sys.executable, "-m", "tests.site.roll_process"], cwd=ROOT, env=environment, capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    found = json.loads(run.stdout)
    assert set(found.pop("why")) <= {"capacity", "party"}
    assert found == {"entered": 5, "refused": 55, "standing": 5, "parties": 5, "events": 5}
