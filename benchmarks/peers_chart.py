"""A chart of the speeds as SVG, drawn here: a bar per engine, time over the scan floor, tenfold per step."""

from math import ceil, log10
from statistics import median
from xml.sax.saxutils import escape

from peers_report import LINES, PeersReport, ratios

WIDTH, LEFT, RIGHT, TOP, ROW, BAR = 860, 290, 90, 56, 26, 16
OWN, FLOOR, OTHER, GRID, TEXT = "#b3261e", "#9aa0a6", "#3b6ea5", "#dadce0", "#202124"
FONT = 'font-family="system-ui, sans-serif" font-size="13"'


def chart(found: PeersReport) -> str:
    """The whole file; engines that did not finish are left out."""
    bars = ratios_of(found)
    decades = max(1, ceil(log10(max(ratio for _, _, ratio in bars))))
    height = TOP + ROW * len(bars) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" {FONT}>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="22" fill="{TEXT}" font-weight="600">'
        f"Ten measures, {found.rows:,} enterprises: time ÷ scan floor (logarithmic)</text>",
        *(line for decade in range(decades + 1) for line in grid(decade, decades, height)),
        *(line for number, bar in enumerate(bars) for line in drawn(number, bar, decades)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def ratios_of(found: PeersReport) -> list[tuple[str, str, float]]:
    """Title, colour and median ratio of each engine, the fastest first."""
    bars = []
    for key, title in {**LINES, **found.titles}.items():
        seconds = found.seconds(key)
        if seconds is None:
            continue
        text = title.replace("*", "")
        if text.startswith("…"):
            text = f"{found.titles[key.removesuffix(' written')]}, written"
        mark = " †" if key in found.by_row else ""
        colour = OWN if key == "huiqi" else FLOOR if key.startswith("floor") else OTHER
        bars.append((text + mark, colour, median(ratios(seconds, found.floor))))
    return sorted(bars, key=lambda bar: bar[2])


def place(ratio: float, decades: int) -> float:
    """The x of a ratio; ratios below 1 stand at the left edge."""
    return LEFT + (WIDTH - LEFT - RIGHT) * max(0.0, log10(ratio)) / decades


def grid(decade: int, decades: int, height: int) -> list[str]:
    x = place(10**decade, decades)
    return [
        f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{height - 10}" stroke="{GRID}"/>',
        f'<text x="{x:.1f}" y="{TOP - 14}" fill="{TEXT}" text-anchor="middle">{10**decade:,}×</text>',
    ]


def drawn(number: int, bar: tuple[str, str, float], decades: int) -> list[str]:
    title, colour, ratio = bar
    y, end = TOP + ROW * number, max(place(ratio, decades), LEFT + 3)
    return [
        f'<text x="{LEFT - 8}" y="{y + 13}" fill="{TEXT}" text-anchor="end">{escape(title)}</text>',
        f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" fill="{colour}"/>',
        f'<text x="{end + 6:.1f}" y="{y + 13}" fill="{TEXT}">{ratio:,.1f}×</text>',
    ]
