"""National standards in time: the same enterprise, tender and invoice answered on different days."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from huiqi.matching.engine import NO_AMOUNT, PLACES, Engine
from huiqi.matching.plan import Plan, make_plan
from huiqi.matching.table import block_of
from huiqi.measures.combine import Entitlement, Why, combine
from huiqi.measures.derive import Facts
from huiqi.measures.evaluate import evaluate
from huiqi.measures.expressions import Value
from huiqi.measures.types import Verdict, VerdictKind
from huiqi.packs.load import load_library
from huiqi.packs.types import Library

ELIGIBLE, CLAIMABLE = VerdictKind.ELIGIBLE, VerdictKind.CLAIMABLE
REGION = "370203"

# A small manufacturer (synthetic) and what it bids for.
ENTERPRISE: dict[str, Value] = {
    "is_enterprise": True,
    "industry_code": "C3411",
    "employees": Fraction(60),
    "operating_revenue": Fraction(30_000_000),
    "total_assets": Fraction(20_000_000),
    "is_treated_as_small_micro": False,
}
TENDER: dict[str, Value] = {
    "project_type": "goods",
    "project_budget": Fraction(1_800_000),
    "suits_sme": True,
    "project_reserved_for_sme": False,
    "bid_price": Fraction(1_500_000),
    "price_deduction_rate": Fraction(10, 100),
    "largest_maker_size": "small",
    "uses_trademark_of_large": False,
    "has_ties_to_large_enterprise": False,
    "is_consortium": False,
    "subcontracts_to_small_micro": False,
    "offers_one_product": True,
    "meets_domestic_standard": True,
    "competes_with_foreign_products": True,
}
PURCHASER: dict[str, Value] = {
    "is_budget_department": True,
    "basic_needs_met": True,
    "annual_procurement_budget": Fraction(30_000_000),
}
FOUR_DAYS = [date(2012, 9, 3), date(2021, 6, 1), date(2023, 6, 1), date(2026, 6, 1)]


@cache
def packs() -> Library:
    library, problems = load_library(Path(__file__).parents[1] / "packs")
    assert problems == []
    return library


def plan_on(day: date, facts: Mapping[str, Value]) -> Plan:
    """Of the measures of all packs, those that hold on the day."""
    return make_plan(packs().measures(), rulebooks=packs().rulebooks(), columns=set(facts), as_of=day)


Answers = dict[str, tuple[VerdictKind, Fraction | None]]


def in_batch(plan: Plan, facts: Mapping[str, Value], roles: str) -> Answers:
    seen = {name: value for name, value in facts.items() if name in plan.kinds}
    block = block_of([seen], plan.kinds, roles=roles, region=REGION)
    answers: Answers = {}
    for found in Engine(plan).run_block(block).findings:
        amount = NO_AMOUNT if found.amounts is None else int(found.amounts[0])
        key = plan.measures[found.measure].measure.key
        answers[key] = found.kind, None if amount == NO_AMOUNT else Fraction(amount, 10**PLACES)
    return answers


def verdicts_on(day: date, facts: Mapping[str, Value], roles: str, *, of: str) -> dict[str, Verdict]:
    """What is not a plain no on a day, of packs whose names begin so; both engines must agree on it."""
    plan = plan_on(day, facts)
    verdicts = {}
    for planned in plan.measures:
        measure = packs().measure(planned.measure.key)
        assert measure is not None
        if not (measure.pack.startswith(of) and roles in planned.roles):
            continue
        verdict = evaluate(measure, facts, rulebook=packs().packs[measure.pack].rulebook, as_of=day)
        if verdict.kind is not VerdictKind.INELIGIBLE:
            verdicts[measure.key] = verdict
    batch = {key: answer for key, answer in in_batch(plan, facts, roles).items() if key.startswith(of)}
    assert batch == {key: (verdict.kind, verdict.amount) for key, verdict in verdicts.items()}
    return verdicts


def answers_on(day: date, facts: Mapping[str, Value], roles: str = "enterprise", *, of: str) -> Answers:
    return {key: (v.kind, v.amount) for key, v in verdicts_on(day, facts, roles, of=of).items()}


# --- one enterprise, one tender, four days ---


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2011, 12, 31), {}),
        (date(2012, 9, 3), {"2012/price-deduction": 150_000}),
        (date(2021, 6, 1), {"2021/goods-services-price-deduction": 150_000}),
        (date(2023, 6, 1), {"2022/goods-services-price-deduction": 150_000}),
        (
            date(2026, 6, 1),
            {
                "2022/goods-services-price-deduction": 150_000,
                "2026/domestic-product-preference": 300_000,
            },
        ),
    ],
)
def test_the_bidder_is_answered_by_the_version_of_the_day(day: date, expected: dict[str, int]):
    answers = answers_on(day, ENTERPRISE | TENDER, of="cn-procurement")

    assert answers == {
        f"cn-procurement-{key}": (ELIGIBLE, Fraction(amount)) for key, amount in expected.items()
    }


def test_the_band_of_the_deduction_changes_with_the_version():
    bands = []
    for day in FOUR_DAYS:
        verdicts = verdicts_on(day, ENTERPRISE | TENDER, "enterprise", of="cn-procurement").values()
        bands += [
            (v.also["least_deduction"], v.also["most_deduction"])
            for v in verdicts
            if "least_deduction" in v.also
        ]

    assert bands == [(90_000, 150_000), (90_000, 150_000), (150_000, 300_000), (150_000, 300_000)]


def test_a_rate_of_eight_per_cent_was_lawful_until_the_middle_of_2022():
    facts = ENTERPRISE | TENDER | {"price_deduction_rate": Fraction(8, 100)}
    before, after = date(2022, 6, 30), date(2022, 7, 1)

    assert answers_on(before, facts, of="cn-procurement") == {
        "cn-procurement-2021/goods-services-price-deduction": (ELIGIBLE, Fraction(120_000))
    }
    assert answers_on(after, facts, of="cn-procurement") == {
        "cn-procurement-2022/goods-services-price-deduction": (ELIGIBLE, None)
    }


def test_from_2026_both_deductions_are_taken_on_the_original_price():
    verdicts = verdicts_on(date(2026, 6, 1), ENTERPRISE | TENDER, "enterprise", of="cn-procurement-2026")

    both = verdicts["cn-procurement-2026/domestic-product-preference"].also
    assert both["evaluation_price_with_both"] == 1_050_000


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2012, 9, 3), {"2012/reserve-sme-30": 9_000_000}),
        (date(2021, 6, 1), {"2021/small-project-reserve": 1_800_000}),
        (date(2023, 6, 1), {"2021/small-project-reserve": 1_800_000}),
        (date(2026, 6, 1), {"2021/small-project-reserve": 1_800_000}),
    ],
)
def test_the_purchaser_of_the_same_tender_owes_another_reserve(day: date, expected: dict[str, int]):
    no_reserve_yet: dict[str, Value] = {"sme_reserved_budget": Fraction(0)}

    answers = answers_on(day, PURCHASER | TENDER | no_reserve_yet, "department", of="cn-procurement")

    assert answers == {
        f"cn-procurement-{key}": (ELIGIBLE, Fraction(amount)) for key, amount in expected.items()
    }


@pytest.mark.parametrize(
    ("day", "measure", "amount"),
    [
        (date(2021, 1, 1), "cn-procurement-2021/works-reserve-30", 3_000_000),
        (date(2022, 6, 30), "cn-procurement-2021/works-reserve-30", 3_000_000),
        (date(2022, 7, 1), "cn-procurement-2022/works-reserve-40", 4_000_000),
        (date(2022, 12, 31), "cn-procurement-2022/works-reserve-40", 4_000_000),
        (date(2023, 1, 1), "cn-procurement-2022/works-reserve-from-2023", 4_000_000),
        (date(2027, 1, 1), "cn-procurement-2022/works-reserve-from-2023", 3_000_000),
    ],
)
def test_one_rule_holds_for_the_reserve_of_works_on_every_day(day: date, measure: str, amount: int):
    works: dict[str, Value] = {
        "project_type": "works",
        "project_budget": Fraction(10_000_000),
        "suits_sme": True,
        "sme_reserved_budget": Fraction(0),
    }

    answers = answers_on(day, PURCHASER | works, "department", of="cn-procurement")

    assert answers == {measure: (ELIGIBLE, Fraction(amount))}


def test_without_a_day_the_newest_version_takes_the_place_of_the_older_ones():
    facts = ENTERPRISE | TENDER
    entitlements = [
        Entitlement(measure, evaluate(measure, facts, rulebook=packs().packs[measure.pack].rulebook))
        for measure in packs().measures()
        if measure.matter == "procurement-sme-deduction" and packs().packs[measure.pack].level == "nation"
    ]

    combination = combine(entitlements, matters=packs().matters(), standings=packs().standings())

    assert combination.kept == ("cn-procurement-2022/goods-services-price-deduction",)
    assert {b.measure.partition("/")[0]: b.why for b in combination.beaten} == {
        "cn-procurement-2012": Why.REPLACED,
        "cn-procurement-2021": Why.REPLACED,
    }


# --- one invoice in 2019, 2021 and 2026 ---


def invoice(year: int, payer: str) -> dict[str, Value]:
    """Goods of 200,000 yuan delivered on 1 March, no term and no rate of interest agreed, unpaid."""
    return {
        "was_sme_at_signing": True,
        "payer_kind": payer,
        "payment_basis": "delivery",
        "delivery_date": date(year, 3, 1),
        "is_payment_term_agreed": False,
        "overdue_amount": Fraction(200_000),
        "is_interest_rate_agreed": False,
        "is_paid_non_cash": False,
        "waits_for_third_party": False,
        "demands_audit_as_basis": False,
        "is_construction_contract": False,
        "reason_for_not_paying": "other",
        "has_partial_dispute": False,
    }


@pytest.mark.parametrize(
    ("payer", "year", "expected"),
    [
        ("public_body", 2019, {}),
        (
            "public_body",
            2021,
            {
                "cn-payments-2020/payment-term-public-body": (ELIGIBLE, 30),
                "cn-payments-2020/late-interest": (ELIGIBLE, 10_000),
                "cn-payments-2020/complaint": (ELIGIBLE, None),
            },
        ),
        (
            "public_body",
            2026,
            {
                "cn-payments-2025/payment-term-public-body": (ELIGIBLE, 30),
                "cn-payments-2025/late-interest": (ELIGIBLE, 10_000),
                "cn-payments-2025/complaint": (ELIGIBLE, None),
            },
        ),
        ("large_enterprise", 2019, {}),
        (
            "large_enterprise",
            2021,
            {
                "cn-payments-2020/payment-term-large-enterprise": (ELIGIBLE, None),
                "cn-payments-2020/late-interest": (CLAIMABLE, None),
                "cn-payments-2020/complaint": (CLAIMABLE, None),
            },
        ),
        (
            "large_enterprise",
            2026,
            {
                "cn-payments-2025/payment-term-large-enterprise": (ELIGIBLE, 60),
                "cn-payments-2025/late-interest": (ELIGIBLE, 7_000),
                "cn-payments-2025/complaint": (ELIGIBLE, None),
            },
        ),
    ],
)
def test_an_unpaid_invoice_is_owed_what_the_regulation_of_the_year_says(
    payer: str, year: int, expected: dict[str, tuple[VerdictKind, int | None]]
):
    hundred_days_after_thirty = date(year, 7, 9)

    answers = answers_on(hundred_days_after_thirty, invoice(year, payer), of="cn-payments")

    assert answers == expected


def test_the_due_date_is_shown_with_the_term():
    due = {
        year: [
            verdict.also["latest_due_date"]
            for key, verdict in verdicts_on(
                date(year, 7, 9), invoice(year, "large_enterprise"), "enterprise", of="cn-payments"
            ).items()
            if "payment-term" in key and "latest_due_date" in verdict.also
        ]
        for year in (2019, 2021, 2026)
    }

    assert due == {2019: [], 2021: [], 2026: [date(2026, 4, 30)]}


def test_an_old_debt_of_a_large_enterprise_gets_no_sixty_days_afterwards():
    facts = invoice(2021, "large_enterprise")

    assert answers_on(date(2026, 7, 9), facts, of="cn-payments")["cn-payments-2025/late-interest"] == (
        CLAIMABLE,
        None,
    )


# --- size, and what was not read ---


def test_the_statistical_class_stands_beside_the_legal_one():
    stated: dict[str, Value] = {
        "industry_code": "G5910",
        "industry_edition": "gbt4754_2011",
        "employees": Fraction(150),
        "operating_revenue": Fraction(20_000_000),
    }
    facts = Facts(stated, packs().packs["cn-size-2017"].rulebook, date(2018, 6, 30), [])

    assert facts.of("size_industry") == "storage"
    assert facts.of("size_class") == "medium"
    assert facts.of("statistical_size_industry") == "transport"
    assert facts.of("statistical_size_class") == "small"


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        ("cn-size-2017", "statistical_size_industry"),
        ("cn-procurement-2021", "has_ties_to_large_enterprise"),
        ("cn-procurement-2021", "works_deduction_least"),
        ("cn-procurement-2021", "works_deduction_most"),
        ("cn-procurement-2022", "works_reserve_share"),
        ("cn-climate-index", "pmi_style_index"),
    ],
)
def test_what_was_recalled_is_marked_unverified(pack: str, name: str):
    rulebook = packs().packs[pack].rulebook

    found = rulebook.parameters.get(name) or rulebook.kinds[name]

    assert found.unverified


def test_recalled_limits_for_complaints_say_so():
    limits = packs().packs["cn-payments-2025"].time_limits

    recalled = {name for name, limit in limits.items() if limit.note and "Unverified" in limit.note.en}

    assert recalled == {"complaint-forward", "complaint-answer", "complaint-extended"}


def test_a_bid_is_reduced_once_though_city_and_nation_both_name_it():
    library = packs()
    facts = ENTERPRISE | TENDER
    offers = []
    for key in ("qingdao-2012-46/procurement-price-deduction", "cn-procurement-2012/price-deduction"):
        measure = library.measure(key)
        assert measure is not None
        rulebook = library.packs[measure.pack].rulebook
        stated = {name: value for name, value in facts.items() if name in rulebook.kinds}
        verdict = evaluate(measure, stated, rulebook=rulebook, as_of=date(2013, 6, 30))
        assert verdict.kind is ELIGIBLE
        offers.append(Entitlement(measure, verdict))

    combination = combine(offers, matters=library.matters(), standings=library.standings())

    assert len(combination.kept) == 1
    assert [b.why for b in combination.beaten] == [Why.ANOTHER_CHOICE]
