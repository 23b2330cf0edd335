"""By which badge the colour of a clock is shown."""

from collections.abc import Mapping
from typing import Final

from huiqi.cases.clocks import Colour

BADGES: Final[Mapping[Colour, str]] = {
    Colour.RED: "no",
    Colour.LATE: "no",
    Colour.YELLOW: "review",
    Colour.UNKNOWN: "unknown",
    Colour.GREEN: "yes",
    Colour.IN_TIME: "yes",
}
"""Colour → kind of badge; others are plain. A word always stands in it."""
