"""The Spark engine on two cores of this machine: the answers of a local run, row by row; only what is asked for is read."""

import inspect
import json
import pkgutil
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from huiqi.cli.app import app
from huiqi.matching.engine import FEN_PLACES, NO_AMOUNT, PLACES, Engine
from huiqi.matching.plan import Plan, make_plan
from huiqi.matching.report import read_run
from huiqi.matching.run import Run, match_register
from huiqi.matching.spark import ByPartition, IncompleteRun, match_on_spark
from huiqi.matching.spark_rows import Totals
from huiqi.matching.spark_session import has_java, spark_session
from huiqi.matching.stored import ROWS, open_run
from huiqi.measures.expressions import NUMERIC, Type
from huiqi.packs.load import load_library
from huiqi.packs.register_columns import column_of
from huiqi.packs.types import Library
from huiqi.registry.publish import write_snapshot
from huiqi.registry.sample import SAMPLE_COLUMNS, SAMPLE_SOURCE, sample
from huiqi.registry.schema import arrow_schema
from huiqi.registry.snapshot import Snapshot, open_snapshot
from tests import spec
from tests.engines import batch_of, cell, fetched, interpreted, measure_of, plan_of, select_list, table_of
from tests.registers import edge_rows
from tests.spec.checks import AS_OF_COLUMN, by_day, given_rows
from tests.spec.language import BOOK, BY_TRYING, fact_named, rule
from tests.spec.tables import drawn

PACKS: Final = Path(__file__).parents[2] / "packs"
DAY: Final = date(2013, 6, 30)
REGIONS: Final = ("370203", "370283", "370102", "440106", "630102")
ROLES: Final = (
    "enterprise",
    "enterprise",
    "enterprise",
    "bank,enterprise",
    "guarantor",
    "individual",
    "agency",
)

pytestmark = [
    pytest.mark.skipif(
        not has_java(), reason="Spark needs Java 17 or newer: none in $JAVA_HOME or on the path"
    ),
    pytest.mark.xdist_group("spark"),  # one Java machine for all, where tests are dealt out by group
]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with spark_session(master="local[2]", memory="2g") as session:
        yield session


@pytest.fixture(scope="module")
def library() -> Library:
    loaded, problems = load_library(PACKS)
    assert problems == []
    return loaded


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A synthetic register of the cities of a province."""
    folder = tmp_path_factory.mktemp("sample")
    batches = sample(4_000, seed=7, region="370000", as_of=DAY, columns=SAMPLE_COLUMNS)
    write_snapshot(folder, batches, columns=SAMPLE_COLUMNS, source=SAMPLE_SOURCE, as_of=DAY, synthetic=True)
    return open_snapshot(folder)


@pytest.fixture(scope="module")
def edges(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A register with every fact of the packs, on and beside the figures that decide, a quarter unknown."""
    every = {name for book in library.rulebooks().values() for name in book.kinds}
    plan = plan_over(library, every)
    plan = plan_over(library, set(plan.kinds))
    kinds = [k for k in plan.kinds.values() if k.name != "as_of" and k.type is not Type.NOTHING]
    columns = {kind.name: column_of(kind) for kind in kinds}
    rows, chance = edge_rows(plan, 80, seed=5), random.Random(5)
    cells: dict[str, list[Any]] = {
        "code": [f"{number:018d}" for number in range(len(rows))],
        "name": [None] * len(rows),
        "region": [chance.choice(REGIONS) for _ in rows],
        "roles": [chance.choice(ROLES) for _ in rows],
    }
    cells |= {k.name: [cell(row.get(k.name), str(k.type)) for row in rows] for k in kinds}
    batch = pa.RecordBatch.from_pydict(cells, schema=arrow_schema(columns))
    folder = tmp_path_factory.mktemp("edges")
    write_snapshot(folder, [batch], columns=columns, source="synthetic", as_of=DAY, synthetic=True)
    return open_snapshot(folder)


def plan_over(library: Library, columns: set[str]) -> Plan:
    return make_plan(list(library.measures()), rulebooks=library.rulebooks(), columns=columns, as_of=DAY)


def asked(library: Library) -> dict[str, Any]:
    return {
        "measures": list(library.measures()),
        "rulebooks": library.rulebooks(),
        "versions": {slug: pack.version for slug, pack in library.packs.items()},
        "as_of": DAY,
    }


def on_spark(
    spark: SparkSession, register: Snapshot, library: Library, folder: Path, *, region: str = ""
) -> Run:
    return match_on_spark(spark, register, folder=folder, region=region, **asked(library))


def written(folder: Path) -> pl.DataFrame:
    """What a run has stored, spelled out, in a fixed order."""
    return spelled_out(open_run(folder).rows()).sort("party", "measure")


def spelled_out(rows: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(rows.cast(without_dictionaries(rows.schema)))


def worked_out_here(register: Snapshot, library: Library, *, region: str = "") -> pl.DataFrame:
    """The findings of the local engine, one row each, in the same order."""
    plan = plan_over(library, set(register.columns))
    found: list[tuple[object, ...]] = []
    batches = register.batches(region=region or None, columns=["code", "region", "roles", *plan.columns])
    for block in Engine(plan).run(batches):
        codes = block.codes.to_pylist()
        for finding in block.findings:
            key = plan.measures[finding.measure].measure.key
            missing = ",".join(name.partition("@")[0] for name in finding.missing)
            for place, row in enumerate(finding.rows):
                amount = exact(finding.amounts, place, PLACES)
                value = exact(finding.values, place, FEN_PLACES)
                found.append((codes[row], key, str(finding.kind), amount, value, missing))
    types = {"amount": pl.Decimal(24, PLACES), "value": pl.Decimal(22, FEN_PLACES)}
    schema = {name: types.get(name, pl.String) for name in ROWS.names}
    return pl.DataFrame(found, schema=schema, orient="row").sort("party", "measure")


def exact(numbers: Any, place: int, places: int) -> Decimal | None:
    if numbers is None or numbers[place] == NO_AMOUNT:
        return None
    return Decimal(int(numbers[place])).scaleb(-places)


@pytest.mark.parametrize("kind", ["edges", "sampled"])
def test_every_finding_is_that_of_the_local_engine(
    kind: str, request: pytest.FixtureRequest, spark: SparkSession, library: Library, tmp_path: Path
):
    register: Snapshot = request.getfixturevalue(kind)
    run = on_spark(spark, register, library, tmp_path / "spark")
    expected = worked_out_here(register, library)
    assert set(expected["verdict"]) == {"eligible", "claimable", "review", "unknown"}
    assert expected["amount"].drop_nulls().len() > 100
    assert expected["value"].drop_nulls().len() > 100
    assert written(tmp_path / "spark").equals(expected)
    assert run.findings == expected.height

    here = match_register(register, folder=tmp_path / "here", **asked(library))
    assert (
        (run.parties, run.findings) == (here.parties, here.findings) == (register.manifest.rows, run.findings)
    )
    there, local = (pl.read_parquet(tmp_path / n / "summary.parquet") for n in ("spark", "here"))
    assert there.equals(local)
    assert local["amount"].sum() > 0


def test_a_stored_run_of_spark_answers_as_one_of_the_local_engine_does(
    spark: SparkSession, library: Library, sampled: Snapshot, tmp_path: Path
):
    on_spark(spark, sampled, library, tmp_path / "spark")
    match_register(sampled, folder=tmp_path / "here", **asked(library))
    there, here = open_run(tmp_path / "spark"), open_run(tmp_path / "here")
    codes = [code for block in here.blocks() for code in block.codes.to_pylist()]
    assert len(codes) == sampled.manifest.rows
    for code in random.Random(3).sample(codes, 20):
        found, expected = there.of_party(code), here.of_party(code)
        assert found is not None
        assert expected is not None
        assert expected.num_rows > 0
        assert spelled_out(found).equals(spelled_out(expected))
    assert there.of_party("not in the register") is None

    figures, local = read_run(tmp_path / "spark"), read_run(tmp_path / "here")
    assert figures.manifest["engine"] == "spark"
    assert local.entitled_parties > 0
    assert local.missing
    assert replace(figures, manifest=local.manifest) == local


def test_results_lie_in_a_folder_for_each_city(
    spark: SparkSession, library: Library, sampled: Snapshot, tmp_path: Path
):
    on_spark(spark, sampled, library, tmp_path / "run")
    folders = sorted(p.name for p in (tmp_path / "run" / "results").iterdir())
    assert folders == sorted(f"city={file.city}" for file in sampled.manifest.files)
    names = {p.name for p in (tmp_path / "run").rglob("*") if p.is_file()}
    assert {n for n in names if not n.startswith("part-0")} == {
        "manifest.json",
        "summary.csv",
        "summary.parquet",
    }
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text("utf-8"))
    assert manifest["synthetic"] is True
    assert (manifest["engine"], manifest["parties"], manifest["as_of"]) == ("spark", 4_000, "2013-06-30")


def test_files_of_other_cities_are_never_opened(
    spark: SparkSession, library: Library, sampled: Snapshot, tmp_path: Path
):
    """All other files are made unreadable: a run over the city does not notice, a run over all breaks."""
    broken = copied(sampled, tmp_path / "register")
    for path in broken.files():
        if "city=3702" not in str(path):
            path.write_bytes(b"PAR1 this is no Parquet PAR1")
    run = on_spark(spark, broken, library, tmp_path / "run", region="3702")
    assert run.parties == sum(f.rows for f in sampled.manifest.files if f.city == "3702")
    before = written(tmp_path / "run")
    assert before.equals(worked_out_here(sampled, library, region="3702"))

    with pytest.raises(Py4JJavaError):
        on_spark(spark, broken, library, tmp_path / "run")
    assert written(tmp_path / "run").equals(before)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["register", "run"]


def copied(register: Snapshot, folder: Path) -> Snapshot:
    shutil.copytree(register.folder.parent, folder)
    return open_snapshot(folder)


def test_a_file_that_was_not_published_is_noticed(
    spark: SparkSession, library: Library, sampled: Snapshot, tmp_path: Path
):
    register = copied(sampled, tmp_path / "register")
    first = register.files("3702")[0]
    shutil.copy(first, first.with_name("part-00009.parquet"))
    with pytest.raises(IncompleteRun, match="parties of"):
        on_spark(spark, register, library, tmp_path / "run", region="3702")
    assert [p.name for p in tmp_path.iterdir()] == ["register"]


def test_a_partition_worked_out_twice_counts_once():
    once = {3: Totals(parties=10)}
    assert ByPartition().addInPlace(dict(once), dict(once)) == once


def test_the_command_matches_a_district(
    spark: SparkSession, library: Library, sampled: Snapshot, tmp_path: Path
):
    found = CliRunner().invoke(
        app,
        ["match", "--engine", "spark", "--registry", str(sampled.folder.parent), "--as-of", "2013-06-30",
         "--region", "370203", "--pack", "qingdao-2012-46", "--out", str(tmp_path / "run"), "--quiet"],
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    only = load_library(PACKS, only=("qingdao-2012-46",))[0]
    expected = worked_out_here(sampled, only, region="370203")
    assert f"{expected.height:,} findings" in " ".join(found.output.split())
    assert written(tmp_path / "run").equals(expected)
    assert spark.range(3).count() == 3


@pytest.mark.parametrize(
    "more", [["--region", "3702"], ["--engine", "spark", "--region", "青岛"], ["--engine", "x"]]
)
def test_options_that_do_not_go_together(more: list[str], tmp_path: Path):
    found = CliRunner().invoke(
        app, ["match", "--registry", str(tmp_path), "--as-of", "2013-06-30", "--out", str(tmp_path), *more]
    )
    assert found.exit_code == 2


@dataclass
class PrintedForSpark:
    """Stands where the spec suite has an engine: each rule is printed as SQL and worked out by Spark."""

    spark: SparkSession
    rules: int = 0

    def declares(self, file: str) -> None:
        """Scoring tables are declared already."""

    def shows(self, text: str, **rules: str) -> None:
        table = drawn(text)
        given = given_rows(table)
        asked = [h for h in table.headings if fact_named(h) is None and h != AS_OF_COLUMN]
        nodes = [rule(rules.get(heading, heading)) for heading in asked]
        for day, places in by_day(table):
            rows = [given[i] for i in places]
            answers = self.answers(nodes, rows, day)
            for heading, node, found in zip(asked, nodes, answers, strict=True):
                by_trying = [table.column(heading)[i].endswith(BY_TRYING) for i in places]
                exact = interpreted(node, rows, BOOK, as_of=day)
                assert found == [None if t else e for t, e in zip(by_trying, exact, strict=True)], heading
                self.rules += 1

    def answers(self, nodes: list[Any], rows: list[Any], day: date) -> list[list[Any]]:
        """One query for all rules of a table."""
        plans = [plan_of(measure_of(amount=node), BOOK, as_of=day) for node in nodes]
        kinds = {name: kind for plan in plans for name, kind in plan.kinds.items()}
        batch = batch_of(replace(plans[0], kinds=kinds), rows)
        prepared = [plan.measures[0].amount for plan in plans]
        lists = [
            select_list(n, table_of(p, batch, dialect="spark")) for n, p in zip(prepared, plans, strict=True)
        ]
        plain = pa.Table.from_batches([batch]).cast(without_dictionaries(batch.schema))
        self.spark.createDataFrame(plain).createOrReplaceTempView("parties")
        cells = self.spark.sql(f"SELECT {', '.join(lists)} FROM parties").collect()
        found: list[list[Any]] = []
        start = 0
        for node in prepared:
            width = 2 if is_fraction(node) else 1
            found.append([fetched(tuple(row)[start : start + width], node) for row in cells])
            start += width
        return found


def without_dictionaries(schema: pa.Schema) -> pa.Schema:
    kinds = [f.type.value_type if pa.types.is_dictionary(f.type) else f.type for f in schema]
    return pa.schema(list(zip(schema.names, kinds, strict=True)))


def is_fraction(node: Any) -> bool:
    return node.type in NUMERIC or node.type is Type.NOTHING


def test_the_printed_rules_of_the_spec_mean_the_same_in_spark(spark: SparkSession):
    """Every chapter that runs on all engines, but with the SQL printed for Spark."""
    engine = PrintedForSpark(spark)
    for module in pkgutil.iter_modules(spec.__path__, "tests.spec."):
        if not module.name.startswith("tests.spec.test_"):
            continue
        for name, check in inspect.getmembers(import_module(module.name), inspect.isfunction):
            if name.startswith("test_") and list(inspect.signature(check).parameters) == ["engine"]:
                check(engine)
    assert engine.rules > 150
