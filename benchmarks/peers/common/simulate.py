"""Runs ten measures as engines of the OpenFisca family do: a system of variables, a simulation, arrays."""

import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from peer import MEASURES, parse_arguments, report
from population import coded_arrays, plain_arrays, tables

TUNED_ROWS = 65_536


def run(engine, about, *, package, make_system, tune, index_of, make_simulation):
    """The whole peer.

    `make_system` gives the system of variables, `tune` changes it in place for the variant tuned by hand,
    `index_of` says what words become there, `make_simulation(system, parties)` an empty simulation.
    """
    arguments = parse_arguments(about, variants=("idiomatic", "tuned")).parse_args()
    is_tuned = arguments.variant == "tuned"
    system = make_system()
    if is_tuned:
        tune(system)
    totals = {measure: [0, 0, 0.0] for measure in MEASURES}
    writer = Answers(arguments.answers)
    parties = 0
    began = time.perf_counter()
    for table in tables(arguments.register, rows=TUNED_ROWS if is_tuned else None):
        arrays = coded_arrays(table, index_of()) if is_tuned else plain_arrays(table)
        simulation = make_simulation(system, table.num_rows)
        answers = answers_of(system, simulation, arrays, arguments.as_of)
        for measure, (eligible, amount) in answers.items():
            totals[measure][0] += int(np.count_nonzero(eligible))
            if amount is not None:
                totals[measure][2] += float(amount.sum(dtype=np.float64))
        writer.write(table["code"], answers)
        parties += table.num_rows
    writer.close()
    report(
        f"{engine}, {arguments.variant}",
        packages=(package, "numpy"),
        parties=parties,
        began=began,
        totals=totals,
    )


def answers_of(system, simulation, arrays, as_of):
    """Measure → (eligible, amount or None), one entry per party."""
    year, month = as_of[:4], as_of[:7]
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
