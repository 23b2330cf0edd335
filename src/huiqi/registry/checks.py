"""Combinations of facts that cannot be, or hardly can: the list, in the rule language.

`registry` knows no rules; who can evaluate them (matching/register_quality.py) counts the parties of which a statement is
true. A statement of which a fact is unknown is not counted.
"""

from dataclasses import dataclass
from typing import Final

from huiqi.base.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that should be true of nobody."""

    id: str
    when: str  # in the rule language, over facts of a party and `as_of`
    says: Bilingual
    is_impossible: bool = True  # otherwise only doubtful


@dataclass(frozen=True, slots=True)
class Checked:
    """How a check came out."""

    check: Check
    missing: tuple[str, ...] = ()  # facts the register has no column for: the check cannot be made
    parties: int = 0  # of whom the statement is true
    examples: tuple[str, ...] = ()  # the first codes


def _check(id_: str, when: str, zh: str, en: str, *, is_impossible: bool = True) -> Check:
    return Check(id_, when, Bilingual(zh, en), is_impossible)


CHECKS: Final = (
    _check("insured-beyond-staff", "insured_employees > employees",
           "参保人数多于从业人数", "more insured than employed"),
    _check("negative-assets", "total_assets < 0",
           "资产总额为负", "total assets below zero"),
    _check("negative-capital", "registered_capital < 0",
           "注册资本为负", "registered capital below zero"),
    _check("established-later", "establishment_date > as_of",
           "成立日期晚于数据日期", "established after the day of the register"),
    _check("tax-without-income", "cit_payable > 0 and taxable_income <= 0",
           "无应纳税所得额却有应纳所得税", "income tax payable without taxable income"),
    _check("tax-beyond-rate", "cit_payable > taxable_income * 25% and taxable_income > 0",
           "应纳所得税超过法定税率", "income tax above the statutory rate of 25 %"),
    _check("month-beyond-year", "monthly_sales > operating_revenue",
           "月销售额大于全年营业收入", "a month's sales above the year's revenue", is_impossible=False),
    _check("income-without-revenue", "taxable_income > 0 and operating_revenue = 0",
           "无营业收入却有应纳税所得额", "taxable income without revenue", is_impossible=False),
    _check("income-beyond-revenue", "taxable_income > operating_revenue and operating_revenue > 0",
           "应纳税所得额大于营业收入", "taxable income above revenue", is_impossible=False),
    _check("revenue-without-staff", "employees = 0 and operating_revenue > 0",
           "无从业人员却有营业收入", "revenue without staff", is_impossible=False),
    _check("research-beyond-revenue", "rd_expense > operating_revenue and operating_revenue > 0",
           "研发费用大于营业收入", "research above revenue", is_impossible=False),
    _check("small-beyond-sme-guarantees", "small_micro_guarantee_volume > sme_guarantee_volume",
           "小微担保额大于中小担保额", "guarantees for small and micro above those for all SMEs"),
    _check("individual-and-company", "is_individual_business and is_one_person_llc",
           "既为个体工商户又为一人公司", "an individual business and a one-person company at once"),
    _check("foreign-and-domestic", "is_foreign_invested and is_domestic_company",
           "既为外商投资又为内资公司", "foreign-invested and domestic at once"),
)  # fmt: skip
