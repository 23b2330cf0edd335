"""`huiqi results`: the findings of a run as a table, and of one enterprise."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from huiqi.cli.app import app
from huiqi.registry.publish import write_snapshot
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, sample

DAY = date(2013, 6, 30)


def huiqi(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    batches = sample(500, seed=3, region="370200", as_of=DAY, columns=SAMPLE_COLUMNS)
    write_snapshot(
        folder / "register", batches, columns=SAMPLE_COLUMNS, source=SAMPLE_SOURCE, as_of=DAY, synthetic=True
    )
    done = huiqi(
        "match", "--registry", str(folder / "register"), "--out", str(folder / "run"),
        "--as-of", "2013-06-30", "--pack", "qingdao-2012-46", "--quiet",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    return folder / "run"


@pytest.mark.parametrize("name", ["all.parquet", "all.csv"])
def test_the_table_has_every_verdict_the_summary_counts(run: Path, tmp_path: Path, name: str):
    done = huiqi("results", str(run), "--out", str(tmp_path / name))
    assert done.exit_code == 0, done.output
    read = pl.read_parquet if name.endswith("parquet") else pl.read_csv
    table = read(tmp_path / name)
    counted = Counter(table["verdict"].cast(pl.String).to_list())
    summary = pl.read_parquet(run / "summary.parquet")
    assert counted == {k: summary[k].sum() for k in ("eligible", "claimable", "review", "unknown")}
    amounts = table.filter(pl.col("amount").is_not_null())["amount"].cast(pl.Float64).sum()
    assert amounts == pytest.approx(float(summary["amount"].sum()))
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_one_enterprise_as_json_lines(run: Path, tmp_path: Path):
    huiqi("results", str(run), "--out", str(tmp_path / "all.parquet"))
    table = pl.read_parquet(tmp_path / "all.parquet")
    code = table["party"][0]
    done = huiqi("results", str(run), "--party", code, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == table.filter(pl.col("party") == code).height > 5
    assert {line["party"] for line in lines} == {code}


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (["--party", "91370200MA3C0D1EXF"], 1, "did not look at"),
        (["--out", "findings.xlsx"], 2, ".parquet or .csv"),
        ([], 2, "--party"),
    ],
)
def test_what_cannot_be_done_is_said(run: Path, words: list[str], exit_code: int, said: str):
    done = huiqi("results", str(run), *words)
    assert (done.exit_code, said in " ".join(done.output.split())) == (exit_code, True)


def test_a_folder_without_a_run(tmp_path: Path):
    done = huiqi("results", str(tmp_path), "--party", "x")
    assert done.exit_code == 1
    assert "no match run" in " ".join(done.output.split())
