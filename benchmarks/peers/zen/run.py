"""Answers ten measures with ZEN; prints counts, sums and seconds as JSON.

One compiled expression answers all ten for a party. ZEN refuses `null <= 3` and `null and false`, so what
is unknown is tested for by hand: each comparison gives null where its fact is null, and `both` and `either`
print the three-valued tables. Numbers are decimals.
"""

import zen
from peer import FEN_IN_YUAN, MEASURES
from rows import run
from size import SIZES

WAN = 10_000 * FEN_IN_YUAN


def compared(fact, test):
    return f"({fact} == null ? null : {fact} {test})"


def both(*statements):
    no = " or ".join(f"{s} == false" for s in statements)
    unknown = " or ".join(f"{s} == null" for s in statements)
    return f"({no} ? false : ({unknown} ? null : true))"


def either(*statements):
    yes = " or ".join(f"{s} == true" for s in statements)
    unknown = " or ".join(f"{s} == null" for s in statements)
    return f"({yes} ? true : ({unknown} ? null : false))"


def opposite(statement):
    return f"({statement} == null ? null : {statement} == false)"


def below_class(size):
    """A firm is below a class if it misses one of its limits: limits only rise from class to class."""
    scales = {"employees": 1, "operating_revenue": FEN_IN_YUAN, "total_assets": FEN_IN_YUAN}
    text = "null"
    for industry, row in SIZES.items():
        tests = [compared(name, f"< {n * scales[name]}") for name, n in row[size].items()]
        text = f"size_industry == '{industry}' ? {either(*tests)} : ({text})"
    return text


def small_low_profit():
    small = both(compared("employees", "<= 80"), compared("total_assets", f"<= {1000 * WAN}"))
    industrial = both(
        compared("industry_sector", "== 'industrial'"),
        compared("employees", "<= 100"),
        compared("total_assets", f"<= {3000 * WAN}"),
    )
    return both(
        opposite("is_restricted_or_prohibited_industry"),
        compared("taxable_income", f"<= {30 * WAN}"),
        either(small, industrial),
    )


def below_threshold(monthly):
    """Sales or turnover per transaction are facts of the single claim: no register has them."""
    periodic = both(compared("filing_mode", "== 'periodic'"), compared(monthly, f"< {2 * WAN}"))
    return either(periodic, both(compared("filing_mode", "== 'per_transaction'"), "null"))


def share(amount, thousandths):
    """Thousandths of an amount in fen, a half up; amounts are not negative."""
    return f"({amount} == null ? null : floor(({amount} * {thousandths} + 500) / 1000))"


def of_income(thousandths):
    whole = f"floor((taxable_income * {thousandths} + 500) / 1000)"
    return f"(taxable_income == null ? null : taxable_income > 0 ? {whole} : 0)"


def if_periodic(monthly):
    return f"(filing_mode == 'periodic' ? {monthly} : null)"


RESEARCH = both("sme", "rd_for_new_product_tech_process")
MEASURE = {
    "cit-small-low-profit-20": (small_low_profit(), of_income(200)),
    "cit-hnte-15": (both("is_hnte", "sme"), of_income(150)),
    "rd-expensed-extra-deduction": (RESEARCH, share("rd_expense", 500)),
    "rd-intangible-amortisation-150": (RESEARCH, share("rd_intangible_cost", 1500)),
    "vat-threshold": (below_threshold("monthly_sales"), if_periodic("monthly_sales")),
    "business-tax-threshold": (below_threshold("monthly_turnover"), if_periodic("monthly_turnover")),
    "guarantor-risk-subsidy": ("is_guarantee_institution", share("sme_guarantee_volume", 15)),
    "free-credit-rating": ("small", None),
    "zjtx-fund-support": (both("sme", "is_zjtx_recognised_this_year"), None),
    "customs-24h-clearance": (both("small", "is_import_export"), None),
}


def expression():
    """Statements for what several measures need, then a list: verdict, amount, verdict, amount, …"""
    lines = [f"sme = {below_class('large')}", f"small = {below_class('medium')}"]
    cells = []
    for number, measure in enumerate(MEASURES):
        entitled, amount = MEASURE[measure]
        scope = "guarantor_here" if measure == "guarantor-risk-subsidy" else "enterprise_here"
        lines.append(f"m{number} = {scope} ? {entitled} : false")
        cells += [f"m{number}", f"(m{number} == true ? {amount} : null)" if amount else "null"]
    return "; ".join([*lines, f"[{', '.join(cells)}]"])


COMPILED = zen.compile_expression(expression())


def answers_of(party):
    """Ten answers about one party."""
    cells = COMPILED.evaluate(party)
    return list(zip(cells[0::2], cells[1::2], strict=True))


if __name__ == "__main__":
    run("ZEN", __doc__, packages=("zen-engine",), answers_of=answers_of)
