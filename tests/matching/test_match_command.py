"""`huiqi match` as an officer uses it: a summary that can be read, and nothing but a run is ever replaced."""

from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from huiqi.cli import match
from huiqi.registry.publish import write_snapshot
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, sample

app = typer.Typer()
match.register(app)


@app.callback()
def commands() -> None:
    """So that the command keeps its name."""


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    day = date(2013, 6, 30)
    batches = sample(300, seed=7, region="370200", as_of=day, columns=SAMPLE_COLUMNS)
    write_snapshot(folder, batches, columns=SAMPLE_COLUMNS, source=SAMPLE_SOURCE, as_of=day, synthetic=True)
    return folder


def matched(register: Path, out: Path) -> Result:
    words = ["match", "--registry", str(register), "--as-of", "2013-06-30", "--out", str(out)]
    packs = ["--pack", "qinghai-2012", "--pack", "qingdao-2012-46"]
    return CliRunner().invoke(app, [*words, *packs])


def test_measures_of_another_place_are_counted_and_not_listed(
    register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")
    done = matched(register, tmp_path / "run")
    assert done.exit_code == 0, done.output
    assert "免费领取涉企收" in done.output  # of this city
    assert "每次（日）销售" not in done.output  # of Qinghai alone
    assert "measures more concern nobody here" in done.output
    assert f"findings in {tmp_path / 'run'}\n" in done.output  # the path in one line


def test_only_a_run_is_replaced(register: Path, tmp_path: Path):
    assert matched(register, tmp_path / "run").exit_code == 0
    assert matched(register, tmp_path / "run").exit_code == 0
    kept = sorted(path.name for path in register.iterdir())
    refused = matched(register, register)
    assert refused.exit_code == 2
    assert "holds something else than a match run" in refused.output
    assert sorted(path.name for path in register.iterdir()) == kept
    (tmp_path / "empty").mkdir()
    assert matched(register, tmp_path / "empty").exit_code == 0
