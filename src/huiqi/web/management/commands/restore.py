"""`huiqi manage restore FOLDER`: put a backup back, once every checksum was found right."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiqi.holdings.backup import UnfitBackup, restore_backup


class Command(BaseCommand):
    help = "Put a backup back. Stop the site first. Nothing is changed where the backup is not whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--replace", action="store_true", help="in place of the data that is here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restore_backup(options["folder"], replace=options["replace"])
        except UnfitBackup as error:
            raise CommandError(str(error)) from None
        self.stdout.write("restored")
