"""Answers ten measures with CEL (Rust, behind Python); prints counts, sums and seconds as JSON.

An expression is compiled once and executed for each party. CEL is three-valued in its own way: a fact that
is not there is an error, `&&` and `||` pass over an error where the other side decides, and what is left as
an error is unknown. Money is whole fen, for CEL has no decimals. Programs hand on what several of them need
(is_sme).
"""

from cel import Context, compile
from peer import FEN_IN_YUAN, MEASURES
from rows import run
from size import SIZES

WAN = 10_000 * FEN_IN_YUAN
SMALL_LOW_PROFIT = f"""
!is_restricted_or_prohibited_industry && taxable_income <= {30 * WAN}
&& (employees <= 80 && total_assets <= {1000 * WAN}
    || industry_sector == 'industrial' && employees <= 100 && total_assets <= {3000 * WAN})
"""
BELOW = (
    f"filing_mode == 'periodic' && {{monthly}} < {2 * WAN}"
    f" || filing_mode == 'per_transaction' && {{each}} < {500 * FEN_IN_YUAN}"
)
PERIODIC = "filing_mode == 'periodic' ? {monthly} : {each}"
POSITIVE = "taxable_income > 0 ? (taxable_income * {percent} + 50) / 100 : 0"
ENTITLED = {
    "cit-small-low-profit-20": SMALL_LOW_PROFIT,
    "cit-hnte-15": "is_hnte && is_sme",
    "rd-expensed-extra-deduction": "is_sme && rd_for_new_product_tech_process",
    "rd-intangible-amortisation-150": "is_sme && rd_for_new_product_tech_process",
    "vat-threshold": BELOW.format(monthly="monthly_sales", each="sales_per_transaction"),
    "business-tax-threshold": BELOW.format(monthly="monthly_turnover", each="turnover_per_transaction"),
    "guarantor-risk-subsidy": "is_guarantee_institution",
    "free-credit-rating": "is_small_micro",
    "zjtx-fund-support": "is_sme && is_zjtx_recognised_this_year",
    "customs-24h-clearance": "is_small_micro && is_import_export",
}
AMOUNT = {
    "cit-small-low-profit-20": POSITIVE.format(percent=20),
    "cit-hnte-15": POSITIVE.format(percent=15),
    "rd-expensed-extra-deduction": "(rd_expense * 50 + 50) / 100",
    "rd-intangible-amortisation-150": "(rd_intangible_cost * 150 + 50) / 100",
    "vat-threshold": PERIODIC.format(monthly="monthly_sales", each="sales_per_transaction"),
    "business-tax-threshold": PERIODIC.format(monthly="monthly_turnover", each="turnover_per_transaction"),
    "guarantor-risk-subsidy": "(sme_guarantee_volume * 15 + 500) / 1000",
}
OUT_OF_SCOPE = (False, None)


def below(size, industry):
    """A firm is below a class if it misses one of its limits: limits only rise from class to class."""
    scales = {"employees": 1, "operating_revenue": FEN_IN_YUAN, "total_assets": FEN_IN_YUAN}
    return " || ".join(f"{name} < {n * scales[name]}" for name, n in SIZES[industry][size].items())


SIZE = {
    industry: tuple(
        (name, compile(below(size, industry)))
        for name, size in (("is_sme", "large"), ("is_small_micro", "medium"))
    )
    for industry in SIZES
}
PROGRAMS = tuple(
    (
        "guarantor_here" if measure == "guarantor-risk-subsidy" else "enterprise_here",
        compile(ENTITLED[measure].strip()),
        compile(AMOUNT[measure]) if measure in AMOUNT else None,
    )
    for measure in MEASURES
)


def answers_of(party):
    """Ten answers about one party; facts without a value are not handed over."""
    context = Context({name: value for name, value in party.items() if value is not None})
    for name, program in SIZE.get(party["size_industry"], ()):
        value = outcome(program, context)
        if value is not None:
            context.add_variable(name, value)
    answers = []
    for scope, entitled, amount in PROGRAMS:
        if not party[scope]:
            answers.append(OUT_OF_SCOPE)
            continue
        said = outcome(entitled, context)
        answers.append((said, outcome(amount, context) if said and amount is not None else None))
    return answers


def outcome(program, context):
    """What a program comes to; None where it needs a fact that is not there."""
    try:
        return program.execute(context)
    except RuntimeError:  # an undefined variable
        return None


if __name__ == "__main__":
    run("CEL, Rust", __doc__, packages=("common-expression-language",), answers_of=answers_of)
