"""Writes what a peer answered of every party, for the comparison."""

import pyarrow as pa
import pyarrow.parquet as pq
from peer import FEN_IN_YUAN, WITH_AMOUNT


class Answers:
    """Writes every answer, for the comparison; nothing without a path.

    Columns: `party`; `MEASURE:eligible`, null where the engine does not know; `MEASURE:amount` in yuan.
    """

    def __init__(self, path):
        self.path, self.writer = path, None

    def write(self, codes, answers):
        """`answers`: measure → (list of True, False, None; list of fen or None)."""
        if self.path is None:
            return
        columns = {"party": pa.array(codes, pa.string())}
        for measure, (eligible, fen) in answers.items():
            columns[f"{measure}:eligible"] = pa.array(eligible, pa.bool_())
            if measure in WITH_AMOUNT:
                yuan = [None if amount is None else amount / FEN_IN_YUAN for amount in fen]
                columns[f"{measure}:amount"] = pa.array(yuan, pa.float64())
        table = pa.table(columns)
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.path, table.schema)
        self.writer.write_table(table)

    def close(self):
        if self.writer is not None:
            self.writer.close()
