"""What is refused is refused in the reader's language, beside the field and on pages of errors."""

import re
import shutil
from pathlib import Path
from typing import Final

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.site.conftest import PASSWORD, Site, entered
from tests.site.lived_in import MEASURE, begin_a_checkup, posted, register_file
from tests.site.test_english import chinese_in

LONG: Final = "x" * 400
REFUSED: Final[tuple[tuple[str, str, dict[str, object]], ...]] = (
    ("visitor", "/checkup/begin/", {"region": "nowhere", "roles": [], "code": "not a code"}),
    ("visitor", "/account/login/", {"login": "firm", "password": "wrong"}),
    ("visitor", "/account/login/", {}),
    ("visitor", "/account/password/reset/", {"email": "no address"}),
    ("firm", "/account/password/change/", {"oldpassword": "wrong", "password1": "a", "password2": "b"}),
    ("firm", "/my/facts/employees/", {"value": "ten", "as_of": "never", "remark": LONG * 2}),
    ("firm", "/my/facts/employees/", {"value": "-3", "as_of": "2030-01-01"}),
    ("firm", "/my/facts/employees/", {}),
    ("firm", "/my/facts/taxable_income/", {"value": "a lot", "as_of": "2013-06-30"}),
    ("firm", "/my/facts/establishment_date/", {"value": "2013-13-13", "as_of": "2013-06-30"}),
    ("firm", "/my/facts/industry_sector/", {"value": "none such", "as_of": "2013-06-30"}),
    ("firm", "/my/facts/is_hnte/", {"value": "perhaps", "as_of": "2013-06-30"}),
    ("firm", "/my/consents/give/", {"audience": "nobody", "groups": [], "until": "2000-01-01"}),
    ("firm", "/my/agents/authorise/", {"name": "firm", "email": "no address", "until": "2000-01-01"}),
    ("firm", "/my/agents/authorise/", {"name": "x y!", "email": "a@b"}),
    ("firm", "/my/alerts/searches/", {"words": "  "}),
    ("firm", "/my/alerts/channels/", {"way": "email", "address": "no address"}),
    ("firm", "/my/alerts/channels/", {"way": "webhook", "address": "http://127.0.0.1/"}),
    ("officer", "/desk/data/upload/", {}),
    ("officer", "/desk/data/upload/", {"source": LONG, "as_of": "never", "way": "none such"}),
    ("admin", "/users/add/", {"name": "not a name!", "email": "no address"}),
    ("admin", "/users/add/", {"name": "firm"}),
    ("admin", "/users/firm/change/", {"do": "give", "role": "officer", "authority": "", "region": "x"}),
    ("admin", "/system/keys/", {"name": "", "scopes": []}),
)  # fmt: skip


@pytest.fixture
def own(site: Site, tmp_path: Path, settings: object) -> Site:
    shutil.copytree(site.data, tmp_path / "data")
    settings.HUIQI_DATA = tmp_path / "data"  # type: ignore[attr-defined]
    return site


def in_english(role: str) -> Client:
    client = entered(role)
    client.cookies["django_language"] = "en"
    return client


def refusal(client: Client, path: str, form: dict[str, object]) -> str:
    """The page that comes instead; it says what is wrong, in English alone."""
    answer = client.post(path, form, follow=True)
    page = answer.content.decode()
    tree = lxml.html.document_fromstring(page)
    said = tree.xpath("//*[contains(@class, 'error') and normalize-space()]")
    assert said, f"{path} {form} {answer.status_code}: nothing is said to be wrong"
    assert list(chinese_in(tree)) == [], (path, form)
    return page


@pytest.mark.parametrize(("role", "path", "form"), REFUSED, ids=[f"{p} {sorted(f)}" for _, p, f in REFUSED])
def test_a_refused_form_says_so_in_english(site: Site, role: str, path: str, form: dict[str, object]):
    refusal(in_english(role), path, form)


def test_a_refused_answer_of_a_checkup(site: Site):
    client = in_english("visitor")
    path = begin_a_checkup(Client())
    for _ in range(12):
        page = client.get(path).content.decode()
        fact = re.search(r'name="fact" value="([^"]+)"', page)
        assert fact is not None
        refusal(client, f"{path}answer/", {"fact": fact[1], "reply": "nonsense"})
        client.post(f"{path}answer/", {"fact": fact[1], "pass": "1"})


def test_a_refused_revision_of_a_rule(own: Site):
    officer = in_english("officer")
    draft = posted(officer, f"/desk/rules/{MEASURE}/draft/")
    wrong = {"text": "id: [", "tests": "- {", "reason": "", "effective_from": "", "edition": "1"}
    refusal(officer, f"{draft}save/", {**wrong, "then": "check"})
    refusal(officer, f"{draft}save/", {**wrong, "edition": "2", "then": "submit"})
    refusal(officer, f"{draft}save/", {**wrong, "edition": "1", "then": "check"})


def test_a_refused_register_file(own: Site):
    officer = in_english("officer")
    said = {"source": "a list", "as_of": "2013-06-30", "way": "supplement", "synthetic": "on"}
    odd = SimpleUploadedFile("register.csv", b"\x89PNG\r\n\x1a\n\0\0\0", content_type="text/csv")
    refusal(officer, "/desk/data/upload/", {**said, "file": odd})
    table = SimpleUploadedFile("register.csv", register_file(own))
    columns = posted(officer, "/desk/data/upload/", {**said, "file": table})
    twice = {"then": "read", "header": ["a", "a"], "to-1": "employees", "to-2": "employees"}
    answer = officer.post(columns, twice, follow=True)
    assert list(chinese_in(lxml.html.document_fromstring(answer.content.decode()))) == []


def test_a_list_that_may_not_go_out(own: Site):
    officer, head = in_english("officer"), in_english("head")
    sent = posted(officer, f"/desk/push/{MEASURE}/draw-up/", {"verdict": "eligible"})
    refusal(officer, f"{sent}out/", {"place": "0", "reason": ""})
    posted(officer, f"{sent}prepare/")
    refusal(head, f"{sent}return/", {"reason": ""})


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("visitor", "/no/such/page/", 404),
        ("visitor", "/measures/no-pack/no-measure/", 404),
        ("visitor", "/join/MQ/wrong-token/", 410),
        ("firm", "/desk/push/", 403),
        ("officer", "/my/", 403),
    ],
)
def test_pages_of_errors(site: Site, role: str, path: str, status: int):
    answer = in_english(role).get(path)
    assert answer.status_code == status
    tree = lxml.html.document_fromstring(answer.content.decode())
    assert tree.get("lang") == "en"
    assert list(chinese_in(tree)) == []
    assert re.search(r"[A-Za-z]{4}", tree.findtext(".//h1") or "")


def test_too_many_wrong_passwords(site: Site):
    client = in_english("visitor")
    for _ in range(6):
        page = refusal(client, "/account/login/", {"login": "officer", "password": "wrong"})
    assert "try again in five minutes" in page
    page = refusal(client, "/account/login/", {"login": "officer", "password": PASSWORD})
    assert "try again in five minutes" in page
