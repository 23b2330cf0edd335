"""Compare OpenFisca's answers with huiqi's, party by party: where all facts are known, where some are not.

    python benchmarks/compare_answers.py --register DIR --findings DIR --answers FILE

`findings` is what `ten_measures.py` left, `answers` what `peers/openfisca/run.sh --answers` wrote for the
same register. Prints one line of JSON: measure → counts of `Comparison`.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import polars as pl
from ten_measures import PACK, TEN, facts_of

from huiqi.matching.stored import open_run
from huiqi.registry.snapshot import open_snapshot

DECIDED = ("eligible", "ineligible")
HALF_A_FEN = 0.5
TIE = 1e-4
"""Binary fractions stand a little beside a tie; steps between exact amounts are at least 0.005 fen."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Parties in the scope of one measure, and OpenFisca's answers beside huiqi's. Money in yuan."""

    in_scope: int
    stated: int  # huiqi decides, and all facts of the measure are stated
    stated_alike: int  # … OpenFisca says the same, and the same amount to the fen
    stated_eligible_differs: int
    stated_amount_differs: int  # same answer, another amount
    settled: int  # huiqi decides although a fact is missing: no value of it could change the answer
    settled_alike: int  # … OpenFisca says the same; amounts aside
    amount_made_up: int  # entitled, but a fact of the amount is missing; OpenFisca gives one all the same
    open: int  # the answer cannot be known
    open_said_yes: int  # … OpenFisca says entitled
    open_said_no: int
    open_though_stated: (
        int  # … the register's facts are there: the standard has no class, or a claim fact lacks
    )
    open_amount: float  # … and the amounts it gives there
    known_amount: float  # amounts huiqi gives
    peer_amount: float  # amounts OpenFisca gives
    out_of_scope_said_yes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("--register", "--findings", "--answers"):
        parser.add_argument(name, type=Path, required=True)
    arguments = parser.parse_args()
    compared = compare(arguments.register, arguments.findings, arguments.answers)
    print(json.dumps({measure: asdict(counts) for measure, counts in compared.items()}))


def compare(register: Path, findings: Path, answers: Path) -> dict[str, Comparison]:
    """One `Comparison` for each of the ten measures."""
    parties = pl.scan_parquet(open_snapshot(register).files(), hive_partitioning=False)
    return {m: comparison(pairs_of(m, parties, findings, answers)) for m in TEN}


def pairs_of(measure: str, parties: pl.LazyFrame, findings: Path, answers: Path) -> pl.DataFrame:
    """party · verdict · fen · stated · peer · peer_fen, one row a party; verdict null is out of scope.

    `fen` is huiqi's amount (null: none), `peer` whether OpenFisca says entitled and `peer_fen` its amount.
    """
    role = "guarantor" if measure.startswith("guarantor") else "enterprise"
    peers = pl.scan_parquet(answers)
    has_amount = f"{measure}:amount" in peers.collect_schema().names()
    in_role = pl.col("roles").cast(pl.String).str.split(",").list.contains(role)
    verdict = (
        pl.when(pl.col("verdict").is_not_null())
        .then("verdict")
        .when("in_scope")
        .then(pl.lit("ineligible"))
        .otherwise(None)
    )
    return (
        parties.select(
            pl.col("code").alias("party"),
            in_role.alias("in_scope"),
            pl.all_horizontal(pl.col(n).is_not_null() for n in facts_of(measure)).alias("stated"),
        )
        .join(findings_of(measure, findings), on="party", how="left")
        .join(
            peers.select(
                "party",
                pl.col(f"{measure}:eligible").alias("peer"),
                (in_fen(pl.col(f"{measure}:amount")) if has_amount else pl.lit(None, pl.Int64)).alias(
                    "peer_fen"
                ),
            ),
            on="party",
            how="inner",
        )
        .with_columns(verdict.alias("verdict"))
        .collect()
    )


@cache
def spelled_out(findings: Path) -> pl.DataFrame:
    frame = pl.from_arrow(open_run(findings).rows())
    assert isinstance(frame, pl.DataFrame)
    return frame


def findings_of(measure: str, findings: Path) -> pl.LazyFrame:
    return (
        spelled_out(findings)
        .lazy()
        .filter(pl.col("measure").cast(pl.String) == f"{PACK}/{measure}")
        .select(
            pl.col("party").cast(pl.String),
            pl.col("verdict").cast(pl.String),
            (pl.col("amount") * 100).cast(pl.Int64).alias("fen"),
        )
    )


def in_fen(yuan: pl.Expr) -> pl.Expr:
    """Rounded half up once, as huiqi does: the comparison is not about how OpenFisca rounds."""
    return (yuan * 100 + HALF_A_FEN + TIE).floor().cast(pl.Int64)


def comparison(pairs: pl.DataFrame) -> Comparison:
    scope = pairs.filter(pl.col("verdict").is_not_null())
    decided = scope.filter(pl.col("verdict").is_in(DECIDED))
    same = pl.col("peer") == (pl.col("verdict") == "eligible")
    same_fen = ~pl.col("peer") | pl.col("fen").eq_missing(pl.col("peer_fen"))
    stated = decided.filter("stated")
    settled = decided.filter(~pl.col("stated"))
    left_open = scope.filter(~pl.col("verdict").is_in(DECIDED))
    return Comparison(
        in_scope=scope.height,
        stated=stated.height,
        stated_alike=stated.filter(same & same_fen).height,
        stated_eligible_differs=stated.filter(~same).height,
        stated_amount_differs=stated.filter(same & ~same_fen).height,
        settled=settled.height,
        settled_alike=settled.filter(same).height,
        amount_made_up=settled.filter(
            pl.col("peer"), pl.col("fen").is_null(), pl.col("peer_fen").is_not_null()
        ).height,
        open=left_open.height,
        open_said_yes=left_open.filter("peer").height,
        open_said_no=left_open.filter(~pl.col("peer")).height,
        open_though_stated=left_open.filter("stated").height,
        open_amount=yuan_in(left_open.filter("peer"), "peer_fen"),
        known_amount=yuan_in(scope.filter(pl.col("verdict") == "eligible"), "fen"),
        peer_amount=yuan_in(scope.filter("peer"), "peer_fen"),
        out_of_scope_said_yes=pairs.filter(pl.col("verdict").is_null(), pl.col("peer")).height,
    )


def yuan_in(pairs: pl.DataFrame, column: str) -> float:
    return round(float(pairs[column].sum() or 0) / 100, 2)


if __name__ == "__main__":
    main()
