"""Any file to the text of an official document: what it is decides which reader it goes to."""

from pathlib import Path, PurePath

from huiqi.documents.extract.docx import extract_docx
from huiqi.documents.extract.html import extract_html, looks_like_html
from huiqi.documents.extract.limits import MAX_FILE_BYTES
from huiqi.documents.extract.pdf import extract_pdf
from huiqi.documents.extract.text import extract_text
from huiqi.documents.extract.types import Extraction, refused

NOT_READ = (
    (b"\xd0\xcf\x11\xe0", "an old Word or WPS file (.doc, .wps); save it as .docx or .pdf"),
    (b"{\\rtf", "an RTF file; save it as .docx or .pdf"),
    (b"\x89PNG", "a picture; run text recognition (OCR) over it first"),
    (b"\xff\xd8\xff", "a picture; run text recognition (OCR) over it first"),
    (b"GIF8", "a picture; run text recognition (OCR) over it first"),
    (b"II*\x00", "a picture; run text recognition (OCR) over it first"),
    (b"MM\x00*", "a picture; run text recognition (OCR) over it first"),
    (b"\x1f\x8b", "a packed file (gzip); unpack it first"),
    (b"Rar!", "a packed file (RAR); unpack it first"),
    (b"7z\xbc\xaf", "a packed file (7z); unpack it first"),
    (b"MZ", "a program, not a document"),
    (b"\x7fELF", "a program, not a document"),
)
HTML_NAMES = (".html", ".htm", ".xhtml", ".shtml", ".jhtml", ".aspx", ".jsp", ".php")
MARKDOWN_NAMES = (".md", ".markdown")


def extract_file(path: Path) -> Extraction:
    """Read a file. One that is missing, too large or unreadable gives a Problem."""
    try:
        if not path.is_file():
            return refused(str(path), "there is no such file")
        if path.stat().st_size > MAX_FILE_BYTES:
            return refused(str(path), _too_large(path.stat().st_size))
        data = path.read_bytes()
    except OSError as error:
        return refused(str(path), f"the file cannot be read: {error.strerror}")
    return extract(data, name=str(path))


def extract(data: bytes, *, name: str = "-") -> Extraction:
    """Read the bytes of a file; `name` decides where the bytes do not. Never raises.

    >>> extract("一、提高起征点。".encode("gb18030")).extracted.text
    '一、提高起征点。'
    >>> print(extract(b"", name="empty.txt").problems[0])
    empty.txt: the file is empty
    """
    if not data.strip():
        return refused(name, "the file is empty")
    if len(data) > MAX_FILE_BYTES:
        return refused(name, _too_large(len(data)))
    try:
        return _by_kind(data, name)
    except RecursionError:
        return refused(name, "parts of the file are nested too deep")
    except MemoryError:
        return refused(name, "the file takes more memory than there is")


def _too_large(size: int) -> str:
    return f"a file of {size:,} bytes; at most {MAX_FILE_BYTES:,} are read"


def _by_kind(data: bytes, name: str) -> Extraction:
    ending = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024]:
        return extract_pdf(data, where=name)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return extract_docx(data, where=name)
    for start, message in NOT_READ:
        if data.startswith(start):
            return refused(name, message)
    if ending in HTML_NAMES or looks_like_html(data[:4096].decode("latin-1")):
        return extract_html(data, where=name)
    if ending in (".pdf", ".docx"):
        return refused(name, f"the name ends in {ending}, the content is something else")
    return extract_text(data, where=name, format="md" if ending in MARKDOWN_NAMES else "txt")
