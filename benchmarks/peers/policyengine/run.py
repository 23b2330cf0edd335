"""Answers ten measures for a register with PolicyEngine-core; prints counts, sums and seconds as JSON."""

from pathlib import Path

from facts import FACTS, Enterprise
from measures import MEASURES
from policyengine_core.simulations import SimulationBuilder
from policyengine_core.taxbenefitsystems import TaxBenefitSystem
from simulate import run
from size_class import SIZE
from tuned import index_of, tune

PARAMETERS = Path(__file__).parents[1] / "openfisca" / "parameters"
"""PolicyEngine reads the same files: dated figures in YAML."""


def make_system():
    system = TaxBenefitSystem([Enterprise])
    system.add_variables(*FACTS, *SIZE, *MEASURES)
    system.load_parameters(str(PARAMETERS))
    return system


def make_simulation(system, parties):
    return SimulationBuilder().build_default_simulation(system, parties)


if __name__ == "__main__":
    run(
        "PolicyEngine-core",
        __doc__,
        package="policyengine-core",
        make_system=make_system,
        tune=tune,
        index_of=index_of,
        make_simulation=make_simulation,
    )
