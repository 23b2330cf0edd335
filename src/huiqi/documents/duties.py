"""A paragraph that tells one authority after another what it has to do, cut into one piece for each."""

import re
from dataclasses import replace

from huiqi.documents.authorities import is_authority, split_names
from huiqi.documents.pieces import Numbered, Piece
from huiqi.documents.strand import Strand

_ADDRESSED = re.compile(r"(?P<names>[^,。;:!?《》]{2,60}?)(?:每年|每季度|应当|应|均|也|都)?(?:要|负责|牵头)")
_LEAST = 3  # sentences in a row that make a list of duties


def addressed_names(sentence: str) -> str | None:
    """The authorities a sentence begins with, where it tells them to do something.

    >>> addressed_names("省国税局、省地税局要落实优惠政策。"), addressed_names("要突出重点。")
    ('省国税局、省地税局', None)
    """
    match = _ADDRESSED.match(sentence)
    if not match:
        return None
    names = split_names(match["names"])
    if names and all(is_authority(name.text) and not re.match(r"[各有相]", name.text) for name in names):
        return match["names"]
    return None


def split_duties(numbered: Numbered) -> Numbered:
    """Give each authority of such a paragraph a piece of its own under the numbered one.

    Before: （一）明确职责。省经委要做好协调。省财政厅要管好资金。省商务厅要办好展会。
    After:  （一）明确职责。 · 省经委要做好协调。 · 省财政厅要管好资金。 · 省商务厅要办好展会。
    """
    pieces: list[Piece] = []
    moved: dict[int, int] = {}
    for index, piece in enumerate(numbered.pieces):
        parent = None if piece.parent is None else moved[piece.parent]
        moved[index] = len(pieces)
        own, duties = _cut(piece.paragraphs)
        pieces.append(replace(piece, parent=parent, paragraphs=own))
        pieces += [
            Piece(None, None, duty.origin(0), moved[index], paragraphs=(duty,), kind="duty")
            for duty in duties
        ]
    return replace(numbered, pieces=tuple(pieces))


def _cut(paragraphs: tuple[Strand, ...]) -> tuple[tuple[Strand, ...], list[Strand]]:
    if len(paragraphs) != 1:
        return paragraphs, []
    strand = paragraphs[0]
    sentences = [match.span() for match in re.finditer(r"[^。]+。?[”)]*", strand.text)]
    addressed = [addressed_names(strand.text[start:end]) is not None for start, end in sentences]
    if sum(addressed) < _LEAST or sum(addressed) < 0.6 * (len(sentences) - 1):
        return paragraphs, []
    first = addressed.index(True)
    starts = [start for (start, _), is_addressed in zip(sentences, addressed, strict=True) if is_addressed]
    ends = [*starts[1:], len(strand.text)]
    duties = [strand.part(start, end) for start, end in zip(starts, ends, strict=True)]
    own = strand.part(0, sentences[first][0])
    return (own,) if own.text else (), duties
