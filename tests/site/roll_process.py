"""Run as a process of its own, with a database that others can see: many enter a register at once.

python -m tests.site.roll_process   prints what it found as JSON. HUIQI_DATABASE names the database.
"""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402

from huiqi.holdings.current import library  # noqa: E402
from huiqi.rolls.actions import enter  # noqa: E402
from huiqi.rolls.models import Entry, EntryEvent, Roll  # noqa: E402
from huiqi.rolls.types import EntryRefused  # noqa: E402

AT_ONCE, ENTRIES, CAPACITY = 12, 60, 5
NOW = datetime(2013, 6, 30, 9, 0, tzinfo=UTC)


def crowd() -> dict[str, Any]:
    """Sixty entries by twelve hands, three for each of twenty firms, into a register that holds five."""
    declared = library().packs["qingdao-2012-46"].registers["zjtx-recognition-recognised"]
    register, start = replace(declared, capacity=CAPACITY), Barrier(AT_ONCE)

    def put_in(number: int) -> str:
        if number < AT_ONCE:
            start.wait(30)
        try:
            enter(
                register, party=f"SYNTHETIC{number // 3:09}", name=f"合成{number // 3}", region="370202", fields={},
                by="officer", at=NOW, on=date(2013, 6, 30),
            )  # fmt: skip
        except EntryRefused as refused:
            return "+".join(sorted(refused.by_field))
        finally:
            connections.close_all()
        return "entered"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(put_in, range(ENTRIES)))
    return {
        "entered": outcomes["entered"],
        "refused": ENTRIES - outcomes["entered"],
        "why": sorted(set(outcomes) - {"entered"}),
        "standing": Roll.objects.get().standing,
        "parties": Entry.objects.values("party").distinct().count(),
        "events": EntryEvent.objects.count(),
    }


if __name__ == "__main__":
    print(json.dumps(crowd()))
