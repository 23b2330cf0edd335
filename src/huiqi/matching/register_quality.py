"""The quality of an import: checks in the rule language, tables in Parquet and a page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huiqi.base.problem import Problem
from huiqi.matching.engine import Engine
from huiqi.matching.plan import make_plan
from huiqi.measures.declare import AS_OF_KIND, vocabulary_of
from huiqi.measures.expressions import FactRef, facts_in
from huiqi.measures.read import read_condition
from huiqi.measures.types import AS_OF, Award, Condition, FactKind, Measure, Rulebook, VerdictKind
from huiqi.registry.checks import CHECKS, Check, Checked
from huiqi.registry.import_table import ImportReport
from huiqi.registry.mistakes import Mistake
from huiqi.registry.quality import column_qualities, columns_table
from huiqi.registry.quality_page import Quality, quality_page
from huiqi.registry.rejects import unfinished
from huiqi.registry.snapshot import Snapshot

PACK = "registry-checks"
ROLE = "enterprise"
BLOCK_ROWS = 65_536
MOST_EXAMPLES = 5
SYSTEM_READ = ("code", "region", "roles")


def checked(
    snapshot: Snapshot, kinds: Mapping[str, FactKind], checks: Sequence[Check] = CHECKS
) -> tuple[list[Checked], list[Problem]]:
    """Every check on every party of a register, whatever its roles; facts as they are stated, none derived."""
    measures, problems = measures_of(checks, kinds)
    columns = set(snapshot.columns)
    lacking = {
        check.id: tuple(sorted(set(facts_in(measures[check.id].conditions[0].when)) - columns - {AS_OF}))
        for check in checks
        if check.id in measures
    }
    found = []
    for check in checks:
        if lacking.get(check.id):
            found.append(Checked(check, lacking[check.id]))
        elif check.id in measures:
            found.append(Checked(check, (), *_hits(snapshot, measures[check.id], kinds)))
    return found, problems


def measures_of(
    checks: Sequence[Check], kinds: Mapping[str, FactKind]
) -> tuple[dict[str, Measure], list[Problem]]:
    """Each check as a measure for which those "qualify" of whom the statement is true."""
    known = {**kinds, AS_OF: AS_OF_KIND}
    references = {name: FactRef(name, kind.type, kind.domain) for name, kind in known.items()}
    vocabulary = vocabulary_of(references, {})
    measures: dict[str, Measure] = {}
    problems: list[Problem] = []
    for check in checks:
        tree, found = read_condition(check.when, vocabulary=vocabulary, where=f"check {check.id}")
        problems += found
        if tree is not None:
            measures[check.id] = Measure(
                id=check.id,
                pack=PACK,
                title=check.says,
                clause=check.id,
                audience=ROLE,
                computable="full",
                conditions=(Condition(check.id, tree, check.id),),
                award=Award("check", None),
            )
    return measures, problems


def _hits(snapshot: Snapshot, measure: Measure, kinds: Mapping[str, FactKind]) -> tuple[int, tuple[str, ...]]:
    """How many parties of whom all facts are known a statement is true of, and the first of them."""
    day = snapshot.manifest.as_of
    stated = {name: replace(kind, formula=None, pack=PACK) for name, kind in kinds.items()}
    rulebook = Rulebook(PACK, {**stated, AS_OF: AS_OF_KIND}, {}, day)
    plan = make_plan([measure], rulebooks={PACK: rulebook}, columns=tuple(snapshot.columns), as_of=day)
    columns = [*SYSTEM_READ, *plan.columns]
    batches = (known_alone(batch) for batch in snapshot.batches(columns=columns, rows=BLOCK_ROWS))
    parties = 0
    codes: list[str] = []
    for block in Engine(plan).run(batches):
        for finding in block.findings:
            if finding.kind is VerdictKind.ELIGIBLE:
                parties += len(finding.rows)
                codes += [block.codes[int(row)].as_py() for row in finding.rows[: MOST_EXAMPLES - len(codes)]]
    return parties, tuple(codes)


def known_alone(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The parties of whom every fact is known, all with the one role that the checks are for.

    Of the others an engine would work out which facts are missing, party by party: nobody asks for that here.
    """
    facts = [column for column in batch.columns[len(SYSTEM_READ) :] if column.null_count]
    if facts:
        batch = batch.filter(reduce(pc.and_, [column.is_valid() for column in facts]))
    zeros = pa.array(np.zeros(batch.num_rows, np.int32))
    roles = pa.DictionaryArray.from_arrays(zeros, pa.array([ROLE]))
    return batch.set_column(SYSTEM_READ.index("roles"), "roles", roles)


def quality_of(
    snapshot: Snapshot, report: ImportReport, kinds: Mapping[str, FactKind]
) -> tuple[Quality, list[Problem]]:
    """Everything that is said of the quality of an import; reads every column once, and some for the checks."""
    checks, problems = checked(snapshot, kinds)
    out_of_range: dict[str, int] = {}
    for mistake in report.mistakes:
        name = report.headers.get(mistake.column)
        if name is not None and mistake.kind.id in OUT_OF_RANGE:
            out_of_range[name] = out_of_range.get(name, 0) + mistake.cells
    labels = {name: kind.label for name, kind in kinds.items()}
    words = {name: kind.values for name, kind in kinds.items()}
    columns = list(column_qualities(snapshot))
    return Quality(report, columns, checks, out_of_range, labels, words), problems


def write_quality(folder: Path, quality: Quality) -> None:
    """Tables in Parquet and `report.html`, each put in place when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    report = quality.report
    tables = {
        "columns": columns_table(quality.columns, dict(quality.out_of_range)),
        "checks": pa.Table.from_pylist([_check_row(c) for c in quality.checks], CHECKS_TABLE),
        "mistakes": pa.Table.from_pylist([_mistake_row(m) for m in report.mistakes], MISTAKES_TABLE),
        "conflict-counts": pa.Table.from_pylist([asdict(c) for c in report.conflicts], CONFLICT_COUNTS),
    }
    for name, table in tables.items():
        part = unfinished(folder / f"{name}.parquet")
        pq.write_table(table, part, compression="zstd")
        part.replace(folder / f"{name}.parquet")
    part = unfinished(folder / "report.html")
    part.write_text(quality_page(quality), "utf-8")
    part.replace(folder / "report.html")


OUT_OF_RANGE = ("below", "above", "too-large")
TEXT, COUNT = pa.string(), pa.int64()
CHECKS_TABLE = pa.schema(
    [
        ("check", TEXT),
        ("when", TEXT),
        ("zh", TEXT),
        ("en", TEXT),
        ("is_impossible", pa.bool_()),
        ("missing", pa.list_(TEXT)),
        ("parties", COUNT),
        ("examples", pa.list_(TEXT)),
    ]
)
"""One row per declared check; `missing` names the facts without a column, then the check was not made."""

MISTAKES_TABLE = pa.schema(
    [
        ("kind", TEXT),
        ("column", TEXT),
        ("cells", COUNT),
        ("zh", TEXT),
        ("en", TEXT),
        ("remedy_zh", TEXT),
        ("remedy_en", TEXT),
        ("example_rows", pa.list_(COUNT)),
        ("example_values", pa.list_(TEXT)),
    ]
)
"""One row per kind of mistake and column; every single one is in rejected-cells.parquet."""

CONFLICT_COUNTS = pa.schema(
    [("column", TEXT), ("kept_source", TEXT), ("other_source", TEXT), ("rule", TEXT), ("values", COUNT)]
)


def _check_row(found: Checked) -> dict[str, object]:
    check = found.check
    return {
        "check": check.id,
        "when": check.when,
        "zh": check.says.zh,
        "en": check.says.en,
        "is_impossible": check.is_impossible,
        "missing": list(found.missing),
        "parties": None if found.missing else found.parties,
        "examples": list(found.examples),
    }


def _mistake_row(mistake: Mistake) -> dict[str, object]:
    kind = mistake.kind
    return {
        "kind": kind.id,
        "column": mistake.column,
        "cells": mistake.cells,
        "zh": kind.name.zh,
        "en": kind.name.en,
        "remedy_zh": kind.remedy.zh,
        "remedy_en": kind.remedy.en,
        "example_rows": [example.row for example in mistake.examples],
        "example_values": [example.value for example in mistake.examples],
    }
