"""A match run as one self-contained HTML page, Chinese first with English beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, Final

import polars as pl
from lxml.html.builder import CLASS, E

from huiqi.base.bilingual import Bilingual
from huiqi.base.page import HOUSE_STYLE, page
from huiqi.matching.stored import open_run
from huiqi.measures.types import FactKind, Measure, VerdictKind
from huiqi.measures.vectors import count

STYLE: Final = HOUSE_STYLE + (Path(__file__).parent / "report.css").read_text("utf-8")
MOST_MISSING: Final = 15
VERDICTS: Final = (
    ("eligible", "符合", "entitled"),
    ("claimable", "待申报", "claimable"),
    ("review", "待评审", "to be judged"),
    ("unknown", "待补充", "to be completed"),
    ("ineligible", "不符合", "not entitled"),
)


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What a run comes to, read from its folder."""

    manifest: Mapping[str, Any]
    summary: Sequence[Mapping[str, Any]]
    entitled_parties: int  # with at least one measure
    value: Decimal  # yuan a year or a case, as the measures say
    missing: Sequence[tuple[str, int]]  # fact → verdicts it would settle, most first


def read_run(folder: Path) -> RunFigures:
    """Read a published run. Raises NoRun where there is none."""
    run = open_run(folder)
    summary = pl.read_parquet(folder / "summary.parquet").to_dicts()
    entitled = 0
    counts: Counter[str] = Counter()
    for block in run.blocks():
        with_one = [g.parties for g in block.answers if g.verdict is VerdictKind.ELIGIBLE]
        entitled += count(reduce(or_, with_one)) if with_one else 0
        for group in block.groups:
            if group.verdict is VerdictKind.UNKNOWN:
                counts.update(dict.fromkeys(group.missing, group.count))
    return RunFigures(
        manifest=run.manifest,
        summary=summary,
        entitled_parties=entitled,
        value=sum((row["value"] for row in summary), Decimal(0)),
        missing=sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_MISSING],
    )


def report_page(
    run: RunFigures,
    *,
    measures: Mapping[str, Measure],
    kinds: Mapping[str, FactKind],
    example: Sequence[str] = (),
) -> str:
    """The page. `example` holds lines that explain one party; `measures` by key, `kinds` by fact name."""
    title = "惠企政策匹配报告"
    return page(
        title,
        header(title, run),
        cards(run),
        measure_section(run, measures),
        missing_section(run, kinds),
        *([example_section(example)] if example else []),
        footer(run),
        style=STYLE,
    )


def header(title: str, run: RunFigures) -> Any:
    made_up = run.manifest.get("synthetic")
    return E.HEADER(
        E.P(CLASS("eyebrow"), "惠企 huiqi"),
        E.H1(title, E.SMALL("Match report")),
        E.P(
            CLASS("lead"),
            f"认定日期 {run.manifest['as_of']}；企业名录 {run.manifest['register']}"
            f"（截至 {run.manifest['register_as_of']}）。",
            E.SPAN(f"As of {run.manifest['as_of']}."),
        ),
        *(
            [
                E.P(
                    CLASS("notice"),
                    "名录为合成数据，其中的企业均不存在。",
                    E.SPAN("The register is synthetic: no enterprise in it exists."),
                )
            ]
            if made_up
            else []
        ),
    )


def cards(run: RunFigures) -> Any:
    parties = run.manifest["parties"]
    share = run.entitled_parties / parties if parties else 0
    figures = (
        ("参与匹配的主体", "parties", f"{parties:,}"),
        ("政策措施", "measures", f"{run.manifest['measures']:,}"),
        ("至少符合一项", "entitled to one or more", f"{share:.1%}"),
        ("可估价值（元）", "value where known, yuan", f"{run.value:,.0f}"),
    )
    return E.SECTION(
        CLASS("cards"),
        *(E.DIV(CLASS("card"), E.STRONG(value), E.SPAN(zh), E.SMALL(en)) for zh, en, value in figures),
    )


def measure_section(run: RunFigures, measures: Mapping[str, Measure]) -> Any:
    rows = sorted(run.summary, key=lambda r: (-r["eligible"], -r["claimable"], r["measure"]))
    return E.SECTION(
        E.H2("各项政策", E.SMALL("Measure by measure")),
        legend(),
        E.DIV(
            CLASS("scroll"),
            E.TABLE(
                E.THEAD(
                    E.TR(
                        heading("政策措施", "measure"),
                        heading("条款", "clause"),
                        heading("分布", "distribution"),
                        *(heading(zh, en) for _, zh, en in VERDICTS),
                        heading("金额（元）", "amount, yuan"),
                    )
                ),
                E.TBODY(*(measure_row(row, measures.get(row["measure"])) for row in rows)),
            ),
        ),
    )


def legend() -> Any:
    return E.P(
        CLASS("legend"),
        *(E.SPAN(E.I(CLASS(f"mark {name}")), f"{zh} {en}") for name, zh, en in VERDICTS),
    )


def heading(zh: str, en: str) -> Any:
    return E.TH(zh, E.SMALL(en), scope="col")


def measure_row(row: Mapping[str, Any], measure: Measure | None) -> Any:
    title = measure.title if measure else Bilingual(row["title"], "")
    return E.TR(
        E.TH(title.zh, E.SMALL(title.en), scope="row"),
        E.TD(CLASS("clause"), row["clause"]),
        E.TD(bar(row)),
        *(E.TD(CLASS("number"), f"{row[name]:,}") for name, _, _ in VERDICTS),
        worth(row),
    )


def worth(row: Mapping[str, Any]) -> Any:
    """What it is worth in yuan, or the amount with what it is: a tax due is not a gift."""
    if row["value"]:
        return E.TD(CLASS("number"), f"{row['value']:,.0f}", E.SMALL("价值 value"))
    if row["amount"] and row["unit"] == "CNY":
        return E.TD(CLASS("number"), f"{row['amount']:,.0f}", E.SMALL(row["amount_is"]))
    return E.TD(CLASS("number"))


def bar(row: Mapping[str, Any]) -> Any:
    """The verdicts of those in scope as one stacked bar; the figures stand beside it."""
    whole = max(row["in_scope"], 1)
    parts = [(name, zh, row[name]) for name, zh, _ in VERDICTS if row[name]]
    return E.DIV(
        CLASS("bar"),
        *(
            E.I(CLASS(name), style=f"width:{100 * number / whole:.2f}%", title=f"{zh} {number:,}")
            for name, zh, number in parts
        ),
        role="img",
        **{"aria-label": "，".join(f"{zh}{number:,}" for _, zh, number in parts) or "无"},
    )


def missing_section(run: RunFigures, kinds: Mapping[str, FactKind]) -> Any:
    most = max((number for _, number in run.missing), default=1)
    rows = [
        E.TR(
            E.TH(kinds[name].label.zh if name in kinds else name, E.SMALL(name), scope="row"),
            E.TD(E.DIV(CLASS("bar"), E.I(CLASS("unknown"), style=f"width:{100 * number / most:.2f}%"))),
            E.TD(CLASS("number"), f"{number:,}"),
        )
        for name, number in run.missing
    ]
    return E.SECTION(
        E.H2("补上哪些信息最有用", E.SMALL("Which missing facts would settle most")),
        E.P(
            "缺少这些信息，下列数量的认定尚无结果；系统不作猜测。",
            E.SPAN("Verdicts left open for want of each fact. Nothing is guessed."),
        ),
        E.DIV(CLASS("scroll"), E.TABLE(E.TBODY(*rows))),
    )


def example_section(lines: Iterable[str]) -> Any:
    return E.SECTION(
        E.H2("逐条说明一户", E.SMALL("One enterprise, clause by clause")), E.PRE("\n".join(lines))
    )


def footer(run: RunFigures) -> Any:
    packs = "，".join(f"{name} {version}" for name, version in run.manifest["packs"].items())
    return E.FOOTER(
        E.P(f"规则包：{packs}。"),
        E.P(
            "“待申报”指主体条件已符合、具体事项尚未发生；“待评审”指须由人判断；金额只计已知部分，"
            "同一事项从优、不重复享受的扣减不在本表内。"
        ),
        E.P(
            "Claimable: the party fits, the event has yet to happen. Amounts add up what is known, "
            "measure by measure; measures that exclude each other are not netted here."
        ),
    )
