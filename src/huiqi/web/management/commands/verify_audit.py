"""`huiqi manage verify_audit`: is the audit trail whole? Ends with 1 where it is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from huiqi.audit.models import Deed
from huiqi.audit.queries import broken_seals


class Command(BaseCommand):
    help = "Work the seals of the audit trail out again and tell every place where they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = list(broken_seals())
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            raise CommandError(f"the trail is broken in {len(problems)} places")
        self.stdout.write(f"{Deed.objects.count():,} deeds, all seals as written")
