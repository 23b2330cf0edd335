"""Other documents a clause names: 《title》 with or without number, numbers alone, short names resolved."""

import re
from typing import NamedTuple

from huiqi.documents.docnumbers import find_numbers
from huiqi.documents.strand import Strand
from huiqi.documents.types import Citation, Note

_SHORT_NAME = re.compile(r"(?:以下|下)?(?:简称|统称)(?:为)?[:]?[《“](?P<name>[^》”]{2,40})[》”]")
_LONGEST = 200  # characters of a title
_BEHIND = re.compile(r"\s*[(\[]")


class Cited(NamedTuple):
    """Citations of one clause in order, short names not yet resolved, and what was mended."""

    citations: tuple[Citation, ...]
    notes: tuple[Note, ...]


def find_titles(text: str) -> list[tuple[int, int]]:
    """Places of outermost 《…》; a title inside a title belongs to it.

    >>> text = "按《关于印发〈办法〉的通知》和《关于印发《细则》的通知》"
    >>> [text[start:end] for start, end in find_titles(text)]
    ['《关于印发〈办法〉的通知》', '《关于印发《细则》的通知》']
    """
    found: list[tuple[int, int]] = []
    depth = start = 0
    for match in re.finditer("[《》]", text):
        if match[0] == "《":
            if depth == 0 or match.start() - start > _LONGEST:
                start, depth = match.start(), 0
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found.append((start, match.end()))
    return found


def find_citations(strand: Strand, short_names: dict[str, Citation]) -> Cited:
    """All citations of a clause; `short_names` are those the document has introduced (以下简称…)."""
    text = strand.text
    numbers = find_numbers(text)
    used: set[int] = set()
    found: list[tuple[int, Citation]] = []
    notes = [
        Note("repaired", f"damaged document number read as {number.form}", strand.span(*number.span))
        for number in numbers
        if number.is_mended
    ]
    introduced = {match.start("name") for match in _SHORT_NAME.finditer(text)}
    for start, end in find_titles(text):
        if start + 1 in introduced:
            continue
        title = strand.printed[start + 1 : end - 1]
        number_at = _number_of_title(text, start, end, numbers, used)
        known = short_names.get(title)
        if known and number_at is None:
            found.append((start, known))
            continue
        form = None if number_at is None else numbers[number_at].form
        found.append((start, Citation(title, form)))
    for index, number in enumerate(numbers):
        inside = any(start < number.span[0] < end for start, end in find_titles(text))
        if index not in used and not inside:
            found.append((number.span[0], Citation(None, number.form)))
    ordered = [citation for _, citation in sorted(found, key=lambda pair: pair[0])]
    return Cited(tuple(dict.fromkeys(ordered)), tuple(notes))


def _number_of_title(text: str, start: int, end: int, numbers: list, used: set[int]) -> int | None:  # type: ignore[type-arg]
    """The number in brackets behind a title, or directly before it."""
    behind = _BEHIND.match(text, end)
    for index, number in enumerate(numbers):
        if index in used:
            continue
        follows = behind is not None and behind.end() <= number.span[0] <= behind.end() + 6
        precedes = number.span[1] == start and text[start - 1] == "号"
        if follows or precedes:
            used.add(index)
            return index
    return None


def short_names_of(strands: list[Strand]) -> dict[str, Citation]:
    """Short names the document introduces: 《…》(…号,以下简称《政策措施》)."""
    names: dict[str, Citation] = {}
    for strand in strands:
        for match in _SHORT_NAME.finditer(strand.text):
            titles = [
                place for place in find_titles(strand.text[: match.start()]) if place[1] >= match.start() - 80
            ]
            if not titles:
                continue
            start, end = titles[-1]
            numbers = find_numbers(strand.text[end : match.start()])
            names[strand.printed[match.start("name") : match.end("name")]] = Citation(
                strand.printed[start + 1 : end - 1], numbers[0].form if numbers else None
            )
    return names
