"""A list as CSV, with personal data masked, a piece at a time."""

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import polars as pl

from huiqi.base.masks import masked_code, masked_name
from huiqi.base.spreadsheet import plain_cell
from huiqi.pushes.words import cell_name
from huiqi.registry.snapshot import Snapshot

HEAD: Final = {
    "zh": ("序号", "统一社会信用代码", "企业名称", "区县", "行业", "规模", "金额", "价值（元）"),
    "en": ("number", "credit code", "name", "district", "industry", "size", "amount", "value (yuan)"),
}
TOGETHER: Final = 5_000


def csv_of(frame: pl.LazyFrame, snapshot: Snapshot, *, language: str) -> Iterator[bytes]:
    """Lines in UTF-8 with a byte order mark; codes and names with their middle hidden."""
    names = pl.scan_parquet(snapshot.files()).select("code", "name") if snapshot.files() else None
    whole = frame if names is None else frame.join(names, on="code", how="left", maintain_order="left")
    table = whole.collect()
    if names is None:
        table = table.with_columns(name=pl.lit(None, pl.String))
    yield "\ufeff".encode() + as_lines([HEAD[language]])
    columns = ("code", "name", "region", "industry", "size", "amount", "value")
    for start in range(0, table.height, TOGETHER):
        piece = table.slice(start, TOGETHER).select(columns).iter_rows()
        yield as_lines(
            [
                (
                    str(number), masked_code(code), masked_name(name or ""),
                    cell_name("region", region).in_language(language),
                    cell_name("industry", industry).in_language(language),
                    cell_name("size", size).in_language(language),
                    plain(amount), plain(value),
                )
                for number, (code, name, region, industry, size, amount, value) in enumerate(piece, start + 1)
            ]
        )  # fmt: skip


def as_lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(map(plain_cell, row) for row in rows)
    return text.getvalue().encode()


def plain(figure: Decimal | None) -> str:
    """
    >>> plain(Decimal("1200.500000")), plain(Decimal("100")), plain(None)
    ('1200.5', '100', '')
    """
    return "" if figure is None else f"{figure.normalize():f}"
