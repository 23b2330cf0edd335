"""The simulation of a revision as background work."""

import time
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django_tasks import task

from huiqi.holdings.current import register, repository_library
from huiqi.procedures.known_beside import known_beside
from huiqi.revisions.actions import note_impact, note_progress
from huiqi.revisions.impact import NotSound, impact_of
from huiqi.revisions.models import ImpactState, Revision
from huiqi.web.rules.fresh import every_few_seconds

SECONDS_FOR_CLIFFS: Final = 15.0


@task()
def work_out_impact(number: int, by: str, as_of: str) -> None:
    """Simulate revision `number` over the register of now and store what comes out with it."""
    revision = Revision.objects.get(pk=number)
    state, found = ImpactState.FAILED, None
    try:
        found = simulated(revision, date.fromisoformat(as_of))
        state = ImpactState.DONE if found is not None else ImpactState.FAILED
    except NotSound:
        pass  # the page says that it failed, the editor why
    finally:  # whatever happens, it is not running any more
        note_impact(number, state, of=revision.new_sha256, impact=found, by=by, at=timezone.now())


def simulated(revision: Revision, as_of: date) -> dict[str, Any] | None:
    snapshot = register()
    if snapshot is None:
        return None
    end: list[float] = []

    def spent() -> bool:
        """The time runs from the first question on, not while the register is read."""
        end[:] = end or [time.monotonic() + SECONDS_FOR_CLIFFS]
        return time.monotonic() > end[0]

    return impact_of(
        revision,
        repository_library(),
        snapshot,
        as_of=as_of,
        spent=spent,
        progress=every_few_seconds(lambda done: note_progress(revision.pk, done)),
        overlay=known_beside(snapshot, on=as_of),
    )
