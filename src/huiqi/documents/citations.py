"""Other documents a clause names: 《title》 with or without number, numbers alone, short names resolved."""

import re
from bisect import bisect_right
from typing import NamedTuple

from huiqi.documents.docnumbers import find_numbers
from huiqi.documents.strand import Strand
from huiqi.documents.types import Citation, Note

_ONE_NAME = r"[《“][^》”]{2,40}[》”]"
_SHORT_NAME = re.compile(
    rf"(?:以下|下)?(?:分别)?(?:简称|统称)(?:为)?[:]?(?P<names>{_ONE_NAME}(?:[和及、]{_ONE_NAME})*)"
)
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
    introduced = {start for match in _SHORT_NAME.finditer(text) for start, _ in _names_in(match)}
    titles = find_titles(text)
    at = {number.span[0]: index for index, number in enumerate(numbers)}
    ends = {number.span[1]: index for index, number in enumerate(numbers)}
    inside = bytearray(len(text))
    for start, end in titles:
        inside[start:end] = b"\1" * (end - start)
        if start + 1 in introduced:
            continue
        title = strand.printed[start + 1 : end - 1]
        number_at = _number_of_title(text, start, end, at, ends)
        if number_at is not None and number_at not in used:
            used.add(number_at)
            found.append((start, Citation(title, numbers[number_at].form)))
        else:
            found.append((start, short_names.get(title) or Citation(title, None)))
    for index, number in enumerate(numbers):
        if index not in used and not inside[number.span[0]]:
            found.append((number.span[0], Citation(None, number.form)))
    ordered = [citation for _, citation in sorted(found, key=lambda pair: pair[0])]
    return Cited(tuple(dict.fromkeys(ordered)), tuple(notes))


def _number_of_title(text: str, start: int, end: int, at: dict[int, int], ends: dict[int, int]) -> int | None:
    """The number in brackets behind a title, or directly before it; `at` and `ends` say where numbers stand."""
    behind = _BEHIND.match(text, end)
    for place in range(behind.end(), behind.end() + 7) if behind else ():
        if place in at:
            return at[place]
    return ends.get(start)


def short_names_of(strands: list[Strand]) -> dict[str, Citation]:
    """Short names the document introduces: 《…》(…号,以下简称《政策措施》)."""
    names: dict[str, Citation] = {}
    for strand in strands:
        introduced = list(_SHORT_NAME.finditer(strand.text))
        titles = find_titles(strand.text) if introduced else []
        ends = [end for _, end in titles]
        for match in introduced:
            last = bisect_right(ends, match.start()) - 1
            if last < 0 or ends[last] < match.start() - 80:
                continue
            short = _names_in(match)
            for name, title in zip(reversed(short), reversed(titles[: last + 1]), strict=False):
                start, end = title
                following = next((begin for begin, _ in titles if begin >= end), match.start())
                numbers = find_numbers(strand.text[end : min(following, match.start())])
                names[strand.printed[slice(*name)]] = Citation(
                    strand.printed[start + 1 : end - 1], numbers[0].form if numbers else None
                )
    return names


def _names_in(match: re.Match[str]) -> list[tuple[int, int]]:
    """Places of the short names without their brackets: (以下简称《意见》和《计划》) introduces two."""
    begin = match.start("names")
    return [
        (begin + one.start() + 1, begin + one.end() - 1) for one in re.finditer(_ONE_NAME, match["names"])
    ]
