"""On every day from 2012 to 2026 the right documents and measures hold, and the timeline shows the same."""

from datetime import date, timedelta
from pathlib import Path

import lxml.html
import pytest

from huiqi.matching.plan import make_plan
from huiqi.packs.load import load_library
from huiqi.packs.timeline_page import stretches, timeline_page
from huiqi.packs.types import Library


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(Path(__file__).parents[1] / "packs")[0]


def matched_on(library: Library, day: date) -> set[str]:
    """The measures a match run of that day plans."""
    plan = make_plan(list(library.measures()), rulebooks=library.rulebooks(), columns=(), as_of=day)
    return {planned.measure.key for planned in plan.measures}


def test_stretches_are_what_a_match_of_any_day_in_them_uses(library: Library):
    found = stretches(library)
    assert [s.first for s in found[1:]] == [s.last + timedelta(days=1) for s in found[:-1] if s.last]
    for stretch in (s for s in found if date(2012, 1, 1) <= s.first <= date(2026, 12, 31)):
        for day in {stretch.first, stretch.last or date(2026, 12, 31)}:
            assert len(matched_on(library, day)) == stretch.measures, day


@pytest.mark.parametrize(
    ("day", "present", "absent"),
    [
        (date(2012, 8, 31), {"qinghai-2012", "guangdong-2012-52"}, {"qingdao-2016-2", "qinghai-2022"}),
        (
            date(2012, 9, 1),
            {"qingdao-2012-46", "cn-procurement-2012"},
            {"qinghai-2022", "cn-procurement-2021"},
        ),
        (date(2017, 6, 1), {"qingdao-2016-2"}, {"cn-payments-2020", "qinghai-2022"}),
        (
            date(2021, 6, 1),
            {"cn-procurement-2021", "cn-payments-2020"},
            {"cn-procurement-2012", "qingdao-2016-2"},
        ),
        (date(2026, 1, 1), {"cn-payments-2025", "qinghai-2022"}, {"cn-payments-2020", "cn-procurement-2012"}),
    ],
)
def test_documents_of_a_day(library: Library, day: date, present: set[str], absent: set[str]):
    slugs = {key.partition("/")[0] for key in matched_on(library, day)}
    assert present <= slugs
    assert not absent & slugs


def test_a_term_of_its_own_ends_before_the_document(library: Library):
    key = "qingdao-2012-46/loan-contract-stamp-duty-exemption"
    assert key in matched_on(library, date(2014, 10, 31))
    assert key not in matched_on(library, date(2014, 11, 1))


def test_the_page_marks_what_holds_on_the_day(library: Library):
    page = lxml.html.fromstring(timeline_page(library, day=date(2013, 6, 30)))
    state = {row.findtext(".//small"): row.get("class") for row in page.find_class("document")}
    assert "holds" in state["青政发〔2012〕46号"]
    assert "rests" in state["青双创联办字〔2016〕2号"]
