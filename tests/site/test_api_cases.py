"""Programs of firms and offices do with keys what their owners do on the site: claim, handle, pay, look."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localdate, now

from huiqi.access.models import Membership
from huiqi.access.permissions import Role
from huiqi.casework.models import Case
from huiqi.holdings.current import library
from huiqi.keys.actions import Wish, make_key
from huiqi.keys.scopes import KeyScope, allowed_to
from huiqi.matching.answers import read_reply
from huiqi.procedures.act_out import example_reply
from huiqi.rolls.actions import enter
from tests.contracts.test_promised import faults_of as fits
from tests.site.conftest import Site
from tests.site.test_case_steps import AT, DAY, LEASE, PDF, approved, with_money

KeyOf = Callable[..., Client]
CASES = (KeyScope.CASES_READ, KeyScope.CASES_WRITE)


@pytest.fixture
def key_of(site: Site, settings: Any) -> KeyOf:
    """A client with a key of one of the cast, good for cases unless it is said for what."""
    settings.HUIQI_DAY = "2013-07-01"

    def make(name: str, *scopes: str, region: str = "") -> Client:
        membership = Membership.objects.get(user__username=name)
        wish = Wish("test", scopes or CASES, localdate(), region=region or membership.region)
        made = make_key(wish, membership=membership, by="admin", on=localdate(), at=now())
        assert made.secret, made.problems
        return Client(headers={"Authorization": f"Bearer {made.secret}"})

    return make


def sent(client: Client, method: str, path: str, body: Any, status: int = 200) -> Any:
    answer = client.generic(method, f"/api/v1/{path}", json.dumps(body), content_type="application/json")
    found = json.loads(answer.content)
    assert answer.status_code == status, found
    return found


def asked(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(f"/api/v1/{path}")
    found = json.loads(answer.content)
    assert answer.status_code == status, found
    return found


def handed_in(client: Client, number: str, status: int = 200, content: bytes = PDF, **where: str) -> Any:
    file = SimpleUploadedFile("contract.pdf", content, content_type="application/pdf")
    answer = client.post(f"/api/v1/cases/{number}/materials", {"file": file, **where})
    found = json.loads(answer.content)
    assert answer.status_code == status, found
    return found


def filled_in(firm: Client) -> Any:
    """A draft of the leasing claim with all it asks for."""
    case = sent(firm, "POST", "cases", {"case_type": LEASE}, 201)
    answers = {f["name"]: "是" for f in case["form"] if f["missing"]} | {"lease_financed_amount": 10_000_000}
    sent(firm, "PUT", f"cases/{case['number']}/answers", {"edition": case["edition"], "answers": answers})
    for material in ("lease_contract", "payment_proof"):
        case = handed_in(firm, case["number"], material=material)
    return case


def step(client: Client, case: Any, name: str, status: int = 200, **given: Any) -> Any:
    said = {"version": case.get("version", 0), **given}
    return sent(client, "POST", f"cases/{case['number']}/steps/{name}", said, status)


def test_a_firm_claims_and_an_office_decides_by_keys_alone(key_of: KeyOf, site: Site) -> None:
    with_money()
    firm, officer, head = key_of("firm"), key_of("officer"), key_of("head")
    case = filled_in(firm)
    assert not [f for f in case["form"] if f["missing"]]
    assert [m["given"][0]["way"] for m in case["materials"] if m["given"]] == ["upload", "upload"]
    case = step(firm, case, "submit")
    assert (case["state"], case["turn"]) == ("submitted", "office")
    assert fits(case, "CaseAnswer") == []
    waiting = asked(officer, "inbox")
    assert case["number"] in {row["number"] for row in waiting["items"]}
    seen = asked(officer, f"cases/{case['number']}")
    assert {n["step"] for n in seen["next"]} >= {"accept", "return_to_mend", "decline"}
    case = step(officer, case, "accept")
    found = {"lease_review_passed": True}
    case = step(officer, case, "review", no_conflict=True, amount="100000", review=found)
    case = step(head, case, "approve", no_conflict=True, amount="100000.00")
    assert (case["state"], case["amount_granted"]) == ("published", "100000.00")
    assert [e["step"] for e in case["timeline"]] == ["open", "submit", "accept", "review", "approve"]
    assert case["published"]["until"] > "2013-07-01"
    shown = asked(Client(), "publications")
    assert [p["number"] for p in shown["items"]] == [case["number"]]
    assert fits(shown, "PublicationList") == []


def test_a_firm_does_not_learn_who_in_the_office_it_was(key_of: KeyOf, site: Site) -> None:
    firm, officer = key_of("firm"), key_of("officer")
    case = step(firm, filled_in(firm), "submit")
    case = step(officer, case, "accept")
    assert [e["by"] for e in case["timeline"]] == ["firm", "firm", "officer"]
    mine = asked(firm, f"cases/{case['number']}")
    assert [e["by"] for e in mine["timeline"]] == ["firm", "firm", None]
    assert mine["officer"] is None
    assert mine["timeline"][-1]["authority"] == "市经济和信息化委"


def test_whoever_acts_on_an_old_version_is_told_so_and_nothing_happens(key_of: KeyOf, site: Site) -> None:
    firm, officer = key_of("firm"), key_of("officer")
    case = step(firm, filled_in(firm), "submit")
    step(officer, case, "accept")
    refused = step(officer, case, "decline", 409, reason="重复")
    assert refused["where"] == "body.version"
    assert Case.objects.get(number=case["number"]).state == "accepted"
    draft = sent(firm, "POST", "cases", {"case_type": LEASE}, 201)
    said = {"edition": "0" * 16, "answers": {"lease_financed_amount": "5"}}
    assert sent(firm, "PUT", f"cases/{draft['number']}/answers", said, 409)["where"] == "body.edition"


def test_everything_that_is_missing_is_named_with_its_place(key_of: KeyOf, site: Site) -> None:
    firm = key_of("firm")
    case = sent(firm, "POST", "cases", {"case_type": LEASE}, 201)
    refused = step(firm, case, "submit", 422)
    places = {problem["where"] for problem in refused["problems"]}
    assert {"form.lease_financed_amount", "form.lease_contract", "form.payment_proof"} <= places
    assert fits(refused, "Refusal") == []
    officer = key_of("officer")
    case = step(officer, step(firm, filled_in(firm), "submit"), "accept")
    refused = step(officer, case, "review", 422)
    assert {p["where"] for p in refused["problems"]} == {
        "body.amount", "body.no_conflict", "form.lease_review_passed",
    }  # fmt: skip


def test_answers_are_kept_all_or_none(key_of: KeyOf, site: Site) -> None:
    firm = key_of("firm")
    case = sent(firm, "POST", "cases", {"case_type": LEASE}, 201)
    answers = {"lease_financed_amount": "很多", "no_such_field": "1"}
    said = {"edition": case["edition"], "answers": {**answers, "lease_for_production": True}}
    refused = sent(firm, "PUT", f"cases/{case['number']}/answers", said, 422)
    assert {"body.answers.lease_financed_amount", "body.answers.no_such_field"} <= {
        p["where"] for p in refused["problems"]
    }
    assert not [f for f in asked(firm, f"cases/{case['number']}")["form"] if f["answer"] is not None]


def test_a_case_that_is_not_the_keys_is_not_there(key_of: KeyOf, site: Site) -> None:
    firm, bank, officer = key_of("firm"), key_of("bank"), key_of("officer")
    draft = sent(firm, "POST", "cases", {"case_type": LEASE}, 201)
    path = f"cases/{draft['number']}"
    for other in (bank, officer, key_of("supervision")):  # a draft is the applicant's alone
        asked(other, path, 404)
    step(bank, draft, "withdraw", 404)
    case = step(firm, filled_in(firm), "submit")
    region = Case.objects.get(number=case["number"]).region
    elsewhere = "370299" if region != "370299" else "370298"
    asked(key_of("officer", region=elsewhere), f"cases/{case['number']}", 404)
    assert asked(key_of("agency"), "cases")["total"] == 0
    assert asked(firm, "cases")["total"] == 2
    assert asked(firm, "cases?show=open&q=nobody")["total"] == 0


def test_a_key_does_what_its_scopes_and_its_owner_allow(key_of: KeyOf, site: Site) -> None:
    reader = key_of("firm", "cases:read")
    sent(reader, "POST", "cases", {"case_type": LEASE}, 403)
    sent(key_of("officer"), "POST", "cases", {"case_type": LEASE}, 403)  # an office has no party
    asked(key_of("firm", "matches:read"), "cases", 403)
    asked(key_of("firm"), "inbox", 403)
    asked(Client(), "cases", 401)
    firm = key_of("firm")
    case = step(firm, filled_in(firm), "submit")
    refused = step(firm, case, "accept", 422)
    assert refused["problems"][0]["where"] == "path.step"
    assert Case.objects.get(number=case["number"]).state == "submitted"
    step(firm, case, "no_such_step", 404)


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_has_nothing_to_do_with_cases_gets_no_such_key(site: Site, role: str) -> None:
    membership = Membership.objects.get(user__username=role)
    wish = Wish("test", CASES, localdate(), region=membership.region)
    made = make_key(wish, membership=membership, by="admin", on=localdate(), at=now())
    assert "scopes" in made.problems


def test_files_are_looked_at_before_they_are_kept(key_of: KeyOf, site: Site) -> None:
    firm = key_of("firm")
    case = sent(firm, "POST", "cases", {"case_type": LEASE}, 201)
    refused = handed_in(firm, case["number"], 422, b"<script>", material="lease_contract")
    assert refused["where"] == "body.file"
    assert "PDF" in refused["detail"]
    handed_in(firm, case["number"], 422, material="no_such_material")
    case = handed_in(firm, case["number"], material="lease_contract")
    key = next(m["given"][0]["key"] for m in case["materials"] if m["given"])
    file = f"/api/v1/cases/{case['number']}/materials/{key}"
    assert firm.get(file).content == PDF
    assert firm.get(file).headers["Content-Disposition"].startswith("attachment")
    assert key_of("bank").get(file).status_code == key_of("officer").get(file).status_code == 404  # a draft
    gone = sent(firm, "DELETE", f"cases/{case['number']}/materials/{key}", None)
    assert not [m for m in gone["materials"] if m["given"]]
    sent(firm, "DELETE", f"cases/{case['number']}/materials/{key}", None, 404)
    asked(key_of("officer"), f"cases/{case['number']}/materials", 405)


def test_a_published_case_is_objected_to(key_of: KeyOf, site: Site) -> None:
    with_money()
    case = approved(site)
    bank = key_of("bank")
    objection = sent(bank, "POST", f"cases/{case.number}/objections", {}, 201)
    assert objection["purpose"] == "objection"
    assert Case.objects.get(number=objection["number"]).parent == case
    sent(bank, "POST", "cases/20130101000001/objections", {}, 404)


def test_overdue_cases_are_counted_in_public(key_of: KeyOf, site: Site, visitor: Client) -> None:
    firm = key_of("firm")
    case = step(key_of("officer"), step(firm, filled_in(firm), "submit"), "accept")
    now_ = asked(visitor, "overdue")
    assert fits(now_, "OverdueAnswer") == []
    assert (now_["in_hand"], now_["overdue"]) == (1, 0)
    assert now_["items"][0]["authorities"] == ["市经济信息化委"]
    due = Case.objects.get(number=case["number"]).next_due
    if due is not None:  # the clock of the case type names an end
        later = asked(visitor, f"overdue?on={due.year + 1}-01-01")
        assert (later["overdue"], later["items"][0]["overdue"]) == (1, 1)


def test_case_types_say_how_a_case_goes(visitor: Client, site: Site) -> None:
    listed = asked(visitor, "case-types?document=qingdao-2012-46&purpose=claim&q=租赁")
    assert LEASE in {row["type"] for row in listed["items"]}
    one = asked(visitor, f"case-types/{LEASE}")
    assert fits(one, "CaseTypeAnswer") == []
    assert {s["step"] for s in one["steps"]} >= {"submit", "accept", "approve", "order_payment"}
    assert one["fund"] == "qingdao-2012-46/sme-special-fund"
    asked(visitor, "case-types/qingdao-2012-46/no-such-type", 404)


def test_funds_are_told_to_who_may_see_them(key_of: KeyOf, site: Site) -> None:
    with_money(500_000)
    case = approved(site)
    fund = "qingdao-2012-46/sme-special-fund"
    for name in ("payer", "officer", "supervision", "auditor"):
        one = asked(key_of(name, "funds:read"), f"funds/{fund}")
        assert fits(one, "FundAnswer") == []
        year = one["this_year"]
        assert (year["put_in"], year["available"], year["taken"]) == ("500000.00", "400000.00", "100000.00")
    payer = key_of("payer", "funds:read")
    moved = asked(payer, f"funds/{fund}/postings?case={case.number}")
    assert fits(moved, "PostingList") == []
    assert [(p["movement"], p["amount"]) for p in moved["items"]] == [("commit", "100000.00")]
    assert asked(payer, f"funds/{fund}/postings?year=2012")["total"] == 0
    asked(payer, "funds/qinghai-2012/special-fund", 404)  # another province's
    mine = {row["fund"] for row in asked(payer, "funds?size=200")["items"]}
    assert fund in mine
    assert not [name for name in mine if name.startswith("qinghai")]
    assert asked(key_of("auditor", "funds:read"), "funds?size=200")["total"] > len(mine)
    assert KeyScope.FUNDS_READ not in allowed_to(Role.FIRM_LEGAL)


def test_public_registers_are_open_and_others_are_not_there(visitor: Client, site: Site) -> None:
    listed = asked(visitor, "registers?document=qingdao-2012-46&size=200")
    assert fits(listed, "RegisterList") == []
    packs = library().packs["qingdao-2012-46"].registers
    public = {name for name, register in packs.items() if register.access == "public"}
    assert {row["id"] for row in listed["items"]} == public
    closed = sorted(set(packs) - public)[0]
    asked(visitor, f"registers/qingdao-2012-46/{closed}", 404)
    asked(visitor, f"registers/qingdao-2012-46/{closed}/entries", 404)


def test_who_stands_in_a_register_on_which_day(visitor: Client, site: Site) -> None:
    register = library().packs["qingdao-2012-46"].registers["startup-bases-carriers"]
    said = {field.name: example_reply(field.kind, DAY) for field in register.fields if field.required}
    values = {f.name: read_reply(said[f.name], f.kind)[0] for f in register.fields if f.name in said}
    enter(
        register, party=site.agency, name="合成孵化器", region="370203", fields=values, grade="city",
        by="officer", at=AT, on=DAY,
    )  # fmt: skip
    path = "registers/qingdao-2012-46/startup-bases-carriers/entries"
    found = asked(visitor, f"{path}?on={DAY}")
    assert fits(found, "EntryList") == []
    (entry,) = found["items"]
    assert (entry["name"], entry["code"], entry["entered_on"]) == ("合成孵化器", site.agency, DAY.isoformat())
    assert entry["grade"]["zh"]
    assert asked(visitor, f"{path}?on=2013-01-01")["total"] == 0
    assert asked(visitor, f"{path}?on={DAY}&grade=district")["total"] == 0
    assert asked(visitor, f"{path}?on={DAY}&q=别的")["total"] == 0
