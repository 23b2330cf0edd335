"""Background work after rules changed: the register is matched anew, and who fits now is told."""

from datetime import date

from django.utils import timezone
from django_tasks import task

from huiqi.procedures.nightly import follow


@task()
def follow_in_background(day: str, by: str) -> None:
    follow(day=date.fromisoformat(day), at=timezone.now(), by=by)
