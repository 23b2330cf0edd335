"""For engines that look at one party at a time: the parties of a register as dicts, amounts in whole fen."""

import time
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from answers import Answers
from peer import FEN_IN_YUAN, MEASURES, WITH_AMOUNT, files_of, parse_arguments, report
from size import sector, size_industry

BLOCK_ROWS = 10_000
BOOLS = (
    "is_restricted_or_prohibited_industry",
    "is_hnte",
    "rd_for_new_product_tech_process",
    "is_zjtx_recognised_this_year",
    "is_import_export",
    "is_guarantee_institution",
)
MONEY = (
    "operating_revenue",
    "total_assets",
    "taxable_income",
    "rd_expense",
    "rd_intangible_cost",
    "monthly_sales",
    "monthly_turnover",
    "sme_guarantee_volume",
)
WORDS = ("industry_code", "industry_sector", "filing_mode", "roles")
COLUMNS = ("code", "region", *WORDS, "employees", *BOOLS, *MONEY)
QINGDAO = "3702"


def blocks(register, limit):
    """Lists of dicts. What is derived from a code alone is looked up here, once per distinct code."""
    left = limit
    seen = {}
    for file in files_of(register):
        for batch in pq.ParquetFile(file).iter_batches(BLOCK_ROWS, columns=list(COLUMNS)):
            if left is not None:
                batch, left = batch.slice(0, left), left - min(left, batch.num_rows)
            if batch.num_rows:
                yield [party(row, seen) for row in plain(batch).to_pylist()]


def plain(batch):
    hundred = pa.scalar(Decimal(FEN_IN_YUAN), pa.decimal128(3, 0))
    columns = {name: batch[name] for name in batch.schema.names}
    for name in MONEY:
        columns[name] = pc.multiply(batch[name], hundred).cast(pa.int64())
    for name in WORDS:
        columns[name] = batch[name].cast(pa.string())
    return pa.RecordBatch.from_pydict(columns)


def party(row, seen):
    code, roles = row.pop("industry_code"), (row.pop("roles") or "").split(",")
    if code not in seen:
        seen[code] = (size_industry(code), sector(code))
    row["size_industry"], from_code = seen[code]
    if row["industry_sector"] is None:
        row["industry_sector"] = from_code
    here = row.pop("region").startswith(QINGDAO)
    row["enterprise_here"] = here and "enterprise" in roles
    row["guarantor_here"] = here and "guarantor" in roles
    return row


def run(engine, about, *, packages, answers_of):
    """The whole peer. `answers_of` gives, for a party, ten (True, False or None; fen or None)."""
    arguments = parse_arguments(about).parse_args()
    totals = {measure: [0, 0, 0] for measure in MEASURES}
    answers = Answers(arguments.answers)
    parties = 0
    began = time.perf_counter()
    for block in blocks(arguments.register, arguments.rows):
        codes = [row.pop("code") for row in block]
        found = [answers_of(row) for row in block]
        columns = dict(zip(MEASURES, zip(*found, strict=True), strict=True))
        for measure, column in columns.items():
            totals[measure][0] += sum(said is True for said, _ in column)
            totals[measure][1] += sum(said is None for said, _ in column)
            if measure in WITH_AMOUNT:
                totals[measure][2] += sum(fen for _, fen in column if fen is not None) / FEN_IN_YUAN
        answers.write(codes, {m: tuple(zip(*column, strict=True)) for m, column in columns.items()})
        parties += len(block)
    answers.close()
    report(engine, packages=packages, parties=parties, began=began, totals=totals)
