"""Corporate income tax: two rates and two deductions (clauses 5, 6 and 40)."""

from entities import Enterprise
from numpy import maximum as max_
from openfisca_core.periods import YEAR
from openfisca_core.variables import Variable

from variables.facts import Sector


class cit_small_low_profit_20(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "20 % income tax for small low-profit enterprises"

    def formula(enterprise, period, parameters):
        limits = parameters(period).cit_small_low_profit
        employees = enterprise("employees", period)
        assets = enterprise("total_assets", period)
        industrial = enterprise("industry_sector", period) == Sector.industrial
        small = (employees <= limits.employees) * (assets <= limits.total_assets)
        small_industrial = (
            industrial
            * (employees <= limits.employees_industrial)
            * (assets <= limits.total_assets_industrial)
        )
        return (
            enterprise("is_in_enterprise_audience", period)
            * enterprise("in_jurisdiction", period)
            * ~enterprise("is_restricted_or_prohibited_industry", period)
            * (enterprise("taxable_income", period) <= limits.taxable_income)
            * (small + small_industrial)
        )


class cit_small_low_profit_20_amount(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Income tax payable, yuan"

    def formula(enterprise, period, parameters):
        income = max_(enterprise("taxable_income", period), 0)
        rate = parameters(period).cit_small_low_profit.rate
        return enterprise("cit_small_low_profit_20", period) * income * rate


class cit_hnte_15(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "15 % income tax for SMEs that are high-tech enterprises"

    def formula(enterprise, period, parameters):
        return (
            enterprise("is_in_enterprise_audience", period)
            * enterprise("in_jurisdiction", period)
            * enterprise("is_hnte", period)
            * enterprise("is_sme", period)
        )


class cit_hnte_15_amount(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Income tax payable, yuan"

    def formula(enterprise, period, parameters):
        income = max_(enterprise("taxable_income", period), 0)
        return enterprise("cit_hnte_15", period) * income * parameters(period).cit_hnte.rate


class rd_expensed_extra_deduction(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Extra deduction of 50 % of research expense"

    def formula(enterprise, period, parameters):
        return (
            enterprise("is_in_enterprise_audience", period)
            * enterprise("in_jurisdiction", period)
            * enterprise("is_sme", period)
            * enterprise("rd_for_new_product_tech_process", period)
        )


class rd_expensed_extra_deduction_amount(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Additional deduction from taxable income, yuan"

    def formula(enterprise, period, parameters):
        expense = enterprise("rd_expense", period)
        share = parameters(period).research.extra_deduction
        return enterprise("rd_expensed_extra_deduction", period) * expense * share


class rd_intangible_amortisation_150(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Amortisation of 150 % of research intangibles"

    def formula(enterprise, period, parameters):
        return (
            enterprise("is_in_enterprise_audience", period)
            * enterprise("in_jurisdiction", period)
            * enterprise("is_sme", period)
            * enterprise("rd_for_new_product_tech_process", period)
        )


class rd_intangible_amortisation_150_amount(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Total tax amortisation over the life of the asset, yuan"

    def formula(enterprise, period, parameters):
        cost = enterprise("rd_intangible_cost", period)
        share = parameters(period).research.amortisation
        return enterprise("rd_intangible_amortisation_150", period) * cost * share
