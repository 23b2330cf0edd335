"""By night entries lapse, leave by rule, and parties are reminded; whoever keeps a register may do so by day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huiqi.access.actor import Actor
from huiqi.access.permissions import Role
from huiqi.cases.types import Effect
from huiqi.forms.types import Rule
from huiqi.holdings import current
from huiqi.holdings.current import library
from huiqi.measures.expressions import ANY, FactRef, Type
from huiqi.measures.read import Vocabulary, read_condition
from huiqi.notices.models import Notice
from huiqi.packs.types import Library
from huiqi.procedures import keep_roll
from huiqi.procedures.cast import DEPARTMENT
from huiqi.procedures.keep_roll import Written, enter_directly, goes_by_case, keeps, regrade, take_out_entry
from huiqi.procedures.lapse_entries import Lapsed, lapse_entries
from huiqi.registers.types import Exit, Register
from huiqi.rolls.actions import enter
from huiqi.rolls.models import Entry
from huiqi.rolls.types import EntryRefused
from tests.site.conftest import NOW, Site

ZJTX = "qingdao-2012-46/zjtx-recognition-recognised"
PLATFORMS = "qingdao-2012-46/national-tech-platforms"
ENTERED = date(2013, 3, 1)
KEEPER = Actor("officer", Role.OFFICER, authority=DEPARTMENT, region="3702")


def register_of(key: str) -> Register:
    pack, _, name = key.partition("/")
    return library().packs[pack].registers[name]


def entered(register: Register, party: str, **more: object) -> Entry:
    return enter(
        register,
        party=party,
        name="合成企业",
        region="370202",
        fields={},
        by="officer",
        at=NOW,
        on=ENTERED,
        **more,
    )  # type: ignore[arg-type]


def told(site: Site) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(party=site.firm).order_by("pk").values_list("kind", "title_zh"))


def test_a_firm_is_reminded_two_months_one_month_and_a_week_before_and_told_when_it_lapsed(site: Site):
    register = register_of(ZJTX)
    entry = entered(register, site.firm)
    day, nights = date(2013, 12, 1), list[tuple[date, Lapsed]]()
    while day < date(2014, 3, 10):
        came_to = lapse_entries(on=day, at=NOW)
        if came_to != Lapsed(0, 0, 0):
            nights.append((day, came_to))
        day += timedelta(days=1)
    assert nights == [
        (date(2013, 12, 31), Lapsed(0, 0, 1)),
        (date(2014, 1, 30), Lapsed(0, 0, 1)),
        (date(2014, 2, 22), Lapsed(0, 0, 1)),
        (date(2014, 3, 2), Lapsed(1, 0, 0)),
    ]
    kinds = [kind for kind, _ in told(site)]
    assert kinds == ["reminder", "reminder", "reminder", "entry"]
    assert "2014年3月1日" in told(site)[0][1]
    assert "期满" in told(site)[-1][1]
    entry.refresh_from_db()
    assert (entry.left_on, entry.exit) == (date(2014, 3, 2), "lapsed")


def test_after_nights_that_were_missed_only_the_nearest_reminder_is_sent(site: Site):
    entered(register_of(ZJTX), site.firm)
    assert lapse_entries(on=date(2014, 2, 26), at=NOW).reminded == 1
    assert lapse_entries(on=date(2014, 2, 26), at=NOW).reminded == 0


def test_only_who_is_of_the_keeping_authority_in_its_place_keeps_a_register(site: Site):
    register = register_of(PLATFORMS)
    assert keeps(KEEPER, register)
    assert not keeps(replace(KEEPER, authority="市财政局"), register)
    assert not keeps(replace(KEEPER, region="4401"), register)
    assert not keeps(replace(KEEPER, role=Role.SUPERVISION), register)
    assert keeps(replace(KEEPER, authority="市经济信息化委"), register)


def first_grade(register: Register) -> str:
    return register.grades[0].id if register.grades else ""


def enter_here(register: Register, site: Site, *, party: str = "", **replies: str) -> Entry:
    filled = {f.name: "文字" for f in register.fields if f.required and f.kind.type == "text"}
    filled |= {f.name: "1" for f in register.fields if f.required and f.kind.type not in ("text", "date")}
    written = Written(party or site.agency, "合成平台", first_grade(register), "", filled | replies)
    return enter_directly(register, written, by=KEEPER, on=ENTERED, at=NOW)


def test_a_keeper_enters_and_takes_out_and_the_party_is_told(site: Site):
    register = register_of(PLATFORMS)
    entry = enter_here(register, site)
    assert entry.region == "3702" + entry.region[4:]
    take_out_entry(
        entry, register, register.exits[0].id, reason="不再运营", by=KEEPER, on=date(2013, 6, 1), at=NOW
    )
    titles = list(Notice.objects.filter(party=site.agency).order_by("pk").values_list("title_zh", flat=True))
    assert titles[0].startswith("列入")
    assert titles[1].startswith("已移出")


def test_all_that_is_wrong_with_an_entry_is_said_at_once(site: Site):
    register = register_of(PLATFORMS)
    with pytest.raises(EntryRefused) as found:
        enter_directly(register, Written(party="123", replies={}), by=KEEPER, on=ENTERED, at=NOW)
    assert {"party", "name"} < set(found.value.by_field)
    assert any(field.name in found.value.by_field for field in register.fields)
    assert Entry.objects.count() == 0


def test_where_a_case_leads_in_nobody_enters_directly(site: Site):
    register = register_of(ZJTX)
    with pytest.raises(EntryRefused) as found:
        enter_here(register, site)
    assert set(found.value.by_field) == {"entry_case"}


def test_who_entered_by_a_case_is_graded_and_taken_out_by_one(site: Site):
    register = register_of("qinghai-2022/ladder-pool")
    by_case = entered(register, site.firm, grade="innovative", case="办2013030100001")
    assert goes_by_case(register, by_case, Effect.CHANGE_GRADE)
    with pytest.raises(EntryRefused):
        regrade(by_case, register, "specialised", reason="复核", by=KEEPER, on=date(2013, 6, 1), at=NOW)
    imported = entered(register, site.agency, grade="innovative")
    changed = regrade(
        imported, register, "specialised", reason="复核", by=KEEPER, on=date(2013, 6, 1), at=NOW
    )
    assert changed.grade == "specialised"


def test_what_the_file_knows_is_put_into_the_entry(site: Site):
    register = register_of("qinghai-2012/promising-firms-pool")
    facts = keep_roll.from_file(register, keep_roll.file_of(site.firm, on=ENTERED), on=ENTERED)
    fields = {f.name for f in register.fields if f.is_fact}
    assert set(facts) <= fields


def test_tenants_need_the_place_they_are_in(site: Site):
    tenants = register_of("qingdao-2012-46/startup-bases-tenants")
    keeper = replace(KEEPER, authority="市人力资源社会保障局")
    written = Written(site.firm, "", "", "", {})
    with pytest.raises(EntryRefused) as found:
        enter_directly(tenants, written, by=keeper, on=ENTERED, at=NOW)
    assert "parent" in found.value.by_field


def test_an_entry_leaves_by_night_when_its_rule_of_exit_holds(site: Site, monkeypatch: pytest.MonkeyPatch):
    pack = library().packs["qinghai-2012"]
    register = pack.registers["trustworthy-firms"]
    names = Vocabulary({"is_reviewed_in_time": FactRef("is_reviewed_in_time", Type.BOOL, ANY)})
    tree, problems = read_condition("not is_reviewed_in_time", vocabulary=names, where="test")
    assert tree is not None, problems
    exit = Exit("not_reviewed", register.title, when=Rule("not is_reviewed_in_time", tree))
    changed = replace(register, exits=(*register.exits, exit), term=None)
    registers = {**pack.registers, register.id: changed}
    packs = {**library().packs, pack.id: replace(pack, registers=registers)}
    monkeypatch.setattr(current._KEPT, "library", Library(packs))
    entry = entered(changed, site.firm)
    assert lapse_entries(on=date(2014, 3, 1), at=NOW).left == 0
    assert lapse_entries(on=date(2014, 3, 2), at=NOW).left == 1
    entry.refresh_from_db()
    assert (entry.left_on, entry.exit) == (date(2014, 3, 2), "not_reviewed")
    assert lapse_entries(on=date(2014, 3, 3), at=NOW).left == 0
