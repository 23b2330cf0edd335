"""`huiqi manage import_text FILE…`: read official texts, so that pages show their words beside the rules."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from huiqi.documents.extract.read import extract_file
from huiqi.documents.parse import parse
from huiqi.holdings.current import library
from huiqi.holdings.texts import keep_text, pack_of_text
from huiqi.search.current import build


class Command(BaseCommand):
    help = "Read official texts (txt, md, html, docx, pdf) and keep them in the data folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--pack", default="", help="The pack it belongs to, for a single file.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["pack"] and (len(options["files"]) > 1 or options["pack"] not in library().packs):
            raise CommandError("--pack names the pack of a single file")
        for file in options["files"]:
            self.take_in(file, options["pack"])
        self.stdout.write(f"{build()} documents, clauses and measures can be found")

    def take_in(self, file: Path, named: str) -> None:
        extraction = extract_file(file)
        if extraction.extracted is None:
            raise CommandError("; ".join(map(str, extraction.problems)))
        document = parse(extraction.extracted.text)
        slug = named or pack_of_text(document, file.stem, library())
        if slug is None:
            raise CommandError(f"{file}: no pack has the number {document.number}; say which with --pack")
        keep_text(document, slug=slug, by="system", at=timezone.localtime())
        known = library().packs[slug].clauses
        missing = [name for name in known if name not in {clause.id for clause in document.clauses}]
        self.stdout.write(
            f"{slug}: {len(document.clauses)} clauses" + (f", not found: {missing}" if missing else "")
        )
