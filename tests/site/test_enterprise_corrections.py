"""A firm states and corrects facts; an office of its region decides; what is accepted counts at once."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role
from huiqi.audit.models import Deed
from huiqi.audit.queries import broken_seals
from huiqi.dossiers.models import RecordedFact, Viewing
from huiqi.notices.models import Notice
from tests.site.conftest import DAY, NOW, PASSWORD, Site
from tests.site.test_enterprise_file import page_of, visible

Enter = Callable[[str], Client]
PDF = b"%PDF-1.4\nsynthetic evidence"


@pytest.fixture(autouse=True)
def own_evidence(site: Site, tmp_path: Path, settings: object) -> None:
    """The evidence of a test goes away with it; register and runs are those of the site."""
    for name in ("register", "runs"):
        (tmp_path / name).symlink_to(site.data / name)
    settings.HUIQI_DATA = tmp_path  # type: ignore[attr-defined]


def pdf(content: bytes = PDF, name: str = "工资表.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def correct(client: Client, fact: str = "employees", value: str = "7", **more: object) -> object:
    form = {"value": value, "as_of": "2013-06-30", "source": "社保缴费单", "file": pdf(), **more}
    return client.post(f"/my/facts/{fact}/", {k: v for k, v in form.items() if v is not None})


def other_officer(region: str) -> Client:
    user = User.objects.create_user(f"officer-{region}", password=PASSWORD)
    grant_role(user, Role.OFFICER, authority="某局", region=region, from_day=DAY, by="system", at=NOW)
    client = Client()
    assert client.login(username=user.username, password=PASSWORD)
    return client


def test_a_correction_waits_and_counts_once_it_is_accepted(signed_in: Enter):
    firm, officer = signed_in("firm"), signed_in("officer")
    before = visible(page_of(firm, "/my/"))
    assert "14人" in before
    assert correct(firm, value="9").status_code == 302  # type: ignore[attr-defined]
    waiting = visible(page_of(firm, "/my/"))
    assert "14人" in waiting
    assert "有1项更正正在核实" in waiting
    queue = visible(page_of(officer, "/corrections/"))
    assert "9人" in queue
    assert "14人" in queue
    key = RecordedFact.objects.get().pk
    officer.post(f"/corrections/{key}/", {"decision": "accept", "reason": "与缴费记录一致"})
    after = visible(page_of(firm, "/my/"))
    assert "9人" in after
    assert "登记库原为：14人" in after
    assert "已核实更正" in after
    assert "已采纳" in visible(page_of(firm, "/my/alerts/"))
    assert list(broken_seals()) == []


def test_an_accepted_correction_changes_the_verdicts_and_tells_the_firm(signed_in: Enter):
    firm, officer = signed_in("firm"), signed_in("head")
    missed = visible(page_of(firm, "/my/matches/?verdict=ineligible"))
    assert "月营业额为46,358.89元" in missed
    correct(firm, "monthly_turnover", "1.5万")
    officer.post(
        f"/corrections/{RecordedFact.objects.get().pk}/", {"decision": "accept", "reason": "核对无误"}
    )
    assert "月营业额为46,358.89元" not in visible(page_of(firm, "/my/matches/?verdict=ineligible"))
    fitting = Notice.objects.filter(kind="fits")
    assert [n.origin for n in fitting] == [f"fact:{RecordedFact.objects.get().pk}"] * len(fitting)
    assert "营业税起征点" in [n.title_zh for n in fitting]
    assert f"/my/matches/{fitting[0].about}/" in page_of(firm, "/my/alerts/")


def test_what_the_register_does_not_know_counts_when_it_is_stated(signed_in: Enter):
    firm = signed_in("agent")
    asked = page_of(firm, "/my/matches/?verdict=unknown")
    assert "/my/facts/taxable_income/" in asked
    answer = firm.post(
        "/my/facts/taxable_income/", {"value": "5万", "as_of": "2013-06-30", "next": "/my/matches/"}
    )
    assert answer.headers["Location"] == "/my/matches/"
    assert "/my/facts/taxable_income/" not in page_of(firm, "/my/matches/?verdict=unknown")
    page = visible(page_of(firm, "/my/"))
    assert "5万元" in page
    assert "企业填报" in page


def test_withdrawn_is_not_changed_and_counts_no_longer(signed_in: Enter):
    firm = signed_in("firm")
    correct(firm, "taxable_income", "5万", file=None)
    key = RecordedFact.objects.get().pk
    firm.post(f"/my/corrections/{key}/withdraw/", {"reason": ""})
    assert "5万元" in visible(page_of(firm, "/my/"))  # without a reason nothing is withdrawn
    firm.post(f"/my/corrections/{key}/withdraw/", {"reason": "年度写错"})
    assert "5万元" not in visible(page_of(firm, "/my/"))
    assert "年度写错" in visible(page_of(firm, "/my/corrections/"))
    fact = RecordedFact.objects.get()
    assert fact.value == "50000"
    fact.value = "60000"
    with pytest.raises(TypeError):
        fact.save()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "很多"}, "不是数字"),
        ({"value": "14"}, "与现有数据相同"),
        ({"value": "-3"}, "不能低于"),
        ({"as_of": "2013-07-01"}, "不晚于今天"),
        ({"file": None}, "须附证明材料"),
        ({"file": b"<script>alert(1)</script>"}, "只收PDF、PNG、JPG"),
        ({"file": b"%PDF-" + b"0" * (10 << 20)}, "不得超过10 MB"),
    ],
)
def test_mistakes_are_said_beside_the_field(signed_in: Enter, change: dict[str, object], said: str):
    if isinstance(change.get("file"), bytes):
        change = {"file": pdf(change["file"])}  # type: ignore[arg-type]
    response = correct(signed_in("firm"), **change)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert said in visible(response.content.decode())  # type: ignore[attr-defined]
    assert not RecordedFact.objects.exists()


def test_one_correction_of_a_fact_at_a_time(signed_in: Enter):
    firm = signed_in("firm")
    correct(firm, value="9")
    again = correct(firm, value="10")
    assert "已有更正在核实" in again.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("fact", ["is_startup", "as_of", "bid_price", "no_such_fact"])
def test_what_is_not_the_firms_to_state_has_no_page(signed_in: Enter, fact: str):
    page_of(signed_in("firm"), f"/my/facts/{fact}/", 404)


def test_evidence_is_for_the_firm_and_its_office_alone(
    site: Site, signed_in: Enter, visitor: Client, settings: object
):
    firm = signed_in("firm")
    correct(firm)
    key = RecordedFact.objects.get().pk
    taken = firm.get(f"/my/corrections/{key}/evidence/")
    assert taken.content == PDF
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in taken.headers["Content-Security-Policy"]
    assert signed_in("officer").get(f"/corrections/{key}/evidence/").content == PDF
    assert Viewing.objects.get().groups == ["staff"]
    page_of(other_officer("6301"), f"/corrections/{key}/evidence/", 404)
    page_of(signed_in("bank"), f"/corrections/{key}/evidence/", 403)
    assert visitor.get(f"/my/corrections/{key}/evidence/").status_code == 302
    kept = list(Path(settings.HUIQI_DATA).glob("evidence/*/*"))  # type: ignore[attr-defined]
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600]


def test_an_office_of_another_region_neither_sees_nor_decides(signed_in: Enter):
    correct(signed_in("firm"))
    fact = RecordedFact.objects.get()
    elsewhere = other_officer("6301")
    assert fact.firm_name not in page_of(elsewhere, "/corrections/")
    assert (
        elsewhere.post(f"/corrections/{fact.pk}/", {"decision": "accept", "reason": "x"}).status_code == 404
    )
    page_of(signed_in("firm"), "/corrections/", 403)
    page_of(signed_in("bank"), "/corrections/", 403)
    assert RecordedFact.objects.get().standing == "proposed"


def test_a_firm_reaches_its_own_facts_alone(site: Site, signed_in: Enter):
    correct(signed_in("firm"))
    key = RecordedFact.objects.get().pk
    user = User.objects.create_user("other-firm", password=PASSWORD)
    grant_role(user, Role.FIRM_LEGAL, party=site.bank, from_day=DAY, by="system", at=NOW)
    other = Client()
    assert other.login(username="other-firm", password=PASSWORD)
    page_of(other, f"/my/corrections/{key}/evidence/", 404)
    assert other.post(f"/my/corrections/{key}/withdraw/", {"reason": "x"}).status_code == 404
    assert "社保缴费单" not in page_of(other, "/my/corrections/")


def test_refused_with_a_reason_and_not_decided_twice(signed_in: Enter):
    firm, officer = signed_in("firm"), signed_in("officer")
    correct(firm)
    key = RecordedFact.objects.get().pk
    assert "请写明理由" in visible(
        officer.post(f"/corrections/{key}/", {"decision": "refuse"}, follow=True).content.decode()
    )
    officer.post(f"/corrections/{key}/", {"decision": "refuse", "reason": "材料不清"})
    again = officer.post(f"/corrections/{key}/", {"decision": "accept", "reason": "x"}, follow=True)
    assert "该项已处理" in again.content.decode()
    page = visible(page_of(firm, "/my/corrections/"))
    assert "未采纳" in page
    assert "材料不清" in page
    assert "14人" in visible(page_of(firm, "/my/"))
    assert Deed.objects.filter(what="dossiers.fact.refused", by="officer").count() == 1


def test_the_database_refuses_what_the_pages_refuse(signed_in: Enter):
    correct(signed_in("firm"))
    fact = RecordedFact.objects.get()
    for change in (
        {"standing": "accepted"},
        {"standing": "refused", "decided_by": "officer", "decided_on": DAY},
        {"standing": "accepted", "decided_by": "firm", "decided_on": DAY},
        {"as_of": date(2013, 7, 1)},
        {"withdrawn_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RecordedFact.objects.filter(pk=fact.pk).update(**change)


def test_the_queue_is_exported_with_masked_codes(site: Site, signed_in: Enter):
    correct(signed_in("firm"), source="=1+1")
    text = signed_in("officer").get("/corrections/?format=csv").content.decode("utf-8-sig")
    assert "9137**********0781" in text
    assert site.firm not in text
    assert "'=1+1" in text
