"""What tests of cases do over and over: begin one, fill in its form as a browser would, send it."""

import re
from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiqi.cases.types import Role
from huiqi.casework.models import Case
from huiqi.procedures.take_step import Acting, Given, take_step
from tests.site.conftest import DAY, NOW

LEASE = "/services/qingdao-2012-46/lease-subsidy-claim/"
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
    return take_step(row(case), name, Given(**given), acting=acting, at=NOW, on=DAY)  # type: ignore[arg-type]
