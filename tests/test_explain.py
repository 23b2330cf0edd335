"""Explanations: what the rules say, what was seen, how far off, and what a person would read."""

import re
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiqi.measures.derive import Facts
from huiqi.measures.distance import Ways
from huiqi.measures.evaluate import evaluate
from huiqi.measures.explain import Explainer, Explanation, MeasureExplanation, explain
from huiqi.measures.expressions import Node, Type, Value, facts_in
from huiqi.measures.interpret import interpret
from huiqi.measures.sentences import YUAN, Speaker
from huiqi.measures.types import Outcome, Rulebook, VerdictKind
from huiqi.measures.words import LANGUAGES
from huiqi.packs.load import load_library
from huiqi.packs.types import Library
from tests.properties.rules import WORLD, statements

PACKS = Path(__file__).parents[1] / "packs"
DAY = date(2013, 6, 30)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
RULE_SIGNS = re.compile(r"<|>|=|\bcase\b|\bwhen\b|[a-z]+_[a-z]+|Fraction|None")
INDUSTRIAL: dict[str, Value] = {
    "is_restricted_or_prohibited_industry": False,
    "industry_sector": "industrial",
    "employees": Fraction(90),
    "total_assets": Fraction(20_000_000),
    "taxable_income": Fraction(250_000),
}


@cache
def packs() -> Library:
    library, problems = load_library(PACKS)
    assert problems == []
    return library


def explained(measure: str, **facts: Value) -> MeasureExplanation:
    found = packs().measure(measure if "/" in measure else f"qingdao-2012-46/{measure}")
    assert found is not None
    return explain(found, facts, rulebook=packs().packs[found.pack].rulebook, as_of=DAY)


def condition(explanation: MeasureExplanation, name: str) -> Explanation:
    return next(c for c in explanation.conditions if c.condition == name)


def size(**changes: Value) -> Explanation:
    return condition(explained("cit-small-low-profit-20", **{**INDUSTRIAL, **changes}), "size")


# --- sentences ---


def test_a_rule_is_said_in_both_languages():
    said = size().sentence
    assert said.zh == (
        "从业人数不超过80人且资产总额不超过1000万元，或者"
        "行业类别为工业企业且从业人数不超过100人且资产总额不超过3000万元"
    )
    assert said.en == (
        "employees at most 80 people and total assets at most 10,000,000 yuan, or "
        "sector (industrial or other): industrial enterprise and employees at most 100 people "
        "and total assets at most 30,000,000 yuan"
    )


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("cit-small-low-profit-20", "按年度应纳税所得额（低于零按零计）的20%计算"),
        ("employer-induction-training-subsidy", "合格人数×600元"),
        ("guarantee-center-capital-injection", "反担保额的1%（最多100万元）"),
        ("guarantor-risk-subsidy", "最高风险补助（每年）：中小企业担保业务额的1.5%，具体由"),
        ("registration-7-working-days", "7个工作日"),
        ("microloan-other-holder-limit", "15%"),
    ],
)
def test_an_award_is_said_from_its_formula(measure, words):
    assert words in explained(measure).award.zh


def test_an_award_without_figure_names_what_is_open_and_who_decides():
    award = explained("hard-to-employ-hiring-subsidy").award
    assert "由市人力资源社会保障局决定" in award.zh
    assert "文件未定数额" in award.zh


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_any_measure_shows_the_language_of_rules(language):
    for pack in packs().packs.values():
        speaker = Speaker.of(pack.rulebook, language)
        for measure in pack.measures.values():
            said = [speaker.statement(c.when) for c in measure.conditions]
            said += [speaker.statement(c.when, holds=False) for c in measure.conditions]
            said += [speaker.number(n, YUAN) for n in (measure.award.amount, measure.award.value) if n]
            assert [words for words in said if RULE_SIGNS.search(words)] == [], measure.key


def test_english_sentences_hold_no_chinese_but_names_the_pack_gives_in_chinese_alone():
    for pack in packs().packs.values():
        speaker = Speaker.of(pack.rulebook, "en")
        kinds = pack.rulebook.kinds
        for measure in pack.measures.values():
            for rule in measure.conditions:
                named_in_chinese = any(kinds[n].type is Type.TEXT for n in facts_in(rule.when) if n in kinds)
                if not named_in_chinese:
                    assert not CHINESE.search(speaker.statement(rule.when)), measure.key


# --- distances ---


@pytest.mark.parametrize(
    ("employees", "outcome", "words"),
    [
        (80, Outcome.MET, ""),
        (100, Outcome.MET, "从业人数为100人，不超过100人，恰在界上"),
        (101, Outcome.NOT_MET, "从业人数为101人，须不超过100人，超出上限1人"),
        (103, Outcome.NOT_MET, "从业人数为103人，须不超过100人，超出上限3人"),
    ],
)
def test_employees_beside_the_limit(employees, outcome, words):
    found = size(employees=Fraction(employees))
    assert found.outcome is outcome
    assert words in found.gap.zh


def test_the_nearest_branch_counts():
    """A shop of 83 people with 9 million of assets misses its limit by 3; becoming a factory is no advice."""
    found = size(industry_sector="other", employees=Fraction(83), total_assets=Fraction(9_000_000))
    assert found.gap.zh == "从业人数为83人，须不超过80人，超出上限3人"
    assert [k.distance for k in found.nearest] == [3]


def test_both_limits_of_a_branch_are_named_where_both_are_missed():
    found = size(employees=Fraction(120), total_assets=Fraction(33_000_000))
    assert found.gap.zh == (
        "从业人数为120人，须不超过100人，超出上限20人；资产总额为3300万元，须不超过3000万元，超出上限300万元"
    )


def test_one_yuan_past_the_limit():
    found = explained("cit-small-low-profit-20", **{**INDUSTRIAL, "taxable_income": Fraction(300_001)})
    assert condition(found, "income").gap.en == (
        "taxable income of the year: 300,001 yuan, must be at most 300,000 yuan, 1 yuan over the limit"
    )


def test_a_limit_that_excludes_the_figure_is_missed_by_nothing_on_it():
    found = explained("vat-threshold", filing_mode="periodic", monthly_sales=Fraction(20_000))
    assert found.verdict.kind is VerdictKind.INELIGIBLE
    assert found.conditions[0].gap.zh == "月销售额为2万元，须低于2万元，恰在界上"


def test_days_are_counted():
    found = explained("hard-to-employ-hiring-subsidy", hire_date=date(2011, 11, 20))
    assert condition(found, "hired_after").gap.zh.endswith("须不早于2011年12月1日，早了11天")


def test_shares_differ_in_percentage_points():
    found = explained(
        "guarantor-fee-subsidy", guarantee_fee_rate=Fraction("0.04"), benchmark_rate=Fraction("0.06")
    )
    (gap,) = [c.gap.zh for c in found.conditions if c.outcome is Outcome.NOT_MET]
    assert gap == "担保费率为4%，须低于银行同期贷款基准利率的50%（3%），超出上限1个百分点"


def test_a_condition_that_is_met_tells_its_margin():
    assert size(employees=Fraction(60), total_assets=Fraction(9_000_000)).gap.zh.endswith("距上限还有40人")


MEDIUM = {"industry_code": "C3411", "employees": Fraction(350), "operating_revenue": Fraction(25_000_000)}


def test_a_derived_fact_is_looked_through():
    """350 people and 25 million make a medium factory; small it would be below 300 people."""
    found = explained("brand-reward", **MEDIUM)
    assert found.verdict.kind is VerdictKind.INELIGIBLE
    (refused,) = [c for c in found.conditions if c.outcome is Outcome.NOT_MET]
    assert (
        "须低于2000万元，超出上限500万元" in refused.gap.zh or "须低于300人，超出上限50人" in refused.gap.zh
    )


def test_how_a_derived_fact_was_worked_out():
    derived = {d.fact: d for d in explained("brand-reward", **MEDIUM).derivations}
    assert derived["size_industry"].words.zh == "工业"
    assert [s.words.zh for s in derived["size_industry"].basis] == ["C3411"]
    assert derived["size_class"].words.zh == "中型"
    assert derived["size_class"].because.zh == "划型行业为工业，从业人数不低于300人且营业收入不低于2000万元"
    assert "300号" in derived["size_class"].source


def test_a_stated_value_needs_no_derivation():
    found = explained("brand-reward", is_small_micro=False)
    assert [d.fact for d in found.derivations] == []
    assert found.conditions[0].gap.zh == "不是小型微型企业"


# --- what is missing, and what a verdict means ---


def test_a_missing_derived_fact_names_what_would_settle_it():
    (missing,) = explained("brand-reward", industry_code="C3411").missing
    assert missing.fact == "is_small_micro"
    assert [s.fact for s in missing.basis] == ["employees", "operating_revenue"]


def test_an_industry_outside_the_standard_can_only_be_stated_itself():
    (missing,) = explained("brand-reward", industry_code="J66").missing
    assert (missing.fact, missing.basis) == ("is_small_micro", ())


def test_review_names_who_must_judge():
    found = explained("management-innovation-reward", is_small_micro=True, is_sme=True)
    assert found.verdict.kind is VerdictKind.REVIEW
    assert "市经济信息化委" in found.headline.zh
    assert "是否有管理创新成果" in found.headline.zh
    assert all("评判" in m.from_whom.zh for m in found.missing)


def test_claimable_says_that_it_has_yet_to_happen():
    found = explained("lease-financing-subsidy", is_small_micro=True, is_sme=True)
    assert found.verdict.kind is VerdictKind.CLAIMABLE
    assert found.headline.zh.startswith("主体符合，事情发生并申报后即可认定")
    assert found.headline.en.startswith("the party fits; once it happens")
    assert {m.from_whom.zh for m in found.missing} == {"申报时由申请人说明"}


def test_entitled_names_the_amount_and_a_ceiling_as_such():
    assert explained("cit-small-low-profit-20", **INDUSTRIAL).headline.zh == "符合；应纳企业所得税额：5万元"
    found = explained(
        "guarantor-risk-subsidy",
        is_guarantor=True,
        is_guarantee_institution=True,
        is_financing_guarantor=True,
        sme_guarantee_volume=Fraction(10**7),
    )
    assert found.headline.zh == "符合；最高风险补助：15万元"
    assert found.headline.en == "entitled; largest possible risk subsidy: at most 150,000 yuan"


def test_outcomes_are_those_of_the_evaluation_for_every_example_of_every_pack():
    for pack in packs().packs.values():
        for example in pack.examples:
            if example.measure is None:
                continue
            measure = pack.measures[example.measure]
            verdict = evaluate(measure, example.given, rulebook=pack.rulebook, as_of=example.as_of)
            found = Explainer(example.given, rulebook=pack.rulebook, as_of=example.as_of).explain(measure)
            assert found.verdict == verdict
            if verdict.reasons:
                assert [c.outcome for c in found.conditions] == [r.outcome for r in verdict.reasons]
            assert [m.fact for m in found.missing] == list(verdict.missing)


# --- ways are true ---

NO_RULES = Rulebook("", {}, {}, DAY)
whole_worlds = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in WORLD.items()})


@settings(deadline=None)
@given(statement=statements, world=whole_worlds, wanted=st.booleans())
def test_there_is_nothing_to_change_exactly_where_it_comes_out_as_wanted(
    statement: Node, world: dict[str, Value], wanted: bool
):
    way = Ways(Facts(world, NO_RULES, None, []), world.keys()).to(statement, wanted)
    holds = interpret(statement, world).value is wanted  # type: ignore[union-attr]
    assert (way is not None and way.steps == ()) is holds


@settings(deadline=None)
@given(
    employees=st.integers(0, 3000),
    revenue=st.integers(0, 3000),
    industry=st.sampled_from(["C34", "F52", "I65"]),
)
def test_following_the_advice_makes_a_firm_small(employees, revenue, industry):
    """Every figure the explanation names is moved just past its threshold; then the firm fits."""
    facts: dict[str, Value] = {
        "industry_code": industry,
        "employees": Fraction(employees),
        "operating_revenue": Fraction(revenue * 100_000),
    }
    found = condition(explained("brand-reward", **facts), explained("brand-reward").conditions[0].condition)
    if found.outcome is Outcome.MET:
        return
    assert found.way is not None
    for step in found.way.steps:
        assert not step.wanted  # not "at least so many": below it
        name = next(iter(facts_in(step.statement)))
        facts[name] = step.statement.right.value - 1  # type: ignore[union-attr]
    assert explained("brand-reward", **facts).conditions[0].outcome is Outcome.MET
