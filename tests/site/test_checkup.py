"""A firm without an account checks up on what it may have: question by question, away and back, to the end."""

import html
import re
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiqi.audit.models import Deed
from huiqi.checkups.actions import forget_unused
from huiqi.checkups.models import KEPT_FOR, Checkup
from huiqi.checkups.outcome import rules_of
from huiqi.holdings.current import library
from huiqi.matching.party import Party, assess, party_from
from huiqi.measures.expressions import Type, Value
from huiqi.packs.verdict_json import verdict_as_json
from tests.site.conftest import DAY, Site

EVERY_ROLE = (
    "enterprise", "individual", "bank", "guarantor", "agency", "incubator", "service_platform",
    "microloan_company", "other",
)  # fmt: skip
CODE = "91370200MA3C0D1EXF"


def begun(
    client: Client, *, region: str = "370200", roles: tuple[str, ...] = ("enterprise",), **more: str
) -> str:
    """The path of a check-up that was just begun."""
    answer = client.post("/checkup/begin/", {"region": region, "roles": roles, **more})
    assert answer.status_code == 302, answer.content.decode()
    path: str = answer.headers["Location"]
    return path


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def fact_asked(text: str) -> str | None:
    found = re.search(r'name="fact" value="([^"]+)"', text)
    return html.unescape(found[1]) if found else None


def typed(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(float(value)) if isinstance(value, Fraction) and value.denominator != 1 else str(value)


def tell(client: Client, path: str, fact: str, value: Value | None) -> None:
    """Answer as a person would; None passes the question over."""
    reply = {"pass": "1"} if value is None else {"reply": typed(value), "size": ""}
    if isinstance(value, Fraction) and rules_of(library()).kinds[fact].type is Type.RATIO:
        reply["reply"] = typed(value * 100)
    answer = client.post(f"{path}answer/", {"fact": fact, **reply})
    assert answer.status_code == 302, (fact, reply, answer.content.decode())


def answer_all(client: Client, path: str, known: dict[str, Value]) -> int:
    """Answer from what is known and pass over the rest until nothing is asked; returns how many questions."""
    for count in range(600):
        fact = fact_asked(page(client, path))
        if fact is None:
            return count
        tell(client, path, fact, known.get(fact))
    raise AssertionError("the questions never end")


def verdicts_in(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    names = ("measure", "verdict", "amount", "missing", "also", "reasons")
    return {m["measure"]: {name: m[name] for name in names} for m in found["measures"]}


def from_scratch(party: Party) -> tuple[dict[str, dict[str, Any]], Fraction]:
    """Every measure evaluated at once, without any interview, and the value of the best combination."""
    packs = library()
    found = assess(party, rules_of(packs), as_of=DAY, matters=packs.matters(), standings=packs.standings())
    return (
        {e.measure.key: verdict_as_json(e.measure, e.verdict) for e in found.entitlements},
        found.combination.value,
    )


@pytest.mark.parametrize("row", [0, 400])
def test_answering_to_the_end_says_what_evaluating_at_once_says(visitor: Client, site: Site, row: int):
    """For synthetic firms of the register: same verdicts, amounts and reasons, and the same sum."""
    code = next(iter(site.snapshot.batches(columns=["code"])))["code"].to_pylist()[row]
    party = party_from(site.snapshot.find(code) or {}, rules_of(library()).kinds)
    roles = tuple(sorted(party.roles))
    path = begun(visitor, roles=roles)
    assert answer_all(visitor, path, dict(party.stated)) > 3
    found = visitor.get(f"{path}result.json").json()
    kinds = rules_of(library()).kinds
    told = {f["fact"]: party.stated.get(f["fact"], True) for f in found["facts"]}
    assert set(told) - set(party.stated) <= {"is_enterprise"}
    assert found["next"] is None
    assert set(told) <= set(kinds)
    expected, value = from_scratch(Party(code, None, "370200", frozenset(roles), told))
    mine = verdicts_in(found)
    assert mine == {key: expected[key] for key in mine}
    assert {v["verdict"] for key, v in expected.items() if key not in mine} == {"out_of_scope"}
    assert Fraction(found["combination"]["value"]) == value


def test_all_measures_of_the_day_can_be_checked_at_once(visitor: Client):
    """Everybody everywhere: all but the two for departments are looked at, and no sum is made of places apart."""
    path = begun(visitor, region="all", roles=EVERY_ROLE)
    found = visitor.get(f"{path}result.json").json()
    assert len(found["measures"]) == 220
    assert {m["measure"].split("/")[0] for m in found["measures"]} >= {
        "qingdao-2012-46", "qinghai-2012", "guangdong-2012-52",
    }  # fmt: skip


def test_elsewhere_only_national_measures_count(visitor: Client):
    path = begun(visitor, region="000000")
    packs = {m["measure"].split("/")[0] for m in visitor.get(f"{path}result.json").json()["measures"]}
    assert packs
    assert all(pack.startswith("cn-") for pack in packs)


def test_one_question_at_a_time_with_the_result_beside_it(visitor: Client):
    path = begun(visitor)
    first = page(visitor, path)
    assert first.count('name="fact"') == 1
    assert "目前结论" in first
    assert "待补充" in first
    assert "项政策" in first
    fact = fact_asked(first)
    visitor.post(f"{path}answer/", {"fact": fact, "pass": "1"})
    second = page(visitor, path)
    assert fact_asked(second) != fact
    assert "已跳过" in second


def test_a_firm_hears_by_how_many_people_it_misses(visitor: Client):
    """83 people where 80 are the most: told in words, with the clause that says so."""
    path = begun(visitor)
    tell(visitor, path, "is_restricted_or_prohibited_industry", False)
    tell(visitor, path, "industry_sector", "other")
    tell(visitor, path, "employees", Fraction(83))
    tell(visitor, path, "total_assets", Fraction(5_000_000))
    tell(visitor, path, "taxable_income", Fraction(200_000))
    missed = page(visitor, f"{path}result/?show=ineligible")
    assert "从业人数为83人，须不超过80人，超出上限3人" in missed
    assert "青政发〔2012〕46号（五）" in missed
    tell(visitor, path, "employees", Fraction(80))
    entitled = page(visitor, f"{path}result/?show=eligible")
    assert "应纳企业所得税额：4万元，折合优惠1万元" in entitled


def test_leaving_and_coming_back_by_link(visitor: Client, site: Site):
    path = begun(visitor)
    text = page(visitor, path)
    assert f"http://testserver{path}" in text
    fact = fact_asked(text)
    assert fact is not None
    tell(visitor, path, "employees", Fraction(42))
    elsewhere = Client()
    assert "42人" in page(elsewhere, f"{path}answers/")
    assert "42人" in page(elsewhere, path)


def test_a_link_cannot_be_guessed_and_opens_nothing_else(visitor: Client):
    path = begun(visitor)
    token = path.strip("/").split("/")[-1]
    assert len(token) >= 32
    row = Checkup.objects.get()
    assert token not in str(vars(row)), "the secret is kept nowhere"
    for other in (token[:-1], token + "x", str(row.pk), row.seal):
        for end in ("", "result/", "answers/", "result.json", "report.pdf"):
            assert visitor.get(f"/checkup/{other}/{end}").status_code == 404
        assert visitor.post(f"/checkup/{other}/delete/").status_code == 404
    answer = visitor.get(path)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("fact", "reply", "size", "said"),
    [
        ("employees", "很多", "", "不是数字"),
        ("employees", "12.5", "", "须是整数"),
        ("employees", "-3", "", "不能低于0人"),
        ("employees", "", "", "请填写"),
        ("operating_revenue", "三百", "wan", "请写如"),
        ("operating_revenue", "9" * 300, "wan", "太长"),
        ("size_class", "enormous", "", "没有"),
        ("is_enterprise_x", "yes", "", None),
    ],
)
def test_a_wrong_reply_is_refused_with_what_mends_it(
    visitor: Client, fact: str, reply: str, size: str, said: str | None
):
    path = begun(visitor)
    answer = visitor.post(f"{path}answer/", {"fact": fact, "reply": reply, "size": size})
    if said is None:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 422
        text = answer.content.decode()
        assert said in text
        assert 'role="alert"' in text
        assert fact_asked(text) == fact
    assert Checkup.objects.get().replies == []


@pytest.mark.parametrize(
    ("reply", "size", "value"),
    [
        ("300", "wan", 3_000_000),
        ("300万", "wan", 3_000_000),
        ("3,000,000", "", 3_000_000),
        ("３００万元", "yi", 3_000_000),
        ("1.2亿", "wan", 120_000_000),
        ("2", "yi", 200_000_000),
    ],
)
def test_money_is_typed_in_the_unit_that_suits(visitor: Client, reply: str, size: str, value: int):
    path = begun(visitor)
    visitor.post(f"{path}answer/", {"fact": "operating_revenue", "reply": reply, "size": size})
    facts = {f["fact"]: f["value"] for f in visitor.get(f"{path}result.json").json()["facts"]}
    assert facts["operating_revenue"] == str(value)


def test_what_was_passed_over_is_not_asked_again_but_can_be_told(visitor: Client):
    path = begun(visitor)
    fact = fact_asked(page(visitor, path))
    assert fact is not None
    tell(visitor, path, fact, None)
    assert fact_asked(page(visitor, path)) != fact
    assert visitor.get(f"{path}result.json").json()["passed_over"] == [fact]
    assert "已跳过" in page(visitor, f"{path}answers/")
    assert fact_asked(page(visitor, f"{path}?fact={fact}")) == fact


def test_an_answer_can_be_changed_and_taken_back(visitor: Client):
    path = begun(visitor)
    tell(visitor, path, "employees", Fraction(42))
    assert 'value="42"' in page(visitor, f"{path}?fact=employees")
    tell(visitor, path, "total_assets", Fraction(5_000_000))
    tell(visitor, path, "employees", Fraction(99))
    assert [fact for fact, _ in Checkup.objects.get().replies] == ["employees", "total_assets"]
    assert "99人" in page(visitor, f"{path}answers/")
    visitor.post(f"{path}remove/", {"fact": "employees"})
    assert "99人" not in page(visitor, f"{path}answers/")
    facts = {f["fact"] for f in visitor.get(f"{path}result.json").json()["facts"]}
    assert "total_assets" in facts
    assert "employees" not in facts


def test_one_step_back_asks_the_last_question_again(visitor: Client):
    path = begun(visitor)
    fact = fact_asked(page(visitor, path))
    assert fact is not None
    tell(visitor, path, fact, None)
    answer = visitor.post(f"{path}back/")
    assert fact_asked(page(visitor, answer.headers["Location"])) == fact
    assert Checkup.objects.get().replies == []
    assert visitor.post(f"{path}back/").headers["Location"] == path


def test_deleting_leaves_nothing(visitor: Client):
    path = begun(visitor, code=CODE)
    tell(visitor, path, "employees", Fraction(42))
    text = visitor.post(f"{path}delete/", follow=True).content.decode()
    assert "已删除" in text
    assert not Checkup.objects.exists()
    assert visitor.get(path).status_code == 404
    deeds = list(Deed.objects.filter(about__startswith="checkup:").order_by("pk"))
    assert [d.what for d in deeds] == ["checkups.checkup.begun", "checkups.checkup.deleted"]
    assert CODE not in str([d.detail for d in deeds])


def test_a_checkup_nobody_uses_runs_out(visitor: Client):
    path = begun(visitor)
    now = timezone.now()
    Checkup.objects.update(
        begun_at=now - KEPT_FOR - timedelta(days=2), last_used_at=now - KEPT_FOR - timedelta(days=1)
    )
    assert visitor.get(path).status_code == 404
    assert forget_unused(by="system", at=now) == 1
    assert not Checkup.objects.exists()


def test_coming_back_keeps_it_alive(visitor: Client):
    path = begun(visitor)
    long_ago = timezone.now() - timedelta(days=80)
    Checkup.objects.update(begun_at=long_ago, last_used_at=long_ago)
    page(visitor, path)
    assert timezone.now() - Checkup.objects.get().last_used_at < timedelta(minutes=5)


def test_a_checkup_keeps_its_own_day(visitor: Client):
    path = begun(visitor)
    assert "固定按" not in page(visitor, path)
    visitor.post("/day/", {"day": "2016-10-01", "next": "/"})
    text = page(visitor, path)
    assert "固定按2013年6月30日有效的政策" in text
    assert visitor.get(f"{path}result.json").json()["day"] == "2013-06-30"
    other = begun(visitor)
    found = visitor.get(f"{other}result.json").json()
    assert found["day"] == "2016-10-01"
    assert {m["measure"].split("/")[0] for m in found["measures"]} >= {"qingdao-2016-2"}
    assert Checkup.objects.filter(day=date(2016, 10, 1)).count() == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"region": "999999", "roles": "enterprise"}, "请选择所在地区"),
        ({"region": "370200"}, "请至少选择一项"),
        ({"region": "370200", "roles": "emperor"}, "请至少选择一项"),
        ({"region": "370200", "roles": "enterprise", "code": "9137"}, "应为18位"),
        ({"region": "370200", "roles": "enterprise", "code": "91370200MA3C0D1EX1"}, "校验码应为“F”"),
        ({"region": "370200", "roles": "enterprise", "code": "91370200MA3C0D1EXI"}, "第18位是“I”"),
        ({"region": "000000", "roles": "incubator"}, "没有面向所选主体的政策措施"),
    ],
)
def test_a_wrong_beginning_is_refused_with_what_mends_it(visitor: Client, form: dict[str, str], said: str):
    answer = visitor.post("/checkup/begin/", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Checkup.objects.exists()


def test_a_code_is_noted_and_masked_on_the_page(visitor: Client):
    path = begun(visitor, code=" 91370200ma3c0d1exf ")
    assert visitor.get(f"{path}result.json").json()["code"] == CODE
    text = page(visitor, path)
    assert CODE not in text
    assert "9137**********1EXF" in text


def test_every_role_may_check_up(signed_in: Any):
    for name in ("firm", "officer", "bank", "auditor"):
        assert "第1题" in page(signed_in(name), begun(signed_in(name)))


def test_a_guide_leads_to_a_form_that_fits_its_measure(visitor: Client):
    text = page(visitor, "/checkup/?measure=qingdao-2012-46/cit-small-low-profit-20")
    assert '<option value="370200" selected>' in text
    other = page(visitor, "/checkup/?measure=qinghai-2012-27/no-such-measure")
    assert 'value="enterprise" checked' in other
