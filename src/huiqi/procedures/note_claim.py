"""A firm that was told of a measure by a department claims it: the list it was told by knows at once."""

from datetime import datetime

from huiqi.casework.models import Case
from huiqi.pushes.actions import note_answer
from huiqi.pushes.models import PushedFirm
from huiqi.pushes.types import Answer


def note_claimed(case: Case, *, at: datetime) -> None:
    """Part of the step that submits a case."""
    if not case.measure or not case.party:
        return
    told = PushedFirm.objects.filter(party=case.party, measure=case.measure).exclude(answer=Answer.CLAIMED)
    for pushed in told.select_related("push"):
        note_answer(pushed.push, case.party, Answer.CLAIMED, by="system", at=at)
