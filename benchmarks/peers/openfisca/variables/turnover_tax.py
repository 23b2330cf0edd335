"""Thresholds of VAT and business tax (clause 4)."""

from entities import Enterprise
from numpy import where
from openfisca_core.periods import MONTH
from openfisca_core.variables import Variable

from variables.facts import FilingMode


class vat_threshold(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = MONTH
    label = "Sales below the VAT threshold"

    def formula(enterprise, period, parameters):
        below = parameters(period).turnover_tax_threshold
        return (
            enterprise("is_in_enterprise_audience", period)
            * enterprise("in_jurisdiction", period)
            * where(
                enterprise("filing_mode", period) == FilingMode.periodic,
                enterprise("monthly_sales", period) < below.monthly,
                enterprise("sales_per_transaction", period) < below.per_transaction,
            )
        )


class vat_threshold_amount(Variable):
    value_type = float
    entity = Enterprise
    definition_period = MONTH
    label = "Sales free of VAT, yuan"

    def formula(enterprise, period, parameters):
        sales = where(
            enterprise("filing_mode", period) == FilingMode.periodic,
            enterprise("monthly_sales", period),
            enterprise("sales_per_transaction", period),
        )
        return enterprise("vat_threshold", period) * sales


class business_tax_threshold(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = MONTH
    label = "Turnover below the business tax threshold"

    def formula(enterprise, period, parameters):
        below = parameters(period).turnover_tax_threshold
        return (
            enterprise("is_in_enterprise_audience", period)
            * enterprise("in_jurisdiction", period)
            * where(
                enterprise("filing_mode", period) == FilingMode.periodic,
                enterprise("monthly_turnover", period) < below.monthly,
                enterprise("turnover_per_transaction", period) < below.per_transaction,
            )
        )


class business_tax_threshold_amount(Variable):
    value_type = float
    entity = Enterprise
    definition_period = MONTH
    label = "Turnover free of business tax, yuan"

    def formula(enterprise, period, parameters):
        turnover = where(
            enterprise("filing_mode", period) == FilingMode.periodic,
            enterprise("monthly_turnover", period),
            enterprise("turnover_per_transaction", period),
        )
        return enterprise("business_tax_threshold", period) * turnover
