"""Experts who score, and what comes after a decision: evaluation, visits, ratings; a head's overview."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from huiqi.access.permissions import Role as AccessRole
from huiqi.audit.models import Deed
from huiqi.cases.types import FollowUpKind, Role
from huiqi.casework.models import Case, Draw, FollowUpTask, Rating
from tests.site.conftest import DAY, Site
from tests.site.desk_cases import AT, FIRM, RECOGNITION, drafted, lease_claim, step, worker
from tests.site.test_desk_case import desk, own_files, post, reviewed  # noqa: F401
from tests.site.test_enterprise_file import page_of, visible

Enter = Callable[[str], Client]


@pytest.fixture
def drawn(site: Site, signed_in: Enter) -> Case:
    """A recognition that was accepted, with the experts the platform drew by lot."""
    for n in range(2):
        worker(f"expert_{n}", AccessRole.EXPERT, party=f"expert:{n}", region="")
    case = step(drafted(site, RECOGNITION), "submit", FIRM)
    assert post(signed_in("officer"), case, "accept").status_code == 302  # type: ignore[attr-defined]
    case.refresh_from_db()
    return case


def test_experts_score_what_they_were_drawn_for_and_the_last_score_moves_it_on(
    site: Site, signed_in: Enter, drawn: Case
) -> None:
    names = sorted(drawn.draws.values_list("expert", flat=True))
    assert names == ["expert", "expert_0", "expert_1"]
    assert "从3名专家中抽取" in desk(signed_in("officer"), drawn)
    for place, name in enumerate(names):
        client = signed_in(name) if name == "expert" else logged_in(name)
        assert drawn.number in visible(page_of(client, "/desk/inbox/"))
        typed = post(client, drawn, "review", score="九十", no_conflict="yes")
        assert typed.status_code == 422  # type: ignore[attr-defined]
        scored = post(client, drawn, "review", score=str(80 + place), no_conflict="yes", reason="工艺独特")
        assert scored.status_code == 302  # type: ignore[attr-defined]
        if place == 0:
            assert "您已经打分" in desk(client, drawn)
            assert post(client, drawn, "review", score="100", no_conflict="yes").status_code == 422  # type: ignore[attr-defined]
    drawn.refresh_from_db()
    assert (drawn.state, drawn.score) == ("reviewed", 81)
    assert Draw.objects.get(expert="expert").remark == "工艺独特"


def logged_in(name: str) -> Client:
    client = Client()
    assert client.login(username=name, password="for the tests only")
    return client


def test_an_expert_handles_nothing_besides(site: Site, signed_in: Enter, drawn: Case) -> None:
    expert = signed_in("expert")
    path = f"/desk/cases/{drawn.number}/"
    assert expert.post(f"{path}take/").status_code == 403
    assert expert.post(f"{path}extend/").status_code == 403
    assert expert.post(f"{path}steps/enter/").status_code == 404
    assert expert.get("/desk/complaints/").status_code == 403
    shown = desk(expert, drawn)
    assert "领取承办" not in shown


def test_for_an_expert_who_stands_aside_the_next_of_the_lot_scores(
    site: Site, signed_in: Enter, drawn: Case
) -> None:
    worker("late_expert", AccessRole.EXPERT, party="expert:9", region="")
    expert, path = signed_in("expert"), f"/desk/cases/{drawn.number}/"
    assert expert.post(f"{path}interest/", {"note": "曾任该企业顾问"}).headers["Location"] == "/desk/inbox/"
    assert sorted(drawn.draws.values_list("expert", flat=True)) == ["expert_0", "expert_1", "late_expert"]
    assert expert.get(path).status_code == 404
    assert expert.post(f"{path}steps/review/", {"review.score": "90"}).status_code == 404
    deed = Deed.objects.get(what="casework.expert.replaced")
    assert deed.detail == {"expert": "expert", "instead": "late_expert"}


def planned(case: Case, kind: FollowUpKind, due: date, role: Role = Role.OFFICER) -> FollowUpTask:
    return FollowUpTask.objects.create(case=case, place=0, kind=kind, role=role, due_on=due)


def test_an_evaluation_is_written_down_once_by_its_desk(site: Site, signed_in: Enter) -> None:
    case = step(drafted(site, "qingdao-2012-46/sme-special-fund-claim"), "submit", FIRM)
    task = planned(case, FollowUpKind.EVALUATION, DAY - timedelta(days=2))
    later = planned(case, FollowUpKind.EVALUATION, DAY + timedelta(days=90))
    officer, payer = signed_in("officer"), signed_in("payer")
    due = visible(page_of(officer, "/desk/follow-ups/"))
    assert "绩效评价" in due
    assert "应于2013年6月28日前" in due
    assert "2013年9月28日" not in due
    assert "2013年9月28日" in visible(page_of(officer, "/desk/follow-ups/?show=coming"))
    path = f"/desk/follow-ups/{task.pk}/done/"
    empty = officer.post(path, {"passed": "", "finding": "产值增长"})
    assert empty.status_code == 422
    assert "产值增长" in empty.content.decode()
    assert "请写明结论" in visible(officer.post(path, {"passed": "yes"}).content.decode())
    assert payer.post(path, {"passed": "yes", "finding": "x"}).status_code == 422
    assert officer.post(path, {"passed": "no", "finding": "未达到目标产值"}).status_code == 302
    done = visible(page_of(officer, "/desk/follow-ups/?show=done"))
    assert "未通过" in done
    assert "未达到目标产值" in done
    assert officer.post(path, {"passed": "yes", "finding": "改口"}).status_code == 422
    task.refresh_from_db()
    assert (task.passed, task.finding) == (False, "未达到目标产值")
    stranger = worker("tech", AccessRole.OFFICER, authority="市科技局")
    assert stranger.post(f"/desk/follow-ups/{later.pk}/done/").status_code == 404


def rated(case: Case, stars: int, words: str = "", at: datetime = AT) -> Rating:
    return Rating.objects.create(case=case, asked_on=DAY, stars=stars, words=words, rated_at=at)


def test_bad_ratings_wait_for_an_answer_and_are_counted(site: Site, signed_in: Enter) -> None:
    firms = (site.firm, site.bank, site.agency)
    good, bad, late = (lease_claim(replace(site, firm=firm)) for firm in firms)
    rated(good, 5)
    waiting = rated(bad, 1, "等了两个月没有消息")
    rated(late, 2, "态度生硬", at=datetime(2013, 5, 2, 9, 0, tzinfo=UTC))
    officer = signed_in("officer")
    page = visible(page_of(officer, "/desk/ratings/"))
    assert "2.7 平均分" in page
    assert "33.3% 好评率" in page
    assert "2 差评 已答复0件" in page
    assert "0% 差评15个工作日内答复率" in page
    assert page.index("等了两个月没有消息") < page.index(good.number)
    path = f"/desk/ratings/{waiting.pk}/answer/"
    stranger = worker("tech", AccessRole.OFFICER, authority="市科技局")
    assert stranger.post(path, {"reply": "x"}).status_code == 404
    assert signed_in("supervision").post(path, {"reply": "x"}).status_code == 403
    officer.post(path, {"reply": ""})
    waiting.refresh_from_db()
    assert waiting.reply == ""
    officer.post(path, {"reply": "已联系企业说明进度"})
    answered = visible(page_of(officer, "/desk/ratings/"))
    assert "已联系企业说明进度" in answered
    assert "已答复1件" in answered
    assert bad.number not in visible(page_of(officer, "/desk/ratings/?show=waiting"))
    assert Deed.objects.filter(what="casework.rating.answered", by="officer").count() == 1


def test_a_heads_overview_by_officer_and_matter(site: Site, signed_in: Enter) -> None:
    officer, head = signed_in("officer"), signed_in("head")
    case = reviewed(site, officer)
    officer.post(f"/desk/cases/{case.number}/take/")
    lease_claim(replace(site, firm=site.bank))
    refused = post(head, case, "refuse", reason="不在支持范围")
    assert refused.status_code == 302  # type: ignore[attr-defined]
    page = visible(page_of(head, "/desk/overview/"))
    assert "1 在办" in page
    assert "0 办结用时中位数（工作日） 近一年办结的1件" in page
    assert "officer 0 0 1 0" in page
    assert "待领 1 0 0 —" in page
    assert "融资租赁补助申报 1 0 1 0" in page
