"""Firms of a list by region and filter: slices and sums of the tables on disk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import polars as pl

SPREADS: Final = ("region", "industry", "size")
MOST_CELLS: Final = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which firms of a verdict are wanted. `least` and `most` are of the value in yuan, both included."""

    within: str = ""  # prefix of GB/T 2260 of who asks
    district: str = ""
    industry: str = ""
    size: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    not_told: bool = False
    not_claimed: bool = False

    def as_json(self) -> dict[str, Any]:
        return {name: str(v) if isinstance(v, Decimal) else v for name, v in asdict(self).items() if v}


@dataclass(frozen=True, slots=True)
class Firm:
    """One row of a list; `place` is its number in the file it was read from."""

    place: int
    code: str
    region: str
    industry: str
    size: str
    amount: Decimal | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over a list; spreads are (cell, firms, value in yuan), most firms first."""

    firms: int
    amount: Decimal
    value: Decimal
    spreads: Mapping[str, Sequence[tuple[str, int, Decimal]]]


def selected(
    path: Path, wanted: Wanted, *, told: Sequence[Path] = (), claimed: Collection[str] = ()
) -> pl.LazyFrame:
    """The wanted rows, in the order of the file. `told` are the files of lists that were sent before."""
    frame = pl.scan_parquet(path).filter(pl.col("region").str.starts_with(wanted.within))
    for name, value in (("region", wanted.district), ("industry", wanted.industry), ("size", wanted.size)):
        if value:
            frame = frame.filter(pl.col(name) == ("" if value == "-" else value))
    if wanted.least is not None:
        frame = frame.filter(pl.col("value") >= wanted.least)
    if wanted.most is not None:
        frame = frame.filter(pl.col("value") <= wanted.most)
    if wanted.not_told and told:
        before = pl.concat([pl.scan_parquet(p).select("code") for p in told]).unique()
        frame = frame.join(before, on="code", how="anti", maintain_order="left")
    if wanted.not_claimed and claimed:
        frame = frame.filter(~pl.col("code").is_in(list(claimed)))
    return frame


def figures_of(frame: pl.LazyFrame) -> Figures:
    sums = [pl.len().alias("firms"), pl.col("amount").sum(), pl.col("value").sum()]
    spreads = [
        frame.group_by(name).agg(*sums).sort("firms", name, descending=[True, False]) for name in SPREADS
    ]
    total, *found = pl.collect_all([frame.select(*sums), *spreads])
    row = total.row(0, named=True)
    return Figures(
        row["firms"],
        row["amount"] or Decimal(0),
        row["value"] or Decimal(0),
        {
            name: [(c or "", n, v or Decimal(0)) for c, n, _, v in cells.rows()[:MOST_CELLS]]
            for name, cells in zip(SPREADS, found, strict=True)
        },
    )


def page_of(frame: pl.LazyFrame, *, start: int, rows: int) -> list[Firm]:
    found = frame.slice(start, rows).collect()
    return list(firms_in(found, start))


def firms_in(table: pl.DataFrame, start: int = 0) -> Iterable[Firm]:
    names = ("code", "region", "industry", "size", "amount", "value")
    for place, row in enumerate(table.select(names).iter_rows(), start=start):
        yield Firm(place, *row)


def keep(frame: pl.LazyFrame, path: Path) -> int:
    """Write the rows as the firms of a list; how many they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    table = frame.collect()
    table.write_parquet(part, compression="zstd", row_group_size=16_384)
    part.replace(path)
    return table.height


def without(path: Path, codes: Collection[str]) -> pl.LazyFrame:
    """The firms of a list but those left out."""
    return pl.scan_parquet(path).filter(~pl.col("code").is_in(list(codes)))


def overlap(path: Path, others: Sequence[Path], *, within: str = "") -> int:
    """How many firms of a file, within a region, stand in any of others too."""
    if not others:
        return 0
    before = pl.concat([pl.scan_parquet(p).select("code") for p in others]).unique()
    frame = pl.scan_parquet(path).filter(pl.col("region").str.starts_with(within))
    return int(frame.join(before, on="code", how="semi").select(pl.len()).collect().item())


def codes_within(path: Path, within: str, codes: Collection[str]) -> int:
    """How many of some codes stand in a file, within a region."""
    frame = pl.scan_parquet(path).filter(pl.col("region").str.starts_with(within))
    return int(frame.filter(pl.col("code").is_in(list(codes))).select(pl.len()).collect().item())


def counts_by_measure(path: Path, within: str) -> dict[tuple[str, str], tuple[int, float]]:
    """(measure, verdict) → firms and value in yuan, of a region, from a table of counts."""
    frame = pl.scan_parquet(path).filter(pl.col("region").str.starts_with(within))
    table = frame.group_by("measure", "verdict").agg(pl.col("firms").sum(), pl.col("value").sum()).collect()
    return {(m, v): (n, value or 0.0) for m, v, n, value in table.iter_rows()}
