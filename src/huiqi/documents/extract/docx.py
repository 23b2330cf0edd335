"""DOCX files: paragraphs and tables in their order, with the numbers that Word draws and does not store.

Read from the XML itself: limits must hold before a tree is built, and no library gives the numbers as text.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from huiqi.documents.extract.docx_numbering import Counters, Numbering, read_numbering, read_styles
from huiqi.documents.extract.docx_xml import OFFICE, cell_span, is_merged_below, mark, numbered, val
from huiqi.documents.extract.limits import (
    MAX_DEPTH,
    MAX_DOCX_TAGS,
    MAX_PART_BYTES,
    MAX_TAGS,
    MAX_TEXT_CHARACTERS,
    MAX_ZIP_ENTRIES,
)
from huiqi.documents.extract.text import clean
from huiqi.documents.extract.types import Extracted, Extraction, refused
from huiqi.documents.types import Note

MAIN_PART = "word/document.xml"
SKIPPED = frozenset(
    mark(name)
    for name in [
        "del",
        "moveFrom",
        "pPr",
        "rPr",
        "sectPr",
        "tblPr",
        "trPr",
        "tcPr",
        "instrText",
        "delText",
        "delInstrText",
        "footnoteReference",
        "endnoteReference",
        "commentReference",
        "annotationRef",
        "tblGrid",
        "sdtPr",
        "sdtEndPr",
    ]
) | {f"{OFFICE['mc']}Fallback", f"{OFFICE['w14']}checkbox", f"{OFFICE['v']}shapetype"}
PARAGRAPH, TABLE, ROW, CELL, BOX = mark("p"), mark("tbl"), mark("tr"), mark("tc"), mark("txbxContent")
RUN_TEXT = {
    mark("tab"): "\t",
    mark("br"): "\n",
    mark("cr"): "\n",
    mark("noBreakHyphen"): "-",
    mark("ptab"): "\t",
}


class Unreadable(ValueError):
    """A part of the file breaks a limit or is not what its name says."""


@dataclass
class _Reader:
    numbering: Numbering
    counters: Counters = field(default_factory=Counters)
    deleted: int = 0


def extract_docx(data: bytes, *, where: str) -> Extraction:
    """The text of a Word file as it prints: no deletions, text boxes before their paragraph."""
    try:
        main, numbering = _read_parts(data)
        reader = _Reader(numbering)
        lines = [line for block in blocks(main) for line in _block_lines(block, reader)]
    except Unreadable as problem:
        return refused(where, str(problem))
    text = clean("\n".join(lines)).strip("\n")
    if not text.strip():
        return refused(
            where, "the Word file holds no text; pictures of pages need text recognition (OCR) first"
        )
    if len(text) > MAX_TEXT_CHARACTERS:
        return refused(where, f"more than {MAX_TEXT_CHARACTERS:,} characters of text")
    return Extraction(Extracted(text, "docx", _notes(main, text)))


def _notes(main: etree._Element, text: str) -> tuple[Note, ...]:
    whole = (0, len(text))
    notes: list[Note] = []
    if next(main.iter(mark("del"), mark("moveFrom"), mark("ins")), None) is not None:
        notes.append(
            Note("doubtful", "the file has tracked changes; it was read as if all were accepted", whole)
        )
    if next(main.iter(mark("altChunk")), None) is not None:
        notes.append(Note("unread", "a document embedded in the file was not read", whole))
    if next(main.iter(mark("footnoteReference"), mark("endnoteReference")), None) is not None:
        notes.append(Note("unread", "footnotes were not read", whole))
    return tuple(notes)


def _read_parts(data: bytes) -> tuple[etree._Element, Numbering]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MAX_ZIP_ENTRIES:
                raise Unreadable(f"more than {MAX_ZIP_ENTRIES:,} parts in the Word file")
            main = _part(archive, MAIN_PART, most_tags=MAX_DOCX_TAGS)
            if main is None:
                raise Unreadable("a zip file without word/document.xml; only Word files (.docx) are read")
            styles = read_styles(_part(archive, "word/styles.xml", most_tags=MAX_TAGS))
            numbering = read_numbering(_part(archive, "word/numbering.xml", most_tags=MAX_TAGS), styles)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "encrypted" in str(error):
            raise Unreadable("the Word file is encrypted; give one without a password") from error
        raise Unreadable(f"the Word file is damaged: {error}") from error
    return main, numbering


def _part(archive: zipfile.ZipFile, name: str, *, most_tags: int) -> etree._Element | None:
    """One XML part as a tree; the size that the archive claims is not believed."""
    if name not in archive.namelist():
        return None
    with archive.open(name) as stream:
        data = stream.read(MAX_PART_BYTES + 1)
    if len(data) > MAX_PART_BYTES:
        raise Unreadable(f"{name} unpacks to more than {MAX_PART_BYTES:,} bytes")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or "<!DOCTYPE".encode("utf-16-le") in data:
        raise Unreadable(f"{name} declares XML entities, which no Word file does")
    if data.count(b"<") > most_tags:
        raise Unreadable(f"{name} has more than {most_tags:,} tags")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"{name} is damaged: {error}") from error
    _check_depth(root, name)
    return root


def _check_depth(root: etree._Element, name: str) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise Unreadable(f"{name}: elements nested more than {MAX_DEPTH} deep")


def blocks(element: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables below an element, through content controls, not inside each other."""
    for child in element:
        if child.tag in (PARAGRAPH, TABLE):
            yield child
        elif child.tag not in SKIPPED and not _is_contents(child):
            yield from blocks(child)


def _is_contents(element: etree._Element) -> bool:
    """Whether it is a table of contents, which repeats the headings."""
    galleries = element.iterfind(f"./{mark('sdtPr')}//{mark('docPartGallery')}")
    return element.tag == mark("sdt") and any(val(gallery) == "Table of Contents" for gallery in galleries)


def _block_lines(block: etree._Element, reader: _Reader) -> Iterator[str]:
    if block.tag == TABLE:
        yield from _table_lines(block, reader)
    else:
        yield from _paragraph_lines(block, reader)


def _paragraph_lines(paragraph: etree._Element, reader: _Reader) -> Iterator[str]:
    for box in _boxes(paragraph):
        for block in blocks(box):
            yield from _block_lines(block, reader)
    text = "".join(_run_texts(paragraph))
    style = reader.numbering.styles.get(paragraph_style(paragraph))
    if style is not None and style.is_contents:
        return
    label = reader.counters.label(numbered(paragraph), style, reader.numbering) if text.strip() else ""
    if label and not text.lstrip().startswith(label):
        text = label + text.lstrip()
    yield from (line.strip() for line in text.split("\n") if line.strip())


def paragraph_style(paragraph: etree._Element) -> str:
    """The id of its style, empty for the default."""
    style = paragraph.find(f"./{mark('pPr')}/{mark('pStyle')}")
    return val(style) if style is not None else ""


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in a paragraph, each once: the copy for old readers is left out."""
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if element.tag in SKIPPED:
            walk.skip_subtree()
        elif element.tag == BOX:
            yield element
            walk.skip_subtree()


def _run_texts(paragraph: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if element.tag in SKIPPED or element.tag == BOX or _is_hidden_run(element):
            walk.skip_subtree()
        elif element.tag == mark("t") or element.tag == f"{OFFICE['m']}t":
            yield element.text or ""
        elif element.tag == mark("br") and element.get(mark("type")) in ("page", "column"):
            continue
        elif element.tag in RUN_TEXT:
            yield RUN_TEXT[element.tag]


def _is_hidden_run(element: etree._Element) -> bool:
    if element.tag != mark("r"):
        return False
    hidden = element.find(f"./{mark('rPr')}/{mark('vanish')}")
    return hidden is not None and val(hidden) not in ("0", "false")


def _table_lines(table: etree._Element, reader: _Reader) -> Iterator[str]:
    """A row a line, cells by tabs; a table of one column is a frame around paragraphs and gives these."""
    rows = [list(_children(row, CELL)) for row in _children(table, ROW)]
    if all(len(row) <= 1 for row in rows):
        for row in rows:
            for cell in row:
                for block in blocks(cell):
                    yield from _block_lines(block, reader)
        return
    for row in rows:
        texts: list[str] = []
        for cell in row:
            text = "" if is_merged_below(cell) else _cell_text(cell, reader)
            texts += [text, *[""] * (cell_span(cell) - 1)]
        if any(texts):
            yield "\t".join(texts).rstrip("\t")


def _children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those inside content controls and insertions."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in SKIPPED and child.tag not in (PARAGRAPH, TABLE, CELL):
            yield from _children(child, tag)


def _cell_text(cell: etree._Element, reader: _Reader) -> str:
    lines = [line for block in blocks(cell) for line in _block_lines(block, reader)]
    text = ""
    for line in lines:
        glue = " " if text and text[-1].isascii() and line[:1].isascii() else ""
        text += glue + line.replace("\t", " ")
    return text
