"""Paragraphs without a number that follow a numbered piece: to which piece they belong."""

import re
from dataclasses import replace

from huiqi.documents.paragraphs import closes_owners
from huiqi.documents.pieces import Numbered, Piece

_OWNER_LINE = re.compile(r"^[(\[]?(?:责任|牵头|负责|落实|承办)(?:单位|部门|主体):")


def settle_tails(numbered: Numbered) -> Numbered:
    """A tail closes its own piece, or the whole list when it follows the list's last member.

    It closes the list unless an earlier member of the same list has a tail of its own. After the very last piece of
    a part where nothing else has a tail it is the closing paragraph of the part.

    Before: 1.… (1)…(A负责) (2)…(A负责) 三年示范期,…
    After:  the last paragraph is a tail of 1., not of (2)
    """
    numbered = replace(numbered, pieces=_owners_to_the_whole_list(numbered.pieces))
    pieces = numbered.pieces
    if not any(piece.tail for piece in pieces):
        return numbered
    with_tail = [index for index, piece in enumerate(pieces) if piece.tail]
    if with_tail == [len(pieces) - 1]:
        last = pieces[-1]
        return replace(numbered, pieces=(*pieces[:-1], replace(last, tail=())), closing=last.tail)
    owners = _owners_of_tails(pieces, with_tail)
    settled: list[Piece] = []
    moved: dict[int, int] = {}
    for index, piece in enumerate(pieces):
        parent = None if piece.parent is None else moved[piece.parent]
        moved[index] = len(settled)
        settled.append(replace(piece, parent=parent, tail=()))
        if index in owners:
            start = piece.tail[0].origin(0)
            above = moved[owners[index]]
            settled.append(Piece(None, None, start, above, paragraphs=piece.tail, kind="tail"))
    return replace(numbered, pieces=tuple(settled))


def _owners_to_the_whole_list(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A line 责任单位: below the last member of a list answers for all of it, where no other member has its own.

    Before: 第一条 …下列税费: (一)…;(二)… 责任单位:A
    After:  the line belongs to 第一条
    """
    settled = list(pieces)
    for parent, members in _members(pieces).items():
        last = settled[members[-1]]
        if parent is None or len(members) < 2 or settled[parent].heading is not None:
            continue
        if len(last.paragraphs) < 2 or not _OWNER_LINE.match(last.paragraphs[-1].text):
            continue
        inside = [
            one for index in members for one in settled[index].paragraphs if one is not last.paragraphs[-1]
        ]
        if any(closes_owners(one.text) for one in inside):
            continue
        settled[members[-1]] = replace(last, paragraphs=last.paragraphs[:-1])
        settled[parent] = replace(
            settled[parent], paragraphs=(*settled[parent].paragraphs, last.paragraphs[-1])
        )
    return tuple(settled)


def _members(pieces: tuple[Piece, ...]) -> dict[int | None, list[int]]:
    members: dict[int | None, list[int]] = {}
    for index, piece in enumerate(pieces):
        members.setdefault(piece.parent, []).append(index)
    return members


def _owners_of_tails(pieces: tuple[Piece, ...], with_tail: list[int]) -> dict[int, int]:
    """For each piece that a tail follows, the piece it belongs to."""
    members = _members(pieces)
    owned: set[int] = set()
    owners: dict[int, int] = {}
    for index in with_tail:
        parent = pieces[index].parent
        group = members[parent]
        closes_list = len(group) > 1 and group[-1] == index and not any(other in owned for other in group)
        owner = parent if closes_list and parent is not None else index
        owned.add(owner)
        owners[index] = owner
    return owners
