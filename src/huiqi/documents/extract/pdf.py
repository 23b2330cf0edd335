"""PDF files with a text layer: read in a bounded process, then put together into paragraphs."""

import re
from collections.abc import Sequence

from huiqi.documents.extract.pdf_pages import PdfPage, Refusal
from huiqi.documents.extract.pdf_process import pages_of
from huiqi.documents.extract.pdf_text import text_of
from huiqi.documents.extract.text import clean, radicals
from huiqi.documents.extract.types import Extracted, Extraction, refused
from huiqi.documents.types import Note

FEWEST_PER_PAGE = 20
UNMAPPED = re.compile("[\ue000-\uf8ff\ufffd]|\\(cid:\\d+\\)")
MOST_UNMAPPED = 0.2


def extract_pdf(data: bytes, *, where: str) -> Extraction:
    """The text of a PDF file; scanned and encrypted ones are refused with what to do."""
    try:
        pages = pages_of(data)
    except Refusal as reason:
        return refused(where, str(reason))
    raw = text_of(pages)
    size = len(re.sub(r"\s", "", raw))
    if size < FEWEST_PER_PAGE and any(page.has_pictures for page in pages):
        return refused(
            where, "the PDF file is scanned and has no text; run text recognition (OCR) over it first"
        )
    if not size:
        return refused(where, "the PDF file holds no text")
    if len(UNMAPPED.findall(raw)) > MOST_UNMAPPED * size:
        return refused(
            where, "the fonts of the PDF file do not say which characters they draw; recognise its text (OCR)"
        )
    text = clean(
        UNMAPPED.sub(lambda found: "" if len(found[0]) == 1 and found[0] != "\ufffd" else "\ufffd", raw)
    )
    return Extraction(Extracted(text, "pdf", (*radicals(raw, text), *_scanned_pages(pages, text))))


def _scanned_pages(pages: Sequence[PdfPage], text: str) -> tuple[Note, ...]:
    """Pages of pictures among pages of text, such as a scanned annex."""
    scanned = [str(number) for number, page in enumerate(pages, 1) if not page.pieces and page.has_pictures]
    if not scanned:
        return ()
    message = f"pages without text, only pictures: {', '.join(scanned[:20])}"
    return (Note("unread", message, (len(text), len(text))),)
