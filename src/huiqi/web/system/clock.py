"""What is due at a time of day: the night's work once a day, deliveries every few minutes. In place of cron."""

import logging
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.timezone import localtime

from huiqi.procedures.alerts import deliver_due
from huiqi.procedures.tell_desks import tell_desks
from huiqi.web.system.tasks import nightly_in_background

LOG = logging.getLogger(__name__)
DELIVER_SECONDS: Final = 300
LONGEST_DELIVERY_SECONDS: Final = 3600
NIGHT_IS_KNOWN_SECONDS: Final = 3 * 86400


def strike(*, at: datetime) -> list[str]:
    """Do what is due; what was begun. However many clocks there are, each thing is begun once.

    A site whose day stands still (`HUIQI_DAY`) has no nights.
    """
    begun = []
    if not settings.HUIQI_DAY and localtime(at).hour >= settings.HUIQI_NIGHT_HOUR and enqueue_night(at):
        begun.append("nightly")
    turn = int(at.timestamp()) // DELIVER_SECONDS
    if cache.add(f"clock:deliver:{turn}", True, 2 * DELIVER_SECONDS) and deliver(at):
        begun.append("deliver")
    return begun


@transaction.atomic
def enqueue_night(at: datetime) -> bool:
    """The night is taken and its work queued in one transaction: a kill in between loses neither."""
    day = localtime(at).date().isoformat()
    if not cache.add(f"clock:night:{day}", True, NIGHT_IS_KNOWN_SECONDS):
        return False
    nightly_in_background.enqueue(day, "system")
    LOG.info("the work of the night is queued")
    return True


def deliver(at: datetime) -> bool:
    """Send what is due, unless another clock is still at it."""
    if not cache.add("clock:delivering", True, LONGEST_DELIVERY_SECONDS):
        return False
    try:
        sent, failed = deliver_due(at=at)
        desks = tell_desks(at=at)
    finally:
        cache.delete("clock:delivering")
    if desks.events or desks.failed:
        LOG.info("%d steps of cases were told to desks, %d webhooks failed", desks.events, desks.failed)
    if sent or failed:
        LOG.info("%d notices went out, %d did not", sent, failed)
    return True
