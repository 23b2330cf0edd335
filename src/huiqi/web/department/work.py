"""What runs in the background for the desks; a page shows how far it is."""

from datetime import date

from django.utils.timezone import now
from django_tasks import task

from huiqi.base.problem import NotNow
from huiqi.holdings.current import run as current_run
from huiqi.intakes.actions import end_reading, fail_publishing, note_rows_done, note_run
from huiqi.intakes.models import Intake
from huiqi.procedures.alerts import send_alerts
from huiqi.procedures.grants_after_run import after_run
from huiqi.procedures.match_now import match_current_register
from huiqi.procedures.publish_intake import publish_intake
from huiqi.procedures.read_intake import read_intake
from huiqi.procedures.send_push import send_push
from huiqi.pushes.models import PushList
from huiqi.pushes.tables import counts_of
from huiqi.registry.publish import UnfitRows

EVERY_ROWS = 50_000


class Meter:
    """Counts rows and notes them with the delivery now and then."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.rows, self.noted = intake, 0, 0

    def __call__(self, rows: int) -> None:
        self.rows += rows
        if self.rows - self.noted >= EVERY_ROWS:
            self.noted = self.rows
            note_rows_done(self.intake, self.rows)


@task
def read_in_background(key: int, by: str) -> None:
    """Whatever goes wrong stands with the delivery, so that its page can say so."""
    intake = Intake.objects.get(pk=key)
    try:
        read_intake(intake, by=by, at=now(), progress=Meter(intake))
    except NotNow:
        raise
    except Exception as error:
        end_reading(intake, {}, [f"{type(error).__name__}: {error}"], by=by, at=now())
        raise


@task
def publish_in_background(key: int, day: str, by: str) -> None:
    """Publish, then match with the new version."""
    intake = Intake.objects.get(pk=key)
    try:
        publish_intake(intake, by=by, at=now(), progress=Meter(intake))
    except (UnfitRows, OSError) as error:
        fail_publishing(intake, str(error), by=by, at=now())
        raise
    match_in_background.enqueue(key, day, by)


@task
def match_in_background(key: int, day: str, by: str) -> None:
    """Match the register that counts; `key` is the delivery that asked for it, 0 for none."""
    run = match_current_register(as_of=date.fromisoformat(day), by=by, at=now())
    if key and run is not None:
        note_run(Intake.objects.get(pk=key), run)
    found = current_run()
    if found is not None:
        counts_of(found)  # so that the push desk need not wait for it
        send_alerts(found, at=now())  # the night compares with this run: what it brought is told now
        after_run(found, at=now(), on=date.fromisoformat(day))


@task
def send_in_background(key: int, by: str) -> None:
    """Tell the firms of a confirmed list; begun again it goes on where it stopped."""
    send_push(PushList.objects.get(pk=key), by=by, at=now())
