"""All writes on entries of registers: enter, amend, change of grade, review, leave, lapse."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from huiqi.audit.actions import record_deed
from huiqi.base.bilingual import Bilingual
from huiqi.forms.kept import plain
from huiqi.measures.expressions import Value
from huiqi.registers.entries import (
    LAPSED,
    PARENT_LEFT,
    exit_names,
    grade_named,
    key_of,
    last_day,
    lists_parties,
    name_of,
    review_due,
)
from huiqi.registers.types import Register
from huiqi.rolls.models import Entry, EntryEvent, EventKind, Roll
from huiqi.rolls.types import EntryRefused

STANDS_ALREADY = Bilingual("已在名录中", "it stands in the register already")
LEFT_ALREADY = Bilingual("已经移出，不能再变更", "it has left already and cannot be changed")
NO_REASON = Bilingual("请写明理由", "please give a reason")
WRONG_PARENT = Bilingual("所属载体不在相应名录中", "the place it belongs to does not stand in its register")


@transaction.atomic
def enter(
    register: Register,
    *,
    party: str,
    name: str,
    region: str,
    fields: Mapping[str, Value],
    grade: str = "",
    case: str = "",
    parent: Entry | None = None,
    by: str,
    at: datetime,
    on: date,
    synthetic: bool = False,
) -> Entry:
    """Enter somebody or something. Whether the rules of entry hold is for the caller (`registers.entries`).

    Args:
        party: credit code; of a register of people or things whose it is, or empty.
        name: of the party; a person or thing is called what its fields say, if they say it.
        fields: by name; what is not a field of the register is left out.
        grade: empty in a register without grades.

    Raises EntryRefused: it stands already, the register is full, there is no such grade or parent.
    """
    roll = locked(register)
    called = name_of(register, fields, otherwise=name.strip())[:200]
    problems = against_entry(register, roll, called, grade=grade, parent=parent)
    if problems:
        raise EntryRefused(problems)
    names = {field.name for field in register.fields}
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                register=roll,
                is_party=lists_parties(register),
                party=party,
                name=called,
                region=region,
                fields={key: plain(value) for key, value in fields.items() if key in names},
                grade=grade,
                parent=parent,
                case=case,
                entered_on=on,
                entered_by=by,
                entered_at=at,
                ends_on=last_day(register, grade, since=on),
                review_due=review_due(register, on),
                synthetic=synthetic,
            )
    except IntegrityError as refused:
        raise EntryRefused({"party": STANDS_ALREADY}) from refused
    write_down(EventKind.ENTERED, entry, by=by, at=at, on=on, case=case)
    return entry


def against_entry(
    register: Register, roll: Roll, called: str, *, grade: str, parent: Entry | None
) -> dict[str, Bilingual]:
    """What speaks against an entry besides the rules of the register, by field."""
    problems: dict[str, Bilingual] = {}
    if grade and grade_named(register, grade) is None:
        problems["grade"] = Bilingual(f"没有“{grade}”这一等级", f"there is no grade {grade!r}")
    if roll.capacity is not None and roll.standing >= roll.capacity:
        zh, en = f"名录已满（限{roll.capacity}个）", f"the register is full ({roll.capacity} at most)"
        problems["capacity"] = Bilingual(zh, en)
    if not called:
        problems["name"] = Bilingual("请填写名称", "please fill in the name")
    if parent is not None and not is_parent(parent, register):
        problems["parent"] = WRONG_PARENT
    return problems


def locked(register: Register) -> Roll:
    """The row of a register, held until the transaction ends. A capacity that was lowered lets nobody else in."""
    Roll.objects.get_or_create(key=key_of(register), defaults={"capacity": register.capacity})
    roll = Roll.objects.select_for_update().get(key=key_of(register))
    capacity = None if register.capacity is None else max(register.capacity, roll.standing)
    if roll.capacity != capacity:
        roll.capacity = capacity
        roll.save(update_fields=["capacity"])
    return roll


def is_parent(parent: Entry, register: Register) -> bool:
    wanted = register.parent and (
        register.parent if "/" in register.parent else f"{register.pack}/{register.parent}"
    )
    return parent.register_id == wanted and parent.left_on is None


@transaction.atomic
def change_grade(
    entry: Entry,
    register: Register,
    grade: str,
    *,
    reason: str,
    case: str = "",
    by: str,
    at: datetime,
    on: date,
) -> Entry:
    """Give an entry another grade; a grade with a term of its own begins a term. Raises EntryRefused."""
    row = held(entry)
    found, was = grade_named(register, grade), grade_named(register, row.grade)
    if found is None:
        raise EntryRefused({"grade": Bilingual(f"没有“{grade}”这一等级", f"there is no grade {grade!r}")})
    if grade == row.grade:
        raise EntryRefused({"grade": Bilingual("等级没有变化", "this is its grade already")})
    if not reason.strip() and not case:
        raise EntryRefused({"reason": NO_REASON})
    row.grade = grade
    if found.term is not None or (was is not None and was.term is not None):
        row.ends_on = last_day(register, grade, since=on)
    row.save(update_fields=["grade", "ends_on"])
    write_down(
        EventKind.REGRADED, row, by=by, at=at, on=on, case=case, reason=reason,
        detail={"was": was.id if was is not None else ""},
    )  # fmt: skip
    return row


@transaction.atomic
def amend(
    entry: Entry,
    register: Register,
    fields: Mapping[str, Value | None],
    *,
    reason: str,
    by: str,
    at: datetime,
    on: date,
) -> Entry:
    """Change what an entry says; None takes a field away. Raises EntryRefused."""
    row = held(entry)
    changed = put(row, register, fields)
    if changed:
        row.save(update_fields=["fields"])
        write_down(EventKind.AMENDED, row, by=by, at=at, on=on, reason=reason, detail=changed)
    return row


def put(row: Entry, register: Register, fields: Mapping[str, Value | None]) -> dict[str, Any]:
    """Set fields of a row; what they were, of those that changed."""
    names = {field.name for field in register.fields}
    wanted = {n: None if v is None else plain(v) for n, v in fields.items() if n in names}
    changed = {n: row.fields.get(n) for n, v in wanted.items() if row.fields.get(n) != v}
    row.fields = {n: v for n, v in {**row.fields, **wanted}.items() if v is not None}
    return changed


@transaction.atomic
def review(
    entry: Entry,
    register: Register,
    *,
    fields: Mapping[str, Value | None] | None = None,
    reason: str = "",
    by: str,
    at: datetime,
    on: date,
) -> Entry:
    """A review that was passed: the term begins anew, the next review is counted from here.

    One that was not passed is a `leave` or a `change_grade`. Raises EntryRefused.
    """
    row = held(entry)
    changed = put(row, register, fields or {})
    row.reviewed_on = on
    row.ends_on = last_day(register, row.grade, since=on)
    row.review_due = review_due(register, on)
    row.save(update_fields=["fields", "reviewed_on", "ends_on", "review_due"])
    write_down(EventKind.REVIEWED, row, by=by, at=at, on=on, reason=reason, detail=changed)
    return row


@transaction.atomic
def leave(
    entry: Entry,
    register: Register,
    exit: str,
    *,
    reason: str = "",
    case: str = "",
    by: str,
    at: datetime,
    on: date,
) -> Entry:
    """Take an entry out for a reason the register declares; what belongs to it leaves with it. Raises EntryRefused."""
    row = held(entry)
    if exit not in exit_names(register):
        raise EntryRefused({"exit": Bilingual("请选择移出原因", "choose why it leaves")})
    take_out([row], exit=exit, reason=reason.strip()[:500], case=case, by=by, at=at, on=on)
    return row


@transaction.atomic
def lapse_due(*, on: date, by: str = "system", at: datetime, most: int = 5_000) -> list[Entry]:
    """Take out every entry whose term is over, with what belongs to it; those that lapsed themselves.

    An entry stands on the last day of its term and is out from the day after, whenever this is run.
    """
    rows = Entry.objects.select_for_update().filter(left_on=None, ends_on__lt=on).order_by("pk")[:most]
    found = list(rows)
    for day in sorted({row.ends_on for row in found if row.ends_on is not None}):
        ended = [row for row in found if row.ends_on == day and row.left_on is None]
        take_out(ended, exit=LAPSED, reason="", case="", by=by, at=at, on=day + timedelta(days=1))
    return found


def take_out(
    rows: Iterable[Entry], *, exit: str, reason: str, case: str, by: str, at: datetime, on: date
) -> None:
    """Entries that are held, and what belongs to them: out, with an event each and one deed for all."""
    waiting, out = [(row, exit) for row in rows], list[Entry]()
    while waiting:
        row, why = waiting.pop()
        if row.left_on is not None:
            continue
        row.left_on, row.exit, row.exit_reason = max(on, row.entered_on), why, reason
        out.append(row)
        children = Entry.objects.select_for_update().filter(parent=row, left_on=None)
        waiting += [(child, PARENT_LEFT) for child in children if child.pk not in {o.pk for o in out}]
    Entry.objects.bulk_update(out, ["left_on", "exit", "exit_reason"], batch_size=500)
    EntryEvent.objects.bulk_create(
        EntryEvent(
            entry=row, kind=EventKind.LEFT, on=on, at=at, by=by, grade=row.grade, ends_on=row.ends_on, case=case,
            reason=reason, detail={"exit": row.exit},
        )
        for row in out
    )  # fmt: skip
    if out:
        detail = {"exit": exit, "case": case, "entries": len(out), "first": out[0].pk, "last": out[-1].pk}
        about = f"entry:{out[0].pk}" if len(out) == 1 else "entries"
        record_deed("rolls.entry.left", about, by=by, at=at, detail=detail)


def held(entry: Entry) -> Entry:
    """The row as it is now, locked. Raises EntryRefused where it has left."""
    row = Entry.objects.select_for_update().get(pk=entry.pk)
    if row.left_on is not None:
        raise EntryRefused({"entry": LEFT_ALREADY})
    return row


def write_down(
    kind: EventKind,
    entry: Entry,
    *,
    by: str,
    at: datetime,
    on: date,
    case: str = "",
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """The event and its deed."""
    EntryEvent.objects.create(
        entry=entry, kind=kind, on=on, at=at, by=by, grade=entry.grade, ends_on=entry.ends_on, case=case,
        reason=reason.strip()[:500], detail=dict(detail or {}),
    )  # fmt: skip
    said = {"register": entry.register_id, "grade": entry.grade, "case": case}
    record_deed(f"rolls.entry.{kind}", f"entry:{entry.pk}", by=by, at=at, detail=said)


@transaction.atomic
def note_export(register: Register, count: int, which: str, *, by: str, at: datetime) -> None:
    """Entries were taken out as a file by who keeps them."""
    detail = {"entries": count, "which": which}
    record_deed("rolls.entries.exported", f"register:{key_of(register)}", by=by, at=at, detail=detail)
