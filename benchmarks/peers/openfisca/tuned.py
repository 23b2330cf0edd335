"""The same system tuned by hand: 64-bit amounts, size classes by look-up, words as numbers, small blocks."""

import numpy as np
from entities import Enterprise
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import YEAR
from openfisca_core.variables import Variable
from population import sector_of_code, stated_sector
from variables.facts import FilingMode
from variables.size import PREFIXES, SizeClass, SizeIndustry

SIZES = ("small", "medium", "large")
FIGURES = ("employees", "operating_revenue", "total_assets")


def tune(system):
    """Replace what is slow or coarse in the system."""
    for variable in system.variables.values():
        if variable.value_type is float:
            variable.dtype = np.float64  # OpenFisca has 32-bit amounts: above 131,072 yuan they lose fen
    system.replace_variable(size_class)


def index_of():
    """Column of words → input variable → the value OpenFisca has for a word; None is an unknown word."""
    return {
        "industry_code": {"size_industry": size_industry_index, "sector_of_code": sector_of_code},
        "industry_sector": {"industry_sector": stated_sector},
        "filing_mode": {"filing_mode": lambda word: FilingMode[word or "periodic"].index},
        "roles": {
            "is_in_enterprise_audience": lambda word: "enterprise" in word_list(word),
            "is_in_guarantor_audience": lambda word: "guarantor" in word_list(word),
        },
    }


def size_industry_index(code):
    """Index of the size industry of a code: worked out once per distinct code, outside OpenFisca."""
    found = [industry for industry, prefixes in PREFIXES.items() if (code or "").startswith(prefixes)]
    return (found[0] if found else SizeIndustry.none).index


def word_list(word):
    return (word or "").split(",")


class size_class(Variable):
    value_type = Enum
    possible_values = SizeClass
    default_value = SizeClass.none
    entity = Enterprise
    definition_period = YEAR
    label = "Size class"

    def formula(enterprise, period, parameters):
        industry = np.asarray(enterprise("size_industry", period))
        figures = [enterprise(name, period) for name in FIGURES]
        node = parameters(period).size_class
        result = np.full(len(industry), SizeClass.micro.index)
        for size in SIZES:
            reached = np.ones(len(industry), np.bool_)
            for name, figure in zip(FIGURES, figures, strict=True):
                limits = node[size][name]
                reached &= figure >= np.array([float(limits[i.name]) for i in SizeIndustry])[industry]
            result[reached] = SizeClass[size].index
        result[industry == SizeIndustry.none.index] = SizeClass.none.index
        return result
