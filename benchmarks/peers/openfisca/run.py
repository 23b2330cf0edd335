"""Answers ten measures for a register with OpenFisca-core; prints counts, sums and seconds as JSON."""

from openfisca_core.simulations import SimulationBuilder
from simulate import run
from system import QingdaoTaxBenefitSystem
from tuned import index_of, tune

if __name__ == "__main__":
    run(
        "OpenFisca-core",
        __doc__,
        package="OpenFisca-Core",
        make_system=QingdaoTaxBenefitSystem,
        tune=tune,
        index_of=index_of,
        make_simulation=SimulationBuilder.build_default_simulation,
    )
