"""Making the index anew: whole, in one transaction, from what the packs say now."""

from collections.abc import Mapping

from django.db import transaction

from huiqi.packs.types import Library
from huiqi.search.entries import Findable, findables, mark_of
from huiqi.search.models import Entry, IndexState
from huiqi.search.word_index import put_words
from huiqi.search.words import stored_words

Official = Mapping[str, Mapping[str, str]]


@transaction.atomic
def rebuild_index(library: Library, *, official: Official, texts: Mapping[str, str]) -> int:
    """Write all entries and their words anew; how many there are.

    The index says nothing that packs and texts do not say, so that no deed is recorded.

    Args:
        official: the words of clauses by document and clause, where they were imported.
        texts: of each imported text, a mark that changes with it.
    """
    IndexState.objects.select_for_update().get_or_create(pk=1, defaults={"mark": "", "entries": 0})
    Entry.objects.all().delete()
    found = list(findables(library, official))
    rows = Entry.objects.bulk_create([row_of(f, n) for n, f in enumerate(found)], batch_size=200)
    put_words((row.pk, stored_words(all_text(f))) for row, f in zip(rows, found, strict=True))
    IndexState.objects.filter(pk=1).update(mark=mark_of(library, texts), entries=len(rows))
    return len(rows)


def all_text(found: Findable) -> str:
    return "\n".join((found.title.zh, found.title.en, found.body.zh, found.body.en))


def row_of(found: Findable, position: int) -> Entry:
    return Entry(
        kind=found.kind,
        pack=found.pack,
        name=found.name,
        position=position,
        title_zh=found.title.zh,
        title_en=found.title.en,
        body_zh=found.body.zh,
        body_en=found.body.en,
        level=found.level,
        region=found.region,
        audience=found.audience,
        award=found.award,
        matter=found.matter,
        clause=found.clause,
        departments="|".join(("", *found.departments, "")) if found.departments else "",
        first=found.first,
        last=found.last,
    )
