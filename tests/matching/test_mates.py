"""Other processes beside a run: what goes wrong in one is raised here, and none is left behind."""

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from huiqi.matching.mates import MateLost, started
from huiqi.matching.plan import make_plan
from huiqi.matching.portions import Portion
from huiqi.matching.workers import Work, totals_of

NOTHING = make_plan([], rulebooks={}, columns=(), as_of=date(2013, 6, 30))


def portion(path: Path) -> Portion:
    return Portion(0, ((path, (0,)),), 1)


def test_what_goes_wrong_in_another_process_is_raised_here(tmp_path: Path):
    (tmp_path / "no.parquet").write_bytes(b"no table")
    with started(1) as mates:
        mates[0].send(Work(NOTHING, tmp_path))
        mates[0].send((portion(tmp_path / "no.parquet"), 8))
        with pytest.raises(pa.ArrowInvalid) as raised:
            mates[0].answer()
    assert any("in work_off" in note for note in raised.value.__notes__)


def test_a_process_that_is_killed_is_missed(tmp_path: Path):
    with started(1) as mates:
        mates[0].process.send_signal(signal.SIGKILL)
        with pytest.raises(MateLost):
            mates[0].answer()


def test_no_process_is_left_when_a_run_breaks(tmp_path: Path):
    missing, processes = [portion(tmp_path / "missing.parquet")] * 3, []

    def run() -> None:
        with started(2) as mates:
            processes.extend(mate.process for mate in mates)
            totals_of(Work(NOTHING, tmp_path), missing, mates=mates, progress=lambda rows: None)

    with pytest.raises(FileNotFoundError):
        run()
    assert [process.returncode is None for process in processes] == [False, False]


def test_another_process_loads_the_engine_and_nothing_slow_beside_it():
    asked = "import sys, huiqi.matching.mate; print({*sys.modules} & {'polars', 'django', 'typer', 'huiqi.packs'})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
