"""All reads of entries: of a party, of a register, what ends soon, and what entries make known."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from huiqi.matching.plan import own_names
from huiqi.measures.expressions import Value
from huiqi.packs.types import Library
from huiqi.registers.entries import key_of, made_known
from huiqi.registers.types import Access, Register
from huiqi.rolls.models import Entry, EntryEvent
from huiqi.rolls.types import MadeKnown


def standing_on(day: date) -> Q:
    """Entries that stand on a day: entered, not left, and in their term, whether or not they were taken out yet."""
    in_term = Q(ends_on=None) | Q(ends_on__gte=day)
    own = Q(entered_on__lte=day) & (Q(left_on=None) | Q(left_on__gt=day)) & in_term
    parent = Q(parent=None) | Q(parent__ends_on=None) | Q(parent__ends_on__gte=day)
    return own & parent


def register_named(library: Library, key: str) -> Register | None:
    """A register by its full name ``pack/id``."""
    slug, _, name = key.rpartition("/")
    pack = library.packs.get(slug)
    return pack.registers.get(name) if pack is not None else None


def entries_in(register: Register, *, on: date) -> QuerySet[Entry]:
    """What stands in a register on a day, by name."""
    return Entry.objects.filter(standing_on(on), register__key=key_of(register)).order_by("name", "pk")


def all_entries_in(register: Register) -> QuerySet[Entry]:
    """Everything that ever stood in it, newest first."""
    return Entry.objects.filter(register__key=key_of(register)).order_by("-entered_on", "-pk")


def entries_of(party: str, *, on: date | None = None) -> QuerySet[Entry]:
    """The entries of a party: those that stand on a day, or all it ever had, newest first."""
    found = Entry.objects.filter(party=party) if party else Entry.objects.none()
    return (found.filter(standing_on(on)) if on is not None else found).order_by("-entered_on", "-pk")


def entry_of(register: Register, party: str, *, on: date) -> Entry | None:
    """The entry of a party in a register on a day; of a register of people or things its newest."""
    return entries_of(party, on=on).filter(register__key=key_of(register)).first()


def entry_of_case(case: str) -> Entry | None:
    """The entry that a case led to, left ones included."""
    return Entry.objects.filter(case=case).order_by("-pk").first() if case else None


def public_entries(register: Register, *, on: date, words: str = "") -> QuerySet[Entry]:
    """What everybody may see of a register on a day; nothing where it is not public. `words` are of the name."""
    if register.access is not Access.PUBLIC:
        return Entry.objects.none()
    found = entries_in(register, on=on)
    return found.filter(name__icontains=words) if words else found


def entries_ending(*, register: str = "", first: date, last: date) -> QuerySet[Entry]:
    """Entries whose term ends between two days, both included, the soonest first."""
    found = Entry.objects.filter(left_on=None, ends_on__gte=first, ends_on__lte=last)
    return (found.filter(register__key=register) if register else found).order_by("ends_on", "pk")


def reviews_overdue(register: Register, *, on: date) -> QuerySet[Entry]:
    """Entries that should have been reviewed before a day, the longest overdue first."""
    return entries_in(register, on=on).filter(review_due__lt=on).order_by("review_due", "pk")


def events_of(entry: Entry) -> QuerySet[EntryEvent]:
    return entry.events.order_by("pk")


def with_grade_then(entries: QuerySet[Entry], day: date) -> QuerySet[Any]:
    """The entries with `grade_then`, the grade each had on a day: a later change does not reach back."""
    events = EntryEvent.objects.filter(entry=OuterRef("pk"), on__lte=day).order_by("-on", "-pk")
    return entries.annotate(grade_then=Coalesce(Subquery(events.values("grade")[:1]), "grade"))


def known_by_entries(
    library: Library, *, on: date, parties: Collection[str] | None = None
) -> dict[str, dict[str, MadeKnown]]:
    """By party, by column of the register of enterprises: what entries make known on a day. None: of everybody.

    Where two make different values known the one entered last counts.
    """
    rulebooks = library.rulebooks()
    columns: dict[str, Mapping[str, str]] = {}
    telling = {
        key_of(register): register
        for pack in library.packs.values()
        for register in pack.registers.values()
        if register.makes_known
    }
    entries = Entry.objects.filter(standing_on(on), register__key__in=telling).exclude(party="")
    if parties is not None:
        entries = entries.filter(party__in=parties)
    rows = with_grade_then(entries, on).order_by("entered_on", "pk")
    found: dict[str, dict[str, MadeKnown]] = {}
    for party, key, grade, since, entry in rows.values_list(
        "party", "register_id", "grade_then", "entered_on", "pk"
    ):
        register = telling[key]
        if register.pack not in columns:
            columns[register.pack] = own_names(rulebooks, register.pack)
        for made in made_known(register, grade):
            column = columns[register.pack].get(made.fact, made.fact)
            known = MadeKnown(made.value, key, register.title, since, entry)
            found.setdefault(party, {})[column] = known
    return found


def facts_made_known(library: Library, party: str, *, on: date) -> dict[str, Value]:
    """The same of one party, as plain values."""
    found = known_by_entries(library, on=on, parties=[party] if party else [])
    return {column: made.value for column, made in found.get(party, {}).items()}
