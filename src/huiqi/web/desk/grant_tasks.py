"""What runs in the background for lists of grants; their page shows how far it is."""

from datetime import date

from django.utils.timezone import now
from django_tasks import task

from huiqi.grants.models import GrantList, ListStep
from huiqi.procedures.grant_without_claim import go_on, take_list_step


@task()
def go_on_in_background(key: int, day: str) -> None:
    """Open the cases of a confirmed list and grant what is due; begun again it goes on where it stopped."""
    go_on(GrantList.objects.get(pk=key), at=now(), on=date.fromisoformat(day))


@task()
def step_in_background(key: int, day: str) -> None:
    """Take a step that was asked for of every case that stands before it."""
    take_list_step(ListStep.objects.get(pk=key), at=now(), on=date.fromisoformat(day))
