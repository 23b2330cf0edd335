"""Plain text and Markdown: bytes in any encoding used in China to clean text."""

import re
import unicodedata
from typing import NamedTuple

from huiqi.documents.extract.limits import MAX_TEXT_BYTES, MAX_TEXT_CHARACTERS, MAX_UNREADABLE_SHARE
from huiqi.documents.extract.types import Extracted, Extraction, Format, refused
from huiqi.documents.types import Note

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
REPLACEMENT = "\ufffd"
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")
USUAL = re.compile("[\\s\x20-\x7e\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e\u2010-\u2027\u2460-\u2473]")
SAMPLE_CHARACTERS = 20_000
UNUSUAL_SHARE = 0.15
FEWEST_USUAL = 0.3


class Decoded(NamedTuple):
    """Text, the encoding it was read in, and how many characters could not be read."""

    text: str
    encoding: str
    unreadable: int


def extract_text(data: bytes, *, where: str, format: Format = "txt") -> Extraction:
    """Plain text or Markdown. The marks of Markdown stay: the parser reads them."""
    if len(data) > MAX_TEXT_BYTES:
        return refused(where, f"text of {len(data):,} bytes; at most {MAX_TEXT_BYTES:,} are read")
    decoded = decode(data)
    if not decoded.text.strip("\x00\ufeff \t\r\n"):
        return refused(where, "the file is empty")
    if not is_text(decoded):
        return refused(where, "this is not text; give a txt, md, html, docx or pdf file")
    text = clean(decoded.text)
    if not text.strip():
        return refused(where, "the file is empty")
    if len(text) > MAX_TEXT_CHARACTERS:
        return refused(where, f"{len(text):,} characters of text; at most {MAX_TEXT_CHARACTERS:,} are read")
    return Extraction(Extracted(text, format, (*damage(text, decoded), *radicals(decoded.text, text))))


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """Bytes to text: byte order mark, then UTF-8, then what the file declares, then UTF-16 and GB 18030.

    Never raises: what cannot be read becomes U+FFFD and is counted.

    >>> decode("青政发〔2012〕46号".encode("gbk")).encoding
    'gb18030'
    >>> decode("﻿惠企".encode("utf-8")).text
    '惠企'
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_loosely(data[len(mark) :], encoding)
    candidates = ["utf-8", *([declared] if declared else []), "gb18030"]
    if b"\x00" in data[:4096]:
        candidates = ["utf-16-le", "utf-16-be", *candidates]
    for encoding in candidates:
        text = _decode_strictly(data, encoding)
        if text is not None and _usual_share(text) >= 1 - UNUSUAL_SHARE:
            return Decoded(text, encoding, 0)
    loose = [_decode_loosely(data, encoding) for encoding in candidates if not encoding.startswith("utf-16")]
    return min(loose, key=lambda decoded: decoded.unreadable / max(len(decoded.text), 1))


def _decode_strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _decode_loosely(data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding, errors="replace")
    except LookupError:
        return Decoded("", encoding, len(data))
    return Decoded(text, encoding, text.count(REPLACEMENT))


def _usual_share(text: str) -> float:
    """How much of the text is made of the signs that official documents use."""
    sample = text[:SAMPLE_CHARACTERS]
    return len(USUAL.findall(sample)) / max(len(sample), 1)


def is_text(decoded: Decoded) -> bool:
    """Whether the bytes were text at all, rather than a picture or a program."""
    size = max(len(decoded.text), 1)
    strange = decoded.unreadable + len(UNPRINTABLE.findall(decoded.text))
    return strange / size <= MAX_UNREADABLE_SHARE and _usual_share(decoded.text) >= FEWEST_USUAL


def clean(text: str) -> str:
    """One kind of line end, nothing invisible, whole characters instead of radicals that look like them.

    Before: ⼩微企业\\r\\n\\u200b第一条
    After:  小微企业\\n第一条
    """
    text = LINE_ENDS.sub("\n", text)
    text = INVISIBLE.sub("", UNPRINTABLE.sub("", text))
    return RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def damage(text: str, decoded: Decoded) -> tuple[Note, ...]:
    """Where characters could not be read, at most twenty places."""
    places = [found.start() for found in re.finditer(f"{REPLACEMENT}+", text)][:20]
    return tuple(
        Note("unread", f"not readable as {decoded.encoding}", (place, place + 1)) for place in places
    )


def radicals(before: str, after: str) -> tuple[Note, ...]:
    """Say once that characters were exchanged (CJK radicals, a habit of some PDF writers)."""
    found = RADICALS.search(before)
    if found is None:
        return ()
    message = f"radicals written for characters, such as U+{ord(found[0]):04X}, were replaced"
    return (Note("repaired", message, (0, len(after))),)
