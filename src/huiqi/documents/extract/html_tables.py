"""Tables of a page: data becomes rows of text, layout is left to the walk over blocks."""

from collections.abc import Iterator

import lxml.html

MOST_CHARACTERS_OF_A_CELL = 1_200
MOST_IN_A_SINGLE_ROW = 200
MOST_COLUMNS = 30


def is_data_table(table: lxml.html.HtmlElement) -> bool:
    """Whether rows and columns mean something, rather than placing blocks on the page.

    A table that holds a table, a form, a heading or a very long cell lays out; so does a single column.
    """
    if any(True for _ in table.iterdescendants("table", "h1", "h2", "form")):
        return False
    longest = rows = 0
    for row in table.iter("tr"):
        sizes = [len(cell.text_content().strip()) for cell in row.xpath("./td | ./th")]
        longest = max([longest, *sizes])
        rows += sum(map(bool, sizes)) > 1
    return rows > 0 and longest <= (MOST_CHARACTERS_OF_A_CELL if rows > 1 else MOST_IN_A_SINGLE_ROW)


def table_rows(table: lxml.html.HtmlElement) -> Iterator[tuple[str, int]]:
    """Each row as text and its number of linked characters; a cell that spans rows leaves empty ones below."""
    for caption in table.iterdescendants("caption"):
        yield cell_text(caption), 0
    open_cells: dict[int, int] = {}
    for row in table.iter("tr"):
        texts: list[str] = []
        linked = 0
        for cell in row.xpath("./td | ./th"):
            _fill_open(texts, open_cells)
            if (rows := _span(cell, "rowspan")) > 1:
                open_cells[len(texts)] = rows - 1
            texts += [cell_text(cell), *[""] * (_span(cell, "colspan") - 1)]
            linked += sum(len(cell_text(link)) for link in cell.iterdescendants("a") if link.get("href"))
        _fill_open(texts, open_cells)
        if any(texts):
            yield "\t".join(texts).rstrip("\t"), linked


def _fill_open(texts: list[str], open_cells: dict[int, int]) -> None:
    while (column := len(texts)) in open_cells and column < MOST_COLUMNS:
        texts.append("")
        open_cells[column] -= 1
        if not open_cells[column]:
            del open_cells[column]


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    value = cell.get(name, "1").strip()
    return max(1, min(int(value), MOST_COLUMNS)) if value.isdecimal() and len(value) < 6 else 1


def cell_text(cell: lxml.html.HtmlElement) -> str:
    """The text of a cell on one line: nothing between Chinese characters, a space elsewhere."""
    pieces = [piece.strip() for part in cell.itertext() for piece in part.split("\n")]
    text = ""
    for piece in filter(None, (" ".join(piece.split()) for piece in pieces)):
        glue = " " if text and text[-1].isascii() and piece[0].isascii() else ""
        text += glue + piece
    return text
