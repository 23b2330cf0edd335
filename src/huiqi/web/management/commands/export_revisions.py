"""`huiqi manage export_revisions DIR --on DATE`: published rules as files of packs."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from huiqi.revisions.export import files_to_commit, write


class Command(BaseCommand):
    help = "Write the published rules that the repository lacks into a folder of packs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder of packs, or an empty one")
        parser.add_argument(
            "--on", type=date.fromisoformat, default=date.max, metavar="DATE",
            help="leave out what holds from a later day; all by default",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        for path in write(files_to_commit(on=options["on"]), options["folder"]):
            self.stdout.write(str(path))
