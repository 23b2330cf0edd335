"""An import that is killed leaves the register of before or the new one, and complete files beside it."""

import subprocess
import sys
from datetime import date

import yaml

from huiqi.registry.snapshot import discard_others, open_snapshot, verify_snapshot

from .tables import DAY, party, publish
from .test_import import code
from .test_snapshot import _environment

ROWS = 400
MAPPING = {
    "source": "登记数据",
    "as_of": "2013-12-31",
    "duplicates": "first",
    "code": {"headers": ["代码"]},
    "region": {"headers": ["区划"]},
    "roles": {"value": "enterprise"},
    "columns": {"employees": {"headers": ["人数"]}},
}

KILLER = """
import os, shutil, signal, sys
from pathlib import Path

from huiqi.registry import csv_pieces, import_table
from huiqi.registry.import_table import Outcome, TableFile, import_tables
from huiqi.registry.mapping import read_mapping
from tests.registry.tables import COLUMNS

base = Path(sys.argv[1])
csv_pieces.PIECE_BYTES = 2000
import_table.RUN_BYTES = 4000
mapping, problems = read_mapping(base / "mapping.yaml", columns=COLUMNS)
seen = fatal = 0

def watch(event, arguments):
    global seen
    if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir") and "step-" in str(arguments[0]):
        seen += 1
        if seen == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
step = 0
while True:
    step += 1
    folder = base / f"step-{step:03d}"
    folder.mkdir()
    shutil.copytree(base / "old", folder / "register")
    (folder / "rejects.csv").write_text("of before")
    child = os.fork()
    if child == 0:
        seen, fatal = 0, step
        outcome = Outcome(folder / "register", folder / "rejects.csv", mistakes=folder / "cells.parquet")
        report, problems = import_tables([TableFile(base / "table.csv", mapping)], columns=COLUMNS, outcome=outcome)
        os._exit(0 if report else 3)
    status = os.waitpid(child, 0)[1]
    if status == 0:
        break
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, status
"""


def test_an_import_killed_at_any_step_leaves_the_old_or_the_new_register(tmp_path):
    """The importing process is killed before each of its file operations in turn, until it gets through."""
    publish(tmp_path / "old", [party("1", employees=1)])
    (tmp_path / "mapping.yaml").write_text(yaml.safe_dump(MAPPING, allow_unicode=True), "utf-8")
    lines = [f"{code(n)},{370102 if n % 9 == 0 else 370202},{n}" for n in range(ROWS)]
    lines += [f"{code(n)},370202,x" for n in range(ROWS, ROWS + 20)]
    (tmp_path / "table.csv").write_text("代码,区划,人数\n" + "\n".join(lines), "utf-8")
    killed = subprocess.run([sys.executable, "-c", KILLER, str(tmp_path)], timeout=300, env=_environment())
    assert killed.returncode == 0
    days = []
    for folder in sorted(tmp_path.glob("step-*")):
        register = folder / "register"
        assert verify_snapshot(register) == []
        manifest = open_snapshot(register).manifest
        days.append(manifest.as_of)
        assert manifest.rows == (1 if manifest.as_of == DAY else ROWS)
        rejects = (folder / "rejects.csv").read_text("utf-8-sig")
        assert rejects == "of before" or len(rejects.splitlines()) == 21
        discard_others(register)
        assert sorted(p.name[:2] for p in register.iterdir()) == ["CU", "v-"]
    assert len(days) > 20
    assert days == sorted(days)
    assert set(days) == {DAY, date(2013, 12, 31)}
