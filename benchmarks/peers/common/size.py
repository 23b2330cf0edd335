"""The size standard of 2011 as a table: industry → prefixes of its codes, and the limits of each class."""

import json
from pathlib import Path

SIZES = json.loads((Path(__file__).parent / "size_2011.json").read_text("utf-8"))
INDUSTRIAL = ("B", "C", "D")


def size_industry(code):
    """The industry of the standard that a code of GB/T 4754 (edition of 2011) is in, or None."""
    for industry, row in SIZES.items():
        if code is not None and code.startswith(tuple(row["prefixes"])):
            return industry
    return None


def sector(code):
    """The sector of a code, or None."""
    return None if code is None else "industrial" if code.startswith(INDUSTRIAL) else "other"
