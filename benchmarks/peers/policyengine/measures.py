"""The ten measures as PolicyEngine variables: `defined_for` carries scope and entitlement."""

from facts import Enterprise, FilingMode, Sector
from policyengine_core.model_api import ETERNITY, MONTH, YEAR, Variable, max_, where


class is_enterprise_here(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = ETERNITY
    label = "Enterprise registered in Qingdao"

    def formula(enterprise, period, parameters):
        return enterprise("is_in_enterprise_audience", period) & enterprise("in_jurisdiction", period)


class is_guarantor_here(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = ETERNITY
    label = "Guarantor registered in Qingdao"

    def formula(enterprise, period, parameters):
        return enterprise("is_in_guarantor_audience", period) & enterprise("in_jurisdiction", period)


def all_of(name, facts, *, scope="is_enterprise_here"):
    """A yes-or-no variable: every one of the facts holds."""

    def formula(enterprise, period, parameters):
        result = enterprise(facts[0], period)
        for fact in facts[1:]:
            result = result & enterprise(fact, period)
        return result

    return variable(name, bool, YEAR, scope, formula)


def share_of(measure, amount, parameter):
    """An amount in yuan: a share of another amount."""

    def formula(enterprise, period, parameters):
        node = parameters(period)
        for step in parameter.split("."):
            node = getattr(node, step)
        return max_(enterprise(amount, period), 0) * node

    return variable(f"{measure}_amount", float, YEAR, measure, formula)


def below_threshold(measure, monthly, each):
    """Free below the threshold of the way of filing."""

    def formula(enterprise, period, parameters):
        below = parameters(period).turnover_tax_threshold
        return where(
            enterprise("filing_mode", period) == FilingMode.periodic,
            enterprise(monthly, period) < below.monthly,
            enterprise(each, period) < below.per_transaction,
        )

    def amount_formula(enterprise, period, parameters):
        periodic = enterprise("filing_mode", period) == FilingMode.periodic
        return where(periodic, enterprise(monthly, period), enterprise(each, period))

    return (
        variable(measure, bool, MONTH, "is_enterprise_here", formula),
        variable(f"{measure}_amount", float, MONTH, measure, amount_formula),
    )


def variable(name, value_type, definition_period, defined_for, formula):
    body = {
        "value_type": value_type,
        "entity": Enterprise,
        "definition_period": definition_period,
        "defined_for": defined_for,
        "label": name.replace("_", " "),
        "formula": formula,
    }
    return type(name, (Variable,), body)


class cit_small_low_profit_20(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    defined_for = "is_enterprise_here"
    label = "20 % income tax for small low-profit enterprises"

    def formula(enterprise, period, parameters):
        limits = parameters(period).cit_small_low_profit
        employees = enterprise("employees", period)
        assets = enterprise("total_assets", period)
        industrial = enterprise("industry_sector", period) == Sector.industrial
        small = (employees <= limits.employees) & (assets <= limits.total_assets)
        small_industrial = (
            industrial
            & (employees <= limits.employees_industrial)
            & (assets <= limits.total_assets_industrial)
        )
        return (
            ~enterprise("is_restricted_or_prohibited_industry", period)
            & (enterprise("taxable_income", period) <= limits.taxable_income)
            & (small | small_industrial)
        )


RESEARCH = ("is_sme", "rd_for_new_product_tech_process")
MEASURES = (
    is_enterprise_here,
    is_guarantor_here,
    cit_small_low_profit_20,
    share_of("cit_small_low_profit_20", "taxable_income", "cit_small_low_profit.rate"),
    all_of("cit_hnte_15", ("is_hnte", "is_sme")),
    share_of("cit_hnte_15", "taxable_income", "cit_hnte.rate"),
    all_of("rd_expensed_extra_deduction", RESEARCH),
    share_of("rd_expensed_extra_deduction", "rd_expense", "research.extra_deduction"),
    all_of("rd_intangible_amortisation_150", RESEARCH),
    share_of("rd_intangible_amortisation_150", "rd_intangible_cost", "research.amortisation"),
    *below_threshold("vat_threshold", "monthly_sales", "sales_per_transaction"),
    *below_threshold("business_tax_threshold", "monthly_turnover", "turnover_per_transaction"),
    all_of("guarantor_risk_subsidy", ("is_guarantee_institution",), scope="is_guarantor_here"),
    share_of("guarantor_risk_subsidy", "sme_guarantee_volume", "guarantor.risk_subsidy"),
    all_of("free_credit_rating", ("is_small_micro",)),
    all_of("zjtx_fund_support", ("is_sme", "is_zjtx_recognised_this_year")),
    all_of("customs_24h_clearance", ("is_small_micro", "is_import_export")),
)
