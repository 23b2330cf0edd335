"""Entries in words: everybody sees the public fields, with names of people masked; the keeper sees all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q

from huiqi.base.bilingual import Bilingual
from huiqi.base.masks import masked_name
from huiqi.forms.kept import read_plain, said
from huiqi.forms.types import Field
from huiqi.holdings.current import library
from huiqi.registers.entries import exit_names, grade_named, key_of
from huiqi.registers.types import Access, Register
from huiqi.rolls.models import Entry
from huiqi.rolls.queries import standing_on

PEOPLE: Final = frozenset({"person", "expert", "individual", "founder", "graduate"})
"""Kinds of party or thing whose name is a person's."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is shown."""

    entry: Entry
    name: str
    grade: Bilingual | None
    cells: tuple[tuple[Bilingual, Bilingual], ...]  # label and words of the fields that are shown
    exit: Bilingual | None = None


def lists_people(register: Register) -> bool:
    return register.of in PEOPLE


def shown_fields(register: Register, *, to_all: bool) -> tuple[Field, ...]:
    """The fields of a list; the one that only repeats the name of the entry is left out."""
    return tuple(f for f in register.fields if (f.public or not to_all) and f.name != "entry_name")


def row_of(entry: Entry, register: Register, fields: Iterable[Field], *, to_all: bool) -> Row:
    grade = grade_named(register, getattr(entry, "grade_then", entry.grade))
    exits = exit_names(register)
    return Row(
        entry,
        masked_name(entry.name) if to_all and lists_people(register) else entry.name,
        grade.title if grade is not None else None,
        tuple((field.kind.label, words_of(entry, field, to_all=to_all)) for field in fields),
        exits.get(entry.exit, Bilingual(entry.exit, entry.exit)) if entry.exit else None,
    )


def words_of(entry: Entry, field: Field, *, to_all: bool) -> Bilingual:
    """A field of an entry in words; nothing for nothing."""
    kept = entry.fields.get(field.name)
    value = read_plain(kept, field.kind) if kept is not None else None
    if value is None:
        return Bilingual("", "")
    words = said(value, field.kind)
    return Bilingual(masked_name(words.zh), masked_name(words.en)) if to_all and field.masked else words


def public_registers(words: str = "", pack: str = "") -> list[Register]:
    """Registers that everybody may look into, in the order of their documents; `words` are of the title."""
    wanted = words.lower().split()
    return [
        register
        for slug, found in library().packs.items()
        for register in found.registers.values()
        if register.access is Access.PUBLIC
        and (not pack or slug == pack)
        and all(word in f"{register.title.zh} {register.title.en}".lower() for word in wanted)
    ]


def counts_on(day: date, registers: Iterable[Register]) -> Mapping[str, int]:
    """How many entries stand in each register on a day."""
    keys = [key_of(register) for register in registers]
    return counted(standing_on(day), keys)


def counted(which: Q, keys: Iterable[str]) -> Mapping[str, int]:
    found: Any = Entry.objects.filter(which, register__key__in=list(keys)).values_list("register__key")
    return dict(found.annotate(n=Count("pk")))
