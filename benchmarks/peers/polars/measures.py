"""The ten measures written by hand in Polars: null is unknown, & and | three-valued, money whole fen."""

import polars as pl
from size import SIZES, sector, size_industry

FIGURES = ("employees", "operating_revenue", "total_assets")
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
WAN = 10_000 * 100  # ten thousand yuan, in fen
QINGDAO = "3702"
MUTUAL = ("is_mutual_fund", "runs_mutual_guarantee", "run_by_independent_legal_person")


def parties(files):
    """The register with the size class and the sector worked out, one lazy frame."""
    scan = pl.scan_parquet(files, hive_partitioning=False)
    text = pl.col("industry_code").cast(pl.String)
    codes = scan.select(text.unique()).collect(engine="streaming")["industry_code"].drop_nulls()
    lacking = [name for name in MUTUAL if name not in scan.collect_schema()]
    unknown = [pl.lit(None, pl.Boolean).alias(name) for name in lacking]
    frame = scan.with_columns(text, *(fen(name) for name in MONEY), *unknown)
    return frame.join(by_code(codes), on="industry_code", how="left").with_columns(
        is_sme=~reaches("large"),
        is_small_micro=~reaches("medium"),
        is_industrial=pl.coalesce(
            pl.col("industry_sector").cast(pl.String) == "industrial", pl.col("code_is_industrial")
        ),
        is_periodic=pl.col("filing_mode").cast(pl.String) == "periodic",
    )


def fen(name):
    return pl.col(name).to_physical().cast(pl.Int64)


def by_code(codes):
    """What a code alone decides: the sector and the limits; 0 is not looked at, null is no industry."""
    rows = []
    for code in codes:
        row = {"industry_code": code, "code_is_industrial": sector(code) == "industrial"}
        industry = size_industry(code)
        for size in ("large", "medium"):
            for figure in FIGURES:
                scale = 1 if figure == "employees" else 100
                limit = None if industry is None else SIZES[industry][size].get(figure, 0) * scale
                row[f"{size}_{figure}"] = limit
        rows.append(row)
    limits = {f"{size}_{figure}": pl.Int64 for size in ("large", "medium") for figure in FIGURES}
    return pl.DataFrame(
        rows, schema={"industry_code": pl.String, "code_is_industrial": pl.Boolean} | limits
    ).lazy()


def reaches(size):
    """Limits only rise from class to class, so reaching the lower of two classes is enough to know."""
    return pl.all_horizontal(
        (pl.col(f"{size}_{figure}") == 0) | (pl.col(figure) >= pl.col(f"{size}_{figure}"))
        for figure in FIGURES
    )


def share(amount, percent_tenths):
    """Thousandths of an amount in fen, a half up; amounts are not negative."""
    return (amount * percent_tenths + 500) // 1000


def measures():
    """Measure → (in scope, entitled or null, fen or None)."""
    roles = pl.col("roles").cast(pl.String)
    here = pl.col("region").str.starts_with(QINGDAO)
    enterprise = here & roles.str.split(",").list.contains("enterprise")
    guarantor = here & roles.str.split(",").list.contains("guarantor")
    income = pl.max_horizontal(pl.col("taxable_income"), 0)
    income = pl.when(pl.col("taxable_income").is_not_null()).then(income)
    research = pl.col("is_sme") & pl.col("rd_for_new_product_tech_process")
    return {
        "cit-small-low-profit-20": (enterprise, small_low_profit(), share(income, 200)),
        "cit-hnte-15": (enterprise, pl.col("is_hnte") & pl.col("is_sme"), share(income, 150)),
        "rd-expensed-extra-deduction": (enterprise, research, share(pl.col("rd_expense"), 500)),
        "rd-intangible-amortisation-150": (enterprise, research, share(pl.col("rd_intangible_cost"), 1500)),
        "vat-threshold": (enterprise, *below("monthly_sales")),
        "business-tax-threshold": (enterprise, *below("monthly_turnover")),
        "guarantor-risk-subsidy": (
            guarantor,
            pl.coalesce("is_guarantee_institution", mutual_guarantor()),
            share(pl.col("sme_guarantee_volume"), 15),
        ),
        "free-credit-rating": (enterprise, pl.col("is_small_micro"), None),
        "zjtx-fund-support": (enterprise, pl.col("is_sme") & pl.col("is_zjtx_recognised_this_year"), None),
        "customs-24h-clearance": (enterprise, pl.col("is_small_micro") & pl.col("is_import_export"), None),
    }


def small_low_profit():
    employees, assets = pl.col("employees"), pl.col("total_assets")
    small = (employees <= 80) & (assets <= 1000 * WAN)
    small_industrial = pl.col("is_industrial") & (employees <= 100) & (assets <= 3000 * WAN)
    return (
        ~pl.col("is_restricted_or_prohibited_industry")
        & (pl.col("taxable_income") <= 30 * WAN)
        & (small | small_industrial)
    )


def below(monthly):
    """Sales or turnover per transaction are facts of the single claim: no register has them."""
    per_transaction = pl.lit(None, pl.Boolean)
    periodic = pl.col("is_periodic")
    entitled = (periodic & (pl.col(monthly) < 2 * WAN)) | (~periodic & per_transaction)
    return entitled, pl.when(periodic).then(monthly)


def mutual_guarantor():
    """A mutual fund that an independent body runs counts as one; nothing else is derived."""
    return pl.when(pl.all_horizontal(MUTUAL)).then(True)
