"""What the register holds of a party. A value that is not given is the default: 0, False, the first word."""

from entities import Enterprise
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import ETERNITY, MONTH, YEAR
from openfisca_core.variables import Variable


class in_jurisdiction(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = ETERNITY
    label = "The party is registered in Qingdao"


class is_in_enterprise_audience(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = ETERNITY
    label = "The register has the party as an enterprise"


class is_in_guarantor_audience(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = ETERNITY
    label = "The register has the party as a guarantor"


class industry_code(Variable):
    value_type = str
    entity = Enterprise
    definition_period = YEAR
    label = "Industry code of GB/T 4754"


class Sector(Enum):
    other = "Other enterprise"
    industrial = "Industrial enterprise"


class industry_sector(Variable):
    value_type = Enum
    possible_values = Sector
    default_value = Sector.other
    entity = Enterprise
    definition_period = YEAR
    label = "Sector"


class employees(Variable):
    value_type = int
    entity = Enterprise
    definition_period = YEAR
    label = "Employees"


class operating_revenue(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Operating revenue of the year, yuan"


class total_assets(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Total assets, yuan"


class taxable_income(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Taxable income of the year, yuan"


class is_restricted_or_prohibited_industry(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Works in an industry the nation restricts or prohibits"


class is_hnte(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Recognised high and new technology enterprise"


class rd_expense(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Research and development expense of the year, yuan"


class rd_intangible_cost(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Cost of research intangibles, yuan"


class rd_for_new_product_tech_process(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "The research is for a new product, technology or process"


class FilingMode(Enum):
    periodic = "Periodically"
    per_transaction = "Per transaction"


class filing_mode(Variable):
    value_type = Enum
    possible_values = FilingMode
    default_value = FilingMode.periodic
    entity = Enterprise
    definition_period = MONTH
    label = "How turnover tax is filed"


class monthly_sales(Variable):
    value_type = float
    entity = Enterprise
    definition_period = MONTH
    label = "Monthly sales, yuan"


class sales_per_transaction(Variable):
    value_type = float
    entity = Enterprise
    definition_period = MONTH
    label = "Sales per transaction or day, yuan"


class monthly_turnover(Variable):
    value_type = float
    entity = Enterprise
    definition_period = MONTH
    label = "Monthly turnover liable to business tax, yuan"


class turnover_per_transaction(Variable):
    value_type = float
    entity = Enterprise
    definition_period = MONTH
    label = "Turnover per transaction or day, yuan"


class is_zjtx_recognised_this_year(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Recognised this year as specialised, refined, distinctive and new"


class is_import_export(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Imports or exports"


class is_guarantee_institution(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Guarantee institution"


class sme_guarantee_volume(Variable):
    value_type = float
    entity = Enterprise
    definition_period = YEAR
    label = "Guarantees given to SMEs in the year, yuan"
