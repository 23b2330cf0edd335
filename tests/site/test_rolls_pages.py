"""Registers on pages: everybody sees what is public, the party its own, the keeper what is to be done."""

from collections.abc import Callable
from datetime import date
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse

from huiqi.audit.models import Deed
from huiqi.holdings.current import library
from huiqi.procedures.show_roll import lists_people
from huiqi.registers.types import Register
from huiqi.rolls.actions import enter
from huiqi.rolls.models import Entry
from tests.site.conftest import NOW, Site
from tests.site.test_english import chinese_in

SignIn = Callable[[str], Client]
ENTERED = date(2013, 3, 1)
PLATFORMS = "qingdao-2012-46/national-tech-platforms"
ZJTX = "qingdao-2012-46/zjtx-recognition-recognised"
KEPT = f"/desk/registers/{PLATFORMS}/"


def register_of(key: str) -> Register:
    pack, _, name = key.partition("/")
    return library().packs[pack].registers[name]


def entered(key: str, party: str, name: str, **more: Any) -> Entry:
    register = register_of(key)
    grade = register.grades[0].id if register.grades else ""
    wanted = {"fields": {}, "grade": grade, "on": ENTERED, **more}
    return enter(register, party=party, name=name, region="370202", by="officer", at=NOW, **wanted)


def page_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_a_visitor_finds_a_register_and_who_stands_in_it_on_the_chosen_day(site: Site, visitor: Client):
    entered(ZJTX, site.firm, "合成专精特新企业")
    title = register_of(ZJTX).title.zh
    assert title in page_of(visitor, f"/registers/?q={title}")
    assert "合成专精特新企业" in page_of(visitor, f"/registers/{ZJTX}/")
    assert "合成专精特新企业" not in page_of(visitor, f"/registers/{ZJTX}/?on=2013-02-01")
    assert "合成专精特新企业" not in page_of(visitor, f"/registers/{ZJTX}/?on=2014-03-02")
    assert "合成专精特新企业" not in page_of(visitor, f"/registers/{ZJTX}/?q=别的")
    assert site.firm not in page_of(visitor, f"/registers/{ZJTX}/")


def with_a_hidden_field() -> tuple[str, str, str]:
    """A public register of parties with a text that everybody sees and one that nobody else does."""
    for pack in library().packs.values():
        for register in pack.registers.values():
            texts = {
                f.name: f.public for f in register.fields if f.kind.type == "text" and f.name != "entry_name"
            }
            if (
                register.access == "public"
                and set(texts.values()) == {True, False}
                and not lists_people(register)
            ):
                shown = next(name for name, public in texts.items() if public)
                return f"{pack.id}/{register.id}", shown, next(n for n, public in texts.items() if not public)
    raise AssertionError("no such register")


def test_only_public_fields_are_shown_and_a_file_says_the_same(site: Site, visitor: Client):
    key, public, hidden = with_a_hidden_field()
    entered(key, site.agency, "=合成平台", fields={public: "看得见的内容", hidden: "看不见的内容"})
    page = page_of(visitor, f"/registers/{key}/")
    assert "看得见的内容" in page
    assert "看不见的内容" not in page
    answer = visitor.get(f"/registers/{key}/entries.csv")
    text = answer.content.decode("utf-8-sig")
    assert "'=合成平台" in text
    assert "看得见的内容" in text
    assert "看不见的内容" not in text


def test_names_of_people_are_masked_and_cannot_be_looked_for(site: Site, visitor: Client):
    experts = next(
        r
        for p in library().packs.values()
        for r in p.registers.values()
        if r.of == "expert" and r.access == "public"
    )
    key = f"{experts.pack}/{experts.id}"
    entered(key, "", "合成甲")
    page = page_of(visitor, f"/registers/{key}/")
    assert "合**" in page
    assert "合成甲" not in page
    assert "合**" in page_of(visitor, f"/registers/{key}/?q=别的")


@pytest.mark.parametrize(
    "key", ["qingdao-2012-46/hard-to-employ-people", "qingdao-2012-46/none", "none/none"]
)
def test_what_is_not_public_is_not_there(site: Site, visitor: Client, key: str):
    page_of(visitor, f"/registers/{key}/", 404)
    page_of(visitor, f"/registers/{key}/entries.csv", 404)


def test_a_firm_sees_where_it_stands_and_what_that_makes_known(site: Site, signed_in: SignIn):
    entered(ZJTX, site.firm, "合成专精特新企业")
    page = page_of(signed_in("firm"), "/my/entries/")
    assert register_of(ZJTX).title.zh in page
    label = library().packs["qingdao-2012-46"].rulebook.kinds["is_zjtx_recognised_this_year"].label.zh
    assert label in page
    assert register_of(ZJTX).title.zh in page_of(signed_in("firm"), reverse("my_file"))
    assert signed_in("officer").get("/my/entries/").status_code == 403


def form_for(site: Site, **more: str) -> dict[str, str]:
    register = register_of(PLATFORMS)
    filled = {f"e-{f.name}": "文字" for f in register.fields if f.required and f.kind.type == "text"}
    for field in register.fields:
        if field.required and field.kind.type == "enum":
            filled[f"e-{field.name}"] = field.kind.domain.values[0]
    return {"party": site.agency, "grade": register.grades[0].id, **filled, **more}


def test_a_keeper_enters_reviews_grades_and_takes_out(site: Site, signed_in: SignIn, visitor: Client):
    officer, register = signed_in("officer"), register_of(PLATFORMS)
    assert register.title.zh in page_of(officer, "/desk/registers/")
    assert "带出档案" in page_of(officer, f"{KEPT}enter/")
    assert site.agency in page_of(officer, f"{KEPT}enter/?party={site.agency}")
    answer = officer.post(f"{KEPT}enter/", form_for(site))
    assert answer.status_code == 302, answer.content.decode()
    entry = Entry.objects.get(register__key=PLATFORMS)
    where = f"/desk/registers/entries/{entry.pk}/"
    assert entry.name in page_of(visitor, f"/registers/{PLATFORMS}/")
    assert officer.post(f"{where}review/", form_for(site, reason="现场核查")).status_code == 302
    if len(register.grades) > 1:
        other = register.grades[1].id
        assert officer.post(f"{where}grade/", {"grade": other, "reason": "评价"}).status_code == 302
        entry.refresh_from_db()
        assert entry.grade == other
    taken = officer.post(f"{where}take-out/", {"exit": register.exits[0].id, "reason": "停止运营"})
    assert taken.status_code == 302
    page = page_of(officer, where)
    assert "已移出" in page
    assert "现场核查" in page
    assert entry.name not in page_of(visitor, f"/registers/{PLATFORMS}/?on=2013-07-01")
    assert entry.name in page_of(officer, f"{KEPT}?show=left")
    told = page_of(signed_in("agency"), "/my/entries/")
    assert register.title.zh in told


def test_a_firm_is_told_of_its_entry_and_led_to_it(site: Site, signed_in: SignIn):
    answer = signed_in("officer").post(f"{KEPT}enter/", form_for(site, party=site.firm))
    assert answer.status_code == 302
    page = page_of(signed_in("firm"), reverse("my_alerts"))
    assert "名录变动" in page
    assert f'href="{reverse("my_entries")}"' in page


def test_all_that_is_wrong_is_said_beside_what_was_typed(site: Site, signed_in: SignIn):
    wrong = form_for(site, grade="", **{"e-floor_space": "很大"})
    fields = register_of(PLATFORMS).fields[1:]
    del wrong[f"e-{next(f.name for f in fields if f.required and f.kind.type == 'text')}"]
    answer = signed_in("officer").post(f"{KEPT}enter/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选择等级" in page
    assert "请填写" in page
    assert Entry.objects.count() == 0
    entry = entered(PLATFORMS, site.agency, "合成平台")
    answer = signed_in("officer").post(f"/desk/registers/entries/{entry.pk}/take-out/", {"exit": "none"})
    assert answer.status_code == 422
    assert "请写明理由" in answer.content.decode()


def test_an_export_of_a_keeper_leaves_a_deed(site: Site, signed_in: SignIn):
    entered(PLATFORMS, site.agency, "合成平台")
    answer = signed_in("officer").get(f"{KEPT}entries.csv")
    assert site.agency in answer.content.decode("utf-8-sig")
    assert Deed.objects.filter(what="rolls.entries.exported", by="officer").count() == 1


@pytest.mark.parametrize("who", ["firm", "bank", "supervision", "auditor", "admin"])
def test_others_may_not_keep_registers(site: Site, signed_in: SignIn, who: str):
    entry = entered(PLATFORMS, site.agency, "合成平台")
    client = signed_in(who)
    for path in ("/desk/registers/", KEPT, f"{KEPT}enter/", f"/desk/registers/entries/{entry.pk}/"):
        page_of(client, path, 403)
    assert client.post(f"/desk/registers/entries/{entry.pk}/take-out/", {}).status_code == 403


def test_another_authority_does_not_find_it(site: Site, signed_in: SignIn):
    entry = entered(PLATFORMS, site.agency, "合成平台")
    page_of(signed_in("payer"), KEPT, 404)
    page_of(signed_in("payer"), f"/desk/registers/entries/{entry.pk}/", 404)


def test_a_register_a_case_leads_into_is_not_entered_by_hand(site: Site, signed_in: SignIn):
    officer = signed_in("officer")
    assert "须由认定事项办理" in page_of(officer, f"/desk/registers/{ZJTX}/enter/?party={site.firm}")
    assert officer.post(f"/desk/registers/{ZJTX}/enter/", {"party": site.firm}).status_code == 422


def test_a_long_register_is_light(site: Site, visitor: Client, django_assert_max_num_queries: Any):
    for number in range(45):
        entered(PLATFORMS, f"SYNTHETIC{number:09}", f"合成{number:02}")
    with django_assert_max_num_queries(10):
        page = page_of(visitor, f"/registers/{PLATFORMS}/")
    assert "第1页，共2页" in page
    with django_assert_max_num_queries(12):
        page_of(visitor, "/registers/")


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("firm", "/registers/?q=专精特新"),
        ("firm", f"/registers/{ZJTX}/"),
        ("firm", "/my/entries/"),
        ("officer", "/desk/registers/"),
        ("officer", f"/desk/registers/{ZJTX}/"),
        ("officer", f"/desk/registers/{ZJTX}/enter/"),
        ("officer", f"{KEPT}enter/?party=91370202XX00000781"),
        ("officer", "ENTRY"),
    ],
)
def test_who_reads_english_meets_no_chinese_unmarked(site: Site, signed_in: SignIn, who: str, path: str):
    entry = entered(ZJTX, site.firm, "合成专精特新企业")
    client = signed_in(who)
    client.cookies["django_language"] = "en"
    page = page_of(client, path.replace("ENTRY", f"/desk/registers/entries/{entry.pk}/"))
    assert list(chinese_in(lxml.html.document_fromstring(page))) == []
