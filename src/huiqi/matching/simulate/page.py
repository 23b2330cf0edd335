"""A simulation as one self-contained HTML page: Chinese first, every chart with its table."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from lxml.html.builder import CLASS, E

from huiqi.base.page import page
from huiqi.matching.report import STYLE, heading
from huiqi.matching.simulate.charts import bars, columns
from huiqi.matching.simulate.types import FATES

Json = dict[str, Any]
OWN_STYLE: Final = (Path(__file__).parent / "page.css").read_text("utf-8")
DIMENSIONS: Final = (
    ("industry", "按行业", "By industry"),
    ("size", "按规模", "By size class"),
    ("province", "按省份", "By province"),
    ("city", "按城市", "By city"),
)
MOST_ROWS: Final = 40
"""Rows of a distribution shown on the page; the JSON file has all."""


def simulation_page(figures: Json) -> str:
    """The page of what `files.as_json` gives."""
    title = "政策草案影响模拟"
    return page(
        title,
        header(title, figures),
        cards(figures),
        measure_section(figures),
        *(section for row in DIMENSIONS if (section := spread_section(figures, *row)) is not None),
        near_section(figures),
        footer(figures),
        style=STYLE + OWN_STYLE,
    )


def header(title: str, figures: Json) -> Any:
    register = figures["register"]
    notes = []
    if register["synthetic"]:
        notes.append(("名录为合成数据，其中的企业均不存在。", "The register is synthetic."))
    if figures["least_cell"]:
        notes.append(
            (
                f"公开版：不足{figures['least_cell']}户的数字及可由其反推的数字不予公布。",
                "Published version: small groups, and what would reveal them, are not shown.",
            )
        )
    return E.HEADER(
        E.P(CLASS("eyebrow"), "惠企 huiqi"),
        E.H1(title, E.SMALL("Simulation of a draft")),
        E.P(
            CLASS("lead"),
            f"认定日期 {figures['as_of']}；名录 {register['source']}（截至 {register['as_of']}），"
            f"共 {figures['parties']:,} 户。",
            E.SPAN(f"As of {figures['as_of']}; {figures['parties']:,} parties."),
        ),
        *(E.P(CLASS("change"), line) for line in figures["changes"]),
        *(E.P(CLASS("notice"), zh, E.SPAN(en)) for zh, en in notes),
    )


def cards(figures: Json) -> Any:
    gains = [row["gains"] for row in figures["measures"]]
    losses = [row["losses"] for row in figures["measures"]]
    cost = figures["cost"]
    sign = Decimal(cost["difference"]) if cost else Decimal(0)
    shown = [
        card("新符合（户次）", "gain", *span(gains, figures)),
        card("不再符合（户次）", "lose", *span(losses, figures)),
        card(
            "财政成本变化（元）",
            "change of the cost, yuan",
            signed(cost["difference"]) if cost else hidden_mark(figures),
            f"{money(cost['before'])} → {money(cost['after'])}" if cost else "",
            kind="up" if sign > 0 else "down" if sign < 0 else "",
        ),
        card("涉及措施", "measures touched", f"{len(gains):,}", f"同一事项另有 {len(figures['beside'])} 项"),
    ]
    return E.SECTION(CLASS("cards"), *shown)


def card(zh: str, en: str, value: str, more: str, *, kind: str = "") -> Any:
    parts = [E.STRONG(value), *([E.EM(more)] if more else []), E.SPAN(zh), E.SMALL(en)]
    return E.DIV(CLASS(f"card {kind}".strip()), *parts)


def span(bounds: Sequence[Json], figures: Json) -> tuple[str, str]:
    """What is certain, and the most it can come to once the missing facts are known."""
    lows, highs = [b["low"] for b in bounds], [b["high"] for b in bounds]
    low = hidden_mark(figures) if None in lows else f"{sum(lows):,}"
    high = "" if None in highs else f"至多 at most {sum(highs):,}"
    return low, high


def hidden_mark(figures: Json) -> str:
    return f"＜{figures['least_cell']}" if figures["least_cell"] else "—"


def measure_section(figures: Json) -> Any:
    return E.SECTION(
        E.H2("各项措施", E.SMALL("Measure by measure")),
        E.P(
            "每户只计入一栏。缺少信息而不能确定的单列，不计入新符合或不再符合。",
            E.SPAN("Each party counts once. What hangs on a missing fact stands apart."),
        ),
        scroll(
            [
                ("政策措施", "measure"),
                *((label.zh, label.en) for label in FATES.values()),
                ("单项成本变化（元）", "its own cost, yuan"),
            ],
            [
                [
                    E.TH(row["title"]["zh"], E.SMALL(row["title"]["en"]), scope="row"),
                    *(count(row["fates"][fate.name.lower()], figures) for fate in FATES),
                    own_cost(row, figures),
                ]
                for row in figures["measures"]
            ],
        ),
    )


def own_cost(row: Json, figures: Json) -> Any:
    if not row["has_cost"]:
        return E.TD(CLASS("number"), E.SMALL("文件未定金额 no figure"))
    if row["cost"] is None:
        return count(None, figures)
    more = [E.SMALL("上限 a ceiling")] if row["is_ceiling"] else []
    return E.TD(CLASS("number"), signed(row["cost"]["difference"]), *more)


def spread_section(figures: Json, dimension: str, zh: str, en: str) -> Any | None:
    rows = figures["cells"].get(dimension, [])
    if len(rows) < 2:
        return None
    shown = sorted(rows, key=weight, reverse=True)[:MOST_ROWS] if len(rows) > MOST_ROWS else rows
    parts = [
        (row["label"]["zh"], fate_sum(row, "gains"), fate_sum(row, "may_gain"), fate_sum(row, "loses"))
        for row in shown
    ]
    more = len(rows) - len(shown)
    costs = [(row["label"]["zh"], difference(row)) for row in shown]
    return E.SECTION(
        E.H2(zh, E.SMALL(en)),
        legend(),
        E.DIV(CLASS("charts"), bars(parts, "户数 parties"), columns_of_cost(costs)),
        scroll(
            [
                ("类别", "cell"), ("新符合", "gain"), ("可能新符合", "may gain"), ("不再符合", "lose"),
                ("金额增加", "rises"), ("金额减少", "falls"), ("成本：现行", "cost before"),
                ("成本：草案", "cost after"), ("变化", "difference"),
            ],
            [spread_row(row, figures) for row in shown],
        ),
        *([E.P(f"另有 {more} 类，见 simulation.json。", E.SPAN(f"{more} more in the file."))] if more else []),
    )  # fmt: skip


def columns_of_cost(costs: Sequence[tuple[str, int | None]]) -> Any:
    return columns(costs, "成本变化（元） change of the cost, yuan")


def weight(row: Json) -> int:
    return sum(fate_sum(row, fate) or 0 for fate in ("gains", "loses", "more", "less"))


def fate_sum(row: Json, fate: str) -> int | None:
    """Over the touched measures; None where one of them may not be shown."""
    counts = [fates[fate] for fates in row["measures"].values()]
    return None if None in counts else sum(counts)


def difference(row: Json) -> int | None:
    """Whole yuan, for the length of a bar alone."""
    return int(Decimal(row["cost"]["difference"])) if row["cost"] else None


def spread_row(row: Json, figures: Json) -> list[Any]:
    label = E.TH(CLASS("short"), row["label"]["zh"], E.SMALL(row["label"]["en"]), scope="row")
    cost = row["cost"]
    return [
        label,
        *(count(fate_sum(row, fate), figures) for fate in ("gains", "may_gain", "loses", "more", "less")),
        *(
            E.TD(CLASS("number"), money(cost[name])) if cost else count(None, figures)
            for name in ("before", "after", "difference")
        ),
    ]


def near_section(figures: Json) -> Any:
    titles = {row["measure"]: row["title"] for row in figures["measures"]}
    ends = [band["up_to"] for band in figures["near"][0]["bands"]] if figures["near"] else []
    names = [f"差 ≤{end}" if end else "更远" for end in ends]
    title = E.H2("草案之下只差一步", E.SMALL("Near misses under the draft"))
    if not figures["near"]:
        return E.SECTION(
            title,
            E.P(
                "草案之下这些措施当日不施行。", E.SPAN("Under the draft none of the measures holds that day.")
            ),
        )
    return E.SECTION(
        title,
        E.P(
            "其他条件都符合、只差这一条的户数，按与限额相差的比例分档。",
            E.SPAN("Parties that only this condition keeps out, by distance in proportion to the threshold."),
        ),
        scroll(
            [
                ("条件", "condition"),
                *((name, "beyond" if end is None else f"within {end}") for name, end in zip(names, ends, strict=True)),
                ("非数字条件", "no figure"),
                ("差距不详", "distance open"),
            ],
            [
                [
                    near_head(near, titles[near["measure"]]),
                    *(count(band["parties"], figures) for band in near["bands"]),
                    count(near["other"], figures),
                    count(near["open"], figures),
                ]
                for near in figures["near"]
            ],
        ),
    )  # fmt: skip


def near_head(near: Json, title: Json) -> Any:
    said = near["said"]
    zh, en = f"{title['zh']}：{said['zh']}", f"{title['en']}: {said['en']} · {near['clause']}"
    return E.TH(zh, E.SMALL(en), scope="row")


def scroll(heads: Iterable[tuple[str, str]], rows: Iterable[Sequence[Any]]) -> Any:
    return E.DIV(
        CLASS("scroll"),
        E.TABLE(
            E.THEAD(E.TR(*(heading(zh, en) for zh, en in heads))),
            E.TBODY(*(E.TR(*cells) for cells in rows)),
        ),
    )


def count(number: int | None, figures: Json) -> Any:
    if number is None:
        return E.TD(CLASS("hidden"), "不公布" if figures["least_cell"] else "—")
    return E.TD(CLASS("number"), f"{number:,}")


def money(text: str) -> str:
    return f"{Decimal(text):,.2f}"


def signed(text: str) -> str:
    return f"{Decimal(text):+,.2f}" if Decimal(text) else "0.00"


def legend() -> Any:
    kinds = (
        ("sure-mark", "新符合 gain"), ("may-mark", "可能新符合 may gain"), ("lost-mark", "不再符合 lose"),
    )  # fmt: skip
    return E.P(CLASS("legend"), *(E.SPAN(E.I(CLASS(f"swatch {name}")), text) for name, text in kinds))


def footer(figures: Json) -> Any:
    unpriced = figures["unpriced"]["after"]
    lacking = "少数" if unpriced is None else f"{unpriced:,}"
    beside = f"同一事项一并计算的措施：{'，'.join(figures['beside'])}。" if figures["beside"] else ""
    uncosted = f"未定金额、不计成本的措施：{'，'.join(figures['uncosted'])}。" if figures["uncosted"] else ""
    return E.FOOTER(
        E.P(
            "财政成本为确定符合者所得或少缴之和，精确到分；同一事项从优，不重复享受。"
            f"草案下另有 {lacking} 户已符合而金额待定，不计入。{beside}{uncosted}"
        ),
        E.P(
            "The cost adds up what parties surely entitled receive or are spared, to the fen, the better measure "
            "of a matter alone. Behaviour is taken as unchanged: nobody grows, splits or moves for the rule."
        ),
    )
