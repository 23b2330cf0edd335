"""The rule desk: revise a measure, see what it does, have a second person publish it, and bring it home."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from huiqi.audit.models import Deed
from huiqi.audit.queries import broken_seals
from huiqi.holdings import current
from huiqi.packs.load import load_library
from huiqi.revisions.actions import mark_in_repository, note_impact, note_progress
from huiqi.revisions.in_force import forget, library_with, published, renew
from huiqi.revisions.models import ImpactState, Revision, State
from huiqi.revisions.texts import read_exactly
from huiqi.web.rules import impact
from tests.site.conftest import DAY, NOW, Site

PACK, MEASURE = "qingdao-2012-46", "cit-small-low-profit-20"
RULE = f"/desk/rules/{PACK}/{MEASURE}/"
LATER = DAY + timedelta(days=1)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def the_repository_alone(settings: Any) -> Iterator[None]:
    yield
    forget()


@pytest.fixture
def own_runs(site: Site, tmp_path: Path, settings: Any) -> Path:
    """What holds at once is matched at once: the runs of the other tests stay as they are."""
    data = tmp_path / "own"
    (data / "runs").mkdir(parents=True)
    (data / "register").symlink_to(site.data / "register")
    settings.HUIQI_DATA = data
    return data / "runs"


@pytest.fixture
def packs(settings: Any) -> Path:
    return Path(settings.HUIQI_PACKS)


def text_of(packs: Path) -> str:
    return read_exactly(packs / PACK / "measures" / f"{MEASURE}.yaml")


def started(client: Client) -> str:
    """The address of a new draft."""
    answer = client.post(f"{RULE}draft/")
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def draft_of(address: str) -> Revision:
    return Revision.objects.get(pk=int(address.rstrip("/").rsplit("/", 1)[1]))


def raised(draft: Revision, **more: object) -> dict[str, object]:
    """What the author sends: the limit of income is lifted to 500,000 yuan, and so are the tests."""
    return {
        "text": draft.new_text.replace("30万", "50万"),
        "tests": with_the_new_limit(draft.new_tests),
        "reason": "限额提高到五十万元",
        "effective_from": LATER.isoformat(),
        "edition": draft.edition,
        **more,
    }


def with_the_new_limit(tests: str) -> str:
    """The tests of the pack with each that stood on 300,000 left out, and one for the new limit."""
    blocks = re.split(r"(?m)^(?=- )", tests)
    kept = [b for b in blocks if "income" not in b or "taxable_income: 30万" in b]
    assert kept
    return "".join(kept) + (
        "- name: 新限额恰好达到\n"
        f"  measure: {MEASURE}\n"
        "  given: {employees: 60, total_assets: 800万, taxable_income: 50万, is_restricted_or_prohibited_industry: false}\n"
        "  expect: {verdict: eligible, amount: 100000}\n"
    )


def submitted(signed_in: SignIn) -> Revision:
    officer = signed_in("officer")
    address = started(officer)
    answer = officer.post(f"{address}save/", raised(draft_of(address), then="submit"))
    assert answer.status_code == 302, answer.content.decode()
    assert draft_of(address).state == State.SUBMITTED
    return draft_of(address)


def published_by(head: Client, revision: Revision, day: date = LATER) -> None:
    answer = head.post(
        f"/desk/rules/revisions/{revision.pk}/decide/",
        {"decision": "approve", "effective_from": day.isoformat(), "edition": revision.edition},
    )
    assert answer.status_code == 302, answer.content.decode()


# --- who may ---


@pytest.mark.parametrize("name", ["firm", "agent", "bank", "agency", "auditor", "admin", "supervision"])
def test_the_desk_is_for_departments(signed_in: SignIn, name: str):
    assert signed_in(name).get("/desk/rules/").status_code == 403
    assert signed_in(name).get(RULE).status_code == 403
    assert signed_in(name).post(f"{RULE}draft/").status_code == 403


def test_a_visitor_is_asked_to_log_in(visitor: Client):
    assert visitor.get("/desk/rules/").headers["Location"].startswith("/account/login/")


def test_only_packs_of_the_own_region_are_there(signed_in: SignIn):
    officer = signed_in("officer")
    page = officer.get("/desk/rules/").content.decode()
    assert PACK in page
    assert "guangdong-2012-52" not in page
    assert officer.get("/desk/rules/guangdong-2012-52/vat-threshold/").status_code == 404
    assert officer.post("/desk/rules/cn-gradient-2022/innovative-sme/draft/").status_code == 404


def test_a_draft_is_the_authors_alone(signed_in: SignIn):
    address = started(signed_in("officer"))
    head = signed_in("head")
    assert head.get(address).status_code == 404
    assert head.post(f"{address}save/", {"text": "id: mine"}).status_code == 404
    assert head.post(f"{address}withdraw/").status_code == 404
    assert address not in head.get("/desk/rules/revisions/").content.decode()


# --- finding and reading ---


def test_measures_are_found_by_name(signed_in: SignIn):
    page = signed_in("officer").get("/desk/rules/", {"q": "小型微利 20%"}).content.decode()
    assert RULE in page
    assert "vat-threshold" not in page


def test_a_measure_shows_its_file_its_tests_and_how_it_reads(signed_in: SignIn):
    page = signed_in("officer").get(RULE).content.decode()
    assert "taxable_income &lt;= 30万" in page
    assert "年度应纳税所得额不超过30万元" in page
    assert "全部通过" in page
    assert "与规则仓库一致" in page


# --- writing ---


def test_an_untouched_draft_is_the_file_byte_for_byte(signed_in: SignIn, packs: Path):
    officer = signed_in("officer")
    address = started(officer)
    assert draft_of(address).new_text == text_of(packs)
    crlf = text_of(packs).replace("\n", "\r\n")
    officer.post(f"{address}save/", {"text": crlf, "edition": 1})
    assert draft_of(address).new_text == text_of(packs)
    assert draft_of(address).edition == 1


def test_all_problems_are_told_at_once_with_their_lines(signed_in: SignIn):
    officer = signed_in("officer")
    address = started(officer)
    draft = draft_of(address)
    text = draft.new_text.replace("employees <= 80", "employes <= 80").replace(
        "clause: c5\n", "clause: c555\n"
    )
    answer = officer.post(f"{address}check/", {"text": text, "tests": draft.new_tests})
    page = answer.content.decode()
    lines = text.splitlines()
    line = next(n for n, words in enumerate(lines, 1) if "employes" in words)
    assert f"规则第{line}行第{lines[line - 1].index('employes') + 1}列" in page
    assert "没有要素&#x27;employes&#x27;，是否指&#x27;employees&#x27;？" in page
    assert "clauses.yaml 中没有条款&#x27;c555&#x27;" in page
    assert draft_of(address).new_text == draft.new_text, "a check stores nothing"


def test_tests_turn_red_beside_the_rule(signed_in: SignIn):
    officer = signed_in("officer")
    address = started(officer)
    draft = draft_of(address)
    page = officer.post(f"{address}check/", {"text": draft.new_text.replace("30万", "29万")}).content.decode()
    assert "未通过" in page
    assert "结论是“不符合”，应为“符合”" in page
    strange = "- {name: x, measure: vat-threshold, given: {}, expect: {verdict: unknown}}\n"
    page = officer.post(f"{address}check/", {"tests": strange}).content.decode()
    assert "不是措施" in page


@pytest.mark.parametrize(
    "text",
    ["a: &x [1]\nb: *x\n", "!!python/object:os.system {}", "[" * 5_000, "x" * 200_000, "a: [", "\x00", ""],
)
def test_whatever_is_typed_is_answered_with_a_problem(signed_in: SignIn, text: str):
    officer = signed_in("officer")
    answer = officer.post(f"{started(officer)}check/", {"text": text})
    assert answer.status_code == 200
    assert "处问题" in answer.content.decode()


def test_two_windows_lose_nothing(signed_in: SignIn):
    officer = signed_in("officer")
    address = started(officer)
    first = draft_of(address)
    officer.post(f"{address}save/", raised(first, reason="第一个窗口"))
    answer = officer.post(
        f"{address}save/", raised(first, text=first.new_text.replace("30万", "40万"), reason="第二个窗口")
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "50万" in page
    assert "40万" in page
    assert "第二个窗口" in page
    assert draft_of(address).reason == "第一个窗口"
    edition = draft_of(address).edition
    assert f'name="edition" value="{edition}"' in page
    officer.post(f"{address}save/", raised(first, reason="第二个窗口", edition=edition))
    assert draft_of(address).reason == "第二个窗口"


def test_a_draft_saves_itself_and_tells_of_a_conflict(signed_in: SignIn):
    officer = signed_in("officer")
    address = started(officer)
    draft = draft_of(address)
    quiet = {"HX-Request": "true"}
    page = officer.post(f"{address}save/", raised(draft), headers=quiet).content.decode()
    assert 'value="2"' in page
    page = officer.post(f"{address}save/", raised(draft, reason="另一处"), headers=quiet).content.decode()
    assert "未自动覆盖" in page
    assert draft_of(address).reason == "限额提高到五十万元"


# --- submitting and deciding ---


def test_an_unsound_draft_is_not_submitted(signed_in: SignIn):
    officer = signed_in("officer")
    address = started(officer)
    draft = draft_of(address)
    bad = raised(
        draft, then="submit", text=draft.new_text.replace("30万", "20万"), tests=draft.new_tests, reason=""
    )
    answer = officer.post(f"{address}save/", bad)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请写明修订理由" in page
    assert "结论是“不符合”，应为“符合”" in page
    assert draft_of(address).state == State.DRAFT


def test_the_author_does_not_decide(signed_in: SignIn):
    head = signed_in("head")
    address = started(head)
    head.post(f"{address}save/", raised(draft_of(address), then="submit"))
    draft = draft_of(address)
    assert draft.state == State.SUBMITTED
    assert "须由另一人审批" in head.get(address).content.decode()
    form = {"decision": "approve", "effective_from": LATER.isoformat(), "edition": draft.edition}
    assert head.post(f"{address}decide/", form).status_code == 403
    assert draft_of(address).state == State.SUBMITTED


def test_an_officer_does_not_approve(signed_in: SignIn):
    revision = submitted(signed_in)
    officer = signed_in("officer")
    answer = officer.post(f"/desk/rules/revisions/{revision.pk}/decide/", {"decision": "approve"})
    assert answer.status_code == 403
    assert "批准发布" not in officer.get(f"/desk/rules/revisions/{revision.pk}/").content.decode()


def test_the_database_itself_wants_two_persons_and_a_day(signed_in: SignIn):
    revision = submitted(signed_in)
    found = Revision.objects.filter(pk=revision.pk)
    done = {"state": State.PUBLISHED, "decided_at": NOW, "effective_from": LATER}
    with pytest.raises(IntegrityError, match="revision_decided_by_another_person"), transaction.atomic():
        found.update(**done, decided_by="officer")
    with pytest.raises(IntegrityError, match="revision_published_from_a_day"), transaction.atomic():
        found.update(**{**done, "effective_from": None}, decided_by="head")
    with pytest.raises(IntegrityError, match="revision_decision_names_who"), transaction.atomic():
        found.update(**done)


def test_the_sheet_shows_old_beside_new_in_text_and_words(signed_in: SignIn):
    revision = submitted(signed_in)
    page = signed_in("head").get(f"/desk/rules/revisions/{revision.pk}/").content.decode()
    assert "taxable_income &lt;= 30万" in page
    assert "taxable_income &lt;= 50万" in page
    assert "年度应纳税所得额不超过30万元" in page
    assert "年度应纳税所得额不超过50万元" in page
    assert "新限额恰好达到" in page
    assert "批准发布" in page


def test_what_was_looked_at_is_what_is_approved(signed_in: SignIn):
    revision = submitted(signed_in)
    form = {"decision": "approve", "effective_from": LATER.isoformat(), "edition": revision.edition - 1}
    answer = signed_in("head").post(f"/desk/rules/revisions/{revision.pk}/decide/", form)
    assert answer.status_code == 422
    assert draft_of(f"/{revision.pk}/").state == State.SUBMITTED


def test_sent_back_with_a_reason_and_written_again(signed_in: SignIn):
    revision = submitted(signed_in)
    address = f"/desk/rules/revisions/{revision.pk}/"
    head = signed_in("head")
    form: dict[str, object] = {"decision": "refuse", "edition": revision.edition}
    assert head.post(f"{address}decide/", form).status_code == 422
    head.post(f"{address}decide/", {**form, "remark": "测试不足"})
    officer = signed_in("officer")
    page = officer.get(address).content.decode()
    assert "已退回" in page
    assert "测试不足" in page
    again = str(officer.post(f"{address}again/").headers["Location"])
    assert draft_of(again).new_text == revision.new_text
    assert draft_of(again).pk != revision.pk


def test_the_author_takes_it_back(signed_in: SignIn):
    revision = submitted(signed_in)
    address = f"/desk/rules/revisions/{revision.pk}/"
    assert signed_in("head").post(f"{address}withdraw/").status_code == 403
    signed_in("officer").post(f"{address}withdraw/")
    assert draft_of(address).state == State.WITHDRAWN


# --- in force from a day ---


def test_the_old_rule_holds_until_the_day_before(signed_in: SignIn):
    key = f"{PACK}/{MEASURE}"
    old = current.measure_on(key, DAY)
    published_by(signed_in("head"), submitted(signed_in))
    before, after = current.measure_on(key, DAY), current.measure_on(key, LATER)
    assert before is not None
    assert after is not None
    assert old is not None
    assert before.conditions == old.conditions
    assert after.conditions != old.conditions
    assert before.period.last == DAY
    assert after.period.first == LATER
    assert after.period.last == old.period.last
    for day in (DAY, LATER):
        assert [m.key for m in current.measures_on(day)].count(key) == 1
    now = current.library().measure(key)
    assert now == before, "under its own name stands what holds today"
    assert f"+r{Revision.objects.get().pk}" not in current.library().packs[PACK].version
    renew(on=LATER)
    assert current.library().measure(key) == after
    assert current.library().packs[PACK].version.endswith(f"+r{Revision.objects.get().pk}")


def test_another_process_notices(signed_in: SignIn):
    published_by(signed_in("head"), submitted(signed_in))
    forget()
    assert current.measure_on(f"{PACK}/{MEASURE}", LATER) == current.measure_on(f"{PACK}/{MEASURE}", DAY)
    assert renew(on=DAY)
    assert not renew(on=DAY), "nothing changed since"
    assert current.measure_on(f"{PACK}/{MEASURE}", LATER) != current.measure_on(f"{PACK}/{MEASURE}", DAY)


def test_a_second_revision_begins_from_the_first(signed_in: SignIn):
    published_by(signed_in("head"), submitted(signed_in))
    officer = signed_in("officer")
    draft = draft_of(started(officer))
    assert "50万" in draft.base_text
    address = f"/desk/rules/revisions/{draft.pk}/"
    form = raised(
        draft,
        then="submit",
        text=draft.base_text.replace("50万", "60万"),
        tests=draft.base_tests,
        effective_from="2013-08-01",
    )
    assert officer.post(f"{address}save/", form).status_code == 302
    early = {"decision": "approve", "effective_from": DAY.isoformat(), "edition": draft_of(address).edition}
    answer = signed_in("head").post(f"{address}decide/", early)
    assert "另一版本自2013-07-01起施行" in answer.content.decode()
    published_by(signed_in("head"), draft_of(address), date(2013, 8, 1))
    key = f"{PACK}/{MEASURE}"
    found = [current.measure_on(key, day) for day in (DAY, LATER, date(2013, 8, 1))]
    assert [m.period.last for m in found if m] == [DAY, date(2013, 7, 31), found[2].period.last]  # type: ignore[union-attr]
    assert len({m.conditions for m in found if m}) == 3


def test_a_rule_changed_meanwhile_is_compared_again(signed_in: SignIn):
    revision = submitted(signed_in)
    officer, head = signed_in("officer"), signed_in("head")
    late = draft_of(started(head))
    published_by(head, revision)
    address = f"/desk/rules/revisions/{late.pk}/"
    form = raised(
        late, then="submit", text=late.new_text.replace("30万", "45万"), effective_from="2013-09-01"
    )
    answer = head.post(f"{address}save/", form)
    assert answer.status_code == 422
    assert "现行文本已有变化" in answer.content.decode()
    head.post(f"{address}base/")
    assert "50万" in draft_of(address).base_text
    assert "45万" in draft_of(address).new_text
    assert officer.post(f"{address}base/").status_code == 404


# --- back into the repository ---


def test_export_gives_the_very_files_and_they_load_as_the_same_rules(
    signed_in: SignIn, packs: Path, tmp_path: Path, own_runs: Path
):
    revision = submitted(signed_in)
    head = signed_in("head")
    published_by(head, revision, DAY)
    folder = tmp_path / "packs"
    shutil.copytree(packs, folder)
    call_command("export_revisions", str(folder), stdout=io.StringIO())
    loaded, problems = load_library(folder, only=(PACK,))
    assert problems == []
    expected = {m.key: m for m in current.library().packs[PACK].measures.values() if m.period.holds_on(DAY)}
    for key, measure in loaded.packs[PACK].measures.items():
        in_force = expected.get(f"{PACK}/{key}")
        if in_force is not None and key != MEASURE:
            assert measure == in_force
    assert loaded.packs[PACK].measures[MEASURE].conditions == expected[f"{PACK}/{MEASURE}"].conditions
    assert loaded.packs[PACK].measures[MEASURE].award == expected[f"{PACK}/{MEASURE}"].award
    different = [
        path.relative_to(packs).as_posix()
        for path in sorted(packs.rglob("*"))
        if path.is_file() and path.read_bytes() != (folder / path.relative_to(packs)).read_bytes()
    ]
    assert different == [f"{PACK}/measures/{MEASURE}.yaml", f"{PACK}/{revision.test_file}"]
    archive = zipfile.ZipFile(io.BytesIO(head.get("/desk/rules/revisions.zip").content))
    assert archive.namelist() == different
    for name in different:
        assert archive.read(name) == (folder / name).read_bytes()


def test_once_the_repository_has_it_the_revision_has_no_effect(
    signed_in: SignIn, packs: Path, tmp_path: Path, settings: Any, own_runs: Path
):
    head = signed_in("head")
    published_by(head, submitted(signed_in), DAY)
    folder = tmp_path / "packs"
    shutil.copytree(packs, folder)
    assert mark_in_repository(by="head", at=NOW) == []
    call_command("export_revisions", str(folder), stdout=io.StringIO())
    settings.HUIQI_PACKS = folder
    head.post("/desk/rules/repository/")
    assert Revision.objects.get().in_repository_at is not None
    assert "已入库" in head.get("/desk/rules/revisions/").content.decode()
    base, _ = load_library(folder, only=(PACK,))
    with_it, problems = library_with(base, published(), on=DAY)
    assert problems == []
    assert with_it.packs[PACK] == base.packs[PACK]


def test_nothing_published_nothing_exported(signed_in: SignIn):
    submitted(signed_in)
    answer = signed_in("officer").get("/desk/rules/revisions.zip")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == []


# --- impact ---


def test_the_impact_over_the_whole_register(signed_in: SignIn, site: Site):
    officer = signed_in("officer")
    address = started(officer)
    officer.post(f"{address}save/", raised(draft_of(address)))
    assert officer.get(f"{address}impact/figures.json").status_code == 404
    answer = officer.post(f"{address}impact/run/", follow=True)
    page = answer.content.decode()
    draft = draft_of(address)
    assert draft.has_fresh_impact
    assert draft.impact is not None
    own = draft.impact["figures"]["measures"][0]
    assert own["gains"]["low"] > 0
    assert f"<strong>{own['gains']['low']}</strong>" in page
    assert "合成数据" in page
    assert "断崖" in page
    assert "差一点的企业" in page
    exported = officer.get(f"{address}impact/figures.json").json()
    assert exported["least_cell"] == 10
    industries = [cell["measures"][own["measure"]]["gains"] for cell in exported["cells"]["industry"]]
    assert None in industries
    assert not [n for n in industries if n is not None and 0 < n < 10]
    table = officer.get(f"{address}impact/figures.csv").content.decode("utf-8-sig")
    assert table.startswith("dimension,group,gains")
    officer.post(f"{address}save/", raised(draft, text=draft.new_text.replace("50万", "51万")))
    assert "对应较早的一稿" in officer.get(f"{address}impact/").content.decode()


def test_a_large_register_is_worked_out_in_the_background(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(impact, "AT_ONCE", 100)
    officer = signed_in("officer")
    address = started(officer)
    officer.post(f"{address}save/", raised(draft_of(address)))
    note_impact(draft_of(address).pk, ImpactState.RUNNING, of="", by="officer", at=NOW)
    note_progress(draft_of(address).pk, 40)
    page = officer.get(f"{address}impact/").content.decode()
    assert "已完成40%" in page
    assert 'http-equiv="refresh"' in page
    officer.post(f"{address}impact/run/")
    page = officer.get(f"{address}impact/").content.decode()
    assert "企业去向" in page
    assert 'http-equiv="refresh"' not in page


def test_a_broken_rule_is_not_simulated(signed_in: SignIn):
    officer = signed_in("officer")
    address = started(officer)
    officer.post(f"{address}save/", raised(draft_of(address), text="id: broken"))
    page = officer.post(f"{address}impact/run/", follow=True).content.decode()
    assert "测算没有成功" in page


# --- on the page ---


def test_every_step_leaves_a_sealed_trace(signed_in: SignIn):
    published_by(signed_in("head"), submitted(signed_in))
    done = [d.what for d in Deed.objects.filter(what__startswith="revisions.").order_by("pk")]
    assert done == [f"revisions.revision.{what}" for what in ("started", "saved", "submitted", "published")]
    assert list(broken_seals()) == []


def test_the_desk_in_english(signed_in: SignIn):
    officer = signed_in("officer")
    address = started(officer)
    officer.post(f"{address}save/", raised(draft_of(address), reason="higher limit"))
    officer.post(f"{address}impact/run/")
    officer.cookies["django_language"] = "en"
    pages = ["/desk/rules/", "/desk/rules/revisions/", RULE, address, f"{address}impact/"]
    for page in pages:
        text = officer.get(page).content.decode()
        without_chinese = re.sub(r'<(\w+)[^>]* lang="zh"[^>]*>.*?</\1>', "", text, flags=re.S)
        assert not re.findall(r"[一-鿿]+", without_chinese), page


def test_pages_are_light(signed_in: SignIn, django_assert_max_num_queries: Any):
    officer = signed_in("officer")
    address = started(officer)
    for page in ("/desk/rules/", "/desk/rules/revisions/", RULE, address):
        with django_assert_max_num_queries(15):
            answer = officer.get(page, headers={"accept-encoding": "gzip"})
        assert len(answer.content) < 100_000
    assert connection.vendor in ("sqlite", "postgresql")
