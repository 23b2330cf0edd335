"""The quality of an import as one self-contained HTML page, Chinese first with English beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from lxml.html.builder import CLASS, E

from huiqi.base.bilingual import Bilingual
from huiqi.base.page import HOUSE_STYLE, page
from huiqi.registry.checks import Checked
from huiqi.registry.import_table import ImportReport
from huiqi.registry.mistakes import Mistake
from huiqi.registry.preference import in_chinese
from huiqi.registry.quality import ColumnQuality
from huiqi.registry.quality_charts import completeness, shape, words_bar
from huiqi.registry.types import Column

STYLE: Final = HOUSE_STYLE + (Path(__file__).parent / "quality.css").read_text("utf-8")
MOST_MISTAKES: Final = 40
MOST_CONFLICTS: Final = 40
UNITS: Final = {"CNY": "元", "people": "人"}


@dataclass(frozen=True, slots=True)
class Quality:
    """All that the page tells."""

    report: ImportReport
    columns: Sequence[ColumnQuality]
    checks: Sequence[Checked]
    out_of_range: Mapping[str, int]  # column → cells of rejected rows below or above what is possible
    labels: Mapping[str, Bilingual]  # what the facts are called
    words: Mapping[str, Mapping[str, Bilingual]]  # what the values of an enum are called


def quality_page(quality: Quality) -> str:
    """The page."""
    title = "名录数据质量报告"
    return page(
        title,
        _header(title, quality.report),
        _cards(quality),
        _columns(quality),
        _checks(quality.checks),
        _mistakes(quality.report.mistakes, are_several=len(quality.report.sources) > 1),
        _conflicts(quality),
        _footer(quality.report),
        style=STYLE,
    )


def _header(title: str, report: ImportReport) -> Any:
    manifest = report.manifest
    parts = [
        E.P(CLASS("eyebrow"), "惠企 huiqi"),
        E.H1(title, E.SMALL("Quality of the register")),
        E.P(
            CLASS("lead"),
            f"数据日期 {manifest.as_of}；来源：{manifest.source}。",
            E.SPAN(f"Facts as of {manifest.as_of}."),
        ),
    ]
    if manifest.synthetic:
        said = E.SPAN("The register is synthetic: no enterprise in it exists.")
        parts.append(E.P(CLASS("notice"), "名录为合成数据，其中的企业均不存在。", said))
    return E.HEADER(*parts)


def _cards(quality: Quality) -> Any:
    report = quality.report
    cells = sum(c.rows for c in quality.columns)
    known = sum(c.known for c in quality.columns) / cells if cells else 0.0
    figures = (
        ("读入行数", "rows read", f"{report.read:,}"),
        ("入库主体", "parties taken", f"{report.taken:,}"),
        ("退回行数", "rows rejected", f"{report.rejected:,}"),
        ("重复行数", "rows repeated", f"{report.repeated:,}"),
        ("来源冲突", "values in conflict", f"{sum(c.values for c in report.conflicts):,}"),
        ("平均完整率", "known on average", f"{known:.1%}"),
    )
    return E.SECTION(
        CLASS("cards"),
        *(E.DIV(CLASS("card"), E.STRONG(value), E.SPAN(zh), E.SMALL(en)) for zh, en, value in figures),
    )


def _columns(quality: Quality) -> Any:
    head = (
        ("指标", "fact", ""),
        ("完整率", "known", ""),
        ("分布", "shape", ""),
        ("最小", "least", "number"),
        ("1%", "", "number"),
        ("中位", "median", "number"),
        ("99%", "", "number"),
        ("最大", "greatest", "number"),
        ("超出范围", "out of range", "number"),
    )
    rows = [_column(c, quality) for c in quality.columns]
    return E.SECTION(
        E.H2("各项指标", E.SMALL("Fact by fact")),
        E.P(
            "空缺即未知，不作推断。分布图从最小到最大分为24段；标“对数”者按数量级分段。",
            E.SPAN("What is empty is unknown. Shapes run from least to greatest; log: by order of size."),
        ),
        E.DIV(CLASS("scroll"), E.TABLE(_head(head), E.TBODY(*rows))),
    )


def _column(found: ColumnQuality, quality: Quality) -> Any:
    column = found.column
    named = quality.labels.get(column.name)
    cells = [
        E.TH(named.zh if named else column.name, E.SMALL(column.name), scope="row"),
        E.TD(completeness(found.share), E.SMALL(f"{found.share:.1%} · {found.known:,}")),
    ]
    out = quality.out_of_range.get(column.name, 0)
    if found.range is not None:
        places = found.range.quantiles
        cells.append(
            E.TD(shape(found.range.bins), E.SMALL("对数 log" if found.range.is_log else "等距 even"))
        )
        for figure in (found.range.least, places[0], places[2], places[4], found.range.greatest):
            cells.append(E.TD(CLASS("number"), _shown(figure, column)))
    else:
        several = found.distinct > len(found.words)
        called = quality.words.get(column.name, {})
        words = "，".join(
            f"{called[value].zh if value in called else value} {rows:,}"
            for value, rows in found.words[: 4 if several else 8]
        )
        more = f" …共 {found.distinct:,} 种" if several else ""
        chart = words_bar([rows for _, rows in found.words], found.known)
        cells += [E.TD(chart), E.TD(CLASS("words"), (words + more) or "—", colspan="5")]
    cells.append(E.TD(CLASS("number"), f"{out:,}" if out else ""))
    return E.TR(*cells)


def _shown(figure: Decimal | date, column: Column) -> Any:
    if isinstance(figure, date):
        return str(figure)
    if column.type == "money" and abs(figure) >= 10_000:
        return f"{figure / 10_000:,.0f} 万{UNITS.get(column.unit, '')}"
    if column.type == "ratio":
        return f"{figure:.2%}"
    return f"{figure.normalize():,f} {UNITS.get(column.unit, '')}".rstrip()


def _checks(checks: Sequence[Checked]) -> Any:
    head = (
        ("核对项", "statement that should be true of nobody", ""),
        ("结论", "outcome", ""),
        ("主体", "parties", "number"),
        ("例", "first codes", ""),
    )
    ranked = sorted(checks, key=lambda c: (bool(c.missing), -c.parties))
    return E.SECTION(
        E.H2("互相矛盾的指标", E.SMALL("Facts that contradict each other")),
        E.P(
            "只核对有关指标均已知的主体；这些主体照常入库。",
            E.SPAN("Of parties of whom all facts concerned are known; they are taken all the same."),
        ),
        E.DIV(CLASS("scroll"), E.TABLE(_head(head), E.TBODY(*map(_check, ranked)))),
    )


def _check(found: Checked) -> Any:
    check = found.check
    if found.missing:
        mark, zh, en = "none", "未核对：缺栏目", f"not checked: no column {', '.join(found.missing)}"
    elif not found.parties:
        mark, zh, en = "fine", "无", "none"
    elif check.is_impossible:
        mark, zh, en = "", "不可能", "impossible"
    else:
        mark, zh, en = "doubtful", "存疑", "doubtful"
    return E.TR(
        E.TH(check.says.zh, E.SMALL(check.says.en), E.SMALL(CLASS("code"), check.when), scope="row"),
        E.TD(E.SPAN(CLASS(f"mark {mark}"), zh), E.SMALL(en)),
        E.TD(CLASS("number"), "" if found.missing else f"{found.parties:,}"),
        E.TD(CLASS("code"), *(E.DIV(code) for code in found.examples[:3])),
    )


def _mistakes(mistakes: Sequence[Mistake], *, are_several: bool) -> Any:
    """With several sources each example says of which it is."""
    title = E.H2("退回与重复的行", E.SMALL("Rows not taken"))
    if not mistakes:
        return E.SECTION(title, E.P(CLASS("empty"), "没有。", E.SPAN("None.")))
    head = (
        ("原因", "kind", ""),
        ("列", "column", ""),
        ("单元格", "cells", "number"),
        ("例", "examples", ""),
        ("改法", "remedy", ""),
    )
    left_out = len(mistakes) - MOST_MISTAKES
    rows = [_mistake(mistake, are_several=are_several) for mistake in mistakes[:MOST_MISTAKES]]
    more = [E.P(f"另有 {left_out} 类。", E.SPAN(f"{left_out} more kinds."))] if left_out > 0 else []
    return E.SECTION(
        title,
        E.DIV(CLASS("scroll"), E.TABLE(_head(head), E.TBODY(*rows))),
        *more,
    )


def _mistake(mistake: Mistake, *, are_several: bool) -> Any:
    kind = mistake.kind
    examples = [
        E.DIV(f"{where}：{e.value}") if e.value else E.DIV(where, E.SMALL(e.reason))
        for e in mistake.examples[:3]
        for where in [f"{e.source} 第 {e.row:,} 行" if are_several else f"第 {e.row:,} 行"]
    ]
    return E.TR(
        E.TH(kind.name.zh, E.SMALL(kind.name.en), scope="row"),
        E.TD(mistake.column or "整行"),
        E.TD(CLASS("number"), f"{mistake.cells:,}"),
        E.TD(CLASS("words"), *examples),
        E.TD(CLASS("words"), kind.remedy.zh, E.SMALL(kind.remedy.en)),
    )


def _conflicts(quality: Quality) -> Any:
    title = E.H2("来源之间的冲突", E.SMALL("Conflicts between sources"))
    report = quality.report
    if len(report.sources) < 2:
        return E.SECTION(title, E.P(CLASS("empty"), "只有一个来源。", E.SPAN("There is one source.")))
    if not report.conflicts:
        return E.SECTION(title, E.P(CLASS("empty"), "各来源一致。", E.SPAN("The sources agree.")))
    head = (
        ("指标", "fact", ""),
        ("采用", "kept", ""),
        ("未采用", "not kept", ""),
        ("规则", "rule", ""),
        ("值", "values", "number"),
    )
    rows = []
    for found in report.conflicts[:MOST_CONFLICTS]:
        named = quality.labels.get(found.column)
        rows.append(
            E.TR(
                E.TH(named.zh if named else found.column, E.SMALL(found.column), scope="row"),
                E.TD(CLASS("words"), found.kept_source),
                E.TD(CLASS("words"), found.other_source),
                E.TD(CLASS("words"), in_chinese(found.rule), E.SMALL(found.rule)),
                E.TD(CLASS("number"), f"{found.values:,}"),
            )
        )
    return E.SECTION(title, E.DIV(CLASS("scroll"), E.TABLE(_head(head), E.TBODY(*rows))))


def _footer(report: ImportReport) -> Any:
    sources = "；".join(f"{source.name}（{source.day}）" for source in report.sources)
    lines = [E.P(f"来源：{sources}", E.SPAN("Sources with the day of each."))]
    if report.ignored_headers:
        lines.append(E.P(f"未映射的列：{'、'.join(report.ignored_headers)}", E.SPAN("Columns not mapped.")))
    return E.FOOTER(*lines)


def _head(columns: Sequence[tuple[str, str, str]]) -> Any:
    cells = [E.TH(zh, E.SMALL(en), CLASS(kind), scope="col") for zh, en, kind in columns]
    return E.THEAD(E.TR(*cells))
