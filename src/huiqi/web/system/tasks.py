"""The night's work in the background, and what the clock sees to."""

from datetime import date

from django.utils import timezone
from django_tasks import task

from huiqi.procedures.nightly import nightly


@task()
def nightly_in_background(day: str, by: str) -> None:
    nightly(day=date.fromisoformat(day), at=timezone.now(), by=by)
