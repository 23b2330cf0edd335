"""Firms of whom more is known than the register says: corrections, statements and entries in lists, at random."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from huiqi.dossiers.models import RecordedFact
from huiqi.dossiers.types import Standing
from huiqi.forms.kept import plain
from huiqi.holdings.current import library, measures_on
from huiqi.matching.plan import make_plan
from huiqi.measures.types import FactKind
from huiqi.registers.types import Register
from huiqi.registry.snapshot import Snapshot
from huiqi.rolls.actions import enter, leave
from huiqi.rolls.types import EntryRefused
from tests.registers import edge_value, figures_beside
from tests.site.conftest import DAY, NOW

COUNTING = [
    *[(Standing.ACCEPTED, {})] * 4,
    *[(Standing.DECLARED, {})] * 3,
    (Standing.PROPOSED, {}),
    (Standing.REFUSED, {}),
    (Standing.ACCEPTED, {"withdrawn_by": "officer", "withdrawn_at": NOW, "withdrawal": "有误"}),
    (Standing.ACCEPTED, {"decided_on": DAY - timedelta(days=1)}),  # the register is of a later day
]
"""Standings a recorded fact may have, those that count more often; the last ones do not."""


def facts_of_parties() -> Iterator[tuple[str, FactKind, Any]]:
    """Columns of the packs with their kind and the figures that rules hold against them."""
    rulebooks = library().rulebooks()
    names = {name for book in rulebooks.values() for name in book.kinds}
    plan = make_plan(measures_on(DAY), rulebooks=rulebooks, columns=names, as_of=DAY)
    figures = figures_beside(plan)
    for name, kind in sorted(plan.kinds.items()):
        if name != "as_of" and kind.about == "party" and not kind.judged:
            yield name, kind, figures.get(name, ())


def record_at_random(codes: list[str], chance: random.Random) -> None:
    facts = list(facts_of_parties())
    for code in codes:
        for name, kind, figures in chance.sample(facts, 30):
            standing, more = chance.choice(COUNTING)
            value = edge_value(kind, figures, chance)
            RecordedFact.objects.create(**recorded(code, name, plain(value), standing) | more)
            if chance.random() < 0.2:  # said again, of another day
                value = edge_value(kind, figures, chance)
                earlier = recorded(code, name, plain(value), Standing.ACCEPTED)
                RecordedFact.objects.create(
                    **earlier | {"as_of": DAY - timedelta(days=chance.choice([0, 9]))}
                )


def recorded(code: str, fact: str, value: object, standing: Standing) -> dict[str, Any]:
    decided = standing in (Standing.ACCEPTED, Standing.REFUSED)
    by = (
        {"decided_by": "officer", "decided_on": DAY, "decided_at": NOW, "decision": "核对"} if decided else {}
    )
    return {
        "party": code, "region": "370202", "fact": fact, "value": value, "as_of": DAY, "source": "合成更正",
        "standing": standing, "recorded_by": "agent", "recorded_on": DAY, "recorded_at": NOW, **by,
    }  # fmt: skip


def enter_at_random(codes: list[str], chance: random.Random) -> int:
    """Entries that stand, that ended, that left and that are yet to come; how many."""
    telling = [r for pack in library().packs.values() for r in pack.registers.values() if r.makes_known]
    number = 0
    for code in codes:
        for register in chance.sample(telling, 5):
            since = DAY - timedelta(days=chance.choice([0, 30, 400, 2_000, -10]))
            grade = chance.choice([g.id for g in register.grades]) if register.grades else ""
            try:
                entry = enter(
                    register, party=code, name="合成企业", region="370202", fields={}, grade=grade,
                    by="officer", at=NOW, on=since,
                )  # fmt: skip
            except EntryRefused:
                continue
            number += 1
            if chance.random() < 0.3:
                leave(
                    entry,
                    register,
                    exit_of(register),
                    reason="不再符合",
                    by="officer",
                    at=NOW,
                    on=max(since, DAY),
                )
    return number


def exit_of(register: Register) -> str:
    return register.exits[0].id if register.exits else "lapsed"


def everybody(snapshot: Snapshot) -> list[str]:
    """Codes of the register, whatever their roles."""
    return [code for batch in snapshot.batches(columns=["code"]) for code in batch["code"].to_pylist()]
