"""Charts of a page as inline SVG; the figures stand in the table beside them."""

from collections.abc import Sequence
from typing import Any, Final

from lxml.html.builder import E

WIDTH: Final = 560
LABEL: Final = 190
LINE: Final = 24
MOST_SIGNS: Final = 14
Part = tuple[str, int | None, int | None, int | None]


def bars(rows: Sequence[Part], title: str) -> Any:
    """One line each: what is gained, what may be gained behind it, and what is lost below."""
    most = max((max((sure or 0) + (may or 0), lost or 0) for _, sure, may, lost in rows), default=0) or 1
    scale = (WIDTH - LABEL - 90) / most
    shapes: list[Any] = [text(0, 14, title, "soft")]
    for place, (label, sure, may, lost) in enumerate(rows):
        top = 24 + place * LINE
        shapes.append(text(0, top + 13, short(label)))
        if sure is None and may is None and lost is None:
            shapes.append(text(LABEL, top + 13, "不公布", "soft"))
            continue
        first = scale * (sure or 0)
        shapes += [
            box(LABEL, top + 2, first, 9, "sure"),
            box(LABEL + first, top + 2, scale * (may or 0), 9, "may"),
            box(LABEL, top + 12, scale * (lost or 0), 5, "lost"),
        ]
        number = "不公布" if sure is None else f"{sure:,}"
        shapes.append(text(LABEL + first + scale * (may or 0) + 6, top + 13, number, "soft"))
    return svg(shapes, 28 + len(rows) * LINE, title)


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
