"""Names and attributes of WordprocessingML (ECMA-376 part 1, chapter 17) that reading DOCX files needs."""

from typing import NamedTuple

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFFICE = {
    "mc": "{http://schemas.openxmlformats.org/markup-compatibility/2006}",
    "m": "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "v": "{urn:schemas-microsoft-com:vml}",
    "w14": "{http://schemas.microsoft.com/office/word/2010/wordml}",
}
MOST_COLUMNS = 60


class Numbered(NamedTuple):
    """The list (`numId`) and level (`ilvl`) of a paragraph or style; None where it does not say."""

    list_id: str | None
    level: int | None


def mark(name: str) -> str:
    """`p` as lxml writes `w:p`."""
    return W + name


def val(element: etree._Element) -> str:
    """Its `w:val`, empty if it has none."""
    return element.get(mark("val"), "")


def whole_number(text: str, otherwise: int) -> int:
    """A small number of the file, or the value that counts when it is not one.

    >>> whole_number("3", 0), whole_number("x", 0), whole_number("99999999", 1)
    (3, 0, 1)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else otherwise


def numbered(holder: etree._Element) -> Numbered:
    """The `w:numPr` of a paragraph or a style."""
    properties = holder.find(f"./{mark('pPr')}/{mark('numPr')}")
    if properties is None:
        return Numbered(None, None)
    list_id, level = properties.find(mark("numId")), properties.find(mark("ilvl"))
    return Numbered(
        val(list_id) if list_id is not None else None,
        min(whole_number(val(level), 0), 8) if level is not None else None,
    )


def cell_span(cell: etree._Element) -> int:
    """How many columns of the grid a cell takes."""
    span = cell.find(f"./{mark('tcPr')}/{mark('gridSpan')}")
    return max(1, min(whole_number(val(span), 1), MOST_COLUMNS)) if span is not None else 1


def is_merged_below(cell: etree._Element) -> bool:
    """Whether a cell goes on from the row above and holds nothing of its own."""
    merge = cell.find(f"./{mark('tcPr')}/{mark('vMerge')}")
    return merge is not None and val(merge) != "restart"
