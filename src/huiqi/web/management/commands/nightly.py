"""`huiqi manage nightly`: match the register with the rules of the new day, and send the alerts. For cron."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from huiqi.procedures.nightly import nightly
from huiqi.web.shared.day import today
from huiqi.web.system.tasks import nightly_in_background


class Command(BaseCommand):
    help = "Match the register with the rules of the day, bring the search index up to date, send alerts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="another day than today")
        parser.add_argument("--background", action="store_true", help="leave it to `huiqi manage db_worker`")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["day"] or today()
        if options["background"]:
            nightly_in_background.enqueue(day.isoformat(), "system")
            self.stdout.write(f"the work of {day} waits for a worker")
            return
        night = nightly(day=day, at=timezone.now())
        if night.run is None:
            self.stdout.write("there is no register yet: nothing was matched")
        else:
            told = night.alerted.notices if night.alerted else 0
            self.stdout.write(f"run {night.run}: {told} notices")
