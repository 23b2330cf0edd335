"""Official texts that were imported: the words of each clause, by document.

    DATA/documents/qingdao-2012-46.json     what the parser made of the text

The project holds no official text; whoever runs the site imports what was published.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from huiqi.audit.actions import record_deed
from huiqi.documents.as_json import as_json
from huiqi.documents.types import Document
from huiqi.holdings.current import data_folder
from huiqi.packs.types import Library


@dataclass(frozen=True, slots=True)
class Cited:
    """A document that a text names, and the clauses that name it; none: outside of clauses."""

    title: str | None
    number: str | None
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialText:
    """The words of a document as issued."""

    title: str | None
    number: str | None
    issuer: str | None
    addressees: tuple[str, ...]
    clauses: Mapping[str, str] = field(default_factory=dict)  # by clause
    cites: tuple[Cited, ...] = ()


def texts_folder() -> Path:
    return data_folder() / "documents"


def text_of(slug: str) -> OfficialText | None:
    """The official words of a document; None where they were not imported."""
    path = texts_folder() / f"{slug}.json"
    try:
        return read_text(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=64)
def read_text(path: Path, changed: int) -> OfficialText:
    """The file as it was at `changed`, which is only there so that a new file is read anew."""
    said = json.loads(path.read_text("utf-8"))
    clauses = {clause["id"]: clause["text"] for clause in said["clauses"]}
    return OfficialText(
        title=said["title"],
        number=said["number"],
        issuer=said["issuer"],
        addressees=tuple(said["addressees"]),
        clauses=clauses,
        cites=tuple(citations_in(said)),
    )


def citations_in(said: Mapping[str, object]) -> Iterator[Cited]:
    """Every document cited, once, with the clauses that do."""
    where: dict[tuple[str | None, str | None], list[str]] = {}
    for cite in said["cites"]:  # type: ignore[attr-defined]
        where.setdefault((cite["title"], cite["number"]), [])
    for clause in said["clauses"]:  # type: ignore[attr-defined]
        for cite in clause["cites"]:
            where.setdefault((cite["title"], cite["number"]), []).append(clause["id"])
    for (title, number), clauses in where.items():
        yield Cited(title, number, tuple(dict.fromkeys(clauses)))


def imported() -> dict[str, str]:
    """The documents whose words are at hand, each with a mark that changes with the file."""
    return {path.stem: str(path.stat().st_mtime_ns) for path in sorted(texts_folder().glob("*.json"))}


def pack_of_text(document: Document, stem: str, library: Library) -> str | None:
    """Which pack a text belongs to: by its number, or by the name of its file."""
    by_number = {pack.number: slug for slug, pack in library.packs.items() if pack.number}
    if document.number in by_number:
        return by_number[document.number]
    return stem if stem in library.packs else None


@transaction.atomic
def keep_text(document: Document, *, slug: str, by: str, at: datetime) -> Path:
    """Keep the words of a document, in place of earlier ones; says so in the audit trail."""
    folder = texts_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{slug}.json"
    draft = path.with_suffix(".new")
    draft.write_text(as_json(document), "utf-8")
    detail = {"clauses": len(document.clauses), "number": document.number}
    record_deed("holdings.text.imported", f"document:{slug}", by=by, at=at, detail=detail)
    os.replace(draft, path)
    return path
