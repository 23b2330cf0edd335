"""Size classes of the national standard of 2011, with the 2011 edition of the industry classification."""

from entities import Enterprise
from numpy import logical_or, select
from numpy.char import startswith
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import YEAR
from openfisca_core.variables import Variable


class SizeIndustry(Enum):
    none = "Not covered by the standard"
    agriculture = "Agriculture, forestry, husbandry and fishery"
    industry = "Mining, manufacturing and utilities"
    construction = "Construction"
    wholesale = "Wholesale"
    retail = "Retail"
    transport = "Transport without railways"
    storage = "Storage"
    post = "Post"
    lodging = "Lodging"
    catering = "Catering"
    information_transmission = "Telecommunication and internet services"
    software_it = "Software and information technology services"
    real_estate_development = "Real estate development"
    property_management = "Property management"
    leasing_business = "Leasing and business services"
    other_unlisted = "Other industries the standard takes in"


PREFIXES = {
    SizeIndustry.agriculture: ("A",),
    SizeIndustry.industry: ("B", "C", "D"),
    SizeIndustry.construction: ("E",),
    SizeIndustry.wholesale: ("F51",),
    SizeIndustry.retail: ("F52",),
    SizeIndustry.transport: ("G54", "G55", "G56", "G57", "G58"),
    SizeIndustry.storage: ("G59",),
    SizeIndustry.post: ("G60",),
    SizeIndustry.lodging: ("H61",),
    SizeIndustry.catering: ("H62",),
    SizeIndustry.information_transmission: ("I63", "I64"),
    SizeIndustry.software_it: ("I65",),
    SizeIndustry.real_estate_development: ("K701",),
    SizeIndustry.property_management: ("K702",),
    SizeIndustry.leasing_business: ("L",),
    SizeIndustry.other_unlisted: ("M", "N", "O", "R", "K703", "K709", "Q85", "Q84"),
}


class SizeClass(Enum):
    none = "Not covered by the standard"
    large = "Large"
    medium = "Medium"
    small = "Small"
    micro = "Micro"


class size_industry(Variable):
    value_type = Enum
    possible_values = SizeIndustry
    default_value = SizeIndustry.none
    entity = Enterprise
    definition_period = YEAR
    label = "Industry of the size standard"

    def formula(enterprise, period, parameters):
        code = enterprise("industry_code", period).astype("U5")
        return select(
            [
                logical_or.reduce([startswith(code, prefix) for prefix in prefixes])
                for prefixes in PREFIXES.values()
            ],
            list(PREFIXES),
            default=SizeIndustry.none,
        )


class size_class(Variable):
    value_type = Enum
    possible_values = SizeClass
    default_value = SizeClass.none
    entity = Enterprise
    definition_period = YEAR
    label = "Size class"

    def formula(enterprise, period, parameters):
        industry = enterprise("size_industry", period)
        employees = enterprise("employees", period)
        revenue = enterprise("operating_revenue", period)
        assets = enterprise("total_assets", period)
        limits = parameters(period).size_class

        def reaches(limit):
            return (
                (employees >= limit.employees[industry])
                * (revenue >= limit.operating_revenue[industry])
                * (assets >= limit.total_assets[industry])
            )

        return select(
            [
                industry == SizeIndustry.none,
                reaches(limits.large),
                reaches(limits.medium),
                reaches(limits.small),
            ],
            [SizeClass.none, SizeClass.large, SizeClass.medium, SizeClass.small],
            default=SizeClass.micro,
        )


class is_small_micro(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Small or micro enterprise"

    def formula(enterprise, period, parameters):
        size = enterprise("size_class", period)
        return (size == SizeClass.small) + (size == SizeClass.micro)


class is_sme(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Medium or small or micro enterprise"

    def formula(enterprise, period, parameters):
        size = enterprise("size_class", period)
        return (size == SizeClass.medium) + (size == SizeClass.small) + (size == SizeClass.micro)
