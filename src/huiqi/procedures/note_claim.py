"""A firm that was told of a measure by a department claims it: the list it was told by knows at once."""

from collections.abc import Iterable
from datetime import datetime

from huiqi.casework.models import Case
from huiqi.pushes.actions import note_answer
from huiqi.pushes.models import PushedFirm
from huiqi.pushes.types import Answer


def note_claimed(case: Case, *, at: datetime) -> None:
    """Part of the step that submits a case."""
    note_claims([case], at=at)


def note_claims(cases: Iterable[Case], *, at: datetime) -> None:
    """The same of several cases."""
    by_measure: dict[str, list[str]] = {}
    for case in cases:
        if case.measure and case.party:
            by_measure.setdefault(case.measure, []).append(case.party)
    for measure, parties in by_measure.items():
        told = PushedFirm.objects.filter(party__in=parties, measure=measure).exclude(answer=Answer.CLAIMED)
        for pushed in told.select_related("push"):
            note_answer(pushed.push, pushed.party, Answer.CLAIMED, by="system", at=at)
