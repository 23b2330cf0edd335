"""The lines of a page in reading order, each with what of it is link, and which lines each element holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import lxml.html
from lxml import etree

from huiqi.documents.extract.html_tables import is_data_table, table_rows

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "menu",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
        "legend",
        "ucapcontent",
    ]
)
HEADINGS = frozenset(("h1", "h2", "h3"))
SPACES = re.compile(r"[ \t\n\r\f\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
WIDE = re.compile(r"[\u2e80-\u303f\u3400-\u9fff\uff00-\uffef\u2018-\u201d]")
INDENT = re.compile(r"^[\s\u00a0]*[\u00a0\u2000-\u200a\u3000][\s\u00a0\u3000]*")
SENTENCE_END = "。；：！？;:!?”）)"
LABEL = re.compile(
    r"^(?:[一二三四五六七八九十百]+[、.．]|[（(][一二三四五六七八九十百\d]+[)）]|\d+\s*[、.．)）]|第[一二三四五六七八九十百零\d]+[章条节款编]"
    r"|[①-⑳]|附件|附[:：])"
)


class Line(NamedTuple):
    """One line as a reader sees it."""

    text: str
    linked: int = 0  # characters of it that are links to other pages
    is_heading: bool = False
    is_row: bool = False  # a row of a table, its cells separated by tabs

    @property
    def link_share(self) -> float:
        """0 for plain text, 1 for an entry of a menu."""
        return self.linked / max(len(self.text), 1)


@dataclass
class Page:
    """The lines of a page, and for each element the half-open range of the lines in it."""

    lines: list[Line] = field(default_factory=list)
    ranges: dict[lxml.html.HtmlElement, tuple[int, int]] = field(default_factory=dict)


@dataclass
class _Writer:
    """Collects pieces of text into lines; `br` ends a line, a block ends a paragraph."""

    page: Page
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    broken: list[tuple[str, int]] = field(default_factory=list)
    links: int = 0
    heading: bool = False
    keeps_line_ends: bool = False
    counted: dict[lxml.html.HtmlElement, int] = field(default_factory=dict)

    def add(self, text: str | None) -> None:
        """A piece of text in the middle of a line."""
        if not text:
            return
        if self.keeps_line_ends:
            first, *others = text.split("\n")
            self.pieces.append((first, self.links > 0))
            for other in others:
                self.end_line()
                self.pieces.append((other, self.links > 0))
        else:
            self.pieces.append((text, self.links > 0))

    def end_line(self) -> None:
        """At `br`: the next line may still belong to the same paragraph."""
        raw = "".join(text for text, _ in self.pieces)
        linked = sum(len(SPACES.sub("", text)) for text, is_link in self.pieces if is_link)
        self.pieces.clear()
        if raw.strip():
            self.broken.append((raw, linked))

    def end_block(self) -> None:
        """At the edge of a block: write the lines collected since the last edge."""
        self.end_line()
        for text, linked in joined(self.broken):
            self.page.lines.append(Line(text, linked, self.heading))
        self.broken.clear()


def lines_of(body: lxml.html.HtmlElement) -> Page:
    """Walk the page once; rows of data tables become lines with tabs."""
    page = Page()
    writer = _Writer(page)
    starts: dict[lxml.html.HtmlElement, int] = {}
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        is_block = element.tag in BLOCKS
        if event == "start":
            if is_block:
                writer.end_block()
            starts[element] = len(page.lines)
            if element.tag == "table" and is_data_table(element):
                page.lines += [Line(row, linked, is_row=True) for row, linked in table_rows(element)]
                walk.skip_subtree()
                continue
            _enter(writer, element)
        else:
            if is_block:
                writer.end_block()
            _leave(writer, element)
            page.ranges[element] = (starts[element], len(page.lines))
            writer.add(element.tail if element is not body else None)
    writer.end_block()
    page.ranges[body] = (0, len(page.lines))
    return page


def _enter(writer: _Writer, element: lxml.html.HtmlElement) -> None:
    if element.tag == "br":
        writer.end_line()
    writer.links += is_link(element)
    if element.tag in HEADINGS:
        writer.heading = True
    if element.tag == "pre":
        writer.keeps_line_ends = True
    if element.tag == "li":
        writer.add(list_label(element, writer.counted))
    writer.add(element.text)


def _leave(writer: _Writer, element: lxml.html.HtmlElement) -> None:
    writer.links -= is_link(element)
    if element.tag in HEADINGS:
        writer.heading = False
    if element.tag == "pre":
        writer.keeps_line_ends = False


def is_link(element: lxml.html.HtmlElement) -> bool:
    """Whether it leads to another page; an anchor inside the text does not."""
    return element.tag == "a" and not element.get("href", "#").strip().startswith("#")


def list_label(item: lxml.html.HtmlElement, counted: dict[lxml.html.HtmlElement, int]) -> str:
    """The number that a browser draws before an entry of an `ol`, none where the text brings its own."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol" or "none" in parent.get("style", ""):
        return ""
    start = parent.get("start", "1")
    first = int(start) if start.isdecimal() and len(start) < 5 else 1
    counted[parent] = counted.get(parent, first - 1) + 1
    return "" if LABEL.match((item.text or "").strip()) else f"{counted[parent]}."


def tidy(raw: str) -> str:
    """What a browser makes of spaces, except that a line end between Chinese characters leaves none.

    >>> tidy("小微\\n      企业  2012 年\\xa0\\xa0补贴")
    '小微企业 2012 年 补贴'
    """

    def replaced(found: re.Match[str]) -> str:
        before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
        spaces = found[0]
        if not before or not after:
            return ""
        if "\n" in spaces and (WIDE.match(before) or WIDE.match(after)):
            return ""
        return next((sign for sign in "\t\u3000" if sign in spaces and "\n" not in spaces), " ")

    return SPACES.sub(replaced, raw)


def joined(broken: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Lines between `br`, where a paragraph cut at a fixed width is joined again.

    A line belongs to the one before if that one begins indented and ends within a sentence.
    """
    text, linked, is_open = "", 0, False
    for raw, links in broken:
        line, indented = tidy(raw), bool(INDENT.match(raw))
        if is_open and not indented and not LABEL.match(line) and text[-1:] not in SENTENCE_END:
            glue = " " if text[-1:].isascii() and text[-1:].isalpha() and line[:1].isalpha() else ""
            text, linked = text + glue + line, linked + links
            continue
        if text:
            yield text, linked
        text, linked, is_open = line, links, indented
    if text:
        yield text, linked
