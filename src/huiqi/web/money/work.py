"""What the fund desk leaves to the background: thousands of receipts become steps of their cases."""

from datetime import date

from django.utils.timezone import now
from django_tasks import task

from huiqi.procedures.payment_runs import post_receipts


@task
def post_in_background(day: str) -> None:
    """Safe to run again: what is posted stays posted."""
    post_receipts(at=now(), on=date.fromisoformat(day))
