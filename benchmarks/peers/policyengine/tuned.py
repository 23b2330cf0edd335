"""The same system tuned by hand: 64-bit amounts, size classes by look-up, words as numbers, small blocks."""

import numpy as np
from facts import Enterprise, FilingMode
from policyengine_core.model_api import YEAR, Enum, Variable
from population import sector_of_code, stated_sector
from size import SIZES, size_industry
from size_class import SizeClass, SizeIndustry

FIGURES = ("employees", "operating_revenue", "total_assets")


def tune(system):
    """Replace what is slow or coarse in the system."""
    for variable in system.variables.values():
        if variable.value_type is float:
            variable.dtype = np.float64  # amounts of 32 bits lose fen above 131,072 yuan
    system.replace_variable(size_class)


def index_of():
    """Column of words → input variable → the value the engine has for a word; None is an unknown word."""
    return {
        "industry_code": {
            "size_industry": lambda code: SizeIndustry[size_industry(code) or "none"].index,
            "sector_of_code": sector_of_code,
        },
        "industry_sector": {"industry_sector": stated_sector},
        "filing_mode": {"filing_mode": lambda word: FilingMode[word or "periodic"].index},
        "roles": {
            "is_in_enterprise_audience": lambda word: "enterprise" in (word or "").split(","),
            "is_in_guarantor_audience": lambda word: "guarantor" in (word or "").split(","),
        },
    }


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
        for size in ("small", "medium", "large"):
            reached = np.ones(len(industry), np.bool_)
            for name, figure in zip(FIGURES, figures, strict=True):
                limits = getattr(getattr(node, size), name)
                table = np.array([0.0, *(float(getattr(limits, industry)) for industry in SIZES)])
                reached &= figure >= table[industry]
            result[reached] = SizeClass[size].index
        result[industry == SizeIndustry.none.index] = SizeClass.none.index
        return result
