"""The ids of clauses: which scheme a part follows, and what each piece is called.

The scheme follows from the form of the document alone:

- `c` the operative count runs through the document (第X条; （一）… going on under 二、; a single list): `c12`, below it `c12.3`.
- `s` the count starts again under each heading: the path of numbers, `s4.1.2.3`; headings are clauses too.
- `b` as `s`, but annexes have pieces of their own beside the body: `b3.1.4`, annexes `a1`, `a1.2`, rows of a task table `t12`.
  Headings without words of their own are sections and no clauses.
"""

from collections import defaultdict
from dataclasses import dataclass

from huiqi.documents.ids import Ids
from huiqi.documents.pieces import Piece
from huiqi.documents.strand import Strand


@dataclass(frozen=True, slots=True)
class Named:
    """A piece with its id, the id above it and the section it stands under; without id it is only a section."""

    piece: Piece
    id: str | None
    parent: str | None
    section: str | None


def running_style(pieces: tuple[Piece, ...]) -> str | None:
    """The kind of label whose count runs through the part, if there is one; the outermost where there are several."""
    groups: dict[str, dict[int | None, list[int]]] = defaultdict(lambda: defaultdict(list))
    order: list[str] = []
    for piece in pieces:
        if piece.label is None:
            continue
        style: str = piece.label.style
        if style not in groups:
            order.append(style)
        groups[style][piece.parent].append(piece.label.number)
    if "article" in groups:
        return "article"
    for style in order:
        lists = list(groups[style].values())
        if len(lists) == 1 and len(order) == 1:
            return style
        if len(lists) < 2:
            continue
        goes_on = sum(1 for one, following in zip(lists, lists[1:], strict=False) if following[0] > one[-1])
        if goes_on >= 0.7 * (len(lists) - 1):
            return style
    return _only_list(pieces, order)


def _only_list(pieces: tuple[Piece, ...], order: list[str]) -> str | None:
    """The top list where nothing of it is a bare heading: every member says something of its own."""
    top = [piece for piece in pieces if piece.parent is None and piece.label]
    is_one_list = bool(order and top) and all(piece.label and piece.label.style == order[0] for piece in top)
    says_something = all(piece.heading is None and piece.paragraphs for piece in top)
    return order[0] if is_one_list and says_something else None


def name_pieces(pieces: tuple[Piece, ...], prefix: str, taken: Ids) -> list[Named]:
    """Give each piece of a part its id; `prefix` is c (running), s or b (paths), or the id of an annex."""
    style = running_style(pieces) if prefix == "c" else None
    scheme = Scheme(pieces, prefix, style, taken)
    return [scheme.name(index) for index in range(len(pieces))]


class Scheme:
    """Names the pieces of one part, in order."""

    def __init__(self, pieces: tuple[Piece, ...], prefix: str, style: str | None, taken: Ids) -> None:
        self._pieces = pieces
        self._prefix = prefix
        self._style = style
        self._taken = taken
        self._paths: list[str] = []
        self._ids: list[str | None] = []
        self._has_child = {piece.parent for piece in pieces}
        self._duties: dict[int | None, int] = defaultdict(int)

    def name(self, index: int) -> Named:
        """Name the next piece."""
        piece = self._pieces[index]
        path = self._taken.take(self._path(piece))
        self._paths.append(path)
        own = path if self._is_clause(index) else None
        self._ids.append(own)
        return Named(piece, own, self._nearest_id(piece.parent), self._section(index))

    def _path(self, piece: Piece) -> str:
        above = None if piece.parent is None else self._paths[piece.parent]
        if piece.kind == "tail":
            return f"{above}.t"
        if piece.kind == "duty":
            self._duties[piece.parent] += 1
            return f"{above}.{self._duties[piece.parent]}"
        number = piece.label.number if piece.label else 0
        if self._style and piece.label and piece.label.style == self._style:
            return f"c{number}"
        if above is not None:
            return f"{above}.{number}"
        if self._style:
            return f"s{number}"
        return f"{self._prefix}{number}"

    def _is_clause(self, index: int) -> bool:
        """In s every piece; elsewhere a heading without words of its own is only a section."""
        piece = self._pieces[index]
        if self._prefix == "s" or piece.heading is None:
            return bool(self._prefix == "s" or piece.paragraphs or index not in self._has_child)
        return bool(piece.paragraphs or index not in self._has_child)

    def _nearest_id(self, index: int | None) -> str | None:
        while index is not None and self._ids[index] is None:
            index = self._pieces[index].parent
        return None if index is None else self._ids[index]

    def _section(self, index: int) -> str | None:
        """The nearest heading above; in c and b a heading with words of its own is its own section."""
        piece = self._pieces[index]
        if self._prefix == "b" and piece.heading is not None:
            return heading_of(piece)
        if piece.kind == "duty" and piece.parent is not None:
            above = self._section(piece.parent)
            return " ".join(part for part in (above, self._pieces[piece.parent].printed) if part) or None
        above_index = piece.parent
        while above_index is not None:
            above_piece = self._pieces[above_index]
            if above_piece.heading is not None:
                return heading_of(above_piece)
            above_index = above_piece.parent
        return None


def heading_of(piece: Piece) -> str:
    """Label and heading as printed."""
    heading: Strand | None = piece.heading
    return f"{piece.printed or ''}{heading.printed.rstrip('。') if heading else ''}"
