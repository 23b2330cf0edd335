"""Reads a register for OpenFisca and PolicyEngine as arrays: what is not known becomes the default."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from peer import files_of
from size import sector

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
WORDS = {"industry_sector": "other", "filing_mode": "periodic"}
SECTORS = ("other", "industrial")  # in the order of both engines' enums
SYSTEM = ("code", "region", "roles")
COLUMNS = (*SYSTEM, "industry_code", "employees", *BOOLS, *MONEY, *WORDS)
QINGDAO = "3702"


def tables(register, *, rows=None):
    """Tables with COLUMNS: the whole register at once, or at most `rows` parties at a time."""
    files = files_of(register)
    if rows is None:
        yield pa.concat_tables(
            (pq.read_table(f, columns=list(COLUMNS), partitioning=None) for f in files),
            unify_dictionaries=True,
        )
        return
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(rows, columns=list(COLUMNS)):
            yield pa.Table.from_batches([batch])


def plain_arrays(table):
    """Name → array of every input, words as text."""
    roles = words_of(table["roles"])
    arrays = {
        "in_jurisdiction": as_numpy(pc.starts_with(table["region"], QINGDAO)),
        "is_in_enterprise_audience": as_numpy(pc.match_substring_regex(roles, r"(^|,)enterprise(,|$)")),
        "is_in_guarantor_audience": as_numpy(pc.match_substring_regex(roles, r"(^|,)guarantor(,|$)")),
        "industry_code": as_numpy(pc.fill_null(words_of(table["industry_code"]), "")),
        "employees": as_numpy(pc.fill_null(table["employees"], 0)),
    }
    for name in BOOLS:
        arrays[name] = as_numpy(pc.fill_null(table[name], False))
    for name in MONEY:
        arrays[name] = as_numpy(pc.fill_null(pc.cast(table[name], pa.float64()), 0.0))
    words = {name: words_of(table[name]) for name in WORDS}
    industrial = pc.match_substring_regex(words_of(table["industry_code"]), "^[BCD]")
    from_code = pc.if_else(industrial, "industrial", "other")
    words["industry_sector"] = pc.coalesce(words["industry_sector"], from_code)
    for name, default in WORDS.items():
        arrays[name] = as_numpy(pc.fill_null(words[name], default)).astype(str)
    return arrays


def coded_arrays(table, index_of):
    """The same with words as the index of the enum member, each distinct word looked at once.

    `index_of` gives, for a column of words, functions from a word (None: unknown) to the engine's value.
    """
    arrays = {"in_jurisdiction": as_numpy(pc.starts_with(table["region"], QINGDAO))}
    arrays["employees"] = as_numpy(pc.fill_null(table["employees"], 0))
    for name in BOOLS:
        arrays[name] = as_numpy(pc.fill_null(table[name], False))
    for name in MONEY:
        arrays[name] = as_numpy(pc.fill_null(pc.cast(table[name], pa.float64()), 0.0))
    for column, outputs in index_of.items():
        coded = table[column].combine_chunks()
        coded = coded if pa.types.is_dictionary(coded.type) else coded.dictionary_encode()
        words = [*coded.dictionary.to_pylist(), None]
        codes = as_numpy(pc.fill_null(coded.indices, len(words) - 1))
        for name, look_up in outputs.items():
            arrays[name] = np.array([look_up(word) for word in words])[codes]
    stated, from_code = arrays["industry_sector"], arrays.pop("sector_of_code")
    arrays["industry_sector"] = np.where(stated >= 0, stated, from_code)
    return arrays


def sector_of_code(code):
    return SECTORS.index(sector(code) or "other")


def stated_sector(word):
    """-1 where the register does not say: then the code decides."""
    return -1 if word is None else SECTORS.index(word)


def words_of(column):
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def as_numpy(column):
    return column.to_numpy() if isinstance(column, pa.ChunkedArray) else column.to_numpy(zero_copy_only=False)
