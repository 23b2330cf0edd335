"""What a decided case does to a register: an entry, another grade, the end of an entry."""

from huiqi.base.bilingual import Bilingual
from huiqi.cases.workflow import Hindrance
from huiqi.holdings.current import library
from huiqi.measures.expressions import Value
from huiqi.procedures.case_clocks import Refused
from huiqi.procedures.doing import Doing
from huiqi.registers.entries import Known, facts_of, first_grade, rule_problems
from huiqi.registers.types import Register
from huiqi.rolls import actions
from huiqi.rolls.models import Entry
from huiqi.rolls.queries import entry_of_case
from huiqi.rolls.types import EntryRefused


def register_of(doing: Doing) -> Register:
    """The register a case type names. Raises LookupError where no pack has it (any more)."""
    case_type = doing.facts.rules.case_type
    slug, _, name = (case_type.register or "").rpartition("/")
    return library().packs[slug or case_type.pack].registers[name]


def enter_register(doing: Doing) -> None:
    """Enter the party, with what the case and its file say in the fields of the register."""
    case, into = doing.case, register_of(doing)
    stated: dict[str, Value] = doing.facts.stated(into.pack)
    fields = {field.name: stated[field.name] for field in into.fields if field.name in stated}
    rulebook = library().packs[into.pack].rulebook
    facts = facts_of(into, Known(stated, fields, grade=doing.grade), rulebook=rulebook, on=doing.on)
    grade = doing.grade or first_grade(into, facts)
    against = rule_problems(into, grade, facts)
    if against:
        raise Refused(Hindrance(name, words) for name, words in against.items())
    try:
        entry = actions.enter(
            into, party=case.party, name=case.party_name, region=case.region, fields=fields,
            grade=grade, case=case.number, by=doing.by, at=doing.at, on=doing.on,
            synthetic=case.synthetic,
        )  # fmt: skip
    except EntryRefused as refused:
        raise as_refused(refused) from refused
    doing.came_to["entry"] = entry.pk


def change_grade(doing: Doing) -> None:
    try:
        actions.change_grade(
            own_entry(doing), register_of(doing), doing.grade, reason=doing.reason, case=doing.case.number,
            by=doing.by, at=doing.at, on=doing.on,
        )  # fmt: skip
    except EntryRefused as refused:
        raise as_refused(refused) from refused


def leave_register(doing: Doing) -> None:
    """Take the entry out; where a register has but one reason to leave, it is that one."""
    exits = register_of(doing).exits
    reason = doing.exit or (exits[0].id if len(exits) == 1 else "")
    try:
        actions.leave(
            own_entry(doing), register_of(doing), reason, reason=doing.reason, case=doing.case.number,
            by=doing.by, at=doing.at, on=doing.on,
        )  # fmt: skip
    except EntryRefused as refused:
        raise as_refused(refused) from refused


def own_entry(doing: Doing) -> Entry:
    """The entry the case led to. Raises Refused where it has left or never came to be."""
    entry = entry_of_case(doing.case.number)
    if entry is None or entry.left_on is not None:
        words = Bilingual("名录中已没有这一条目", "the entry is not in the register any more")
        raise Refused([Hindrance("entry", words)])
    return entry


def as_refused(refused: EntryRefused) -> Refused:
    return Refused(Hindrance(name, words) for name, words in refused.by_field.items())
