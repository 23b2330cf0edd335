"""Where the document stands on a page: the element that holds the sentences, found by density."""

import re

import lxml.html

from huiqi.documents.extract.html_lines import Line, Page
from huiqi.documents.extract.page_noise import is_noise

CONTAINERS = frozenset(
    [
        "article",
        "blockquote",
        "body",
        "center",
        "div",
        "fieldset",
        "font",
        "form",
        "main",
        "section",
        "span",
        "table",
        "tbody",
        "td",
        "tr",
        "ucapcontent",
    ]
)
SENTENCE_SIGNS = re.compile("[，。；：、]")
SHORTEST_SENTENCE = 12
MOST_LINKED = 0.3
SHARE_OF_PARENT = 0.75
SHARE_OF_PAGE = 0.55
SHARE_OF_MARKED = 0.6
MARKS = frozenset(
    [
        "ucap-content",
        "zoom",
        "trs_editor",
        "trs_ueditor",
        "trs_paper_default",
        "vsb_content",
        "article-content",
        "article_content",
        "articlecontent",
        "pages_content",
        "news_content",
        "con_text",
        "xxgk_content",
        "content-text",
        "textcontent",
        "bt_content",
        "artibody",
        "art_con",
        "arti_content",
        "wp_articlecontent",
        "detail-content",
        "ivs_content",
        "js_content",
        "ewb-article-content",
        "article-body",
        "news-content",
        "newscontent",
        "articlecon",
        "zhengwen",
    ]
)
"""Ids and classes that the common publishing systems of government sites give to the text."""


def main_block(page: Page, body: lxml.html.HtmlElement) -> tuple[int, int]:
    """The half-open range of lines that hold the document; the whole page if nothing stands out."""
    sums = _running_sums([weight(line) for line in page.lines])
    whole = sums[-1]
    if not whole:
        return 0, len(page.lines)
    if marked := _marked(page, sums):
        return marked
    element = body
    while (child := _heaviest(element, page, sums)) is not None:
        share = _weight_of(page.ranges[child], sums)
        if share < SHARE_OF_PARENT * _weight_of(page.ranges[element], sums) or share < SHARE_OF_PAGE * whole:
            break
        element = child
    return page.ranges[element]


def weight(line: Line) -> int:
    """Characters of a line that read like sentences, none for menus and dates."""
    if line.link_share > MOST_LINKED or len(line.text) < SHORTEST_SENTENCE or is_noise(line):
        return 0
    if line.is_row:
        return len(line.text) // 2
    return len(line.text) if SENTENCE_SIGNS.search(line.text) else 0


def _running_sums(weights: list[int]) -> list[int]:
    sums = [0]
    for value in weights:
        sums.append(sums[-1] + value)
    return sums


def _weight_of(lines: tuple[int, int], sums: list[int]) -> int:
    return sums[lines[1]] - sums[lines[0]]


def _heaviest(element: lxml.html.HtmlElement, page: Page, sums: list[int]) -> lxml.html.HtmlElement | None:
    children = [child for child in element if child.tag in CONTAINERS and child in page.ranges]
    return max(children, key=lambda child: _weight_of(page.ranges[child], sums), default=None)


def _marked(page: Page, sums: list[int]) -> tuple[int, int] | None:
    """From the first to the last element that is marked as text, if most sentences are there."""
    ranges = [
        lines for element, lines in page.ranges.items() if _weight_of(lines, sums) and _names(element) & MARKS
    ]
    if not ranges:
        return None
    union = min(start for start, _ in ranges), max(end for _, end in ranges)
    return union if _weight_of(union, sums) >= SHARE_OF_MARKED * sums[-1] else None


def _names(element: lxml.html.HtmlElement) -> set[str]:
    return set(f"{element.get('id', '')} {element.get('class', '')}".lower().split())
