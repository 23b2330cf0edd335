"""What a case asks: nothing twice, nothing the file knows, nothing that could change no answer; every declared form."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqi.base.bilingual import Bilingual
from huiqi.cases.form import CaseForm, Part, form_of
from huiqi.cases.materials import are_complete, missing_papers, papers_of
from huiqi.cases.replies import read_replies
from huiqi.cases.types import CaseType, Material, Way
from huiqi.cases.wanted import Claimed, Known
from huiqi.matching.answers import read_reply
from huiqi.measures.expressions import Type, Value
from huiqi.measures.types import FactKind
from huiqi.packs.load import load_library
from huiqi.packs.types import Library

DAY = date(2013, 6, 30)
REGISTER = "市场主体登记库"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(Path(__file__).parents[2] / "packs")[0]


def case_named(library: Library, key: str) -> CaseType:
    pack, _, name = key.partition("/")
    return library.packs[pack].cases[name]


def claimed_by(library: Library, case_type: CaseType) -> list[Claimed]:
    keys = [name if "/" in name else f"{case_type.pack}/{name}" for name in case_type.measures]
    measures = [library.measure(key) for key in keys]
    return [Claimed(m, library.packs[m.pack].rulebook) for m in measures if m is not None]


def form_for(
    library: Library,
    key: str,
    *,
    file: Mapping[str, Value] | None = None,
    answers: Mapping[str, Value] | None = None,
) -> CaseForm:
    case_type = case_named(library, key)
    known = {name: Known(value, REGISTER, DAY) for name, value in (file or {}).items()}
    return form_of(
        case_type,
        claimed=claimed_by(library, case_type),
        home=library.packs[case_type.pack].rulebook,
        file=lambda _pack, name: known.get(name),
        answers=answers,
        on=DAY,
    )


def asked(form: CaseForm, part: Part) -> list[str]:
    return [f.name for f in form.fields if f.part is part and f.value is None]


HIRES = "qingdao-2012-46/subsidised-hires-claim"
SIZE = ["industry_code", "operating_revenue", "employees", "total_assets"]
SMALL = {"industry_code": "C3411", "operating_revenue": Fraction(10_000_000), "employees": Fraction(60)}


def test_a_claim_asks_what_its_measures_need_and_of_the_size_what_it_stands_on(library):
    form = form_for(library, HIRES)
    assert asked(form, Part.PARTY)[1:] == SIZE
    assert "contract_months" in asked(form, Part.CLAIM)
    assert [(d.name, d.value) for d in form.derived] == [("is_small_micro", None)]


def test_what_the_file_knows_is_shown_with_its_source_and_not_asked(library):
    form = form_for(library, HIRES, file=SMALL)
    assert not set(SIZE) & set(asked(form, Part.PARTY))
    employees = form.field("employees")
    assert employees is not None
    assert (employees.value, employees.may_be_given) == (60, False)
    assert employees.known == Known(Fraction(60), REGISTER, DAY)


def test_a_fact_two_measures_need_is_one_field(library):
    form = form_for(library, HIRES)
    months = form.field("contract_months")
    assert months is not None
    assert len(months.measures) == 2
    assert not [name for name, n in Counter(f.name for f in form.fields).items() if n > 1]


def test_once_a_measure_does_not_hold_its_other_facts_are_not_asked_but_the_answer_stays(library):
    form = form_for(library, HIRES, answers={"is_new_hire": False})
    assert "is_graduation_year_graduate" not in [f.name for f in form.fields]
    new_hire = form.field("is_new_hire")
    assert new_hire is not None
    assert new_hire.answer is False
    assert form.counting == {"is_new_hire": False}


def test_a_conditional_field_is_asked_where_its_rule_holds_and_its_answer_counts_only_there(library):
    key = "qinghai-2012/enterprise-registration"
    hidden = form_for(library, key, answers={"licence_kind": "名称登记"})
    assert hidden.field("meets_change_conditions").holds is False
    open_ = form_for(library, key)
    assert open_.field("meets_change_conditions").holds is None
    assert "meets_change_conditions" not in open_.missing()
    shown = form_for(library, key, answers={"licence_kind": "变更登记"})
    assert "meets_change_conditions" in shown.missing()
    stale = form_for(library, key, answers={"licence_kind": "名称登记", "meets_change_conditions": True})
    assert stale.counting == {"licence_kind": "名称登记"}


def test_facts_only_a_person_can_judge_and_the_findings_are_for_the_office(library):
    form = form_for(library, "qingdao-2012-46/lease-subsidy-claim")
    office = {f.name for f in form.of(office=True)}
    assert "lease_review_passed" in office
    assert "lease_financed_amount" in {f.name for f in form.of()}
    assert office.isdisjoint(form.missing())
    assert "lease_review_passed" in form.missing(office=True)


def test_a_derived_field_of_a_form_is_worked_out(library):
    key = "qingdao-2016-2/thousand-sails-filing"
    blank = form_for(library, key)
    assert blank.field("enterprise_size") is None
    assert set(SIZE) <= set(blank.missing())
    answers = {**SMALL, "total_assets": Fraction(20_000_000)}
    full = form_for(library, key, answers=answers)
    assert {d.name: d.value for d in full.derived} == {"enterprise_size": "small"}
    assert set(SIZE).isdisjoint(full.missing())
    assert dict(full.counting) == answers


def test_a_derived_fact_that_nothing_settles_may_be_stated_until_its_formula_does(library):
    key = "qingdao-2016-2/thousand-sails-filing"
    uncovered = {**SMALL, "industry_code": "J6620", "total_assets": Fraction(20_000_000)}
    form = form_for(library, key, answers=uncovered)
    assert "enterprise_size" in form.missing()
    stated = form_for(library, key, answers={**uncovered, "enterprise_size": "micro"})
    assert "enterprise_size" not in stated.missing()
    covered = form_for(
        library, key, answers={**uncovered, "enterprise_size": "micro", "industry_code": "C3411"}
    )
    assert "enterprise_size" not in covered.counting
    assert {d.name: d.value for d in covered.derived} == {"enterprise_size": "small"}


def test_all_replies_are_read_and_every_problem_comes_at_once_by_field(library):
    form = form_for(library, HIRES, file=SMALL)
    replies = {
        "hire_date": "2013年2月30日",
        "contract_months": "一年多",
        "hire_category": "1",
        "is_new_hire": "是",
        "pays_social_insurance": "",
        "employees": "5",
        "something_else": "1",
    }
    values, problems = read_replies(form, replies, read=read_reply)
    assert set(problems) == {"hire_date", "contract_months"}
    assert values["is_new_hire"] is True
    assert values["pays_social_insurance"] is None
    assert set(values) == {"is_new_hire", "pays_social_insurance", "hire_category"}


@pytest.mark.parametrize("text", ["a\x00b", "很" * 2001])
def test_texts_that_cannot_be_kept_are_refused(library, text):
    form = form_for(library, "qinghai-2012/safety-licence")
    _, problems = read_replies(form, {"permit_item": text}, read=read_reply)
    assert set(problems) == {"permit_item"}


def paper(name: str, *ways: Way) -> Material:
    return Material(name, Bilingual(name, name), frozenset(ways))


def test_papers_are_uploaded_pledged_or_fetched_by_the_office(library):
    key = "qinghai-2012/safety-licence"
    case_type, form = case_named(library, key), form_for(library, key)
    from_us = paper("report", Way.UPLOAD)
    pledged = paper("pledge", Way.UPLOAD, Way.PLEDGE)
    shared = paper("licence", Way.DATA_SHARE, Way.UPLOAD)
    case_type = replace(case_type, materials=(from_us, pledged, shared))
    papers = papers_of(case_type, form.ground, {"report": frozenset({Way.PLEDGE})})
    assert set(missing_papers(papers)) == {"report", "pledge"}
    given = {"report": frozenset({Way.UPLOAD}), "pledge": frozenset({Way.PLEDGE})}
    papers = papers_of(case_type, form.ground, given)
    assert missing_papers(papers) == {}
    assert [p.material.id for p in papers if p.is_to_be_fetched] == ["licence"]
    assert not are_complete(papers)
    assert are_complete(papers_of(case_type, form.ground, {**given, "licence": frozenset({Way.DATA_SHARE})}))


def invented(kind: FactKind) -> Value:
    """Some value the kind can take."""
    match kind.type:
        case Type.BOOL:
            return True
        case Type.ENUM:
            return kind.domain.values[0]
        case Type.DATE:
            return date(2013, 5, 1)
        case Type.TEXT:
            return "文字"
        case _:
            return kind.domain.low if isinstance(kind.domain.low, Fraction) else Fraction(1)


def test_every_declared_form_has_labels_asks_nothing_twice_and_can_be_completed(library):
    cases = [case for pack in library.packs.values() for case in pack.cases.values()]
    assert len(cases) >= 488
    for case_type in cases:
        key = f"{case_type.pack}/{case_type.id}"
        answers: dict[str, Value] = {}
        form = form_for(library, key)
        labels = Counter(f.kind.label.zh for f in form.fields)
        assert all(f.kind.label.zh and f.kind.label.en for f in form.fields), key
        assert max(labels.values(), default=0) <= 1, (key, labels)
        for _ in range(10):
            wanted = {**form.missing(), **form.missing(office=True)}
            if not wanted:
                break
            answers |= {f.name: invented(f.kind) for f in form.fields if f.name in wanted}
            form = form_for(library, key, answers=answers)
            assert form.counting == answers, key
        assert not form.missing(), key
        assert not form.missing(office=True), key


def test_a_field_of_a_form_means_what_the_fact_of_its_name_means(library):
    """A field of its own may carry the name of a fact; it is then the same question."""
    for pack in library.packs.values():
        for case_type in pack.cases.values():
            for field in (*case_type.form, *case_type.review):
                fact = pack.rulebook.kinds.get(field.name)
                assert fact is None or fact.type is field.kind.type, (case_type.id, field.name)


REPLIES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["是", "否", "1", "0", "3000万", "30%", "2013-05-01", "C3411", "-1", "1e400", "９", "∞", "\x00", ""]
    ),
)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_read_or_refused_and_the_form_stands(library, data):
    keys = [f"{pack.id}/{name}" for pack in library.packs.values() for name in pack.cases]
    key = data.draw(st.sampled_from(keys))
    answers: dict[str, Value] = {}
    for office in (False, True, False):
        form = form_for(library, key, answers=answers)
        replies = {f.name: data.draw(REPLIES) for f in form.of(office=office)}
        values, problems = read_replies(form, replies, office=office, read=read_reply)
        assert not set(values) & set(problems)
        assert set(values) | set(problems) <= set(replies)
        answers = {**form.counting, **{name: value for name, value in values.items() if value is not None}}
    form = form_for(library, key, answers=answers)
    assert set(form.counting) <= set(answers)
    again = form_for(library, key, answers=form.counting)
    assert again.counting == form.counting
    assert [f.name for f in again.fields] == [f.name for f in form.fields]
