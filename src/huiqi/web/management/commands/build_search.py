"""`huiqi manage build_search`: make the search index anew. The site does so by itself once packs change."""

from typing import Any

from django.core.management.base import BaseCommand

from huiqi.search.current import build


class Command(BaseCommand):
    help = "Make the search index anew from the packs and the imported texts."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{build()} documents, clauses and measures can be found")
