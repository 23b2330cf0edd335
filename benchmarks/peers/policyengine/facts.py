"""What the register holds of a party, as PolicyEngine variables; a value that is not given is the default."""

from policyengine_core.entities import build_entity
from policyengine_core.model_api import ETERNITY, MONTH, YEAR, Enum, Variable

Enterprise = build_entity(
    key="enterprise", plural="enterprises", label="A party of the register", is_person=True
)


class Sector(Enum):
    other = "Other enterprise"
    industrial = "Industrial enterprise"


class FilingMode(Enum):
    periodic = "Periodically"
    per_transaction = "Per transaction"


def fact(name, value_type, definition_period, **also):
    """A variable without a formula."""
    body = {"value_type": value_type, "entity": Enterprise, "definition_period": definition_period}
    return type(name, (Variable,), {**body, "label": name.replace("_", " "), **also})


FACTS = (
    fact("in_jurisdiction", bool, ETERNITY),
    fact("is_in_enterprise_audience", bool, ETERNITY),
    fact("is_in_guarantor_audience", bool, ETERNITY),
    fact("industry_code", str, YEAR),
    fact("industry_sector", Enum, YEAR, possible_values=Sector, default_value=Sector.other),
    fact("employees", int, YEAR),
    fact("operating_revenue", float, YEAR),
    fact("total_assets", float, YEAR),
    fact("taxable_income", float, YEAR),
    fact("is_restricted_or_prohibited_industry", bool, YEAR),
    fact("is_hnte", bool, YEAR),
    fact("rd_expense", float, YEAR),
    fact("rd_intangible_cost", float, YEAR),
    fact("rd_for_new_product_tech_process", bool, YEAR),
    fact("filing_mode", Enum, MONTH, possible_values=FilingMode, default_value=FilingMode.periodic),
    fact("monthly_sales", float, MONTH),
    fact("sales_per_transaction", float, MONTH),
    fact("monthly_turnover", float, MONTH),
    fact("turnover_per_transaction", float, MONTH),
    fact("is_zjtx_recognised_this_year", bool, YEAR),
    fact("is_import_export", bool, YEAR),
    fact("is_guarantee_institution", bool, YEAR),
    fact("sme_guarantee_volume", float, YEAR),
)
