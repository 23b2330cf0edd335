"""By night: whoever a register's rule lets in is proposed to its keeper (主动发现).

The register of enterprises is matched with the rule as with a measure, under all that firms' files know beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl
import pyarrow as pa

from huiqi.holdings import current
from huiqi.matching.run import match_register
from huiqi.matching.stored import open_run
from huiqi.measures.types import Award, Condition, Measure, VerdictKind
from huiqi.packs.types import Pack
from huiqi.procedures.known_beside import known_beside
from huiqi.registers.types import Register
from huiqi.registry.snapshot import Snapshot
from huiqi.rolls.proposing import Proposed, put_proposals

MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Search:
    """A register whose rule is looked for, with the rule as a measure."""

    register: Register
    pack: Pack
    rule: Measure


def propose_entries(*, on: date, at: datetime, by: str = "system") -> int:
    """How many were proposed anew, of all registers that are entered by themselves."""
    snapshot = current.register()
    if snapshot is None:
        return 0
    beside = known_beside(snapshot, on=on)
    return sum(
        put_proposals(
            search.register,
            islice(fitting(search, snapshot, beside, on=on), MOST),
            by=by,
            at=at,
            on=on,
        )
        for search in searches()
    )


def searches() -> Iterator[Search]:
    for pack in current.library().packs.values():
        for register in pack.registers.values():
            rule = rule_of(register, pack) if register.enters_by_itself else None
            if rule is not None:
                yield Search(register, pack, rule)


def rule_of(register: Register, pack: Pack) -> Measure | None:
    """The rule of entry as a measure that gives nothing."""
    if register.may_enter is None:
        return None
    clause = register.clauses[0] if register.clauses else ""
    return Measure(
        id=register.id,
        pack=pack.id,
        title=register.title,
        clause=clause,
        audience=register.of,
        computable="eligibility_only",
        conditions=(Condition("may_enter", register.may_enter.node, clause),),
        award=Award("other", None),
        region=pack.region,
    )


def fitting(search: Search, snapshot: Snapshot, beside: pa.Table | None, *, on: date) -> Iterator[Proposed]:
    """Every party of the register of enterprises whose file lets it in, by code."""
    codes = sorted(matching(search, snapshot, beside, on=on))
    names = names_of(codes, snapshot)
    for code in codes:
        yield Proposed(code, *names.get(code, ("", "")))


def matching(search: Search, snapshot: Snapshot, beside: pa.Table | None, *, on: date) -> Iterator[str]:
    """Codes of those whom the rule fits."""
    packs = current.library()
    with TemporaryDirectory() as folder:
        where = Path(folder) / "run"
        match_register(
            snapshot,
            [search.rule],
            rulebooks=packs.rulebooks(),
            versions={slug: pack.version for slug, pack in packs.packs.items()},
            as_of=on,
            folder=where,
            overlay=beside,
        )
        for table in open_run(where).tables():
            for row in table.select(["party", "verdict"]).to_pylist():
                if row["verdict"] == VerdictKind.ELIGIBLE:
                    yield row["party"]


def names_of(codes: list[str], snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Name and region of firms."""
    files = snapshot.files()
    if not codes or not files:
        return {}
    table = pl.scan_parquet(files).filter(pl.col("code").is_in(codes)).select("code", "name", "region")
    return {code: (name or "", region) for code, name, region in table.collect().iter_rows()}
