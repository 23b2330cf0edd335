"""Ten measures of Qingdao 2012 No. 46 as an OpenFisca country package: entities, variables, parameters."""

from pathlib import Path

from entities import Enterprise
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

HERE = Path(__file__).parent


class QingdaoTaxBenefitSystem(TaxBenefitSystem):
    """Variables from `variables/`, dated figures from `parameters/`, as the OpenFisca template has it."""

    def __init__(self):
        super().__init__([Enterprise])
        self.add_variables_from_directory(str(HERE / "variables"))
        self.load_parameters(str(HERE / "parameters"))
