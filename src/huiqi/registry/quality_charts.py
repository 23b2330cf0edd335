"""Small charts of a quality page, drawn as SVG; the figures always stand beside them."""

from collections.abc import Sequence
from typing import Any, Final

from lxml.html.builder import E

WIDTH: Final = 120
FAIR, POOR = 0.9, 0.5


def completeness(share: float) -> Any:
    """How much of a column is known, 0 to 1, as a bar.

    >>> completeness(0.25).get("aria-label")
    '25%'
    """
    tone = "good" if share >= FAIR else "warn" if share >= POOR else "bad"
    return _svg(
        f"{share:.0%}",
        12,
        _bar(0, 0, WIDTH, 12, "rest"),
        _bar(0, 0, WIDTH * share, 12, tone),
    )


def shape(bins: Sequence[int]) -> Any:
    """How the values of a column lie between least and greatest, as columns of equal width."""
    highest = max(bins, default=0) or 1
    step = WIDTH / max(len(bins), 1)
    height = 28
    bars = [
        _bar(place * step, height - tall, step - 1, tall, "shape")
        for place, count in enumerate(bins)
        if count and (tall := max(1.0, height * count / highest))
    ]
    base = E.line({"class": "base"}, x1="0", y1=str(height), x2=str(WIDTH), y2=str(height))
    return _svg("分布 shape", height + 1, *bars, base)


def words_bar(rows: Sequence[int], known: int) -> Any:
    """The most frequent words as parts of one bar, darker first."""
    parts, left = [_bar(0, 0, WIDTH, 12, "rest")], 0.0
    for place, count in enumerate(rows):
        width = WIDTH * count / max(known, 1)
        part = _bar(left, 0, width, 12, "shape")
        part.set("style", f"opacity:{max(0.2, 0.85 - 0.2 * place):.2f}")
        parts.append(part)
        left += width
    return _svg("取值 values", 12, *parts)


def _svg(label: str, height: int, *parts: Any) -> Any:
    size = {"viewBox": f"0 0 {WIDTH} {height}", "width": str(WIDTH), "height": str(height)}
    return E.svg({**size, "role": "img", "aria-label": label}, *parts)


def _bar(x: float, y: float, width: float, height: float, kind: str) -> Any:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}
    return E.rect({"class": kind, **place})
