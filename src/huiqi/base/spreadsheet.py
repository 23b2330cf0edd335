"""Cells that go into a spreadsheet: text stays text."""

from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def plain_cell(text: str) -> str:
    """What a spreadsheet would take for a formula begins with an apostrophe.

    >>> plain_cell("=1+1"), plain_cell("party:9137")
    ("'=1+1", 'party:9137')
    """
    return f"'{text}" if text.startswith(FORMULA) else text
