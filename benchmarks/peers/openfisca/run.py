"""Answers ten measures for a register with OpenFisca-core; prints counts, sums and seconds as JSON."""

import argparse
import json
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core.simulations import SimulationBuilder
from register import coded_arrays, plain_arrays, register_folder, tables
from system import QingdaoTaxBenefitSystem
from tuned import TUNED_ROWS, index_of, tune

DECLARED = json.loads((Path(__file__).parents[2] / "ten_measures.json").read_text("utf-8"))
MEASURES = tuple(DECLARED["measures"])


def main():
    arguments = parse_arguments()
    is_tuned = arguments.variant == "tuned"
    system = QingdaoTaxBenefitSystem()
    if is_tuned:
        tune(system)
    totals = {measure: [0, 0.0] for measure in MEASURES}
    writer = Answers(arguments.answers)
    parties = 0
    began = time.perf_counter()
    for table in tables(arguments.register, rows=TUNED_ROWS if is_tuned else None):
        arrays = coded_arrays(table, index_of()) if is_tuned else plain_arrays(table)
        answers = answers_of(system, arrays, table.num_rows, arguments.as_of)
        for measure, (eligible, amount) in answers.items():
            totals[measure][0] += int(np.count_nonzero(eligible))
            if amount is not None:
                totals[measure][1] += float(amount.sum(dtype=np.float64))
        writer.write(table["code"], answers)
        parties += table.num_rows
    seconds = time.perf_counter() - began
    writer.close()
    print(
        json.dumps(
            {
                "engine": f"OpenFisca-core, {arguments.variant}",
                "versions": {"OpenFisca-Core": version("OpenFisca-Core"), "numpy": np.__version__},
                "parties": parties,
                "seconds": seconds,
                "measures": {m: {"eligible": n, "amount": round(s, 2)} for m, (n, s) in totals.items()},
            }
        )
    )


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--register", type=register_folder, required=True)
    parser.add_argument("--as-of", required=True, metavar="2013-06-30")
    parser.add_argument("--variant", choices=("idiomatic", "tuned"), required=True)
    parser.add_argument("--answers", type=Path, help="also write every answer to this Parquet file")
    return parser.parse_args()


def answers_of(system, arrays, parties, as_of):
    """Measure → (eligible, amount or None), one entry per party."""
    year, month = as_of[:4], as_of[:7]
    simulation = SimulationBuilder.build_default_simulation(system, parties)
    for name, values in arrays.items():
        simulation.set_input(name, period_of(system, name, year, month), values)
    answers = {}
    for measure in MEASURES:
        name = measure.replace("-", "_")
        period = period_of(system, name, year, month)
        amount = (
            simulation.calculate(f"{name}_amount", period) if f"{name}_amount" in system.variables else None
        )
        answers[measure] = (simulation.calculate(name, period), amount)
    return answers


def period_of(system, variable, year, month):
    return month if system.get_variable(variable).definition_period == "month" else year


class Answers:
    """Writes every answer, for the comparison; nothing without a path."""

    def __init__(self, path):
        self.path, self.writer = path, None

    def write(self, codes, answers):
        if self.path is None:
            return
        columns = {"party": codes}
        for measure, (eligible, amount) in answers.items():
            columns[f"{measure}:eligible"] = pa.array(np.asarray(eligible))
            if amount is not None:
                columns[f"{measure}:amount"] = pa.array(np.asarray(amount, np.float64))
        table = pa.table(columns)
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.path, table.schema)
        self.writer.write_table(table)

    def close(self):
        if self.writer is not None:
            self.writer.close()


if __name__ == "__main__":
    main()
