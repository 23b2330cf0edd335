"""`huiqi manage clock`: begin the night's work once a day and deliver notices every few minutes. No cron needed."""

import logging
import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from huiqi.web.system.clock import strike

LOG = logging.getLogger(__name__)
SECONDS = 20.0


class Command(BaseCommand):
    help = "Begin what is due at a time of day; `huiqi serve` runs it beside the site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once and end, for a cron of your own")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(", ".join(strike(at=timezone.now())) or "nothing is due")
            return
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("the clock runs")
        self.stdout.flush()
        while not stop.wait(SECONDS):
            close_old_connections()
            try:
                strike(at=timezone.now())
            except (DatabaseError, OSError):
                LOG.exception("what was due could not be begun; it is tried again")
