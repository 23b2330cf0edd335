"""What tests of cases do over and over: begin one, fill in its form as a browser would, send it."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiqi.cases.types import Role
from huiqi.casework.models import Case, Rating
from huiqi.funds.types import Movement
from huiqi.holdings.current import library
from huiqi.ledger.actions import put_in
from huiqi.procedures.take_step import Acting, Given, take_step
from tests.site.filling import with_findings

DAY = date(2013, 6, 30)
NOW = datetime(2013, 6, 30, 9, 0, tzinfo=UTC)
LEASE = "/services/qingdao-2012-46/lease-subsidy-claim/"
ORDER = "/services/qingdao-2012-46/instrument-guidance/"
COMPLAINT = "/services/qingdao-2012-46/charges-defence-complaint/"
PDF = b"%PDF-1.7 synthetic"
PAPERS = ("lease_contract", "payment_proof")
OFFICE = "市经济和信息化委"
OFFICER = Acting("officer", Role.OFFICER, authority=OFFICE)
REVIEWER = Acting("officer", Role.REVIEWER, authority=OFFICE)
HEAD = Acting("head", Role.DECIDER, authority=OFFICE)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def form_in(page: str) -> dict[str, str]:
    """What the form of a page would send unchanged."""
    found = dict(re.findall(r'<input id="f-[^"]*" name="(a-[^"]*)" value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea[^>]* name="(a-[^"]*)"[^>]*>([^<]*)<', page))
    found |= dict(re.findall(r'type="radio" name="(a-[^"]*)" value="([^"]*)" checked', page))
    return found | {"edition": hidden(page, "edition")}


def begun(client: Client, service: str = LEASE, **chosen: str) -> str:
    """The address of a draft."""
    answer = client.post(service, chosen)
    assert answer.status_code == 302, answer.status_code
    return re.sub(r"(form|word)/$", "", answer.headers["Location"])


def saved(client: Client, case: str, changes: Mapping[str, str], then: str = "next") -> str:
    """Where saving the form leads; it must have been taken."""
    answer = client.post(f"{case}form/", {**form_in(text(client, f"{case}form/")), **changes, "then": then})
    assert answer.status_code == 302, complaints_in(answer.content.decode())
    return answer.headers["Location"]


def complaints_in(page: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", found) for found in re.findall(r'error-text"[^>]*>(.*?)</p>', page, re.S)]


def uploaded(client: Client, case: str, *materials: str, content: bytes = PDF) -> None:
    for material in materials:
        file = SimpleUploadedFile(f"{material}.pdf", content, content_type="application/pdf")
        assert client.post(f"{case}papers/{material}/give/", {"file": file}).status_code == 302


def sent(client: Client, case: str) -> str:
    """Check and send; where that leads."""
    page = text(client, f"{case}check/")
    form = {name: hidden(page, name) for name in ("edition", "version")} | {"true": "yes"}
    answer = client.post(f"{case}check/", form)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return answer.headers["Location"]


def claimed(firm: Client, amount: str = "1000万") -> str:
    """The address of a claim of the leasing subsidy that was sent."""
    case = begun(firm)
    saved(firm, case, {"a-lease_financed_amount": amount})
    uploaded(firm, case, *PAPERS)
    sent(firm, case)
    return case


def row(case: str) -> Case:
    return Case.objects.get(number=case.strip("/").split("/")[1])


def step(case: str, name: str, acting: Acting, **given: object) -> Case:
    full = with_findings(row(case), name, given, on=DAY)
    return take_step(row(case), name, Given(**full), acting=acting, at=NOW, on=DAY)  # type: ignore[arg-type]


def published(firm: Client, amount: str = "1000万") -> str:
    """A claim that is open to objections."""
    fund = library().packs["qingdao-2012-46"].funds["sme-special-fund"]
    budget = Fraction(100_000_000)
    put_in(fund, Movement.BUDGET, amount=budget, year=2013, source="市财政局", by="payer", at=NOW, on=DAY)
    case = claimed(firm, amount)
    step(case, "accept", OFFICER)
    step(case, "review", REVIEWER, no_conflict=True, amount=Fraction(100_000))
    step(case, "approve", HEAD, no_conflict=True, amount=Fraction(100_000))
    return case


def ordered(firm: Client, agency: str) -> str:
    """An order that an agency was chosen for."""
    case = begun(firm, ORDER)
    saved(firm, case, {"a-need": "仪器使用培训", "a-wanted_by": "2013-09-30"})
    sent(firm, case)
    chosen = {"version": hidden(text(firm, case), "version"), "provider": agency}
    assert firm.post(f"{case}steps/choose/", chosen).status_code == 302
    return case


def firms_and_agencies_have_cases(agency: str, enter: Callable[[str], Client]) -> None:
    """A draft, a claim that was returned, one that is published and to be rated, an order in an agency's hands."""
    firm = enter("firm")
    begun(firm)
    notes = {"lease_financed_amount": "与合同金额不符", "lease_contract": "缺最后一页"}
    step(claimed(firm, "600万"), "return_to_mend", OFFICER, mends=notes)
    Rating.objects.create(case=row(published(firm)), asked_on=DAY)
    ordered(firm, agency)
