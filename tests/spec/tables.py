"""Data drawn as a small table: a line of headings, one line per row, columns apart by a bar."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, heading: str) -> list[str]:
        place = self.headings.index(heading)
        return [row[place] for row in self.rows]


def drawn(text: str) -> Table:
    """Read a drawn table.

    >>> drawn('''
    ...     employees | employees <= 100
    ...     100       | yes
    ...               | unknown
    ... ''').rows
    (('100', 'yes'), ('', 'unknown'))
    """
    lines = [tuple(cell.strip() for cell in line.split("|")) for line in text.splitlines() if line.strip()]
    headings, *rows = lines
    uneven = [row for row in rows if len(row) != len(headings)]
    assert not uneven, f"these rows do not have {len(headings)} cells: {uneven}"
    return Table(headings, tuple(rows))
