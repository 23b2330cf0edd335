"""The eleven rules between the measures of Qingdao 2012/46: order, choice, caps, terms, precedence."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from huiqi.base.bilingual import Bilingual
from huiqi.measures.combine import (
    Combination,
    Entitlement,
    Matter,
    Standing,
    Why,
    combine,
    evaluate_in_stages,
)
from huiqi.measures.expressions import Value
from huiqi.measures.read import Vocabulary, read_expression
from huiqi.measures.types import Award, Measure, Period, Verdict, VerdictKind
from huiqi.packs.load import load_library
from huiqi.packs.types import Library

PACK = "qingdao-2012-46"
SMALL_FIRM: dict[str, Value] = {
    "is_restricted_or_prohibited_industry": False,
    "industry_sector": "industrial",
    "employees": Fraction(60),
    "total_assets": Fraction(5_000_000),
    "is_sme": True,
    "tax_year": Fraction(2013),
}


@pytest.fixture(scope="module")
def library() -> Library:
    loaded, problems = load_library(Path(__file__).parents[1] / "packs", only=(PACK,))
    assert problems == []
    return loaded


def advise(
    library: Library, names: list[str], facts: dict[str, Value], *, extra: tuple[Measure, ...] = ()
) -> tuple[dict[str, Verdict], Combination]:
    """The verdicts of some measures in their order, and the best combination of them."""
    measures = [library.packs[PACK].measures[name] for name in names]
    rulebooks = {**library.rulebooks(), **{m.pack: library.packs[PACK].rulebook for m in extra}}
    entitlements = evaluate_in_stages([*measures, *extra], facts, rulebooks=rulebooks, as_of=None)
    verdicts = {e.measure.id: e.verdict for e in entitlements}
    return verdicts, combined(library, entitlements)


def combined(library: Library, entitlements: list[Entitlement], **more: Standing) -> Combination:
    return combine(entitlements, matters=library.matters(), standings={**library.standings(), **more})


def kept(combination: Combination) -> list[str]:
    return sorted(key.partition("/")[2] for key in combination.kept)


RATES = ["cit-small-low-profit-20", "cit-small-low-profit-half", "cit-hnte-15"]


def test_one_enterprise_pays_at_one_rate_the_lowest(library: Library):
    facts = SMALL_FIRM | {"is_hnte": True, "taxable_income": Fraction(60_000)}

    verdicts, combination = advise(library, RATES, facts)

    assert {name: verdict.amount for name, verdict in verdicts.items()} == {
        "cit-small-low-profit-half": 6_000,
        "cit-small-low-profit-20": 12_000,
        "cit-hnte-15": 9_000,
    }
    assert kept(combination) == ["cit-small-low-profit-half"]
    assert {(b.measure.partition("/")[2], b.why, b.because) for b in combination.beaten} == {
        ("cit-small-low-profit-20", Why.LESS, f"{PACK}/c62"),
        ("cit-hnte-15", Why.LESS, f"{PACK}/c62"),
    }


def test_deductions_come_before_the_income_limit(library: Library):
    facts = SMALL_FIRM | {
        "is_hnte": False,
        "taxable_income": Fraction(350_000),
        "rd_expense": Fraction(120_000),
        "rd_for_new_product_tech_process": True,
    }

    with_deduction, combination = advise(library, ["rd-expensed-extra-deduction", *RATES], facts)
    without, _ = advise(library, RATES, facts)

    assert with_deduction["rd-expensed-extra-deduction"].amount == 60_000
    assert with_deduction["cit-small-low-profit-20"].amount == 58_000
    assert kept(combination) == ["cit-small-low-profit-20", "rd-expensed-extra-deduction"]
    assert without["cit-small-low-profit-20"].kind is VerdictKind.INELIGIBLE


def test_the_three_million_cap_is_shown_in_both_readings(library: Library):
    facts: dict[str, Value] = {
        "is_guarantee_institution": True,
        "sme_guarantee_volume": Fraction(200_000_000),
        "small_micro_guarantee_volume": Fraction(80_000_000),
        "small_micro_guarantee_volume_prev_year": Fraction(50_000_000),
        "guarantee_amount": Fraction(50_000_000),
        "guarantee_fee_rate": Fraction(2, 100),
        "benchmark_rate": Fraction(6, 100),
        "guarantee_term_years": Fraction(1),
    }
    names = ["guarantor-risk-subsidy", "guarantor-increment-subsidy", "guarantor-fee-subsidy"]

    verdicts, combination = advise(library, names, facts)

    assert [verdicts[name].amount for name in names] == [3_000_000, 300_000, 500_000]
    assert combination.capped == {"reading_a": 3_800_000, "reading_b": 3_000_000}
    assert len(combination.kept) == 3


def test_a_mutual_fund_opens_the_subsidies_but_not_the_tax_exemption(library: Library):
    facts: dict[str, Value] = {
        "is_mutual_fund": True,
        "runs_mutual_guarantee": True,
        "run_by_independent_legal_person": True,
        "sme_guarantee_volume": Fraction(20_000_000),
    }

    verdicts, _ = advise(library, ["guarantor-risk-subsidy", "guarantor-business-tax-exemption"], facts)

    assert verdicts["guarantor-risk-subsidy"].amount == 300_000
    assert verdicts["guarantor-business-tax-exemption"].kind is VerdictKind.UNKNOWN
    assert "is_qualified_guarantor" in verdicts["guarantor-business-tax-exemption"].missing


def entitled(library: Library, name: str, amount: int) -> Entitlement:
    measure = library.packs[PACK].measures[name]
    money = Fraction(amount)
    return Entitlement(measure, Verdict(measure.key, VerdictKind.ELIGIBLE, amount=money, value=money))


def test_a_park_gets_the_subsidy_or_the_equity_never_both(library: Library):
    offers = [
        entitled(library, "park-subsidy", 500_000),
        entitled(library, "park-equity-investment", 5_000_000),
    ]

    combination = combined(library, offers)

    assert kept(combination) == ["park-equity-investment"]
    assert combination.value == 5_000_000
    assert [b.why for b in combination.beaten] == [Why.ANOTHER_CHOICE]


def test_the_year_of_extension_follows_the_two_year_term(library: Library):
    first, _ = advise(
        library,
        ["zero-first-contribution"],
        {
            "is_domestic_company": True,
            "is_one_person_llc": False,
            "registered_capital": Fraction(500_000),
            "statutory_min_capital": Fraction(30_000),
            "establishment_date": date(2012, 10, 8),
        },
    )
    balance_deadline = first["zero-first-contribution"].also["balance_deadline"]
    longer, _ = advise(
        library,
        ["contribution-extension"],
        {
            "is_sme": True,
            "is_law_abiding": True,
            "has_temporary_cash_shortage": True,
            "is_foreign_invested": False,
            "requested_extension_months": Fraction(12),
            "contribution_due_date": balance_deadline,
        },
    )

    assert balance_deadline == date(2014, 10, 8)
    assert longer["contribution-extension"].also["latest_date"] == date(2015, 10, 8)


def test_one_insurance_subsidy_for_one_person_beside_the_training_subsidy(library: Library):
    person = [
        entitled(library, "hard-to-employ-hiring-subsidy", 7_000),
        entitled(library, "small-micro-graduate-insurance-subsidy", 6_000),
        entitled(library, "employer-induction-training-subsidy", 600),
    ]

    assert kept(combined(library, person)) == [
        "employer-induction-training-subsidy",
        "hard-to-employ-hiring-subsidy",
    ]


def test_technology_revenue_is_exempt_before_the_threshold_is_tested(library: Library):
    facts: dict[str, Value] = {
        "is_small_micro": True,
        "tech_revenue_kind": "tech_transfer",
        "tech_revenue": Fraction(15_000),
        "filing_mode": "periodic",
        "monthly_turnover": Fraction(30_000),
    }

    together, _ = advise(library, ["business-tax-threshold", "tech-business-tax-exemption"], facts)
    alone, _ = advise(library, ["business-tax-threshold"], facts)

    assert together["tech-business-tax-exemption"].amount == 15_000
    assert together["business-tax-threshold"].kind is VerdictKind.ELIGIBLE
    assert alone["business-tax-threshold"].kind is VerdictKind.INELIGIBLE


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2011, 10, 31), VerdictKind.OUT_OF_SCOPE),
        (date(2011, 11, 1), VerdictKind.ELIGIBLE),
        (date(2014, 10, 31), VerdictKind.ELIGIBLE),
        (date(2014, 11, 1), VerdictKind.OUT_OF_SCOPE),
    ],
)
def test_the_national_term_governs_where_the_city_names_none(
    library: Library, day: date, verdict: VerdictKind
):
    pack = library.packs[PACK]
    facts: dict[str, Value] = {
        "lender_is_financial_institution": True,
        "is_small_micro": True,
        "contract_type": "loan",
        "loan_contract_amount": Fraction(2_000_000),
    }

    (found,) = evaluate_in_stages(
        [pack.measures["loan-contract-stamp-duty-exemption"]], facts, rulebooks=library.rulebooks(), as_of=day
    )

    assert found.verdict.kind is verdict


def rule_of(library: Library, pack: str, amount: str, *, since: date) -> Measure:
    """A rule of another document on the rate of income tax, for the tests of precedence."""
    city = library.packs[PACK].measures["cit-small-low-profit-20"]
    facts = {kind.name: kind.reference for kind in library.packs[PACK].rulebook.kinds.values()}
    tree, problems = read_expression(amount, vocabulary=Vocabulary(facts), where="test")
    assert problems == []
    award = Award(kind="tax_rate", unit="CNY", amount=tree, amount_is=Bilingual("应纳税额", "tax payable"))
    return replace(
        city,
        id="other-rate",
        pack=pack,
        award=award,
        conditions=city.conditions[:1],
        period=Period(first=since),
    )


def test_a_later_better_national_rule_applies_alone(library: Library):
    national = rule_of(library, "nation-2014", "taxable_income * 50% * 20%", since=date(2014, 1, 1))
    facts = SMALL_FIRM | {"taxable_income": Fraction(100_000), "tax_year": Fraction(2014)}

    verdicts, combination = advise(library, ["cit-small-low-profit-20"], facts, extra=(national,))

    assert verdicts["cit-small-low-profit-20"].amount == 20_000
    assert verdicts["other-rate"].amount == 10_000
    assert combination.kept == ("nation-2014/other-rate",)
    assert combination.beaten[0].because == f"{PACK}/c62"


@pytest.mark.parametrize(("since", "winner"), [(date(2010, 5, 1), PACK), (date(2015, 5, 1), "city-other")])
def test_an_earlier_city_rule_gives_way_even_if_it_gives_more(library: Library, since: date, winner: str):
    other = rule_of(library, "city-other", "taxable_income * 5%", since=since)
    facts = SMALL_FIRM | {"taxable_income": Fraction(100_000)}
    city = library.packs[PACK]
    entitlements = evaluate_in_stages(
        [city.measures["cit-small-low-profit-20"], other],
        facts,
        rulebooks={PACK: city.rulebook, "city-other": city.rulebook},
        as_of=None,
    )
    standing = Standing("city-other", "city", city.region, since)

    combination = combined(library, entitlements, **{"city-other": standing})

    assert [key.partition("/")[0] for key in combination.kept] == [winner]
    assert [b.why for b in combination.beaten] == [Why.REPLACED if winner == PACK else Why.LESS]


def test_what_cannot_be_compared_is_left_to_the_party(library: Library):
    matter = Matter("m", Bilingual("事项", "matter"), choose="best", because="clause")
    measure = replace(library.packs[PACK].measures["brand-reward"], matter="m")
    other = replace(measure, id="other-reward")
    offers = [
        Entitlement(measure, Verdict(measure.key, VerdictKind.ELIGIBLE)),
        Entitlement(other, Verdict(other.key, VerdictKind.ELIGIBLE, value=Fraction(5))),
    ]

    combination = combine(offers, matters={"m": matter}, standings={})

    assert set(combination.kept) == {measure.key, other.key}
    assert [b.why for b in combination.undecided] == [Why.NOT_COMPARABLE]
