"""The public library as a firm meets it: front page, documents, guides to measures, in both languages."""

import gzip
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiqi.audit.models import Deed
from huiqi.holdings.current import library
from huiqi.packs.guide import guide_to
from tests.site.conftest import DAY

PAGES = (
    "/",
    "/measures/",
    "/measures/?q=interest+subsidy&kind=all",
    "/measures/?q=贴息&kind=all",
    "/measures/?matter=corporate-income-tax",
    "/policies/?all=1",
    "/policies/qingdao-2012-46/",
    "/policies/qingdao-2016-2/?on=2017-06-30",
    "/policies/qinghai-2012/",
    "/policies/cn-procurement-2021/",
    "/policies/qingdao-2012-46/document/",
    "/measures/qingdao-2012-46/cit-small-low-profit-20/",
    "/measures/qingdao-2012-46/registration-green-channel/",
    "/measures/qingdao-2012-46/upgrade-loan-interest-subsidy/",
)
HAN = re.compile(r"[\u4e00-\u9fff]+")
SYNTHETIC_TEXT = """青岛市人民政府
青政发〔2012〕46号
关于试验的意见
各区、市人民政府：
一、试验部分
（一）合成文本甲，仅供测试，参照财库〔2011〕181号文件。（市财政局负责）
（二）合成文本乙，含有独角兽三字。
二、另一部分
（三）合成文本丙，没有别的内容。
2012年9月1日
"""


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def without_chinese_elements(page: str) -> str:
    """The page without what is marked as Chinese; innermost elements first."""
    marked = re.compile(r'<(\w+)[^>]*\blang="zh"[^>]*>(?:(?!<\1\b).)*?</\1>', re.S)
    before = ""
    while before != page:
        before, page = page, marked.sub("", page)
    return page


@pytest.mark.parametrize("path", PAGES)
def test_english_pages_are_english(english: Client, path: str):
    page = without_chinese_elements(text_of(english, path)).replace("贴息", "")  # what was typed
    page = re.sub(r"q=%E8%B4%B4%E6%81%AF", "", page)
    assert HAN.findall(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_light(visitor: Client, path: str):
    text_of(visitor, path)  # the search index is made by the first who asks
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = text_of(visitor, path)
    assert len(queries) <= 15
    assert len(gzip.compress(page.encode())) < 60_000


@pytest.mark.parametrize("role", ["firm", "officer", "auditor"])
def test_the_library_is_open_to_everyone(signed_in, role: str):
    for path in PAGES[:3]:
        text_of(signed_in(role), path)


def test_the_front_page_leads_on(visitor: Client):
    page = text_of(visitor, "/")
    assert "<strong>222</strong>" in page
    assert 'action="/measures/"' in page
    assert "2015年12月31日" in page or "最早到期" in page
    for link in re.findall(r'href="(/(?:measures|policies)/[^"]*)"', page):
        assert visitor.get(link.replace("&amp;", "&")).status_code == 200, link


def test_the_front_page_counts_what_its_links_find(visitor: Client):
    page = text_of(visitor, "/")
    ways = re.findall(r'href="(/measures/\?support=\w+)".*?<em>(\d+)项</em>', page, re.S)
    assert len(ways) == 5
    assert sum(int(number) for _, number in ways) == 222
    for link, number in ways:
        assert f"共{number}条" in text_of(visitor, link)


def test_a_document_shows_validity_of_the_day(visitor: Client):
    page = text_of(visitor, "/policies/qingdao-2012-46/")
    assert "青政发〔2012〕46号" in page
    assert "青岛市人民政府" in page
    assert 'badge yes">有效' in page
    early = text_of(visitor, "/policies/qingdao-2012-46/?on=2012-08-31")
    assert "尚未施行" in early
    assert "2012年9月1日起施行" in early


def test_a_document_that_is_over_names_its_successor(visitor: Client):
    page = text_of(visitor, "/policies/cn-gradient-2022/?on=2026-05-01")
    assert "已不再执行（执行到2026年3月31日）" in page
    assert re.search(r'取代它的是：\s*<a href="/policies/cn-gradient-2026/">', page)


def test_a_clause_stands_beside_what_carries_it_out(visitor: Client):
    page = text_of(visitor, "/policies/qingdao-2012-46/")
    clause = page.split('id="c16"')[1].split("</article>")[0]
    assert "/measures/qingdao-2012-46/registration-green-channel/" in clause
    assert "3个工作日" in clause
    assert "市工商局" in clause
    assert page.count('<article class="clause') == len(library().packs["qingdao-2012-46"].clauses)


def test_every_clause_of_every_document_is_bound_on_its_page(visitor: Client):
    for slug, pack in library().packs.items():
        if pack.clauses:
            page = text_of(visitor, f"/policies/{slug}/")
            assert page.count('<div class="bound ') >= len(pack.clauses), slug


def test_citations_go_both_ways(visitor: Client):
    assert (
        "/policies/cn-size-2011/" in text_of(visitor, "/policies/qingdao-2012-46/").split('id="citations"')[1]
    )
    cited = text_of(visitor, "/policies/cn-size-2011/").split('id="citations"')[1]
    assert "/policies/qingdao-2012-46/" in cited
    newer = text_of(visitor, "/policies/cn-procurement-2021/").split("本文件引用")[1]
    assert "/policies/cn-procurement-2012/" in newer.split("被下列文件引用")[0]
    assert "取代" in newer.split("被下列文件引用")[0]
    assert "政府采购促进中小企业发展暂行办法：以本文件为准" in text_of(
        visitor, "/policies/cn-procurement-2021/"
    )


def test_documents_not_in_force_are_left_out_but_can_be_reached(visitor: Client):
    page = text_of(visitor, "/policies/")
    assert "/policies/qingdao-2012-46/" in page
    assert "/policies/qinghai-2022/" not in page
    assert "/policies/qinghai-2022/" in text_of(visitor, "/policies/?all=1")


def test_a_guide_says_everything_about_a_measure(visitor: Client):
    page = text_of(visitor, "/measures/qingdao-2012-46/cit-small-low-profit-20/")
    assert "年度应纳税所得额不超过30万元" in page
    assert "的20%计算" in page
    assert "合成数据" in page
    assert "6万元" in page.split("示例")[1]
    assert "市国税局、市地税局" in page
    assert 'href="/policies/qingdao-2012-46/#c5"' in page
    assert "从优，不重复享受" in page
    assert "高新技术中小企业按15%税率" in page.split('id="matter"')[1]
    assert "应纳税所得额不超过6万元的减半计税" not in page.split('id="matter"')[1], "holds in Qinghai"
    assert "含30万元本数" in page.split('id="faq"')[1]


def test_times_stand_side_by_side(visitor: Client):
    times = text_of(visitor, "/measures/qingdao-2012-46/registration-green-channel/").split('id="times"')[1]
    assert times.index("法定时限") < times.index("承诺时限")
    assert "3个工作日" in times
    assert "市工商局" in times


def test_materials_and_steps_come_from_the_case(visitor: Client):
    page = text_of(visitor, "/measures/qingdao-2012-46/upgrade-loan-interest-subsidy/")
    assert "付息凭证" in page.split('id="materials"')[1].split("</section>")[0]
    steps = page.split('id="steps"')[1].split("</section>")[0]
    assert [steps.index(word) for word in ("提交", "受理", "审批", "到账")] == sorted(
        steps.index(word) for word in ("提交", "受理", "审批", "到账")
    )
    assert "退回" not in steps


def test_every_measure_has_a_guide(visitor: Client):
    for measure in library().measures():
        guide = guide_to(measure, library(), day=DAY)
        assert guide.conditions, measure.key
        assert all(way.steps for way in guide.procedures), measure.key
        page = text_of(visitor, f"/measures/{measure.pack}/{measure.id}/")
        assert page.count('<details class="question">') >= 1, measure.key


def test_examples_are_what_the_rule_gives(visitor: Client):
    """The example on the page is a test of the pack, so that it cannot differ from the rule."""
    shown = [guide_to(m, library(), day=DAY) for m in library().measures()]
    with_amount = [guide for guide in shown if guide.example and guide.example.amount.zh]
    assert len(with_amount) > 80
    assert all(guide.measure.award.amount is not None for guide in with_amount)


def test_a_measure_that_ended_says_so_and_offers_no_check(visitor: Client):
    over = next(m for m in library().measures() if m.period.last and m.period.last < date(2025, 1, 1))
    page = text_of(visitor, f"/measures/{over.pack}/{over.id}/?on=2025-01-01")
    assert "已到期" in page
    assert "看我是否符合" not in page
    assert f"?on={over.period.last}" in page
    assert "已到期" not in text_of(visitor, f"/measures/{over.pack}/{over.id}/?on={over.period.last}")


def test_what_is_not_there_is_not_found(visitor: Client):
    for path in (
        "/policies/no-such-document/",
        "/policies/cn-common/",
        "/measures/qingdao-2012-46/no-such-measure/",
        "/measures/no-such/cit-small-low-profit-20/",
    ):
        assert visitor.get(path).status_code == 404
    assert visitor.post("/measures/").status_code == 405


def test_official_words_appear_once_imported(visitor: Client, settings, tmp_path: Path):
    settings.HUIQI_DATA = tmp_path / "data"
    file = tmp_path / "text.txt"
    file.write_text(SYNTHETIC_TEXT, "utf-8")
    before = text_of(visitor, "/policies/qingdao-2012-46/")
    assert "官方原文尚未导入" in before
    assert "不是公文原文" in text_of(visitor, "/policies/qingdao-2012-46/document/")
    call_command("import_text", str(file))
    page = text_of(visitor, "/policies/qingdao-2012-46/")
    assert "合成文本甲" in page.split('id="c1"')[1].split("</article>")[0]
    assert "官方原文尚未导入" not in page
    cites = page.split("本文件引用")[1].split("被下列文件引用")[0]
    assert "/policies/cn-procurement-2012/" in cites
    assert 'href="#c1"' in cites
    document = text_of(visitor, "/policies/qingdao-2012-46/document/")
    assert "各区、市人民政府" in document
    assert "合成文本乙" in document
    assert "/policies/qingdao-2012-46/#c2" in text_of(visitor, "/measures/?q=独角兽&kind=all")
    deed = Deed.objects.get(what="holdings.text.imported")
    assert (deed.about, deed.by) == ("document:qingdao-2012-46", "system")


def test_a_text_without_a_pack_is_refused(site, settings, tmp_path: Path):
    settings.HUIQI_DATA = tmp_path / "data"
    file = tmp_path / "other.txt"
    file.write_text(SYNTHETIC_TEXT.replace("46号", "999号"), "utf-8")
    with pytest.raises(CommandError, match="no pack has the number"):
        call_command("import_text", str(file))
    assert not (tmp_path / "data" / "documents").exists()
