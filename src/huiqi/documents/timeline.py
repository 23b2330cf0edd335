"""Which documents hold on a day, as far as they themselves and what supersedes them say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from huiqi.base.problem import Problem

Reason = Literal["in force", "not yet", "expired", "repealed", "superseded", "no day known"]


@dataclass(frozen=True, slots=True)
class DocumentDates:
    """What a document, its pack or a catalogue declares of its time in force. Last days are included."""

    slug: str
    number: str | None = None
    title: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    repealed: date | None = None  # the first day on which it no longer holds
    supersedes: tuple[str, ...] = ()  # slugs or numbers of the documents that it replaces as a whole


@dataclass(frozen=True, slots=True)
class Holding:
    """Whether a document holds on a day, and why; `by` names the document that superseded it."""

    document: DocumentDates
    holds: bool
    why: Reason
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included, in which the same documents hold; None: without an end."""

    start: date
    end: date | None
    slugs: tuple[str, ...]


def holds_on(documents: Sequence[DocumentDates], day: date) -> tuple[Holding, ...]:
    """Each document with whether it holds on the day. A superseded document ends when its successor begins."""
    successors = _successors(documents)
    return tuple(_holding(document, successors.get(document.slug, ()), day) for document in documents)


def periods(documents: Sequence[DocumentDates]) -> tuple[Period, ...]:
    """All stretches of time in which something holds, in order."""
    days = sorted(_turning_days(documents))
    ends: list[date | None] = [day - timedelta(days=1) for day in days[1:]]
    found = [
        Period(start, end, tuple(each.document.slug for each in holds_on(documents, start) if each.holds))
        for start, end in zip(days, [*ends, None], strict=True)
    ]
    return tuple(period for period in found if period.slugs)


def declared_dates(entry: Mapping[str, Any], *, where: str) -> tuple[DocumentDates | None, list[Problem]]:
    """Dates from the mapping of a pack.yaml or of a list of documents.

    Reads `in_force: {from, until}` or `effective_from`, `effective_to`; `repealed`; `supersedes: [slug or number]`
    and `precedence: [{over, rule: replaces}]`.
    """
    slug = entry.get("id") or entry.get("slug") or entry.get("number")
    if not isinstance(slug, str):
        return None, [Problem(where, "a document needs an id, a slug or a number")]
    in_force = entry.get("in_force") or {}
    days = {
        "effective_from": in_force.get("from", entry.get("effective_from")) or entry.get("signed"),
        "effective_to": in_force.get("until", entry.get("effective_to")),
        "repealed": entry.get("repealed"),
    }
    problems = [
        Problem(f"{where}:{name}", f"{value!r} is not a day (YYYY-MM-DD)")
        for name, value in days.items()
        if value is not None and not isinstance(value, date)
    ]
    if problems:
        return None, problems
    replaced = [each["over"] for each in entry.get("precedence") or [] if each.get("rule") == "replaces"]
    title = entry.get("title")
    return DocumentDates(
        slug=slug,
        number=entry.get("number"),
        title=title.get("zh") if isinstance(title, Mapping) else title,
        supersedes=(*entry.get("supersedes", ()), *replaced),
        **days,
    ), []


def _successors(documents: Iterable[DocumentDates]) -> dict[str, tuple[DocumentDates, ...]]:
    """For each slug the documents that replace it."""
    documents = tuple(documents)
    return {
        document.slug: tuple(
            other
            for other in documents
            if other is not document and {document.slug, document.number} & set(other.supersedes)
        )
        for document in documents
    }


def _holding(document: DocumentDates, successors: Sequence[DocumentDates], day: date) -> Holding:
    if document.effective_from is None:
        return Holding(document, False, "no day known")
    if day < document.effective_from:
        return Holding(document, False, "not yet")
    if document.repealed is not None and day >= document.repealed:
        return Holding(document, False, "repealed")
    for other in successors:
        if other.effective_from is not None and day >= other.effective_from:
            return Holding(document, False, "superseded", other.slug)
    if document.effective_to is not None and day > document.effective_to:
        return Holding(document, False, "expired")
    return Holding(document, True, "in force")


def _turning_days(documents: Iterable[DocumentDates]) -> set[date]:
    days: set[date] = set()
    for document in documents:
        days.update(filter(None, (document.effective_from, document.repealed)))
        if document.effective_to is not None and document.effective_to < date.max:
            days.add(document.effective_to + timedelta(days=1))
    return days
