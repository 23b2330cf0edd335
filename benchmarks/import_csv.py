"""The table of the import benchmark: make it, or do no more than scan it with Polars.

    python benchmarks/import_csv.py make --rows 1000000 --out firms.csv      # a line of JSON says what is in it
    python benchmarks/import_csv.py scan --table firms.csv

The table is what an office might export: Chinese headers, money in 万元, 是 and 否, 工业 and 其他, days as 2012年9月1日
in one row of four. One row in a thousand has a mistake, one contradicts itself, one stands twice; one number in fifty
has full-width digits, one in fifty thousands separators where it is that large. It is synthetic: no enterprise in it exists.
"""

import argparse
import json
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from huiqi.registry.sample import SAMPLE_COLUMNS, sample

AS_OF = date(2013, 6, 30)
FACTS = {
    "industry_code": "行业代码",
    "industry_sector": "行业门类",
    "establishment_date": "成立日期",
    "employees": "从业人数",
    "operating_revenue": "营业收入（万元）",
    "total_assets": "资产总额（万元）",
    "registered_capital": "注册资本（万元）",
    "taxable_income": "应纳税所得额（万元）",
    "monthly_sales": "月销售额（元）",
    "rd_expense": "研发费用（万元）",
    "rent_paid_this_year": "本年租金（元）",
    "tech_transfer_income": "技术转让所得（万元）",
    "filing_mode": "纳税期限",
    "is_individual_business": "是否个体工商户",
    "is_private_enterprise": "是否民营企业",
    "is_foreign_invested": "是否外商投资",
    "is_one_person_llc": "是否一人公司",
    "is_hnte": "是否高新技术企业",
    "is_tech_enterprise": "是否科技型企业",
    "is_import_export": "是否有进出口权",
}
WORDS = {
    "industry_sector": {"工业": "industrial", "其他": "other"},
    "filing_mode": {"按期": "periodic", "按次": "per_transaction"},
}
MAPPING = {
    "source": "合成数据 synthetic (import benchmark)",
    "as_of": AS_OF.isoformat(),
    "synthetic": True,
    "duplicates": "first",
    "code": {"headers": ["统一社会信用代码"]},
    "name": {"headers": ["企业名称"]},
    "region": {"headers": ["区划代码"]},
    "roles": {"value": "enterprise"},
    "columns": {
        name: {"headers": [header.partition("（")[0]]} | ({"words": WORDS[name]} if name in WORDS else {})
        for name, header in FACTS.items()
    },
}
ODD_ROW, REPEATED_ROW, DRESSED_CELL = 1000, 1000, 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("make", "scan"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--table", type=Path)
    arguments = parser.parse_args()
    began = time.perf_counter()
    said = make(arguments.rows, arguments.out) if arguments.what == "make" else scan(arguments.table)
    print(json.dumps(said | {"seconds": time.perf_counter() - began}))


def scan(table: Path) -> dict[str, object]:
    """Read every cell as text and add up the lengths: what no importer can do without."""
    frame = pl.scan_csv(table, infer_schema=False)
    columns = frame.collect_schema().names()
    lengths = frame.select(pl.len(), *(pl.col(name).str.len_bytes().sum() for name in columns))
    row = lengths.collect(engine="streaming").row(0)
    return {"rows": row[0], "bytes": sum(row[1:])}


def make(rows: int, out: Path) -> dict[str, object]:
    columns = {name: SAMPLE_COLUMNS[name] for name in FACTS}
    rng = np.random.default_rng(7)
    wrong = repeated = 0
    with out.open("wb") as file:
        for number, batch in enumerate(sample(rows, seed=1, region="370200", as_of=AS_OF, columns=columns)):
            frame = spoiled(as_written(batch, rng), rng)
            wrong += frame.height // ODD_ROW
            twice = frame.sample(frame.height // REPEATED_ROW, seed=number)
            repeated += twice.height
            pl.concat([frame, twice]).write_csv(file, include_header=number == 0)
    out.with_suffix(".yaml").write_text(json.dumps(MAPPING, ensure_ascii=False), "utf-8")
    return {"rows": rows + repeated, "wrong": wrong, "repeated": repeated, "bytes": out.stat().st_size}


def as_written(batch: pa.RecordBatch, rng: np.random.Generator) -> pl.DataFrame:
    """The table in an office's words."""
    frame = pl.from_arrow(batch)
    assert isinstance(frame, pl.DataFrame)
    written = [
        pl.col("code").alias("统一社会信用代码"),
        pl.col("name").alias("企业名称"),
        pl.col("region").alias("区划代码"),
    ]
    for name, header in FACTS.items():
        column, kind = pl.col(name), SAMPLE_COLUMNS[name].type
        if kind == "money" and "万元" in header:
            column = (column.cast(pl.Decimal(38, 6)) / 10_000).cast(pl.Decimal(38, 6))
        if kind in ("money", "int"):
            column = dressed(column.cast(pl.String).str.replace(r"\.?0+$", "") if kind == "money" else column)
        elif kind == "bool":
            column = pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否"))
        elif kind == "date":
            quarter = pl.Series(rng.random(frame.height) < 0.25)
            column = (
                pl.when(quarter).then(column.dt.strftime("%Y年%-m月%-d日")).otherwise(column.cast(pl.String))
            )
        elif kind == "enum":
            column = column.cast(pl.String).replace({own: word for word, own in WORDS[name].items()})
        written.append(column.alias(header))
    return frame.select(written)


def dressed(column: pl.Expr) -> pl.Expr:
    """One number in fifty with full-width digits, one in fifty with thousands separators if it has four to six digits."""
    text = column.cast(pl.String)
    wide = text.str.replace_many(list("0123456789."), list("０１２３４５６７８９．"))
    grouped = text.str.replace(r"^(\d{1,3})(\d{3})(\.\d+)?$", "${1},${2}${3}")
    turn = text.hash(seed=3) % DRESSED_CELL
    return pl.when(turn == 0).then(wide).when(turn == 1).then(grouped).otherwise(text)


def spoiled(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One row in a thousand with a mistake: a wrong check character, a word for a number, a day that is none.

    As many again contradict themselves: established after the day of the table. They are taken all the same.
    """
    late = rng.choice(frame.height, frame.height // ODD_ROW, replace=False).tolist()
    day = pl.when(pl.int_range(pl.len()).is_in(late)).then(pl.lit("2014-02-01")).otherwise(pl.col("成立日期"))
    frame = frame.with_columns(day.alias("成立日期"))
    rows = rng.choice(frame.height, frame.height // ODD_ROW, replace=False)
    mistakes = (("统一社会信用代码", "91370202XX00000000"), ("从业人数", "约20"), ("成立日期", "2012-13-01"))
    index = pl.int_range(pl.len())
    changed = []
    for place, (header, text) in enumerate(mistakes):
        hit = rows[place :: len(mistakes)].tolist()
        changed.append(pl.when(index.is_in(hit)).then(pl.lit(text)).otherwise(pl.col(header)).alias(header))
    return frame.with_columns(changed)


if __name__ == "__main__":
    main()
