"""`huiqi manage backup FOLDER`: database, registers, runs, evidence and uploads, with checksums."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from huiqi.holdings.backup import UnfitBackup, make_backup


class Command(BaseCommand):
    help = "Write a backup of everything the site keeps to a new folder, while the site goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = make_backup(options["folder"], at=timezone.now())
        except (FileExistsError, UnfitBackup) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{len(manifest['files'])} files in {options['folder']}")
