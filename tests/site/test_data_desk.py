"""A department hands in a register file, sees what is wrong with it, and another person publishes it."""

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role
from huiqi.audit.models import Deed
from huiqi.audit.queries import broken_seals
from huiqi.holdings.current import register, run
from huiqi.intakes.actions import begin_publishing, begin_reading
from huiqi.intakes.models import Change, Intake
from huiqi.intakes.places import place_of
from huiqi.procedures.publish_intake import publish_intake
from huiqi.procedures.read_intake import read_intake
from huiqi.registry.snapshot import open_snapshot
from tests.site.conftest import DAY, NOW, PASSWORD, Site

SignIn = Callable[[str], Client]
NEW = "91370200MA3C0D1EXF"


@pytest.fixture
def own(site: Site, tmp_path: Path, settings: object) -> Site:
    """The site with data of its own, since publishing changes them."""
    shutil.copytree(site.data, tmp_path / "data", copy_function=shutil.copy2)
    settings.HUIQI_DATA = tmp_path / "data"  # type: ignore[attr-defined]
    return site


def table(site: Site, *rows: str) -> bytes:
    lines = [
        "统一社会信用代码,企业名称,从业人数,资产总额（万元）,营业收入,备注",
        *rows,
    ]
    return "\n".join(lines).encode("gb18030")


def good_rows(site: Site) -> tuple[str, ...]:
    return (f"{site.firm},合成一厂,77,1200,3.5亿元,x", f"{NEW},合成新厂,12,300,900万元,")


def hand_in(client: Client, content: bytes, name: str = "企业.csv", **said: str) -> int:
    form = {
        "source": "市统计局企业名录",
        "as_of": "2013-06-30",
        "way": "supplement",
        "synthetic": "on",
        **said,
    }
    answer = client.post("/desk/data/upload/", {**form, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return int(re.findall(r"/desk/data/(\d+)/columns/", answer.headers["Location"])[0])


def columns_form(client: Client, key: int, **changed: str) -> dict[str, object]:
    """The form as the page offers it, guesses included."""
    page = client.get(f"/desk/data/{key}/columns/").content.decode()
    form: dict[str, object] = {"header": re.findall(r'name="header" value="([^"]*)"', page)}
    form |= dict(re.findall(r'name="(to-\d+)" list="facts" value="([^"]*)"', page))
    for name, options in re.findall(r'name="(unit-\d+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r"<option selected>([^<]*)", options)
        form[name] = chosen[0] if chosen else ""
    return {
        **form,
        "duplicates": "reject",
        "region": "code",
        "role": "enterprise",
        "header_row": "1",
        **changed,
    }


def read(client: Client, key: int, **changed: str) -> str:
    form = columns_form(client, key, **{"unit-4": "万元", **changed})
    answer = client.post(f"/desk/data/{key}/columns/", {**form, "then": "read"})
    assert answer.status_code == 302, answer.content.decode()
    return client.get(f"/desk/data/{key}/").content.decode()


def submitted(signed_in: SignIn, content: bytes, **said: str) -> int:
    officer = signed_in("officer")
    key = hand_in(officer, content, **said)
    read(officer, key)
    officer.post(f"/desk/data/{key}/submit/")
    return key


def test_columns_are_guessed_and_units_asked_for(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    key = hand_in(officer, table(own, *good_rows(own)))
    form = columns_form(officer, key)
    assert [form[f"to-{n}"] for n in range(6)] == [
        "code", "name", "employees", "total_assets", "operating_revenue", "",
    ]  # fmt: skip
    assert form["unit-3"] == "万元"
    page = officer.post(f"/desk/data/{key}/columns/", {**form, "then": "preview"}).content.decode()
    assert "请为“营业收入”选择单位" in page
    page = officer.post(f"/desk/data/{key}/columns/", {**form, "unit-4": "万元", "then": "preview"})
    assert "12,000,000" in page.content.decode()
    assert "350,000,000" in page.content.decode()


def test_the_preview_shows_mistakes_by_cell(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    key = hand_in(officer, table(own, f"{own.firm},合成一厂,十来个,1200,3,x", "9137,合成,5,1,1,"))
    form = columns_form(officer, key, **{"unit-4": "万元"})
    page = officer.post(f"/desk/data/{key}/columns/", {**form, "then": "preview"}).content.decode()
    assert "十来个" in page
    assert "不是数字：只填数字，说明文字移到别处" in page
    assert "代码长度不符" in page
    assert "其中2行有错" in page


def test_all_mistakes_are_told_at_once_and_can_be_taken_home(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    rows = (
        *good_rows(own),
        f"{own.bank},合成,十来个,1200,3,",
        f"{own.agency},合成,-3,1,1,",
        "9137,合成,5,1,1,",
    )
    key = hand_in(officer, table(own, *rows))
    page = read(officer, key)
    for said in ("不是数字", "低于下限", "代码长度不符", "只填数字，说明文字移到别处", "第4行"):
        assert said in page, said
    assert "待提交" in page
    answer = officer.get(f"/desk/data/{key}/file/rejects/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rejects = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    assert len(rejects.strip().splitlines()) == 4
    assert Deed.objects.filter(what="intakes.file.downloaded", by="officer").count() == 1


def test_facts_that_contradict_each_other_are_shown(own: Site, signed_in: SignIn):
    content = f"统一社会信用代码,从业人数,参保人数\n{own.firm},10,12\n{own.bank},10,5\n".encode()
    officer = signed_in("officer")
    key = hand_in(officer, content)
    form = columns_form(officer, key)
    assert form["to-2"] == "insured_employees"
    assert "按相近名称猜测，请核对" in officer.get(f"/desk/data/{key}/columns/").content.decode()
    officer.post(f"/desk/data/{key}/columns/", {**form, "then": "read"})
    page = officer.get(f"/desk/data/{key}/").content.decode()
    assert "参保人数多于从业人数" in page
    assert "不可能" in page
    assert own.firm not in page  # examples are masked


def test_a_head_publishes_and_the_register_changes(own: Site, signed_in: SignIn):
    before = register()
    assert before is not None
    known = before.find(own.firm)
    key = submitted(signed_in, table(own, *good_rows(own)))
    assert register() == before
    head = signed_in("head")
    assert "有1件待您决定" in head.get("/desk/data/").content.decode()
    head.post(f"/desk/data/{key}/publish/")
    after = register()
    assert after is not None
    assert after.folder.name != before.folder.name
    found = after.find(own.firm)
    assert known is not None
    assert found is not None
    assert (found["employees"], str(found["total_assets"])) == (77, "12000000.00")
    assert found["industry_code"] == known["industry_code"]  # what the file does not state stays
    assert after.manifest.rows == before.manifest.rows + 1
    assert Intake.objects.get(pk=key).version == after.folder.name
    page = head.get(f"/desk/data/{key}/").content.decode()
    assert "已发布为版本" in page
    assert list(broken_seals()) == []


def test_after_publishing_the_new_register_is_matched(own: Site, signed_in: SignIn):
    key = submitted(signed_in, table(own, *good_rows(own)))
    head = signed_in("head")
    head.post(f"/desk/data/{key}/publish/")
    found, current = run(), register()
    assert found is not None
    assert current is not None
    assert found.manifest["version"] == current.folder.name
    assert found.of_party(NEW) is not None
    assert Intake.objects.get(pk=key).run == found.folder.name
    assert f"{current.manifest.rows:,}家企业" in head.get("/desk/data/run/").content.decode()


def test_nobody_publishes_what_he_submitted(own: Site, signed_in: SignIn):
    head = signed_in("head")
    key = hand_in(head, table(own, *good_rows(own)))
    read(head, key)
    head.post(f"/desk/data/{key}/submit/")
    before = register()
    page = head.post(f"/desk/data/{key}/publish/", follow=True).content.decode()
    assert "须由另一位负责人决定" in page
    assert register() == before
    assert Intake.objects.get(pk=key).state == "submitted"


def test_a_head_returns_with_a_reason(own: Site, signed_in: SignIn):
    key = submitted(signed_in, table(own, *good_rows(own)))
    head = signed_in("head")
    assert "请写明退回原因" in head.post(f"/desk/data/{key}/return/", follow=True).content.decode()
    head.post(f"/desk/data/{key}/return/", {"reason": "缺少上年数据"})
    page = signed_in("officer").get(f"/desk/data/{key}/").content.decode()
    assert "已退回" in page
    assert "缺少上年数据" in page


def test_rolling_back_changes_which_version_counts(own: Site, signed_in: SignIn):
    before = register()
    assert before is not None
    head = signed_in("head")
    key = submitted(signed_in, table(own, *good_rows(own)))
    head.post(f"/desk/data/{key}/publish/")
    after = register()
    assert after is not None
    old = before.folder.name
    assert "请写明回退原因" in head.post(f"/desk/data/versions/{old}/back/", follow=True).content.decode()
    assert register() == after
    head.post(f"/desk/data/versions/{old}/back/", {"reason": "单位写错"})
    now = register()
    assert now is not None
    assert now.folder.name == old
    assert now.find(NEW) is None
    assert open_snapshot(own.data / "register").find(NEW) is None
    assert after.folder.is_dir()  # the version rolled back from is kept
    latest = Change.objects.order_by("-pk").first()
    assert latest is not None
    assert (latest.step, latest.before, latest.by) == ("rolled_back", after.folder.name, "head")
    assert Deed.objects.filter(what="intakes.version.rolled_back").count() == 1
    page = head.get("/desk/data/versions/").content.decode()
    assert "单位写错" in page
    matched = run()
    assert matched is not None
    assert matched.manifest["version"] == old


class Killed(BaseException):
    """The process is gone in the middle of it."""


def test_a_killed_publishing_leaves_the_old_register(own: Site, signed_in: SignIn):
    key = submitted(signed_in, table(own, *good_rows(own)))
    before, intake = register(), Intake.objects.get(pk=key)
    begin_publishing(intake, by="head", at=NOW)

    def die(rows: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        publish_intake(intake, by="head", at=NOW, progress=die)
    assert register() == before
    head = signed_in("head")
    assert "重新发布" in head.get(f"/desk/data/{key}/").content.decode()
    head.post(f"/desk/data/{key}/publish/")
    after = register()
    assert after is not None
    assert after.find(NEW) is not None


def test_a_killed_reading_leaves_the_register_and_is_begun_again(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    key = hand_in(officer, table(own, *good_rows(own)))
    form = columns_form(officer, key, **{"unit-4": "万元"})
    officer.post(f"/desk/data/{key}/columns/", {**form, "then": "preview"})
    before, intake = register(), Intake.objects.get(pk=key)
    begin_reading(intake, by="officer", at=NOW)

    def die(rows: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        read_intake(intake, by="officer", at=NOW, progress=die)
    assert register() == before
    assert "重新读取" in officer.get(f"/desk/data/{key}/").content.decode()
    officer.post(f"/desk/data/{key}/read/")
    assert Intake.objects.get(pk=key).report["taken"] == 2


def test_progress_is_shown_without_scripts(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    key = hand_in(officer, table(own, *good_rows(own)))
    columns_form(officer, key)
    begin_reading(Intake.objects.get(pk=key), by="officer", at=NOW)
    Intake.objects.filter(pk=key).update(rows_done=150_000)
    page = officer.get(f"/desk/data/{key}/").content.decode()
    assert '<meta http-equiv="refresh" content="3">' in page
    assert "已读150,000行" in page


def test_a_workbook_is_read_too(own: Site, signed_in: SignIn):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "企业"
    sheet.append(["信用代码", "从业人数"])
    sheet.append([own.firm, 31])
    book.create_sheet("说明").append(["填表说明"])
    content = io.BytesIO()
    book.save(content)
    officer = signed_in("officer")
    key = hand_in(officer, content.getvalue(), name="a.csv")  # the name does not matter
    form = columns_form(officer, key, sheet="企业")
    officer.post(f"/desk/data/{key}/columns/", {**form, "then": "read"})
    assert Intake.objects.get(pk=key).report["taken"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x00\x00program", "文件内容不是"),
        (b"PK\x03\x04 not really a zip", "文件内容不是"),
        (b"", "文件是空的"),
    ],
)
def test_what_is_no_table_is_refused(own: Site, signed_in: SignIn, content: bytes, said: str):
    form = {"source": "x", "as_of": "2013-06-30", "way": "supplement"}
    file = SimpleUploadedFile("企业.csv", content)
    answer = signed_in("officer").post("/desk/data/upload/", {**form, "file": file})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Intake.objects.exists()


def test_too_large_a_file_is_refused(own: Site, signed_in: SignIn, settings: object):
    settings.HUIQI_UPLOAD_BYTES = 64  # type: ignore[attr-defined]
    form = {"source": "x", "as_of": "2013-06-30", "way": "supplement"}
    file = SimpleUploadedFile("企业.csv", table(own, *good_rows(own)))
    answer = signed_in("officer").post("/desk/data/upload/", {**form, "file": file})
    assert answer.status_code == 400
    assert "文件超过" in answer.content.decode()


def test_the_name_of_a_file_is_never_a_path(own: Site, signed_in: SignIn, tmp_path: Path):
    key = hand_in(signed_in("officer"), table(own, *good_rows(own)), name="../../../evil.csv")
    place = place_of(Intake.objects.get(pk=key))
    assert place.table.is_file()
    assert place.folder.parent == tmp_path / "data" / "uploads"
    assert list(tmp_path.rglob("evil*")) == []


def test_rows_of_another_region_cannot_be_submitted(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    key = hand_in(officer, table(own, *good_rows(own), "91370100MA3C0D4JXF,合成,5,1,1,"))
    assert "有1家不在本地区" in read(officer, key)
    officer.post(f"/desk/data/{key}/submit/")
    assert Intake.objects.get(pk=key).state == "read"


def test_how_columns_were_named_is_kept_for_the_source(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    content = f"代码号码,人\n{own.firm},5\n".encode()
    key = hand_in(officer, content)
    form = columns_form(officer, key, **{"to-0": "code", "to-1": "从业人数"})
    page = officer.post(f"/desk/data/{key}/columns/", {**form, "then": "preview"}).content.decode()
    assert "已保存" in page
    again = columns_form(officer, hand_in(officer, content))
    assert (again["to-0"], again["to-1"]) == ("code", "employees")


def outsider(role: Role, *, authority: str, region: str) -> Client:
    user = User.objects.create_user("outsider", password=PASSWORD)
    grant_role(user, role, authority=authority, region=region, from_day=DAY, by="system", at=NOW)
    client = Client()
    assert client.login(username="outsider", password=PASSWORD)
    return client


@pytest.mark.parametrize(
    ("authority", "region"),
    [("市经济和信息化委", "3701"), ("市科技局", "3702"), ("市经济和信息化委", "370203")],
)
def test_others_do_not_see_a_delivery(own: Site, signed_in: SignIn, authority: str, region: str):
    key = submitted(signed_in, table(own, *good_rows(own)))
    other = outsider(Role.HEAD, authority=authority, region=region)
    assert other.get(f"/desk/data/{key}/").status_code == 404
    assert other.get(f"/desk/data/{key}/columns/").status_code == 404
    assert other.get(f"/desk/data/{key}/file/rejects/").status_code == 404
    assert other.post(f"/desk/data/{key}/publish/").status_code == 404
    assert "市统计局" not in other.get("/desk/data/").content.decode()


def test_a_head_of_another_region_cannot_roll_back_this_one(own: Site, signed_in: SignIn):
    before = register()
    assert before is not None
    key = submitted(signed_in, table(own, *good_rows(own)))
    signed_in("head").post(f"/desk/data/{key}/publish/")
    after = register()
    other = outsider(Role.HEAD, authority="济南市经济和信息化委", region="3701")
    page = other.post(f"/desk/data/versions/{before.folder.name}/back/", {"reason": "x"}, follow=True)
    assert "会改变本地区以外的数据" in page.content.decode()
    assert register() == after


@pytest.mark.parametrize("name", ["firm", "agent", "supervision", "bank", "agency", "auditor", "admin"])
def test_only_departments_enter(own: Site, signed_in: SignIn, name: str):
    key = submitted(signed_in, table(own, *good_rows(own)))
    client = signed_in(name)
    for path in ("", "upload/", "versions/", "run/", f"{key}/", f"{key}/columns/", f"{key}/file/rejects/"):
        assert client.get(f"/desk/data/{path}").status_code == 403, path


def test_an_officer_cannot_publish_or_roll_back(own: Site, signed_in: SignIn):
    key = submitted(signed_in, table(own, *good_rows(own)))
    officer, before = signed_in("officer"), register()
    assert before is not None
    for path in (f"{key}/publish/", f"{key}/return/", f"versions/{before.folder.name}/back/"):
        assert officer.post(f"/desk/data/{path}", {"reason": "x"}).status_code == 403
    assert Client().get("/desk/data/").headers["Location"].startswith("/account/login/")


def test_the_desk_in_english(own: Site, signed_in: SignIn):
    key = submitted(signed_in, table(own, *good_rows(own), f"{own.bank},合成,十来个,1200,3,"))
    officer = signed_in("officer")
    officer.cookies["django_language"] = "en"
    for path in ("", "upload/", "versions/", "run/", f"{key}/", f"{key}/columns/"):
        page = officer.get(f"/desk/data/{path}", follow=True).content.decode()
        page = re.sub(r'<(\w+)[^>]*\blang="zh[^"]*"[^>]*>.*?</\1>', "", page, flags=re.S)
        page = re.sub(r"<[^>]+>", " ", page)
        assert re.findall(r"[\u4e00-\u9fff]+", page) == [], path


def test_pages_ask_the_database_little(own: Site, signed_in: SignIn, django_assert_max_num_queries: object):
    key = submitted(signed_in, table(own, *good_rows(own)))
    head = signed_in("head")
    for path in ("", "versions/", f"{key}/"):
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            head.get(f"/desk/data/{path}")
