"""A site on which everybody of the cast has done something, so that every kind of page has something to show."""

import re
from collections.abc import Callable
from typing import Protocol

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.site.cases import firms_and_agencies_have_cases
from tests.site.desk_cases import desks_have_work
from tests.site.fund_money import funds_have_money

SignIn = Callable[[str], Client]
MEASURE = "qingdao-2012-46/cit-small-low-profit-20"
NEW_FIRM = "91370200MA3C0D1EXF"
EVIDENCE = b"%PDF-1.4\nsynthetic evidence"


class Parties(Protocol):
    """Whom the cast acts for, by credit code."""

    @property
    def firm(self) -> str: ...
    @property
    def bank(self) -> str: ...
    @property
    def agency(self) -> str: ...


def live_in(site: Parties, enter: SignIn) -> tuple[str, str]:
    """Let the cast work for a day.

    Returns: the address of a check-up that was begun and left, and of the impact of a draft.
    """
    share_and_correct(site, enter("firm"))
    the_officer_looks(site, enter("officer"))
    hand_in_a_file(site, enter("officer"))
    draw_up_lists(enter("officer"), enter("head"))
    impact = revise_a_rule(enter("officer"))
    the_administrator_opens_an_account(enter("admin"))
    keep_a_register(site, enter("officer"))
    firms_and_agencies_have_cases(site.agency, enter)
    desks_have_work(site)
    funds_have_money(site)
    return begin_a_checkup(Client()), impact


def posted(client: Client, path: str, form: dict[str, object] | None = None) -> str:
    """The place that a form leads to; it must have been taken."""
    answer = client.post(path, form or {})
    assert answer.status_code in (200, 302), (path, answer.status_code, notices_in(answer.content.decode()))
    return answer.headers.get("Location", "")


def notices_in(page: str) -> list[str]:
    """What a page that refuses says about it."""
    return re.findall(r'class="(?:notice|error-text)[^>]*>(.*?)</', page, re.S)


def share_and_correct(site: Parties, firm: Client) -> None:
    evidence = SimpleUploadedFile("工资表.pdf", EVIDENCE, content_type="application/pdf")
    told = {"as_of": "2013-06-30", "source": "社保缴费单"}
    posted(firm, "/my/facts/employees/", {"value": "9", "file": evidence, **told})
    agreed = {"groups": ["finance", "staff"], "until": "2013-12-31"}
    posted(firm, "/my/consents/give/", {"audience": site.bank, **agreed})
    posted(firm, "/my/alerts/searches/", {"words": "贴息"})
    posted(firm, "/my/agents/authorise/", {"name": "second-agent"})


def the_officer_looks(site: Parties, officer: Client) -> None:
    assert officer.get(f"/firms/{site.firm}/").status_code == 200


def register_file(site: Parties) -> bytes:
    lines = (
        "统一社会信用代码,企业名称,从业人数,资产总额（万元）,营业收入（万元）",
        f"{site.firm},合成一厂,77,1200,35000",
        f"{NEW_FIRM},合成新厂,12,300,900",
        f"{site.agency},合成二厂,十来个,300,900",
    )
    return "\n".join(lines).encode()


def hand_in_a_file(site: Parties, officer: Client) -> None:
    table = SimpleUploadedFile("企业.csv", register_file(site))
    said = {"source": "市统计局企业名录", "as_of": "2013-06-30", "way": "supplement", "synthetic": "on"}
    columns = posted(officer, "/desk/data/upload/", {"file": table, **said})
    page = officer.get(columns).content.decode()
    form: dict[str, object] = {"header": re.findall(r'name="header" value="([^"]*)"', page)}
    form |= dict(re.findall(r'name="(to-\d+)" list="facts" value="([^"]*)"', page))
    form |= dict.fromkeys(("unit-3", "unit-4"), "万元")
    manner = {"duplicates": "reject", "region": "code", "role": "enterprise", "header_row": "1"}
    posted(officer, columns, {**form, **manner, "then": "read"})
    posted(officer, columns.replace("columns/", "submit/"))
    left = SimpleUploadedFile("企业之二.csv", register_file(site))
    posted(officer, "/desk/data/upload/", {"file": left, **said})


def draw_up_lists(officer: Client, head: Client) -> None:
    sent = posted(officer, f"/desk/push/{MEASURE}/draw-up/", {"verdict": "eligible"})
    posted(officer, f"{sent}note/", {"note_zh": "请于七月申报。", "note_en": "Please claim in July."})
    posted(officer, f"{sent}prepare/")
    posted(head, f"{sent}send/")
    waiting = posted(officer, f"/desk/push/{MEASURE}/draw-up/", {"verdict": "eligible"})
    posted(officer, f"{waiting}prepare/")
    posted(officer, f"/desk/push/{MEASURE}/draw-up/", {"verdict": "eligible"})


def revise_a_rule(officer: Client) -> str:
    """One draft with an impact worked out, and one that is submitted; the address of the impact."""
    pack, _, _ = MEASURE.partition("/")
    draft = posted(officer, f"/desk/rules/{MEASURE}/draft/")
    text = typed_in(officer.get(draft).content.decode(), "text")
    changed = {"text": text.replace("30万", "28万"), "reason": "限额试调", "effective_from": "2013-07-01"}
    posted(officer, f"{draft}save/", {**changed, "edition": "1", "then": "check"})
    posted(officer, f"{draft}impact/run/")
    impact = f"{draft}impact/"
    other = re.findall(rf"/desk/rules/{pack}/([\w-]+)/", officer.get("/desk/rules/").content.decode())
    name = next(n for n in other if n != MEASURE.split("/")[1])
    draft = posted(officer, f"/desk/rules/{pack}/{name}/draft/")
    text = typed_in(officer.get(draft).content.decode(), "text")
    changed = {"text": f"{text.rstrip()}\n# 校对\n", "reason": "校对", "effective_from": "2013-07-01"}
    posted(officer, f"{draft}save/", {**changed, "edition": "1", "then": "submit"})
    return impact


def typed_in(page: str, name: str) -> str:
    """What a text area of a page holds."""
    found = re.search(rf'<textarea id="{name}"[^>]*>\n?(.*?)</textarea>', page, re.S)
    assert found is not None
    plain = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&"}
    return re.sub("|".join(plain), lambda m: plain[m[0]], found[1])


def the_administrator_opens_an_account(admin: Client) -> None:
    posted(admin, "/users/add/", {"name": "new_officer", "email": "new-officer@example.org"})
    posted(
        admin,
        "/users/new_officer/change/",
        {"do": "give", "role": "officer", "authority": "市财政局", "region": "3702"},
    )


def begin_a_checkup(visitor: Client) -> str:
    path = posted(visitor, "/checkup/begin/", {"region": "370200", "roles": ["enterprise"]})
    for reply in range(3):
        page = visitor.get(path).content.decode()
        fact = re.search(r'name="fact" value="([^"]+)"', page)
        assert fact is not None
        how = {"reply": "20", "size": "wan"} if 'name="reply" value="yes"' not in page else {"reply": "yes"}
        answer = visitor.post(f"{path}answer/", {"fact": fact[1], **(how if reply else {"pass": "1"})})
        if answer.status_code != 302:
            posted(visitor, f"{path}answer/", {"fact": fact[1], "pass": "1"})
    return path


def keep_a_register(site: Parties, officer: Client) -> None:
    """Two platforms in a register that is entered by hand; one of them is taken out again."""
    kept = "/desk/registers/qingdao-2012-46/national-tech-platforms/"
    said = {
        "entry_name": "合成技术服务平台",
        "district": "市南区",
        "operator": "合成科技",
        "address": "合成路1号",
    }
    for party in (site.agency, site.firm):
        filled = {f"e-{name}": text for name, text in said.items()}
        where = posted(officer, f"{kept}enter/", {"party": party, "grade": "national", **filled})
    posted(officer, f"{where}take-out/", {"exit": "closed", "reason": "停止服务"})
