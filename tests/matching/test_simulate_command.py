"""`huiqi simulate` as an officer uses it: one line a change, figures and a page out, nothing on disk changed."""

import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import typer
from typer.testing import CliRunner, Result

from huiqi.cli import simulate
from huiqi.registry.publish import write_snapshot
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, sample

DAY: Final = "2013-06-30"
PACKS: Final = Path(__file__).parents[2] / "packs"
CIT: Final = "qingdao-2012-46/cit-small-low-profit-20"
LOOSER: Final = f"{CIT}.conditions.income=taxable_income <= 50万"

app = typer.Typer()
simulate.register(app)


@app.callback()
def commands() -> None:
    """So that the command keeps its name."""


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    day = date.fromisoformat(DAY)
    batches = sample(3_000, seed=7, region="370200", as_of=day, columns=SAMPLE_COLUMNS)
    write_snapshot(folder, batches, columns=SAMPLE_COLUMNS, source=SAMPLE_SOURCE, as_of=day, synthetic=True)
    return folder


def simulated(register: Path, out: Path, *more: str, pack: str = "qingdao-2012-46") -> Result:
    common = ["simulate", "--registry", str(register), "--as-of", DAY, "--out", str(out), "--pack", pack]
    return CliRunner().invoke(app, [*common, *more])


def figures(out: Path) -> Any:
    return json.loads((out / "simulation.json").read_text("utf-8"))


def checksum(folder: Path) -> str:
    texts = [path.read_bytes() for path in sorted(folder.rglob("*.yaml"))]
    return hashlib.sha256(b"".join(texts)).hexdigest()


def test_near_misses_are_said_in_words_in_figures_and_page(register: Path, tmp_path: Path):
    assert simulated(register, tmp_path / "run", "--set", LOOSER).exit_code == 0
    said = {near["condition"]: near["said"] for near in figures(tmp_path / "run")["near"]}
    assert said["income"] == {
        "zh": "年度应纳税所得额不超过50万元",
        "en": "taxable income of the year at most 500,000 yuan",
    }
    page = (tmp_path / "run/index.html").read_text("utf-8")
    assert "小型微利企业按20%税率缴纳企业所得税：年度应纳税所得额不超过50万元" in page


def test_the_charts_show_losses_with_their_number_and_the_table_titles_at_eighty_columns(
    register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")
    result = simulated(register, tmp_path / "run", "--set", f"{CIT}.valid_until=2013-06-01")
    assert "小型微利企业按" in result.output
    (lost,) = {row["fates"]["loses"] for row in figures(tmp_path / "run")["measures"]}
    assert f"{lost:,}" in result.output
    page = (tmp_path / "run/index.html").read_text("utf-8")
    by_industry = figures(tmp_path / "run")["cells"]["industry"]
    (chart, *_) = page.split("户数 parties</text>")[1].split("</svg>")
    for cell in by_industry:
        assert f">{cell['measures'][CIT]['loses']:,}</text>" in chart
    assert 'class="sure"' not in chart  # nobody gains
    assert "这些措施当日不施行" in page


def test_the_least_group_is_only_for_publication_and_a_draft_must_be_there(register: Path, tmp_path: Path):
    result = simulated(register, tmp_path / "run", "--least", "20", "--draft", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert "--least 20: suppresses nothing without --publish" in result.output
    assert "none: there is no such folder" in result.output
    assert not (tmp_path / "run").exists()


def test_a_changed_condition_gives_figures_a_page_and_the_parties(register: Path, tmp_path: Path):
    before = checksum(PACKS)
    result = simulated(register, tmp_path / "run", "--set", LOOSER)
    assert result.exit_code == 0, result.output
    found = figures(tmp_path / "run")
    (row,) = found["measures"]
    parties = pl.read_parquet(tmp_path / "run" / "parties.parquet")
    assert row["gains"]["low"] == parties.height > 0
    assert set(parties["fate"].cast(pl.String)) == {"gains"}
    assert parties["amount_before"].null_count() == parties.height
    assert str(parties["value_after"].sum()) == row["cost"]["difference"]
    assert found["changes"] == [LOOSER]
    assert f"{row['gains']['low']:,}" in result.output
    page = (tmp_path / "run" / "index.html").read_text("utf-8")
    assert "taxable_income &lt;= 50万" in page
    assert "http" not in page.replace("http-equiv", "")
    assert checksum(PACKS) == before


def test_a_whole_changed_pack_gives_what_the_same_change_by_a_line_gives(register: Path, tmp_path: Path):
    draft = tmp_path / "qingdao-2012-46"
    shutil.copytree(PACKS / "qingdao-2012-46", draft)
    file = draft / "measures" / "cit-small-low-profit-20.yaml"
    file.write_text(
        file.read_text("utf-8").replace("taxable_income <= 30万", "taxable_income <= 50万"), "utf-8"
    )
    by_line = simulated(register, tmp_path / "line", "--set", LOOSER)
    by_pack = simulated(register, tmp_path / "pack", "--draft", str(draft))
    assert (by_line.exit_code, by_pack.exit_code) == (0, 0), by_pack.output
    one, two = figures(tmp_path / "line"), figures(tmp_path / "pack")
    assert {**one, "changes": []} == {**two, "changes": []}


def test_a_measure_the_draft_drops_is_lost_by_those_who_had_it(register: Path, tmp_path: Path):
    draft = tmp_path / "qingdao-2012-46"
    shutil.copytree(PACKS / "qingdao-2012-46", draft, ignore=shutil.ignore_patterns("tests"))
    (draft / "measures" / "vat-threshold.yaml").unlink()
    told = simulated(register, tmp_path / "run", "--draft", str(draft))
    assert told.exit_code == 1
    assert "tax-relief: there is no measure 'vat-threshold'" in told.output
    cases = draft / "cases.yaml"
    cases.write_text(cases.read_text("utf-8").replace("      - vat-threshold\n", ""), "utf-8")
    result = simulated(register, tmp_path / "run", "--draft", str(draft))
    assert result.exit_code == 0, result.output
    (row,) = figures(tmp_path / "run")["measures"]
    assert row["is_dropped"]
    assert row["losses"]["low"] > 0
    assert row["gains"]["high"] == 0


def test_a_parameter_reaches_the_packs_that_take_it_over(register: Path, tmp_path: Path):
    result = simulated(register, tmp_path / "run", "--parameter", "cn-common/cit_general_rate=33%")
    assert result.exit_code == 0, result.output
    touched = {row["measure"]: row for row in figures(tmp_path / "run")["measures"]}
    assert touched[CIT]["fates"]["more"] > 0
    assert touched[CIT]["fates"]["gains"] == touched[CIT]["fates"]["loses"] == 0


def test_what_is_published_names_nobody(register: Path, tmp_path: Path):
    result = simulated(register, tmp_path / "run", "--set", LOOSER, "--publish", "--least", "12")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["index.html", "simulation.json"]
    found = figures(tmp_path / "run")
    assert found["least_cell"] == 12
    rows = [row for by_code in found["cells"].values() for row in by_code]
    counts = [number for row in rows for number in row["measures"][CIT].values()]
    assert None in counts
    assert min(number for number in counts if number) >= 12


def test_all_that_is_wrong_is_told_at_once_with_its_place_and_what_mends_it(register: Path, tmp_path: Path):
    result = simulated(
        register, tmp_path / "run",
        "--set", f"{CIT}.conditions.incom=true",
        "--set", f"{CIT}.conditions.income=taxable_incom <= 50万",
        "--set", f"{CIT}.award.amount=true",
        "--set", "qingdao-2012-46/cit-small.conditions.income=true",
        "--set", "qingdao-2012-46/vat-threshold.title=x",
        "--set", "qingdao-2012-46/vat-threshold.valid_until=2013-02-30",
        "--set", "no equals sign",
        "--parameter", "cn-common/cit_rate=20%",
        "--draft", str(tmp_path / "nothing"),
    )  # fmt: skip
    assert result.exit_code == 1
    lines = result.output.splitlines()
    for place, remedy in (
        ("conditions.incom:", "did you mean 'income'"),
        ("conditions.income, character 1:", "did you mean 'taxable_income'"),
        ("award.amount:", "must be a figure"),
        ("cit-small.conditions.income=true:", "did you mean 'cit-small"),
        ("vat-threshold.title:", "conditions.NAME"),
        ("vat-threshold.valid_until:", "write 2016-12-31"),
        ("--set no equals sign:", "pack/measure.part="),
        ("--parameter cn-common/cit_rate=20%:", "did you mean 'cit_general_rate'"),
        ("--draft", "name the folder like the pack"),
    ):
        assert [line for line in lines if place in line and remedy in line], (place, result.output)
    assert not (tmp_path / "run").exists()


def test_a_folder_that_holds_something_else_is_left_alone(register: Path, tmp_path: Path):
    (tmp_path / "letter.txt").write_text("keep me", "utf-8")
    result = simulated(register, tmp_path, "--set", LOOSER)
    assert result.exit_code == 1
    assert "name another folder" in result.output
    assert (tmp_path / "letter.txt").read_text("utf-8") == "keep me"


def test_a_change_that_decides_nothing_is_said_so(register: Path, tmp_path: Path):
    result = simulated(
        register, tmp_path / "run", "--set", f"{CIT}.conditions.income=taxable_income <= 300000"
    )
    assert result.exit_code == 1
    assert "changes nothing" in result.output


def test_a_newer_simulation_takes_the_place_of_the_older(register: Path, tmp_path: Path):
    for limit in ("50万", "60万"):
        line = f"{CIT}.conditions.income=taxable_income <= {limit}"
        assert simulated(register, tmp_path / "run", "--set", line).exit_code == 0
    assert figures(tmp_path / "run")["changes"] == [line]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
