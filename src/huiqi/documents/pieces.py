"""The lines of one part put into its numbered pieces, with headings, titles and paragraphs."""

import re
from dataclasses import dataclass

from huiqi.documents.lines import Line
from huiqi.documents.numbering import Counter, Label, Place, read_label
from huiqi.documents.paragraphs import closes_owners, collapse, ends_its_line, has_ended, mend, strand_of
from huiqi.documents.strand import Strand
from huiqi.documents.types import Note

_CONTENTS = re.compile(r"^目\s*[录次]$")
_HEADING_AT_MOST = 60  # characters
_TITLE_AT_MOST = 20  # characters of a run-in title, its signs not counted
_SIGNS = re.compile(r"[\s()\[\]“”‘’《》、·]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A numbered piece, a tail without number, a duty of one authority, or a row of a table."""

    label: Label | None
    printed: str | None  # the label as printed
    start: int  # where it begins in the original
    parent: int | None = None  # index among the pieces of the same part
    heading: Strand | None = None  # a heading on a line of its own
    title: Strand | None = None  # a heading that runs into the text
    paragraphs: tuple[Strand, ...] = ()
    tail: tuple[Strand, ...] = ()  # paragraphs after the bracket that names who answers for it
    kind: str = "numbered"  # numbered, tail, duty, row
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """The lines of a part as paragraphs before the first label, pieces, and paragraphs after the last."""

    opening: tuple[Strand, ...]
    pieces: tuple[Piece, ...]
    closing: tuple[Strand, ...] = ()


def read_pieces(lines: tuple[Line, ...], unified: str, source: str, wrap: int | None) -> Numbered:
    """Labels found, lines mended, headings and titles told from text."""
    lines = _without_contents(lines)
    places = _find_labels(lines, wrap)
    first = places[0].line if places else len(lines)
    opening = tuple(strand_of(group, unified, source) for group in mend(lines[:first], wrap))
    pieces = []
    for index, place in enumerate(places):
        following = places[index + 1] if index + 1 < len(places) else None
        block = lines[place.line : following.line if following else len(lines)]
        has_child = following is not None and following.parent == index
        pieces.append(_read_block(place, block, has_child, unified, source, wrap))
    return Numbered(tuple(strand for strand in opening if strand.text), tuple(pieces))


def _find_labels(lines: tuple[Line, ...], wrap: int | None) -> list[Place]:
    counter = Counter()
    last_line = -2
    lists_of_shi = _lists_of_shi(lines)
    for index, line in enumerate(lines):
        label = read_label(line.text)
        if label is None or label.style == "di" or _is_only_label(line, label):
            continue
        if label.style == "shi" and label.number == 1 and index not in lists_of_shi:
            continue
        before = lines[index - 1] if index else None
        after_sentence = before is None or ends_its_line(before, wrap)
        heading_above = bool(
            before
            and last_line == index - 1
            and not has_ended(before.text)
            and len(before.text) <= _HEADING_AT_MOST
        )
        if counter.place(index, label, after_sentence=after_sentence, heading_above=heading_above):
            last_line = index
    return counter.places


def _lists_of_shi(lines: tuple[Line, ...]) -> set[int]:
    """Lines with 一是 that a line with 二是 follows; where both stand in one line they are words of the sentence."""
    opened: int | None = None
    found: set[int] = set()
    for index, line in enumerate(lines):
        label = read_label(line.text)
        if label is None or label.style != "shi":
            continue
        if label.number == 1:
            opened = index
        elif label.number == 2 and opened is not None:
            found.add(opened)
    return found


def _is_only_label(line: Line, label: Label) -> bool:
    return label.end >= len(line.text) and label.style in ("num", "num_half") and "." not in line.text


def _without_contents(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """A table of contents (目录) says every heading once before the text does."""
    mark = next((i for i, line in enumerate(lines[:80]) if _CONTENTS.match(line.text)), None)
    begin = 0 if mark is None else mark + 1
    first = next((i for i in range(begin, min(len(lines), begin + 80)) if read_label(lines[i].text)), None)
    if first is None or len(_entry(lines[first])) < 4:
        return lines
    entry = _entry(lines[first])
    end = first + 1
    while end < len(lines) and _could_be_entry(lines[end]) and _entry(lines[end]) != entry:
        end += 1
    again = next((i for i in range(end, min(len(lines), first + 400)) if _entry(lines[i]) == entry), None)
    if again is None or again < first + 2 or (mark is None and end < again):
        return lines
    return lines[: first if mark is None else mark] + lines[end:]


def _could_be_entry(line: Line) -> bool:
    return len(line.text) <= _HEADING_AT_MOST and "。" not in line.text


def _entry(line: Line) -> str:
    return re.sub(r"[.…·-]*\(?\d*\)?$", "", collapse(line.text))


def _read_block(
    place: Place, block: tuple[Line, ...], has_child: bool, unified: str, source: str, wrap: int | None
) -> Piece:
    is_alone = place.label.end >= len(block[0].text) and len(block) > 1
    groups = mend(block[1:] if is_alone else block, wrap)
    first = strand_of(groups[0], unified, source, skip=0 if is_alone else place.label.end)
    others = [strand for group in groups[1:] if (strand := strand_of(group, unified, source)).text]
    start = block[0].span[0]
    follows = bool(others) or has_child
    cut = _owners_behind_heading(first) if follows else None
    if cut is not None:
        heading: Strand | None = first.part(0, cut)
        own, tail = [first.part(cut, len(first.text)), *others], list[Strand]()
    else:
        heading = first if _is_heading(first, place, follows, has_child) else None
        paragraphs = others if heading else [first, *others]
        own, tail = _cut_tail([strand for strand in paragraphs if strand.text])
    return Piece(
        label=place.label,
        printed=collapse(source[start : start + place.label.end]),
        start=start,
        parent=place.parent,
        heading=heading,
        title=None if heading else _run_in_title(place, first, follows),
        paragraphs=tuple(own),
        tail=tuple(tail),
        notes=tuple(_label_notes(place, block[0])),
    )


def _owners_behind_heading(first: Strand) -> int | None:
    """Where the bracket begins in a heading that names its owners: 1.做强企业(责任单位:市财政局)."""
    if len(first.text) > 300 or not closes_owners(first.text) or "。" in first.text:
        return None
    depth = 0
    for index in range(len(first.text) - 1, -1, -1):
        depth += (first.text[index] in ")]") - (first.text[index] in "([")
        if depth == 0:
            return (
                index
                if 2 <= index <= _HEADING_AT_MOST and not re.search("[,;]", first.text[:index])
                else None
            )
    return None


def _label_notes(place: Place, line: Line) -> list[Note]:
    span = (line.span[0], line.span[0] + max(place.label.end, 1))
    notes = []
    if place.doubt:
        notes.append(Note("doubtful", place.doubt, span))
    if place.label.is_damaged:
        notes.append(Note("repaired", "a bracket of the label is missing", span))
    return notes


def _is_heading(first: Strand, place: Place, something_follows: bool, has_child: bool) -> bool:
    if place.label.style in ("part", "chapter", "division"):
        return True
    if not first.text or len(first.text) > _HEADING_AT_MOST or not something_follows:
        return False
    if has_ended(first.text):
        is_bare = len(first.text) <= 14 and first.text.find("。") == len(first.text) - 1
        return has_child and is_bare and place.label.style != "article"
    return "。" not in first.text and not first.text.endswith((",", "、"))


def _run_in_title(place: Place, first: Strand, something_follows: bool) -> Strand | None:
    """The first sentence, where it is short, has no comma and more follows it; 【…】 or (…) after 第X条."""
    bracketed = re.match(r"[\[(]([^\])]{2,20})[\])]", first.text)
    is_article = place.label.style == "article"
    if bracketed and bracketed.end() < len(first.text):
        return first.part(1, bracketed.end() - 1)
    stop = first.text.find("。")
    if stop <= 0 or is_article or first.text.startswith("本"):
        return None
    sentence = _SIGNS.sub("", first.text[:stop])
    rest = first.text[stop + 1 :]
    only_owners = (
        bool(re.match(r"^[(\[][^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*[)\]]?。?$", rest)) and not something_follows
    )
    if not rest or only_owners:
        return None
    if "," in sentence or ":" in sentence or ";" in sentence:
        is_pair = sentence.count(",") == 1 and len(sentence) <= _TITLE_AT_MOST - 4 and ":" not in sentence
        return first.part(0, stop) if is_pair and not re.match(r"对|凡|在|为|按|自|经", sentence) else None
    return first.part(0, stop) if len(sentence) <= _TITLE_AT_MOST else None


def _cut_tail(paragraphs: list[Strand]) -> tuple[list[Strand], list[Strand]]:
    """Paragraphs after the last one that closes with its owners; without such a one there is no tail."""
    closing = [index for index, strand in enumerate(paragraphs) if closes_owners(strand.text)]
    cut = closing[-1] + 1 if closing else len(paragraphs)
    return paragraphs[:cut], paragraphs[cut:]
