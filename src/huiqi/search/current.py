"""Keeps the index in step with packs and texts: made on first use, and again once they have changed."""

from dataclasses import dataclass
from datetime import date

from huiqi.holdings.current import library
from huiqi.holdings.texts import imported, text_of
from huiqi.packs.types import Library
from huiqi.search.actions import rebuild_index
from huiqi.search.entries import mark_of
from huiqi.search.models import Kind
from huiqi.search.queries import Asked, current_mark, search


@dataclass(slots=True)
class _Marked:
    """The mark of what this process has loaded, so that it is not worked out for every page."""

    library: Library | None = None
    texts: tuple[tuple[str, str], ...] = ()
    mark: str = ""


_MARKED = _Marked()


def mark_now() -> str:
    packs, texts = library(), tuple(imported().items())
    if _MARKED.library is not packs or _MARKED.texts != texts:
        _MARKED.mark = mark_of(packs, dict(texts))
        _MARKED.library, _MARKED.texts = packs, texts
    return _MARKED.mark


def bring_up_to_date() -> bool:
    """Make the index anew if packs or texts differ from what it was made from; whether it was."""
    if current_mark() == mark_now():
        return False
    build()
    return True


def build() -> int:
    """Make the index anew; how many entries it has."""
    texts = imported()
    official = {slug: text.clauses for slug in texts if (text := text_of(slug)) is not None}
    return rebuild_index(library(), official=official, texts=texts)


def keys_found(words: str, *, on: date) -> set[str]:
    """Keys of measures and slugs of documents in force on a day that have all the words; none that are near."""
    bring_up_to_date()
    found = search(Asked(words=words), day=on)
    if found.is_near:
        return set()
    keys = {Kind.MEASURE: "{0.pack}/{0.name}", Kind.POLICY: "{0.pack}"}
    return {keys[Kind(entry.kind)].format(entry) for entry in found.entries if entry.kind in keys}
