"""Answers ten measures for a register with Polars, streaming; prints counts, sums and seconds as JSON."""

import time

import polars as pl
import polars.selectors as cs
from measures import measures, parties
from peer import FEN_IN_YUAN, files_of, parse_arguments, report


def main():
    arguments = parse_arguments(__doc__).parse_args()
    began = time.perf_counter()
    frame = answered(parties(files_of(arguments.register)))
    if arguments.answers is not None:
        written = frame.select("party", cs.ends_with(":eligible"), cs.ends_with(":fen") / FEN_IN_YUAN)
        written = written.rename(lambda name: name.replace(":fen", ":amount"))
        written.sink_parquet(arguments.answers, compression="snappy", engine="streaming")
        amounts = (cs.ends_with(":amount") * FEN_IN_YUAN).round().cast(pl.Int64)
        frame = pl.scan_parquet(arguments.answers).with_columns(
            amounts.name.map(lambda name: name.replace(":amount", ":fen"))
        )
    row = frame.select(totals()).collect(engine="streaming").row(0, named=True)
    report(
        "Polars, written by hand",
        packages=("polars",),
        parties=row["parties"],
        began=began,
        totals={
            m: (row[f"{m}:yes"], row[f"{m}:unknown"], (row.get(f"{m}:sum") or 0) / FEN_IN_YUAN)
            for m in measures()
        },
    )


def answered(frame):
    """`MEASURE:eligible`, null where it is not known, and `MEASURE:fen` where entitled.

    In two steps: what is worked out once in the first is only read in the second.
    """
    found = [pl.col("code").alias("party")]
    amounts = []
    for measure, (scope, entitled, fen) in measures().items():
        found.append((scope & entitled).alias(f"{measure}:eligible"))
        if fen is not None:
            found.append(fen.alias(f"{measure}:fen"))
            amounts.append(pl.when(f"{measure}:eligible").then(f"{measure}:fen").alias(f"{measure}:fen"))
    return frame.select(found).with_columns(amounts)


def totals():
    columns = [pl.len().alias("parties")]
    for measure, (_, _, fen) in measures().items():
        said = pl.col(f"{measure}:eligible")
        columns += [said.sum().alias(f"{measure}:yes"), said.null_count().alias(f"{measure}:unknown")]
        if fen is not None:
            columns.append(pl.col(f"{measure}:fen").sum().alias(f"{measure}:sum"))
    return columns


if __name__ == "__main__":
    main()
