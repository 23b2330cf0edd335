"""Search as a visitor meets it. Runs on whatever database the settings name; the answers are the same."""

import csv
import html
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from huiqi.holdings import current
from huiqi.search.current import bring_up_to_date
from huiqi.search.models import Entry, Kind
from huiqi.search.queries import Asked, Found, search
from tests.site.conftest import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _index(db: None) -> None:
    bring_up_to_date()


def found(words: str = "", *, day: date = DAY, **narrowed: str) -> Found:
    return search(Asked(words=words, **narrowed), day=day)


def names(answer: Found) -> list[str]:
    return [str(entry) for entry in answer.entries]


def test_a_word_inside_a_word_is_found():
    """贴息 stands in 贷款贴息, without a space and without a dictionary."""
    answer = found("贴息", kind=Kind.MEASURE)
    assert "measure:qingdao-2012-46/upgrade-loan-interest-subsidy" in names(answer)
    assert answer.entries[0].title_zh == "技改升级贷款贴息"
    assert all("贴息" in e.title_zh + e.body_zh for e in answer.entries)


def test_every_text_with_the_word_is_found_and_no_other():
    for word in ("贴息", "税", "担保", "高校毕业生", "46号"):
        held = [e for e in Entry.objects.all() if word in e.title_zh + e.body_zh and holds(e)]
        expected = {str(entry) for entry in held}
        got = {str(e) for e in found(word).entries if word in e.title_zh + e.body_zh}
        assert got == expected
        assert expected


def holds(entry: Entry) -> bool:
    return (entry.first is None or entry.first <= DAY) and (entry.last is None or entry.last >= DAY)


def test_the_same_order_on_every_database():
    """These answers were read off SQLite and PostgreSQL alike."""
    assert names(found("贷款 贴息", kind=Kind.MEASURE))[:3] == [
        "measure:qingdao-2012-46/upgrade-loan-interest-subsidy",
        "measure:guangdong-2012-52/gd-microloan-company-compensation",
        "measure:guangdong-2012-52/gd-bank-lending-to-microloan",
    ]
    assert names(found("low-profit tax", kind=Kind.MEASURE))[:2] == [
        "measure:qingdao-2012-46/cit-small-low-profit-20",
        "measure:qingdao-2012-46/cit-small-low-profit-half",
    ]


def test_all_words_must_be_there():
    both = set(names(found("小微企业 贷款")))
    assert both <= set(names(found("贷款")))
    assert len(both) < len(names(found("贷款")))


def test_english_finds_beginnings_of_words():
    assert set(names(found("subsidies"))) <= set(names(found("subsid")))
    assert names(found("SUBSID")) == names(found("subsid"))


def test_width_and_case_do_not_matter():
    assert names(found("３００万")) == names(found("300万"))
    assert names(found("300万"))


def test_a_document_is_found_by_its_number():
    assert names(found("青政发〔2012〕46号", kind=Kind.POLICY)) == ["policy:qingdao-2012-46"]


def test_what_people_say_for_it_is_found_too():
    """补助 is in the titles; who types 补贴 finds it, after what has 补贴 itself."""
    answer = found("补贴", kind=Kind.MEASURE).entries
    has_word = ["补贴" in e.title_zh for e in answer]
    assert any("补助" in e.title_zh for e in answer)
    assert has_word[0]
    assert "补助" in next(
        e.title_zh for e, has in zip(answer, has_word, strict=True) if not has and "补" in e.title_zh
    )


def test_a_question_finds_what_is_near():
    answer = found("没有抵押物怎么贷款呢")
    assert answer.is_near
    assert any("抵押" in e.title_zh for e in answer.entries[:3])


def test_nonsense_finds_nothing():
    for words in ("zzzqqq", "！？…", '"', "*", "龘"):
        assert found(words).entries == []


def test_signs_of_query_languages_are_plain_text():
    for words in ("' OR 1=1 --", "NEAR(a b)", "贴息 & !税", 'words: "', "a:* | b", "\x00", "%s"):
        found(words)  # no error of the database
    assert names(found("贴息 & !")) == names(found("贴息"))


def test_what_has_expired_is_never_found():
    assert "policy:qingdao-2016-2" not in names(found("双创"))
    during = found(document="qingdao-2016-2", day=date(2017, 6, 30)).entries
    after = found(document="qingdao-2016-2", day=date(2019, 1, 1)).entries
    assert during
    assert not after
    assert len(found(kind=Kind.MEASURE).entries) == len(current.measures_on(DAY))


@pytest.mark.parametrize("day", [date(2012, 8, 31), date(2012, 9, 1), date(2018, 12, 31), date(2026, 5, 1)])
def test_exactly_what_is_in_force_is_found(day: date):
    expected = {f"measure:{m.key}" for m in current.measures_on(day)}
    assert set(names(found(day=day, kind=Kind.MEASURE))) == expected


def test_filters_narrow_down():
    measures = {m.key: m for m in current.measures_on(DAY)}

    def keys(**narrowed: str) -> list[str]:
        return [f"{e.pack}/{e.name}" for e in found(kind=Kind.MEASURE, **narrowed).entries]

    assert {measures[k].audience for k in keys(audience="bank")} == {"bank"}
    assert {measures[k].region for k in keys(region="3702")} == {"3702", ""}, (
        "what is national holds in Qingdao"
    )
    assert {measures[k].pack for k in keys(document="qinghai-2012")} == {"qinghai-2012"}
    assert all("市财政局" in measures[k].decided_by for k in keys(department="市财政局"))
    assert len(keys(department="市财政局")) == sum("市财政局" in m.decided_by for m in measures.values())
    assert {measures[k].award.kind for k in keys(support="finance")} == {"interest", "guarantee"}
    assert keys(support="nothing of the sort") == []
    assert {measures[k].pack for k in keys(level="nation")} == {"cn-procurement-2012"}


def test_counts_are_of_all_kinds():
    answer = found("担保", kind=Kind.CLAUSE)
    assert {e.kind for e in answer.entries} == {Kind.CLAUSE}
    assert answer.counts["clause"] == len(answer.entries)
    assert answer.counts["measure"] == len(found("担保", kind=Kind.MEASURE).entries)


def test_the_index_follows_the_packs():
    """What the rule desk changes is found at once, and the index is not made again for nothing."""
    assert bring_up_to_date() is False
    Entry.objects.filter(pack="qingdao-2012-46").delete()
    assert bring_up_to_date() is False, "the mark says nothing of rows taken away by hand"
    library = current.library()
    first = next(iter(library.packs.values()))
    changed = type(library)({slug: pack for slug, pack in library.packs.items() if slug != "qinghai-2012"})
    try:
        current.renew_library(changed)
        assert bring_up_to_date() is True
        assert not Entry.objects.filter(pack="qinghai-2012").exists()
        assert found("qinghai").entries == [] or "qinghai-2012" not in {
            e.pack for e in found("qinghai").entries
        }
    finally:
        current.renew_library(library)
    assert bring_up_to_date() is True
    assert Entry.objects.filter(pack="qinghai-2012").exists()
    assert first.id in library.packs


def test_no_words_are_left_over_when_the_index_is_made_again():
    table = "search_words"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] == Entry.objects.count()


def test_the_page_marks_what_was_looked_for(visitor: Client):
    page = visitor.get("/measures/", {"q": "贴息"}).content.decode()
    assert "技改升级贷款<mark>贴息</mark>" in page
    assert "条款 " in page
    assert re.search(r"共\d+条", page)


def test_the_page_keeps_what_was_chosen(visitor: Client):
    page = visitor.get("/measures/", {"q": "担保", "audience": "bank", "region": "3702"}).content.decode()
    assert 'value="担保"' in page
    assert '<option value="bank" selected>' in page
    assert '<option value="3702" selected>' in page
    assert "audience=bank" in page.split('class="tabs"')[1].split("</nav>")[0]


def test_pages_of_results(visitor: Client):
    first = visitor.get("/measures/").content.decode()
    assert "第1页，共12页" in first
    last = visitor.get("/measures/?page=12").content.decode()
    assert 'start="221"' in last
    assert visitor.get("/measures/?page=999&q=税").status_code == 200
    assert visitor.get("/measures/?page=x&kind=nothing&region=x'&level=?").status_code == 200


def test_what_is_found_can_be_taken_along_as_a_table(visitor: Client, english: Client):
    page = visitor.get("/measures/", {"q": "贴息", "page": "1"}).content.decode()
    link = re.search(r'href="(/measures\.csv\?[^"]+)"', page)
    assert link is not None
    answer = visitor.get(html.unescape(link[1]))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert f"共{len(rows)}条" in page
    assert rows[0]["名称"] in re.sub("</?mark>", "", page)
    assert rows[0]["网址"].startswith("http://testserver/measures/")
    everything = visitor.get("/measures.csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(everything)))) == 1 + 222  # more than one page of results
    assert "Title,Kind" in english.get("/measures.csv", {"q": "subsidy"}).content.decode("utf-8-sig")
    assert len(visitor.get("/measures.csv", {"q": "zzzz"}).content.decode().splitlines()) == 1


def test_words_of_a_visitor_are_never_markup(visitor: Client):
    page = visitor.get("/measures/", {"q": "<script>alert(1)</script>贴息"}).content.decode()
    assert "<script>alert" not in page


def test_a_day_of_another_law(visitor: Client):
    page = visitor.get("/measures/?on=2017-06-30&document=qingdao-2016-2").content.decode()
    assert "/measures/qingdao-2016-2/" in page
    assert (
        "/measures/qingdao-2016-2/" not in visitor.get("/measures/?document=qingdao-2016-2").content.decode()
    )
