"""Every night: entries whose term is over lapse, those whose exit rule holds leave, parties are reminded before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from huiqi.base.bilingual import Bilingual
from huiqi.base.periods import Duration, Unit
from huiqi.cases.types import FollowUpKind
from huiqi.dossiers.queries import file_of
from huiqi.holdings.current import library
from huiqi.notices.actions import News, give_notice
from huiqi.notices.types import Kind
from huiqi.procedures.keep_roll import entry_case_of, known_of, register_of, tell, values_of
from huiqi.registers.entries import exit_that_holds
from huiqi.registers.types import Register
from huiqi.rolls.actions import lapse_due, leave
from huiqi.rolls.models import Entry
from huiqi.rolls.queries import entries_ending, entries_in

REMINDED: Final = (Duration(60, Unit.DAYS), Duration(30, Unit.DAYS), Duration(7, Unit.DAYS))
"""How long before the end of a term a party is reminded, where the entry's case type does not say."""
LONGEST: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What a night came to, in entries."""

    lapsed: int
    left: int
    reminded: int


def lapse_entries(*, on: date, at: datetime, by: str = "system") -> Lapsed:
    """Run again on the same day it does nothing twice."""
    lapsed = 0
    while found := lapse_some(on=on, at=at, by=by):
        lapsed += found
    return Lapsed(lapsed, leave_by_rule(on=on, at=at, by=by), remind(on=on, at=at, by=by))


@transaction.atomic
def lapse_some(*, on: date, at: datetime, by: str) -> int:
    """A portion of what ran out, each party told in the same transaction."""
    found = lapse_due(on=on, at=at, by=by)
    for entry in found:
        register = register_of(entry)
        if register is not None:
            tell(entry, register, by=by, at=at, on=on)
    return len(found)


def leave_by_rule(*, on: date, at: datetime, by: str) -> int:
    """Entries of registers with a rule of exit that holds."""
    left = 0
    for register in with_exit_rules():
        for entry in list(entries_in(register, on=on)):
            left += leaves(entry, register, on=on, at=at, by=by)
    return left


def with_exit_rules() -> Iterator[Register]:
    for pack in library().packs.values():
        for register in pack.registers.values():
            if any(exit.when is not None for exit in register.exits):
                yield register


@transaction.atomic
def leaves(entry: Entry, register: Register, *, on: date, at: datetime, by: str) -> bool:
    dossier = file_of(entry.party, on=on) if entry.party else None
    fields = values_of(entry, register)
    _, facts = known_of(register, dossier=dossier, fields=fields, grade=entry.grade, entry=entry, on=on)
    exit = exit_that_holds(register, facts)
    if exit is None or exit.when is None:
        return False
    left = leave(entry, register, exit.id, reason=exit.when.text, by=by, at=at, on=on)
    tell(left, register, by=by, at=at, on=on)
    return True


def remind(*, on: date, at: datetime, by: str) -> int:
    """Tell each party whose entry ends soon, once for each of the days before the end."""
    told = 0
    for entry in list(entries_ending(first=on, last=on + LONGEST).exclude(party="")):
        register = register_of(entry)
        if register is None or entry.ends_on is None:
            continue
        reached = [length for length in reminders_of(register) if is_reached(length, entry.ends_on, on=on)]
        if reached:
            news = reminder(
                entry, register, min(reached, key=lambda length: length.last_day(on) or on), on=on
            )
            told += give_notice(entry.party, news, by=by, at=at) is not None
    return told


def reminders_of(register: Register) -> tuple[Duration, ...]:
    """As the case type that leads in declares it."""
    case_type = entry_case_of(register)
    follow_ups = case_type.follow_ups if case_type is not None else ()
    return tuple(f.after for f in follow_ups if f.kind is FollowUpKind.REMINDER) or REMINDED


def is_reached(length: Duration, end: date, *, on: date) -> bool:
    """Is a day no further from the end than this?"""
    last = length.last_day(on)
    return last is not None and last >= end


def reminder(entry: Entry, register: Register, length: Duration, *, on: date) -> News:
    zh, en = register.title.zh, register.title.en
    end = entry.ends_on or on
    day_zh, day_en = f"{end.year}年{end.month}月{end.day}日", f"{end.day} {end:%B %Y}"
    return News(
        about=f"entry:{entry.pk}",
        kind=Kind.REMINDER,
        title=Bilingual(f"“{zh}”将于{day_zh}到期", f"“{en}” ends on {day_en}"),
        day=on,
        origin=f"entry:{entry.pk}:{end}:{length.n}{length.unit}",
        body=Bilingual("到期前请按名录要求申请复核", "ask for its review before the term is over"),
    )
