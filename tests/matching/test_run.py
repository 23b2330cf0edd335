"""A match run as its users find it: results, summary, and what a broken run leaves behind."""

import csv
import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from huiqi.matching.party import stated_facts
from huiqi.matching.run import Run, match_register
from huiqi.matching.stored import NoRun, open_run
from huiqi.measures.evaluate import evaluate
from huiqi.measures.types import VerdictKind
from huiqi.packs.load import load_library
from huiqi.packs.types import Library
from huiqi.registry.publish import write_snapshot
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, sample
from huiqi.registry.snapshot import Snapshot, open_snapshot

DAY = date(2013, 6, 30)
PACK = "qingdao-2012-46"
ROWS = 3_000


@pytest.fixture(scope="module")
def library() -> Library:
    loaded, problems = load_library(Path(__file__).parents[2] / "packs", only=(PACK,))
    assert problems == []
    return loaded


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("register")
    batches = sample(ROWS, seed=7, region="370200", as_of=DAY, columns=SAMPLE_COLUMNS)
    write_snapshot(folder, batches, columns=SAMPLE_COLUMNS, source=SAMPLE_SOURCE, as_of=DAY, synthetic=True)
    return open_snapshot(folder)


def matched(register: Snapshot, library: Library, folder: Path, **more: object) -> Run:
    return match_register(
        register,
        list(library.measures()),
        rulebooks=library.rulebooks(),
        versions={PACK: "1.0.0"},
        as_of=DAY,
        folder=folder,
        **more,  # type: ignore[arg-type]
    )


def found_in(folder: Path) -> pl.DataFrame:
    """The findings of a run, one row each, in a fixed order."""
    texts = pl.col("measure", "verdict", "missing").cast(pl.String)
    frame = pl.from_arrow(open_run(folder).rows())
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(texts).sort("party", "measure")


@pytest.fixture(scope="module")
def run_folder(register: Snapshot, library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "run"
    matched(register, library, folder)
    return folder


def test_every_finding_is_what_the_interpreter_says_of_that_party(
    run_folder: Path, register: Snapshot, library: Library
):
    results = found_in(run_folder)
    rulebook = library.packs[PACK].rulebook
    some = sorted(results["party"].unique())[::300]
    for code in some:
        row = register.find(code)
        assert row is not None
        stated = stated_facts(row, rulebook.kinds)
        for found in results.filter(pl.col("party") == code).iter_rows(named=True):
            measure = library.measure(found["measure"])
            assert measure is not None
            verdict = evaluate(measure, stated, rulebook=rulebook, as_of=DAY)
            assert found["verdict"] == verdict.kind
            assert tuple(filter(None, found["missing"].split(","))) == verdict.missing
            assert found["amount"] == verdict.amount
            assert found["value"] == verdict.value


def test_a_plain_no_is_not_written(run_folder: Path):
    verdicts = found_in(run_folder)["verdict"].unique()
    assert set(verdicts) <= {"eligible", "claimable", "review", "unknown"}


def test_the_summary_adds_up(run_folder: Path):
    summary = pl.read_parquet(run_folder / "summary.parquet")
    results = found_in(run_folder)
    kinds = [str(kind) for kind in VerdictKind]
    assert summary.select(pl.sum_horizontal(kinds)).to_series().unique().to_list() == [ROWS]
    counted = {(m, v): n for m, v, n in results.group_by("measure", "verdict").len().iter_rows()}
    for line in summary.iter_rows(named=True):
        for kind in ("eligible", "claimable", "review", "unknown"):
            assert line[kind] == counted.get((line["measure"], kind), 0)
        amounts = results.filter((pl.col("measure") == line["measure"]) & pl.col("amount").is_not_null())[
            "amount"
        ]
        assert line["amount"] == sum(amounts.to_list(), Decimal(0))


def test_the_summary_opens_in_a_spreadsheet(run_folder: Path):
    text = (run_folder / "summary.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert len(lines) == 87
    assert lines[0]["title"]


def test_the_manifest_says_what_was_matched(run_folder: Path):
    manifest = json.loads((run_folder / "manifest.json").read_text("utf-8"))
    assert manifest["synthetic"] is True
    assert manifest["as_of"] == "2013-06-30"
    assert manifest["packs"] == {PACK: "1.0.0"}
    assert manifest["parties"] == ROWS


class Broken(Exception):
    """The disk is full."""


def test_a_run_that_breaks_leaves_the_old_results(register: Snapshot, library: Library, tmp_path: Path):
    folder = tmp_path / "run"
    matched(register, library, folder)
    before = sorted((p.name, p.stat().st_size) for p in folder.rglob("*.parquet"))

    def fail(rows: int) -> None:
        raise Broken

    with pytest.raises(Broken):
        matched(register, library, folder, progress=fail)

    assert sorted((p.name, p.stat().st_size) for p in folder.rglob("*.parquet")) == before
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_the_size_of_blocks_changes_nothing(
    register: Snapshot, library: Library, tmp_path: Path, run_folder: Path
):
    matched(register, library, tmp_path / "run", block_rows=137)
    assert found_in(tmp_path / "run").equals(found_in(run_folder))


def test_the_number_of_processes_changes_nothing(
    register: Snapshot, library: Library, tmp_path: Path, run_folder: Path
):
    seen: list[int] = []
    matched(register, library, tmp_path / "run", workers=2, progress=seen.append)
    assert sum(seen) == ROWS
    assert found_in(tmp_path / "run").equals(found_in(run_folder))
    for name in ("summary.csv", "manifest.json"):
        assert (tmp_path / "run" / name).read_bytes() == (run_folder / name).read_bytes()


def test_one_party_is_looked_up_in_the_stored_run(run_folder: Path, register: Snapshot):
    run, everything = open_run(run_folder), found_in(run_folder)
    codes = pl.read_parquet(register.files(), columns=["code"])["code"].sort().to_list()
    for code in codes[::250]:
        found = run.of_party(code)
        assert found is not None
        mine = found.to_pylist()
        assert mine == everything.filter(pl.col("party") == code).to_dicts()
    assert run.of_party("000000000000000000") is None
    assert run.of_party(codes[5] + "0") is None


def test_outside_the_period_nothing_is_matched(register: Snapshot, library: Library, tmp_path: Path):
    found = match_register(
        register,
        list(library.measures()),
        rulebooks=library.rulebooks(),
        versions={},
        as_of=date(2005, 1, 1),
        folder=tmp_path / "run",
    )
    assert (found.parties, found.findings, found.summary) == (ROWS, 0, ())


def test_a_run_in_the_earlier_form_is_named_so(run_folder: Path, tmp_path: Path):
    earlier = tmp_path / "earlier"
    shutil.copytree(run_folder, earlier)
    for part in (earlier / "results").rglob("*.parquet"):
        pq.write_table(pq.read_table(part).drop_columns("unknown"), part)

    with pytest.raises(NoRun, match="match the register again"):
        open_run(earlier)
