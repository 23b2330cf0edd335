"""Compiles the ten measures to one DuckDB query with huiqi's own printer (`huiqi.measures.sql`).

    python benchmarks/ten_in_sql.py --register DIR --as-of 2013-06-30 --out ten.sql

Runs in the environment of the project; `peers/duckdb/run.sh` then runs the query in that of the peer.
`{files}` in it stands for the list of Parquet files. Derived facts are columns of inner SELECTs, in the order
of what they stand on.
"""

import argparse
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from ten_measures import HERE, PACK, TEN

from huiqi.matching.plan import Plan, PlannedMeasure, make_plan
from huiqi.measures.expressions import And, facts_in
from huiqi.measures.sql import SqlTable, to_sql
from huiqi.measures.types import FactKind
from huiqi.packs.load import load_library
from huiqi.registry.snapshot import open_snapshot

FEN_PLACES = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--register", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    library, problems = load_library(HERE.parent / "packs", only=(PACK,))
    if problems:
        raise SystemExit("\n".join(str(p) for p in problems))
    columns = tuple(open_snapshot(arguments.register).columns)
    plan = make_plan(
        [m for m in library.measures() if m.pack == PACK and m.id in TEN],
        rulebooks=library.rulebooks(),
        columns=columns,
        as_of=arguments.as_of,
    )
    arguments.out.write_text(query(plan), "utf-8")


def query(plan: Plan) -> str:
    """One row per party: `party`, then for each measure a verdict (NULL: unknown) and perhaps an amount."""
    table = SqlTable(columns={name: name for name in known_columns(plan)})
    fields = ['"code" AS "party"']
    for planned in plan.measures:
        fields += measure_fields(planned, table)
    return "SELECT\n  " + ",\n  ".join(fields) + "\nFROM " + source(plan)


def known_columns(plan: Plan) -> set[str]:
    return set(plan.columns) | {name for name, kind in plan.kinds.items() if kind.formula is not None}


def measure_fields(planned: PlannedMeasure, table: SqlTable) -> Iterator[str]:
    name = planned.measure.id
    role = " OR ".join(f"CONTAINS(',' || \"roles\" || ',', ',{role},')" for role in planned.roles)
    scope = f"(STARTS_WITH(\"region\", '{planned.measure.region}') AND ({role}))"
    entitled = to_sql(And(planned.conditions.nodes), table=table)
    yield f'({scope} AND {entitled}) AS "{name}:eligible"'
    if planned.amount is not None:
        amount = to_sql(planned.amount, table=table, places=FEN_PLACES)
        yield f'(CASE WHEN {scope} AND {entitled} THEN {amount} END) AS "{name}:amount"'


def source(plan: Plan) -> str:
    """The register with every derived fact as a column."""
    names = ", ".join(f'"{name}"' for name in ("code", "region", "roles", *plan.columns))
    text = f"(SELECT {names} FROM read_parquet({{files}}, hive_partitioning = false))"
    known = set(plan.columns)
    for name in in_order(plan.kinds):
        table = SqlTable(columns={fact: fact for fact in known})
        formula = plan.kinds[name].formula
        assert formula is not None
        derived = to_sql(formula, table=table)
        if name in plan.columns:
            text = f'(SELECT * REPLACE (COALESCE("{name}", {derived}) AS "{name}")\nFROM {text})'
        else:
            text = f'(SELECT *, {derived} AS "{name}"\nFROM {text})'
        known.add(name)
    return text


def in_order(kinds: Mapping[str, FactKind]) -> list[str]:
    """Derived facts, each behind those its formula names."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        kind = kinds.get(name)
        if kind is None or kind.formula is None or name in ordered:
            return
        for fact in facts_in(kind.formula):
            visit(fact)
        ordered.append(name)

    for name in kinds:
        visit(name)
    return ordered


if __name__ == "__main__":
    main()
