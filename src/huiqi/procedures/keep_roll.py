"""A keeper enters, grades, reviews and takes out; the party is told, and its file knows of it at once.

A register that a case leads into is entered by that case alone; whoever entered by one is graded and taken out by
one, where the case type can.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import transaction

from huiqi.access.actor import Actor
from huiqi.access.permissions import Permission
from huiqi.base.bilingual import Bilingual
from huiqi.cases.replies import unfit
from huiqi.cases.types import CaseType, Effect
from huiqi.documents.authorities import stands_among
from huiqi.dossiers.queries import file_of, rules_on
from huiqi.dossiers.types import Dossier
from huiqi.forms.kept import read_plain
from huiqi.forms.types import Field
from huiqi.holdings.current import library
from huiqi.matching.answers import read_reply
from huiqi.measures.derive import Facts
from huiqi.measures.expressions import Domain, Value
from huiqi.notices.actions import News, give_notice
from huiqi.notices.types import Kind
from huiqi.registers.entries import (
    Known,
    entry_problems,
    exit_names,
    facts_of,
    grade_named,
    grade_problems,
    key_of,
    lists_parties,
    name_field,
    name_of,
    open_questions,
)
from huiqi.registers.types import Register
from huiqi.registry.codes import Code, read_code
from huiqi.rolls import actions
from huiqi.rolls.models import Entry
from huiqi.rolls.queries import register_named
from huiqi.rolls.types import EntryRefused

BY_CASE: Final = Bilingual(
    "须由认定事项办理，不能直接登记", "this goes by its case and cannot be entered directly"
)
NO_CODE: Final = Bilingual("统一社会信用代码有误", "this is not a credit code")
NOT_HERE: Final = Bilingual("所属载体不在本名录的上级名录中", "there is no such entry in the register above")


@dataclass(frozen=True, slots=True)
class Written:
    """What a keeper wrote into the form."""

    party: str = ""
    name: str = ""
    grade: str = ""
    parent: str = ""  # number of an entry
    replies: Mapping[str, str] = field(default_factory=dict)


def keeps(actor: Actor, register: Register) -> bool:
    """Is a register an actor's to keep: by permission, authority and place?"""
    region = library().packs[register.pack].region
    near = region.startswith(actor.region) or actor.region.startswith(region)
    return actor.may(Permission.ROLL_KEEP) and near and stands_among(actor.authority, register.keeper)


def registers_kept_by(actor: Actor) -> list[Register]:
    every = (register for pack in library().packs.values() for register in pack.registers.values())
    return [register for register in every if keeps(actor, register)]


def entry_case_of(register: Register) -> CaseType | None:
    """The case type that leads into a register."""
    if register.entry_case is None:
        return None
    slug, _, name = register.entry_case.rpartition("/")
    return library().packs[slug or register.pack].cases.get(name)


def goes_by_case(register: Register, entry: Entry, effect: Effect) -> bool:
    """Is a change of this entry left to the case that led it in?"""
    case_type = entry_case_of(register)
    if not entry.case or case_type is None:
        return False
    return any(effect in step.effects for step in case_type.steps.values())


def known_of(
    register: Register,
    *,
    dossier: Dossier | None,
    fields: Mapping[str, Value],
    grade: str = "",
    entry: Entry | None = None,
    on: date,
) -> tuple[Known, Facts]:
    """What the rules of a register see of a party and its entry."""
    party = rules_on(on).facts_for(register.pack, dossier.party.stated) if dossier is not None else {}
    known = Known(
        party,
        fields,
        entered_on=entry.entered_on if entry is not None else None,
        reviewed_on=entry.reviewed_on if entry is not None else None,
        grade=grade,
    )
    rulebook = library().packs[register.pack].rulebook
    return known, facts_of(register, known, rulebook=rulebook, on=on)


def from_file(register: Register, dossier: Dossier | None, *, on: date) -> dict[str, Value]:
    """The fields of a register that the firm's file knows; they are not typed again."""
    _, facts = known_of(register, dossier=dossier, fields={}, on=on)
    found = {f.name: facts.of(f.name) for f in register.fields if f.is_fact}
    known = {n: value for n, value in found.items() if value is not None and not isinstance(value, Domain)}
    named = name_field(register)
    if named is not None and lists_parties(register) and dossier is not None and dossier.party.name:
        known.setdefault(named.name, dossier.party.name)
    return known


def read_fields(
    fields: tuple[Field, ...], replies: Mapping[str, str]
) -> tuple[dict[str, Value | None], dict[str, Bilingual]]:
    """What was typed, by field (None: cleared), and every problem at once."""
    values: dict[str, Value | None] = {}
    problems: dict[str, Bilingual] = {}
    for asked in fields:
        text = replies.get(asked.name)
        if text is None:
            continue
        if not text.strip():
            values[asked.name] = None
            continue
        value, problem = None, unfit(text.strip(), asked.kind)
        if problem is None:
            value, problem = read_reply(text, asked.kind)
        if problem is not None:
            problems[asked.name] = problem
        else:
            values[asked.name] = value
    return values, problems


def values_of(entry: Entry, register: Register) -> dict[str, Value]:
    """What an entry says; what its field cannot take any more is left out."""
    found = {
        f.name: read_plain(entry.fields[f.name], f.kind) for f in register.fields if f.name in entry.fields
    }
    return {name: value for name, value in found.items() if value is not None}


@transaction.atomic
def enter_directly(register: Register, written: Written, *, by: Actor, on: date, at: datetime) -> Entry:
    """Enter what a keeper wrote. Raises EntryRefused with every problem by field."""
    if register.entry_case is not None:
        raise EntryRefused({"entry_case": BY_CASE})
    problems: dict[str, Bilingual] = {}
    party = written.party.strip()
    code = read_code(party, where="party") if party else None
    if party and not isinstance(code, Code):
        problems["party"] = NO_CODE
    party = code.text if isinstance(code, Code) else ""
    dossier = file_of(party, on=on) if party else None
    typed, wrong = read_fields(register.fields, written.replies)
    problems |= wrong
    fields = from_file(register, dossier, on=on) | {n: v for n, v in typed.items() if v is not None}
    known, facts = known_of(register, dossier=dossier, fields=fields, grade=written.grade, on=on)
    problems = entry_problems(register, known, facts) | problems
    parent = parent_named(written.parent, register)
    if register.parent is not None and parent is None:
        problems["parent"] = NOT_HERE
    name = written.name.strip() or (dossier.party.name or "" if dossier is not None else "")
    if not name_of(register, fields, otherwise=name):
        problems["name"] = Bilingual("请填写名称", "please fill in the name")
    if problems:
        raise EntryRefused(problems)
    place = code.region if isinstance(code, Code) else by.region.ljust(6, "0")
    region = dossier.party.region if dossier is not None else place
    entry = actions.enter(
        register, party=party, name=name, region=region, fields=fields, grade=written.grade, parent=parent,
        by=by.name, at=at, on=on,
    )  # fmt: skip
    tell(entry, register, by=by.name, at=at, on=on)
    return entry


def parent_named(number: str, register: Register) -> Entry | None:
    """An entry of the register above, by its number."""
    found = Entry.objects.filter(pk=int(number), left_on=None).first() if number.isdecimal() else None
    return found if found is not None and actions.is_parent(found, register) else None


def entry_questions(register: Register, party: str, grade: str, *, on: date) -> tuple[Bilingual, ...]:
    """What is not known of a party on which entry hangs: the keeper should look before deciding."""
    dossier = file_of(party, on=on) if party else None
    known, facts = known_of(register, dossier=dossier, fields={}, grade=grade, on=on)
    kinds = library().packs[register.pack].rulebook.kinds
    return tuple(kinds[name].label for name in open_questions(register, known, facts) if name in kinds)


@transaction.atomic
def regrade(
    entry: Entry, register: Register, grade: str, *, reason: str, by: Actor, on: date, at: datetime
) -> Entry:
    """Raises EntryRefused: a case decides it, there is no such grade, or its rule does not hold."""
    if goes_by_case(register, entry, Effect.CHANGE_GRADE):
        raise EntryRefused({"grade": BY_CASE})
    dossier = file_of(entry.party, on=on) if entry.party else None
    fields = values_of(entry, register)
    known, facts = known_of(register, dossier=dossier, fields=fields, grade=grade, entry=entry, on=on)
    problems = grade_problems(register, known.grade, facts)
    if problems:
        raise EntryRefused(problems)
    changed = actions.change_grade(entry, register, grade, reason=reason, by=by.name, at=at, on=on)
    tell(changed, register, by=by.name, at=at, on=on)
    return changed


@transaction.atomic
def review_entry(
    entry: Entry,
    register: Register,
    replies: Mapping[str, str],
    *,
    reason: str,
    by: Actor,
    on: date,
    at: datetime,
) -> Entry:
    """A review that was passed, with what the entry says now. Raises EntryRefused."""
    typed, problems = read_fields(register.fields, replies)
    required = {f.name: f.kind.label for f in register.fields if f.required}
    problems |= {
        name: Bilingual(f"请填写{required[name].zh}", f"please fill in: {required[name].en}")
        for name, value in typed.items()
        if value is None and name in required
    }
    if problems:
        raise EntryRefused(problems)
    return actions.review(entry, register, fields=typed, reason=reason, by=by.name, at=at, on=on)


@transaction.atomic
def take_out_entry(
    entry: Entry, register: Register, exit: str, *, reason: str, by: Actor, on: date, at: datetime
) -> Entry:
    """Raises EntryRefused: a case decides it, no such reason, or no words to it."""
    if goes_by_case(register, entry, Effect.LEAVE_REGISTER):
        raise EntryRefused({"exit": BY_CASE})
    if not reason.strip():
        raise EntryRefused({"reason": actions.NO_REASON})
    left = actions.leave(entry, register, exit, reason=reason, by=by.name, at=at, on=on)
    tell(left, register, by=by.name, at=at, on=on)
    return left


def tell(entry: Entry, register: Register, *, by: str, at: datetime, on: date) -> None:
    """Tell the party how it stands in a register now."""
    if not entry.party:
        return
    title, name = news_title(entry, register), key_of(register)
    last = entry.events.order_by("-pk").values_list("pk", flat=True).first()
    news = News(
        about=f"entry:{entry.pk}",
        kind=Kind.ENTRY,
        title=title,
        day=on,
        origin=f"entry:{entry.pk}:{last}",
        body=Bilingual(entry.exit_reason or name, entry.exit_reason or name),
    )
    give_notice(entry.party, news, by=by, at=at)


def news_title(entry: Entry, register: Register) -> Bilingual:
    zh, en = register.title.zh, register.title.en
    if entry.left_on is not None:
        why = exit_names(register).get(entry.exit, Bilingual(entry.exit, entry.exit))
        return Bilingual(f"已移出“{zh}”：{why.zh}", f"Taken out of “{en}”: {why.en}")
    grade = grade_named(register, entry.grade)
    if grade is not None:
        return Bilingual(f"列入“{zh}”：{grade.title.zh}", f"Entered in “{en}”: {grade.title.en}")
    return Bilingual(f"列入“{zh}”", f"Entered in “{en}”")


def register_of(entry: Entry) -> Register | None:
    """The register an entry stands in, as the packs declare it now."""
    return register_named(library(), entry.register_id)
