"""Entries of registers: who stands where, since when and until when, and what every measure then knows of a firm."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from huiqi.audit.models import Deed
from huiqi.base.periods import Duration, Unit
from huiqi.dossiers.queries import file_of
from huiqi.holdings.current import library
from huiqi.measures.types import VerdictKind
from huiqi.procedures.match_firm import match_firm
from huiqi.registers.types import Grade, Register
from huiqi.rolls.actions import amend, change_grade, enter, lapse_due, leave, review
from huiqi.rolls.models import Entry, EntryEvent, Roll
from huiqi.rolls.queries import entries_ending, entries_of, facts_made_known, public_entries, reviews_overdue
from huiqi.rolls.types import EntryRefused
from tests.site.conftest import NOW, Site

ENTERED = date(2013, 3, 1)
ZJTX = "qingdao-2012-46/zjtx-recognition-recognised"
FUND = "qingdao-2012-46/zjtx-fund-support"


def register_of(key: str) -> Register:
    pack, _, name = key.partition("/")
    return library().packs[pack].registers[name]


def entered(register: Register, party: str, *, on: date = ENTERED, **more: Any) -> Entry:
    wanted = {"name": "合成企业", "region": "370202", "fields": {}, "grade": "", **more}
    return enter(register, party=party, by="officer", at=NOW, on=on, **wanted)


@contextmanager
def refused(*fields: str) -> Iterator[None]:
    with pytest.raises(EntryRefused) as found:
        yield
    assert set(found.value.by_field) == set(fields)
    assert all(problem.zh and problem.en for problem in found.value.problems)


def test_a_recognised_firm_is_known_as_such_to_every_measure_until_its_term_is_over(site: Site):
    register = register_of(ZJTX)
    before = match_firm(site.firm, on=date(2013, 6, 30))
    assert before is not None
    asked_before = before.one(FUND)
    entered(register, site.firm)
    file = file_of(site.firm, on=date(2013, 6, 30))
    assert file is not None
    fact = file.entry("is_zjtx_recognised_this_year")
    assert fact is not None
    assert (fact.value, fact.as_of) == (True, ENTERED)
    assert fact.source == f"名录：{register.title.zh}"
    matches = match_firm(site.firm, on=date(2013, 6, 30))
    assert matches is not None
    found = matches.one(FUND)
    assert found is not None
    assert asked_before is not None
    assert asked_before.verdict.kind is not VerdictKind.ELIGIBLE
    assert "is_zjtx_recognised_this_year" not in found.verdict.missing
    reasons = {reason.condition: str(reason.outcome) for reason in found.verdict.reasons}
    assert "met" in reasons.values()
    after = file_of(site.firm, on=date(2014, 3, 2))
    assert after is not None
    known_after = after.entry("is_zjtx_recognised_this_year")
    assert known_after is None or known_after.source != fact.source


def test_before_it_entered_and_after_it_left_nothing_is_known_by_it(site: Site):
    register = register_of(ZJTX)
    entry = entered(register, site.firm)
    leave(entry, register, register.exits[0].id, reason="自愿", by="officer", at=NOW, on=date(2013, 5, 1))
    known = {
        day: facts_made_known(library(), site.firm, on=day)
        for day in (date(2013, 2, 28), ENTERED, date(2013, 4, 30), date(2013, 5, 1))
    }
    assert [bool(facts) for facts in known.values()] == [False, True, True, False]


def test_what_is_known_hangs_on_the_grade_of_that_day(site: Site):
    register = register_of("qinghai-2022/ladder-pool")
    entry = entered(register, site.agency, grade="innovative")
    change_grade(entry, register, "specialised", reason="复核", by="officer", at=NOW, on=date(2013, 5, 1))
    early = facts_made_known(library(), site.agency, on=date(2013, 4, 1))
    late = facts_made_known(library(), site.agency, on=date(2013, 6, 1))
    assert early["ladder_level"] == "innovative_sme"
    assert "is_specialised_sme" not in early
    assert (late["ladder_level"], late["is_specialised_sme"]) == ("specialised_sme", True)


def test_a_party_stands_once_and_may_come_back(site: Site):
    register = register_of(ZJTX)
    entry = entered(register, site.firm)
    with refused("party"):
        entered(register, site.firm, on=date(2013, 4, 1))
    leave(entry, register, register.exits[0].id, by="officer", at=NOW, on=date(2013, 5, 1))
    again = entered(register, site.firm, on=date(2013, 5, 1))
    assert list(entries_of(site.firm)) == [again, Entry.objects.get(pk=entry.pk)]
    assert list(entries_of(site.firm, on=date(2013, 6, 1))) == [again]


def test_people_of_one_firm_stand_beside_each_other(site: Site):
    register = register_of("qingdao-2012-46/hard-to-employ-people")
    entered(register, site.firm, name="合成甲")
    entered(register, site.firm, name="合成乙")
    with refused("party"):
        entered(register, site.firm, name="合成甲")


def test_a_full_register_takes_nobody_until_somebody_leaves(site: Site):
    register = replace(register_of(ZJTX), capacity=1)
    first = entered(register, site.firm)
    with refused("capacity"):
        entered(register, site.agency)
    leave(first, register, register.exits[0].id, by="officer", at=NOW, on=date(2013, 5, 1))
    entered(register, site.agency, on=date(2013, 5, 1))
    assert Roll.objects.get(key=ZJTX).standing == 1


def test_every_refusal_says_why_and_writes_nothing(site: Site):
    register = register_of("qinghai-2022/ladder-pool")
    deeds = Deed.objects.count()
    with refused("grade", "name"):
        entered(register, site.firm, grade="no_such", name=" ")
    entry = entered(register, site.firm, grade="innovative")
    for grade, fields in (("no_such", ["grade"]), ("innovative", ["grade"])):
        with refused(*fields):
            change_grade(entry, register, grade, reason="x", by="officer", at=NOW, on=ENTERED)
    with refused("reason"):
        change_grade(entry, register, "specialised", reason=" ", by="officer", at=NOW, on=ENTERED)
    with refused("exit"):
        leave(entry, register, "no_such", by="officer", at=NOW, on=ENTERED)
    leave(entry, register, "lapsed", by="officer", at=NOW, on=ENTERED)
    with refused("entry"):
        review(entry, register, by="officer", at=NOW, on=ENTERED)
    assert Deed.objects.count() == deeds + 2


def test_what_ran_out_lapses_on_the_day_after_with_what_belongs_to_it(site: Site):
    place = register_of("qingdao-2012-46/startup-bases-carriers")
    tenants = register_of("qingdao-2012-46/startup-bases-tenants")
    short = replace(place, term=Duration(1, Unit.MONTHS))
    base = entered(short, site.agency)
    tenant = entered(tenants, site.firm, parent=base)
    assert facts_made_known(library(), site.firm, on=date(2013, 4, 1)) == {"in_incubation_base": True}
    assert facts_made_known(library(), site.firm, on=date(2013, 4, 2)) == {}
    assert lapse_due(on=date(2013, 4, 1), at=NOW) == []
    assert lapse_due(on=date(2013, 6, 30), at=NOW) == [base]
    base.refresh_from_db()
    tenant.refresh_from_db()
    assert (base.left_on, base.exit) == (date(2013, 4, 2), "lapsed")
    assert (tenant.left_on, tenant.exit) == (date(2013, 4, 2), "parent_left")
    assert lapse_due(on=date(2013, 6, 30), at=NOW) == []
    with refused("parent"):
        entered(tenants, site.bank, parent=base)


def test_a_review_begins_the_term_anew_and_keeps_what_changed(site: Site):
    register = register_of(ZJTX)
    field = register.fields[0]
    entry = entered(register, site.firm)
    review(entry, register, by="officer", at=NOW, on=date(2014, 2, 20))
    entry.refresh_from_db()
    assert (entry.reviewed_on, entry.ends_on) == (date(2014, 2, 20), date(2015, 2, 20))
    amend(entry, register, {field.name: "新名"}, reason="更名", by="officer", at=NOW, on=date(2014, 3, 1))
    entry.refresh_from_db()
    assert entry.fields[field.name] == "新名"
    assert [e.kind for e in entry.events.order_by("pk")] == ["entered", "reviewed", "amended"]


def test_figures_of_an_entry_are_kept_exactly(site: Site):
    register = register_of("qingdao-2012-46/parks-carriers")
    entry = entered(register, site.agency, fields={"floor_space": Fraction("12000.50"), "no_field": "x"})
    assert Entry.objects.get(pk=entry.pk).fields == {"floor_space": "12000.5"}


def test_a_grade_with_a_term_of_its_own_begins_one(site: Site):
    base = register_of(ZJTX)
    grades = (
        Grade("plain", base.title),
        Grade("top", base.title, term=Duration(3, Unit.YEARS)),
    )
    register = replace(base, grades=grades)
    entry = entered(register, site.firm, grade="plain")
    assert entry.ends_on == date(2014, 3, 1)
    found = change_grade(entry, register, "top", reason="复核", by="officer", at=NOW, on=date(2013, 6, 1))
    assert found.ends_on == date(2016, 6, 1)


def test_what_ends_soon_and_what_was_not_reviewed_is_found(site: Site):
    register = register_of("qinghai-2012/trustworthy-firms")
    entry = entered(register, site.firm)
    assert list(entries_ending(first=date(2014, 1, 1), last=date(2014, 3, 1))) == [entry]
    assert list(entries_ending(first=date(2014, 3, 2), last=date(2014, 9, 1))) == []
    on_time = replace(register, term=None)
    assert list(reviews_overdue(on_time, on=date(2014, 3, 1))) == []
    Entry.objects.filter(pk=entry.pk).update(ends_on=None)
    assert list(reviews_overdue(on_time, on=date(2014, 3, 2))) == [entry]


def test_a_register_that_is_not_public_shows_nothing(site: Site):
    register = register_of("qingdao-2012-46/hard-to-employ-people")
    entered(register, site.firm, name="合成甲")
    assert list(public_entries(register, on=ENTERED)) == []


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE rolls_entryevent SET reason = 'x'", []),
        ("DELETE FROM rolls_entryevent", []),
        ("DELETE FROM rolls_entry", []),
        ("UPDATE rolls_entry SET party = %s", ["91370200MA3C0D1EXF"]),
        ("UPDATE rolls_entry SET entered_on = %s", ["2012-01-01"]),
        ("UPDATE rolls_entry SET left_on = %s", ["2013-05-01"]),  # without a reason
        ("UPDATE rolls_entry SET exit = 'own_wish'", []),
        ("UPDATE rolls_entry SET ends_on = %s", ["2013-01-01"]),
    ],
)
def test_the_database_itself_refuses_what_must_not_be(site: Site, statement: str, values: list[str]):
    entered(register_of(ZJTX), site.firm)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_entry_that_left_cannot_be_put_back_and_a_full_roll_cannot_be_overfilled(site: Site):
    register = replace(register_of(ZJTX), capacity=1)
    entry = entered(register, site.firm)
    with pytest.raises(DatabaseError, match="roll_holds_no_more"), transaction.atomic():
        Entry.objects.create(
            register=entry.register, is_party=True, party=site.bank, name="合成", entered_on=ENTERED,
            entered_by="officer", entered_at=NOW,
        )  # fmt: skip
    leave(entry, register, "lapsed", by="officer", at=NOW, on=date(2013, 5, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(left_on=None, exit="")
    assert Roll.objects.get().standing == 0
    assert EntryEvent.objects.filter(entry__left_on=F("on")).count() == 1


def test_every_register_of_the_packs_takes_an_entry_and_gives_it_up_again(site: Site):
    moment = datetime(2013, 3, 1, tzinfo=UTC)
    for pack in library().packs.values():
        for register in pack.registers.values():
            grade = register.grades[0].id if register.grades else ""
            entry = enter(
                register, party=site.firm, name="合成", region="370202", fields={}, grade=grade, by="officer",
                at=moment, on=ENTERED,
            )  # fmt: skip
            leave(entry, register, register.exits[0].id, by="officer", at=moment, on=date(2013, 3, 2))
    assert Entry.objects.filter(left_on=None).count() == 0
    assert Roll.objects.filter(standing__gt=0).count() == 0


def test_two_hires_of_one_firm_stand_by_their_own_cases(site: Site):
    register = register_of("qingdao-2012-46/subsidised-hires-people")
    one = entered(register, site.firm, fields={"person_number": "370202199001011234"}, case="办1")
    two = entered(register, site.firm, fields={"person_number": "370202199201014321"}, case="办2")
    assert one.name != "合成企业"
    assert "19900101" not in one.name
    assert list(entries_of(site.firm, on=ENTERED)) == [two, one]
    with refused("party"):
        entered(register, site.firm, fields={"person_number": "370202199001011234"}, case="办1")
