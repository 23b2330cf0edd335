"""Charts of a page as inline SVG; the figures stand in the table beside them."""

from collections.abc import Sequence
from typing import Any, Final

from lxml.html.builder import E

WIDTH: Final = 560
LABEL: Final = 190
LINE: Final = 24
BAND: Final = 15
"""How much lower the second bar of a row stands."""
MOST_SIGNS: Final = 14
Part = tuple[str, int | None, int | None, int | None]


def bars(rows: Sequence[Part], title: str) -> Any:
    """For each row what is gained with what may be gained behind it; below it what is lost, if anybody loses."""
    most = max((max((sure or 0) + (may or 0), lost or 0) for _, sure, may, lost in rows), default=0) or 1
    scale = (WIDTH - LABEL - 90) / most
    gains = any(part != 0 for _, sure, may, _ in rows for part in (sure, may))
    loses = any(lost != 0 for *_, lost in rows)
    bands = [band for band, is_there in ((0, gains or not loses), (1, loses)) if is_there]
    height = LINE if len(bands) == 1 else LINE + BAND
    shapes: list[Any] = [text(0, 14, title, "soft")]
    for place, (label, sure, may, lost) in enumerate(rows):
        top = 24 + place * height
        shapes.append(text(0, top + 13, short(label)))
        for number, band in enumerate(bands):
            parts = [(sure, "sure"), (may, "may")] if band == 0 else [(lost, "lost")]
            shapes += bar(parts, scale, top + number * BAND)
    return svg(shapes, 28 + len(rows) * height, title)


def bar(parts: Sequence[tuple[int | None, str]], scale: float, top: float) -> list[Any]:
    """Parts one behind the other, and at the end the number of the first."""
    shapes, end = [], float(LABEL)
    for count, kind in parts:
        shapes.append(box(end, top + 3, scale * (count or 0), 11, kind))
        end += scale * (count or 0)
    first = parts[0][0]
    shapes.append(text(end + 6, top + 13, "不公布" if first is None else f"{first:,}", "soft"))
    return shapes


def columns(rows: Sequence[tuple[str, int | None]], title: str) -> Any:
    """One line each, to the right where a figure rises and to the left where it falls."""
    figures = [figure or 0 for _, figure in rows]
    low, high = min([0, *figures]), max([0, *figures])
    left, right = LABEL + (96 if low else 0), WIDTH - (110 if high or not low else 10)
    scale = (right - left) / ((high - low) or 1)
    zero = left - low * scale
    shapes: list[Any] = [text(0, 14, title, "soft")]
    for place, (label, figure) in enumerate(rows):
        top = 24 + place * LINE
        shapes.append(text(0, top + 13, short(label)))
        if figure is None:
            shapes.append(text(zero + 6, top + 13, "不公布", "soft"))
            continue
        length = abs(figure) * scale
        start = zero if figure >= 0 else zero - length
        shapes.append(box(start, top + 2, length, 12, "sure" if figure >= 0 else "lost"))
        if figure >= 0:
            shapes.append(text(zero + length + 6, top + 13, f"{figure:,}", "soft"))
        else:
            shapes.append(text(start - 6, top + 13, f"{figure:,}", "soft", anchor="end"))
    shapes.append(line(zero, 22, 24 + len(rows) * LINE))
    return svg(shapes, 28 + len(rows) * LINE, title)


def svg(shapes: Sequence[Any], height: int, title: str) -> Any:
    return E("svg", *shapes, viewBox=f"0 0 {WIDTH} {height}", role="img", **{"aria-label": title})


def text(x: float, y: float, words: str, kind: str = "", *, anchor: str = "start") -> Any:
    more = {"class": kind} if kind else {}
    return E("text", words, x=f"{x:.1f}", y=f"{y:.1f}", **{"text-anchor": anchor}, **more)


def box(x: float, y: float, width: float, height: float, kind: str) -> Any:
    shape = E("rect", x=f"{x:.1f}", y=f"{y:.1f}", width=f"{width:.1f}", height=f"{height:.1f}")
    shape.set("class", kind)
    return shape


def line(x: float, top: float, bottom: float) -> Any:
    shape = E("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=f"{top:.1f}", y2=f"{bottom:.1f}")
    shape.set("class", "axis")
    return shape


def short(label: str) -> str:
    return label if len(label) <= MOST_SIGNS else label[: MOST_SIGNS - 1] + "…"
