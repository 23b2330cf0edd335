"""HTML pages of government sites: the document alone, without the portal around it.

decode → parse → drop what is never text → lines (html_lines) → the block with the text (main_block) →
metadata box, title, text (page_noise)
"""

import re

import lxml.html
from lxml import etree

from huiqi.documents.extract.html_lines import lines_of
from huiqi.documents.extract.limits import MAX_DEPTH, MAX_MARKUP_BYTES, MAX_TAGS, MAX_TEXT_CHARACTERS
from huiqi.documents.extract.main_block import main_block
from huiqi.documents.extract.metadata import first_of_each, meta_tags, metadata_lines
from huiqi.documents.extract.page_noise import after_text, before_text, without_noise, without_repetition
from huiqi.documents.extract.text import clean, damage, decode, is_text, radicals
from huiqi.documents.extract.types import Extracted, Extraction, refused
from huiqi.documents.types import Note

DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]{2,20})""", re.I
)
LOOKS_LIKE_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|div|table|p|br|span|h[1-6])\b", re.I
)
NEVER_TEXT = [
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "object",
    "embed",
    "svg",
    "canvas",
    "video",
    "audio",
    "map",
    "select",
    "option",
    "button",
    "textarea",
    "input",
    "nav",
    "head",
    "link",
]
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
HIDDEN_TEXT_SHARE = 0.5
CHINESE_ENCODINGS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030"}


def extract_html(data: bytes, *, where: str) -> Extraction:
    """The text of the document on the page, its metadata box before it as `索引号：…` lines."""
    if len(data) > MAX_MARKUP_BYTES:
        return refused(where, f"a page of {len(data):,} bytes; at most {MAX_MARKUP_BYTES:,} are read")
    decoded = decode(data, declared=declared_encoding(data))
    if not is_text(decoded):
        return refused(where, "this is not an HTML page; its bytes are not text")
    if decoded.text.count("<") > MAX_TAGS:
        return refused(where, f"more than {MAX_TAGS:,} tags on one page")
    root = tree(decoded.text)
    if root is None:
        return refused(where, "the page is empty")
    if (depth := depth_of(root)) > MAX_DEPTH:
        return refused(where, f"elements nested {depth} deep; at most {MAX_DEPTH} are read")
    text = page_text(root)
    if not text.strip():
        return refused(where, "no text on the page; it may be loaded by a script or stand in a frame")
    if len(text) > MAX_TEXT_CHARACTERS:
        return refused(where, f"more than {MAX_TEXT_CHARACTERS:,} characters of text")
    notes: tuple[Note, ...] = (*damage(text, decoded), *radicals(decoded.text, text))
    return Extraction(Extracted(text, "html", notes))


def declared_encoding(data: bytes) -> str | None:
    """What the page says of itself, with GB 2312 read as GB 18030, which contains it."""
    found = DECLARED.search(data[:4096])
    if found is None:
        return None
    name = found[1].decode("ascii").lower()
    return CHINESE_ENCODINGS.get(name, name)


def tree(markup: str) -> lxml.html.HtmlElement | None:
    """A tree of the page, without comments; None when there is no element in it."""
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", clean(markup))
    try:
        root = lxml.html.document_fromstring(markup, parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


def depth_of(root: lxml.html.HtmlElement) -> int:
    """How deep elements stand inside each other. Walks, never recurses."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def page_text(root: lxml.html.HtmlElement) -> str:
    """The lines of the document, in order, noise removed."""
    metas = meta_tags(root)
    body = root.find("body")
    if body is None:
        return ""
    drop_never_text(body)
    drop_hidden(body)
    page = lines_of(body)
    lines = page.lines
    start, end = main_block(page, body)
    head, foot = lines[:start], lines[end:]
    boxed, text = metadata_lines(lines[start:end])
    text = without_repetition(without_noise(text))
    texts = [line.text for line in text]
    outside, head = metadata_lines(head)
    before = before_text(head, texts, titles=metas.titles)
    box = first_of_each([*outside, *boxed, *metas.lines(outside + boxed)])
    return "\n".join([*box, *before, *texts, *after_text(foot, texts)])


def drop_never_text(body: lxml.html.HtmlElement) -> None:
    """Remove scripts, styles, menus, forms' fields and frames, keeping what follows them."""
    for element in list(body.iter(*NEVER_TEXT)):
        if element is not body and element.getparent() is not None:
            element.drop_tree()


def drop_hidden(body: lxml.html.HtmlElement) -> None:
    """Remove what a reader does not see, unless most of the page is in it (opened by a script)."""
    whole = len(body.text_content())
    for element in body.xpath(".//*[@style or @hidden]"):
        if element.getparent() is None:
            continue
        hidden = "hidden" in element.attrib or HIDDEN.search(element.get("style", ""))
        if hidden and len(element.text_content()) < HIDDEN_TEXT_SHARE * whole:
            element.drop_tree()


def looks_like_html(text: str) -> bool:
    """Whether a file whose name does not say so is a page."""
    return len(LOOKS_LIKE_HTML.findall(text[:4096])) >= 2
