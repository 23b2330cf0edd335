"""Answers ten measures for a register with Polars, streaming; prints counts, sums and seconds as JSON."""

import time

import polars as pl
from measures import measures, parties
from peer import FEN_IN_YUAN, files_of, parse_arguments, report


def main():
    arguments = parse_arguments(__doc__).parse_args()
    began = time.perf_counter()
    frame = parties(files_of(arguments.register))
    if arguments.answers is not None:
        frame.select(answer_columns()).sink_parquet(
            arguments.answers, compression="snappy", engine="streaming"
        )
        frame = pl.scan_parquet(arguments.answers)
        totals = frame.select(totals_of_answers())
    else:
        totals = frame.select(totals_of_parties())
    row = totals.collect(engine="streaming").row(0, named=True)
    report(
        "Polars, written by hand",
        packages=("polars",),
        parties=row["parties"],
        began=began,
        totals={
            m: (row[f"{m}:yes"], row[f"{m}:unknown"], (row.get(f"{m}:fen") or 0) / FEN_IN_YUAN)
            for m in measures()
        },
    )


def answer_columns():
    columns = [pl.col("code").alias("party")]
    for measure, (scope, entitled, fen) in measures().items():
        columns.append((scope & entitled).alias(f"{measure}:eligible"))
        if fen is not None:
            amount = pl.when(scope & entitled).then(fen) / FEN_IN_YUAN
            columns.append(amount.alias(f"{measure}:amount"))
    return columns


def totals_of_answers():
    columns = [pl.len().alias("parties")]
    for measure, (_, _, fen) in measures().items():
        said = pl.col(f"{measure}:eligible")
        columns += [said.sum().alias(f"{measure}:yes"), said.null_count().alias(f"{measure}:unknown")]
        if fen is not None:
            whole = (pl.col(f"{measure}:amount") * FEN_IN_YUAN).round().cast(pl.Int64)
            columns.append(whole.sum().alias(f"{measure}:fen"))
    return columns


def totals_of_parties():
    columns = [pl.len().alias("parties")]
    for measure, (scope, entitled, fen) in measures().items():
        said = scope & entitled
        columns += [said.sum().alias(f"{measure}:yes"), said.null_count().alias(f"{measure}:unknown")]
        if fen is not None:
            columns.append(pl.when(said).then(fen).sum().alias(f"{measure}:fen"))
    return columns


if __name__ == "__main__":
    main()
