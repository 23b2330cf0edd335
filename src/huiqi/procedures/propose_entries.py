"""By night: whoever a register's rule lets in is proposed to its keeper (主动发现).

The register of enterprises is matched with the rule as with a measure; firms of whom something was recorded or
that stand in a list are looked at one by one, since the register does not know of that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from huiqi.dossiers.many import files_of
from huiqi.dossiers.models import RecordedFact
from huiqi.dossiers.queries import rules_on
from huiqi.dossiers.types import Dossier
from huiqi.holdings import current
from huiqi.matching.party import facts_behind, in_scope
from huiqi.matching.run import match_register
from huiqi.matching.stored import open_run
from huiqi.measures.evaluate import evaluate
from huiqi.measures.types import Award, Condition, Measure, VerdictKind
from huiqi.packs.types import Pack
from huiqi.registers.types import Register
from huiqi.registry.snapshot import Snapshot
from huiqi.rolls.models import Entry
from huiqi.rolls.proposing import Proposed, put_proposals

MOST: Final = 20_000
TOGETHER: Final = 500


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
    return sum(
        put_proposals(search.register, islice(fitting(search, snapshot, on=on), MOST), by=by, at=at, on=on)
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


def fitting(search: Search, snapshot: Snapshot, *, on: date) -> Iterator[Proposed]:
    """Every party of the register of enterprises whose file lets it in, by code."""
    matched = set(matching_rows(search, snapshot, on=on))
    known = files_known(search, snapshot, on=on)
    found = {code for code, dossier in known.items() if fits(search, dossier, on=on)}
    codes = sorted((matched - known.keys()) | found)
    names = names_of(codes, snapshot)
    for code in codes:
        yield Proposed(code, *names.get(code, ("", "")))


def matching_rows(search: Search, snapshot: Snapshot, *, on: date) -> Iterator[str]:
    """Codes of those whom the rule fits by what the register of enterprises says."""
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
        )
        for table in open_run(where).tables():
            for row in table.select(["party", "verdict"]).to_pylist():
                if row["verdict"] == VerdictKind.ELIGIBLE:
                    yield row["party"]


def files_known(search: Search, snapshot: Snapshot, *, on: date) -> Mapping[str, Dossier]:
    """The files of firms of whom more is known than the register of enterprises says."""
    recorded = RecordedFact.objects.filter(withdrawn_at=None).values_list("party", flat=True)
    listed = Entry.objects.exclude(party="").values_list("party", flat=True)
    codes = sorted({*recorded, *listed})
    names = facts_behind(search.rule, search.pack.rulebook)
    columns = {rules_on(on).column(search.pack.id, name) for name in names}
    found: dict[str, Dossier] = {}
    for start in range(0, len(codes), TOGETHER):
        found |= files_of(codes[start : start + TOGETHER], columns, on=on, snapshot=snapshot)
    return found


def fits(search: Search, dossier: Dossier, *, on: date) -> bool:
    party, pack = dossier.party, search.pack
    if not in_scope(search.rule, roles=party.roles, region=party.region):
        return False
    stated = rules_on(on).facts_for(pack.id, party.stated)
    return evaluate(search.rule, stated, rulebook=pack.rulebook, as_of=on).kind is VerdictKind.ELIGIBLE


def names_of(codes: list[str], snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Name and region of firms."""
    files = snapshot.files()
    if not codes or not files:
        return {}
    table = pl.scan_parquet(files).filter(pl.col("code").is_in(codes)).select("code", "name", "region")
    return {code: (name or "", region) for code, name, region in table.collect().iter_rows()}
