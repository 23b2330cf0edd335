"""Size classes of the national standard of 2011."""

from facts import Enterprise
from numpy import logical_or
from numpy.char import startswith
from policyengine_core.model_api import YEAR, Enum, Variable, select
from size import SIZES

SizeIndustry = Enum("SizeIndustry", {name: name for name in ("none", *SIZES)})


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
            [logical_or.reduce([startswith(code, p) for p in row["prefixes"]]) for row in SIZES.values()],
            [SizeIndustry[name] for name in SIZES],
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
                & (revenue >= limit.operating_revenue[industry])
                & (assets >= limit.total_assets[industry])
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
        return (size == SizeClass.small) | (size == SizeClass.micro)


class is_sme(Variable):
    value_type = bool
    entity = Enterprise
    definition_period = YEAR
    label = "Medium or small or micro enterprise"

    def formula(enterprise, period, parameters):
        size = enterprise("size_class", period)
        return enterprise("is_small_micro", period) | (size == SizeClass.medium)


SIZE = (size_industry, size_class, is_small_micro, is_sme)
