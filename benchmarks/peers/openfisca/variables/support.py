"""Support with or without an amount: rating, recognition, clearance, guarantors (clauses 24, 31, 37, 45)."""

from entities import Enterprise
from openfisca_core.periods import YEAR
from openfisca_core.variables import Variable


class free_credit_rating(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Free credit rating"

    def formula(enterprise, period, parameters):
        return (
            enterprise("is_in_enterprise_audience", period)
            * enterprise("in_jurisdiction", period)
            * enterprise("is_small_micro", period)
        )


class zjtx_fund_support(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Funding for recognised specialised and new enterprises"

    def formula(enterprise, period, parameters):
        return (
            enterprise("is_in_enterprise_audience", period)
            * enterprise("in_jurisdiction", period)
            * enterprise("is_sme", period)
            * enterprise("is_zjtx_recognised_this_year", period)
        )


class customs_24h_clearance(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "24-hour booked clearance"

    def formula(enterprise, period, parameters):
        return (
            enterprise("is_in_enterprise_audience", period)
            * enterprise("in_jurisdiction", period)
            * enterprise("is_small_micro", period)
            * enterprise("is_import_export", period)
        )


class guarantor_risk_subsidy(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Risk subsidy for guarantors"

    def formula(enterprise, period, parameters):
        return (
            enterprise("is_in_guarantor_audience", period)
            * enterprise("in_jurisdiction", period)
            * enterprise("is_guarantee_institution", period)
        )


class guarantor_risk_subsidy_amount(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Largest possible risk subsidy, yuan"

    def formula(enterprise, period, parameters):
        volume = enterprise("sme_guarantee_volume", period)
        share = parameters(period).guarantor.risk_subsidy
        return enterprise("guarantor_risk_subsidy", period) * volume * share
