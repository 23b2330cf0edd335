"""A department sees who is entitled in its region, draws up a list, and another person lets it go out."""

import csv
import io
import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client

from huiqi.access.actions import grant_role
from huiqi.access.permissions import Role
from huiqi.audit.models import Deed
from huiqi.audit.queries import broken_seals
from huiqi.holdings.current import library
from huiqi.matching.stored import open_run
from huiqi.notices.models import Notice
from huiqi.procedures.send_push import send_push
from huiqi.pushes.models import PushedFirm, PushList
from huiqi.pushes.tables import list_path
from tests.site.conftest import DAY, NOW, PASSWORD, Site

SignIn = Callable[[str], Client]
MEASURE = "qingdao-2012-46/cit-small-low-profit-20"
URL = f"/desk/push/{MEASURE}/"


@pytest.fixture
def own(site: Site, tmp_path: Path, settings: object) -> Site:
    """The site with data of its own, since lists are kept beside the run."""
    shutil.copytree(site.data, tmp_path / "data")
    settings.HUIQI_DATA = tmp_path / "data"  # type: ignore[attr-defined]
    return site


def entitled(site: Site, measure: str = MEASURE) -> pl.DataFrame:
    """The yardstick: the findings of the run spelled out, with the region of each firm."""
    rows = pl.from_arrow(open_run(site.data / "runs" / "2013-06-30").rows())
    assert isinstance(rows, pl.DataFrame)
    parties = pl.concat(
        pl.from_arrow(b)
        for b in site.snapshot.batches(columns=["code", "region", "name"])  # type: ignore[misc]
    )
    mine = rows.filter((pl.col("measure") == measure) & (pl.col("verdict") == "eligible"))
    return mine.join(parties, left_on="party", right_on="code")


def draw_up(client: Client, **wanted: str) -> int:
    answer = client.post(f"{URL}draw-up/", {"verdict": "eligible", **wanted})
    assert answer.status_code == 302
    return int(re.findall(r"/desk/push/lists/(\d+)/", answer.headers["Location"])[0])


def sent(signed_in: SignIn, **wanted: str) -> int:
    officer = signed_in("officer")
    key = draw_up(officer, **wanted)
    officer.post(f"/desk/push/lists/{key}/prepare/")
    signed_in("head").post(f"/desk/push/lists/{key}/send/")
    return key


def district_of(site: Site) -> tuple[str, int]:
    """A district with a handful of entitled firms."""
    counts = entitled(site).group_by("region").len().sort("len", "region")
    return counts.row(0)  # type: ignore[return-value]


def member(name: str, role: Role, *, authority: str = "市经济和信息化委", region: str = "3702") -> Client:
    user = User.objects.create_user(name, password=PASSWORD)
    grant_role(user, role, authority=authority, region=region, from_day=DAY, by="system", at=NOW)
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


def test_figures_are_those_of_the_run(own: Site, signed_in: SignIn):
    expected = entitled(own)
    assert expected.height > 20
    officer = signed_in("officer")
    page = officer.get(URL).content.decode()
    assert f"<strong>{expected.height:,}</strong>" in page
    measure = library().measure(MEASURE)
    assert measure is not None
    desk = officer.get("/desk/push/", {"q": measure.title.zh}).content.decode()
    assert f">{expected.height:,}</td>" in desk
    total = expected["value"].sum()
    assert isinstance(total, Decimal)
    assert f"{total / 10_000:,.1f} 万元" in page or f"{total / 100_000_000:,.2f} 亿元" in page


def test_codes_and_names_are_masked(own: Site, signed_in: SignIn):
    expected = entitled(own)
    page = signed_in("officer").get(URL).content.decode()
    assert "**********" in page
    assert not [c for c in expected["party"] if c in page]
    assert not [n for n in expected["name"] if n and n in page]


def test_filters_narrow_the_list(own: Site, signed_in: SignIn):
    expected = entitled(own)
    district, number = district_of(own)
    officer = signed_in("officer")
    page = officer.get(f"{URL}?district={district}").content.decode()
    assert f"<strong>{number:,}</strong>" in page
    middle = expected["value"].median()
    above = expected.filter(pl.col("value") >= Decimal(str(int(middle)))).height  # type: ignore[arg-type]
    page = officer.get(f"{URL}?least={int(middle)}").content.decode()  # type: ignore[arg-type]
    assert f"<strong>{above:,}</strong>" in page
    sizes = [
        int(n.replace(",", ""))
        for n in re.findall(r"<strong>([\d,]+)</strong>企业", "".join(
            officer.get(f"{URL}?size={size}").content.decode()
            for size in ("large", "medium", "small", "micro", "-")
        ))
    ]  # fmt: skip
    assert sum(sizes) == expected.height
    assert len([n for n in sizes if n]) > 1


def test_the_most_valuable_come_first_and_pages_follow(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    expected = entitled(own).sort("value", descending=True)
    first = officer.get(URL).content.decode()
    second = officer.get(f"{URL}?page=2").content.decode()
    assert f"{expected['value'][0]:,.2f}".removesuffix(".00") in first
    assert first.count('<th scope="row"><span lang="zh">') == 25
    worth = [
        [Decimal(v.replace(",", "")) for v in re.findall(r'"价值">([\d,.]+) 元', p)] for p in (first, second)
    ]
    assert worth[0] == sorted(worth[0], reverse=True)
    assert worth[1][0] <= worth[0][-1]


def test_every_look_and_export_is_recorded(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    officer.get(f"{URL}?page=2")
    answer = officer.get(f"{URL}export/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    expected = entitled(own)
    assert len(rows) == expected.height + 1
    assert {r[1][4:14] for r in rows[1:]} == {"*" * 10}
    assert not [n for n in expected["name"] if n and n in text]
    deeds = Deed.objects.filter(about=f"measure:{MEASURE}", by="officer")
    assert [d.what for d in deeds.order_by("pk")] == ["pushes.list.viewed", "pushes.list.exported"]
    viewed = deeds.first()
    assert viewed is not None
    assert viewed.detail["page"] == 2


def test_a_list_is_prepared_confirmed_and_sent(own: Site, signed_in: SignIn):
    district, number = district_of(own)
    officer = signed_in("officer")
    key = draw_up(officer, district=district)
    page = officer.get(f"/desk/push/lists/{key}/").content.decode()
    assert "您符合“" in page
    assert "You are entitled to" in page
    officer.post(
        f"/desk/push/lists/{key}/note/", {"note_zh": "请于七月底前联系", "note_en": "Call us in July."}
    )
    assert "请于七月底前联系" in officer.get(f"/desk/push/lists/{key}/").content.decode()
    officer.post(f"/desk/push/lists/{key}/prepare/")
    assert not Notice.objects.exists()
    head = signed_in("head")
    assert "有1份名单待您确认" in head.get("/desk/push/").content.decode()
    assert f"确认并发送给{number}家" in head.get(f"/desk/push/lists/{key}/").content.decode()
    head.post(f"/desk/push/lists/{key}/send/")
    assert PushList.objects.get(pk=key).state == "sent"
    told = set(Notice.objects.filter(kind="push", about=MEASURE).values_list("party", flat=True))
    assert told == set(entitled(own).filter(pl.col("region") == district)["party"])
    notice = Notice.objects.first()
    assert notice is not None
    assert "请于七月底前联系" in notice.body_zh
    assert list(broken_seals()) == []


def test_nobody_sends_what_he_prepared(own: Site, signed_in: SignIn):
    head = signed_in("head")
    key = draw_up(head)
    head.post(f"/desk/push/lists/{key}/prepare/")
    page = head.post(f"/desk/push/lists/{key}/send/", follow=True).content.decode()
    assert "须由另一位负责人确认" in page
    assert not Notice.objects.exists()
    other = member("head-2", Role.HEAD)
    other.post(f"/desk/push/lists/{key}/send/")
    assert PushList.objects.get(pk=key).state == "sent"
    with pytest.raises(IntegrityError), transaction.atomic():
        PushList.objects.filter(pk=key).update(confirmed_by="head")


def test_who_draws_up_cannot_confirm_after_another_prepared(own: Site, signed_in: SignIn):
    head = signed_in("head")
    key = draw_up(head)
    signed_in("officer").post(f"/desk/push/lists/{key}/prepare/")
    head.post(f"/desk/push/lists/{key}/send/")
    assert PushList.objects.get(pk=key).state == "prepared"


def test_a_firm_left_out_with_a_reason_is_not_told(own: Site, signed_in: SignIn):
    district, number = district_of(own)
    officer = signed_in("officer")
    key = draw_up(officer, district=district)
    code = pl.read_parquet(list_path(key))["code"][1]
    answer = officer.post(f"/desk/push/lists/{key}/out/", {"place": "1"}, follow=True)
    assert "请写明原因" in answer.content.decode()
    officer.post(f"/desk/push/lists/{key}/out/", {"place": "1", "reason": "已注销"})
    page = officer.get(f"/desk/push/lists/{key}/").content.decode()
    assert "已注销" in page
    assert "剔除1家" in page
    assert officer.post(f"/desk/push/lists/{key}/out/", {"place": "9999", "reason": "x"}).status_code == 404
    officer.post(f"/desk/push/lists/{key}/prepare/")
    signed_in("head").post(f"/desk/push/lists/{key}/send/")
    assert Notice.objects.count() == number - 1
    assert not Notice.objects.filter(party=code).exists()
    deed = Deed.objects.get(what="pushes.firm.left_out")
    assert (deed.about, deed.detail["reason"]) == (f"party:{code}", "已注销")


def test_a_firm_left_out_can_be_taken_back_in(own: Site, signed_in: SignIn):
    district, number = district_of(own)
    officer = signed_in("officer")
    key = draw_up(officer, district=district)
    officer.post(f"/desk/push/lists/{key}/out/", {"place": "0", "reason": "误选"})
    exclusion = PushList.objects.get(pk=key).exclusions.get()
    officer.post(f"/desk/push/lists/{key}/in/{exclusion.pk}/")
    officer.post(f"/desk/push/lists/{key}/prepare/")
    signed_in("head").post(f"/desk/push/lists/{key}/send/")
    assert Notice.objects.count() == number


def test_a_head_returns_a_list_with_a_reason(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    key = draw_up(officer)
    officer.post(f"/desk/push/lists/{key}/prepare/")
    signed_in("head").post(f"/desk/push/lists/{key}/return/", {"reason": "先核对名录"})
    assert "先核对名录" in officer.get(f"/desk/push/lists/{key}/").content.decode()
    officer.post(f"/desk/push/lists/{key}/prepare/")
    assert PushList.objects.get(pk=key).state == "prepared"


def test_a_sending_that_was_killed_tells_nobody_twice(own: Site, signed_in: SignIn):
    district, number = district_of(own)
    key = sent(signed_in, district=district)
    push = PushList.objects.get(pk=key)
    PushList.objects.filter(pk=key).update(state="sending")
    PushedFirm.objects.filter(push=push).first().delete()  # type: ignore[union-attr]
    signed_in("head").post(f"/desk/push/lists/{key}/send/")
    assert Notice.objects.count() == PushedFirm.objects.count() == number
    assert PushList.objects.get(pk=key).state == "sent"
    with pytest.raises(ValueError, match="sent"):
        send_push(push, by="head", at=NOW)


def test_what_came_of_it(own: Site, signed_in: SignIn):
    district, number = district_of(own)
    key = sent(signed_in, district=district)
    officer = signed_in("officer")
    codes = pl.read_parquet(list_path(key))["code"].to_list()
    Notice.objects.filter(party=codes[0]).update(read_at=NOW, read_by="somebody")
    officer.post(f"/desk/push/lists/{key}/answer/", {"place": "0", "answer": "claimed"})
    page = officer.get(f"/desk/push/lists/{key}/").content.decode()
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>([\d,]+)</dd>", page))
    assert facts["已告知"] == facts["站内送达"] == f"{number:,}"
    assert facts["已打开"] == facts["已申报或享受"] == "1"
    assert facts["尚无回音"] == f"{number - 1:,}"
    all_ = entitled(own).height
    page = officer.get(URL).content.decode()
    assert f"应享未享：{all_:,}家应享，已告知{number:,}家，已享受1家" in page
    assert f"{(all_ - 1) / all_:.1%}" in page


def test_who_was_told_or_has_it_is_not_listed_again(own: Site, signed_in: SignIn):
    district, number = district_of(own)
    key = sent(signed_in, district=district)
    officer, all_ = signed_in("officer"), entitled(own).height
    officer.post(f"/desk/push/lists/{key}/answer/", {"place": "0", "answer": "claimed"})
    assert f"<strong>{all_ - number:,}</strong>" in officer.get(f"{URL}?not_told=1").content.decode()
    assert f"<strong>{all_ - 1:,}</strong>" in officer.get(f"{URL}?not_claimed=1").content.decode()


def test_one_sees_the_firms_of_ones_region_alone(own: Site, signed_in: SignIn):
    district, number = district_of(own)
    local = member("local", Role.OFFICER, region=district)
    assert f"<strong>{number:,}</strong>" in local.get(URL).content.decode()
    text = b"".join(local.get(f"{URL}export/").streaming_content).decode()  # type: ignore[attr-defined]
    assert text.count("\n") == number + 1
    other = next(r for r in entitled(own)["region"] if r != district)
    assert local.get(f"{URL}?district={other}").status_code == 404
    away = member("away", Role.OFFICER, region="3701")
    assert "没有符合这些条件的企业" in away.get(URL).content.decode()
    key = draw_up(local)
    assert set(pl.read_parquet(list_path(key))["region"]) == {district}


@pytest.mark.parametrize(
    ("authority", "region"),
    [("市经济和信息化委", "3701"), ("市科技局", "3702"), ("市经济和信息化委", "370203")],
)
def test_others_do_not_see_a_list(own: Site, signed_in: SignIn, authority: str, region: str):
    key = draw_up(signed_in("officer"))
    other = member("other", Role.HEAD, authority=authority, region=region)
    for path in ("", "export/"):
        assert other.get(f"/desk/push/lists/{key}/{path}").status_code == 404
    for path in ("prepare/", "send/", "drop/", "out/", "note/"):
        assert other.post(f"/desk/push/lists/{key}/{path}", {"place": "0"}).status_code == 404


@pytest.mark.parametrize("name", ["firm", "agent", "supervision", "bank", "agency", "auditor", "admin"])
def test_only_departments_enter(own: Site, signed_in: SignIn, name: str):
    key = draw_up(signed_in("officer"))
    client = signed_in(name)
    for path in ("/desk/push/", URL, f"{URL}export/", "/desk/push/lists/", f"/desk/push/lists/{key}/"):
        assert client.get(path).status_code == 403, path
    assert Client().get("/desk/push/").headers["Location"].startswith("/account/login/")


def test_an_officer_cannot_send(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    key = draw_up(officer)
    officer.post(f"/desk/push/lists/{key}/prepare/")
    assert officer.post(f"/desk/push/lists/{key}/send/").status_code == 403
    assert officer.post(f"/desk/push/lists/{key}/return/", {"reason": "x"}).status_code == 403


def test_a_measure_or_verdict_that_is_not_there(own: Site, signed_in: SignIn):
    officer = signed_in("officer")
    assert officer.get("/desk/push/qingdao-2012-46/nothing/").status_code == 404
    assert officer.get(f"{URL}?verdict=ineligible").status_code == 404


def test_the_desk_in_english(own: Site, signed_in: SignIn):
    key = sent(signed_in, district=district_of(own)[0])
    officer = signed_in("officer")
    open_list = draw_up(officer)
    officer.post(f"/desk/push/lists/{open_list}/out/", {"place": "0", "reason": "已注销"})
    officer.cookies["django_language"] = "en"
    lists = (f"/desk/push/lists/{key}/", f"/desk/push/lists/{open_list}/")
    for path in ("/desk/push/", URL, f"{URL}?verdict=claimable", "/desk/push/lists/", *lists):
        page = officer.get(path).content.decode()
        page = re.sub(r'<(\w+)[^>]*\blang="zh[^"]*"[^>]*>.*?</\1>', "", page, flags=re.S)
        page = re.sub(r"<[^>]+>", " ", page)
        assert re.findall(r"[\u4e00-\u9fff]+", page) == [], path


def test_pages_ask_the_database_little(
    own: Site, signed_in: SignIn, django_assert_max_num_queries: Callable[[int], object]
):
    key = sent(signed_in, district=district_of(own)[0])
    head = signed_in("head")
    for path in ("/desk/push/", URL, "/desk/push/lists/", f"/desk/push/lists/{key}/"):
        with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
            assert head.get(path).status_code == 200
