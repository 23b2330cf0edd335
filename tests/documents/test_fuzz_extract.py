"""Whatever bytes come in: either text or problems, never an error, and spans that lie in the text."""

import io
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiqi.documents.extract.docx import extract_docx
from huiqi.documents.extract.html import extract_html
from huiqi.documents.extract.pdf_pages import PdfPage, Piece, Rule
from huiqi.documents.extract.pdf_process import answer_for
from huiqi.documents.extract.pdf_text import text_of
from huiqi.documents.extract.read import extract
from huiqi.documents.extract.text import decode
from huiqi.documents.extract.types import Extraction
from tests.documents import portal_pages
from tests.documents.synthetic import LINES
from tests.documents.synthetic_files import add_list, add_numbered, printed_pdf, saved, word_file

PAGES = [
    page().encode()
    for page in (portal_pages.gov_table_page, portal_pages.layout_table_page, portal_pages.split_page)
]
WORDS = st.sampled_from(
    ["<div>", "</div>", "<table>", "<tr>", "<td>", "</table>", "<p>", "<br>", "<a href=x>", "</a>", "<ol>", "<li>", "&nbsp;",
     "&#0;", "&#xD800;", "<!--", "-->", "<![CDATA[", "<script>", "</script>", "<style", "　　", "索引号：", "附件：", "一、", "。",
     "相关链接", "<pre>", "\x00", "\ufffe", "<td rowspan=2>", "<td colspan=x>", "<meta charset=utf-9>", "<?xml version='1.0'?>"]
)  # fmt: skip


def sound(extraction: Extraction) -> None:
    """The promise of extraction."""
    assert (extraction.extracted is None) == bool(extraction.problems)
    if extraction.extracted is not None:
        text = extraction.extracted.text
        assert text.strip()
        assert all(0 <= note.span[0] <= note.span[1] <= len(text) for note in extraction.extracted.notes)
        assert "\r" not in text
        assert "\x00" not in text
        text.encode("utf-8")


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.html", "a.docx", "a.md", "-"]))
def test_any_bytes(data: bytes, name: str) -> None:
    if b"%PDF-" not in data:
        sound(extract(data, name=name))


@given(st.text(max_size=200), st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-be", "latin-1"]))
def test_any_text_in_any_encoding(text: str, encoding: str) -> None:
    sound(extract(text.encode(encoding, errors="replace"), name="a.txt"))


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=30, max_size=200))
def test_chinese_text_survives_every_chinese_encoding(text: str) -> None:
    assert decode(text.encode("utf-8")).text == text
    assert decode(("，" + text).encode("utf-16")).text == "，" + text


@given(st.lists(WORDS | st.text(max_size=5), max_size=60))
def test_any_markup(pieces: list[str]) -> None:
    sound(extract_html("".join(pieces).encode("utf-8", errors="replace"), where="a.html"))


@given(st.data())
def test_pages_with_damage(data: st.DataObject) -> None:
    page = bytearray(data.draw(st.sampled_from(PAGES)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(page) - 1))
        kind = data.draw(st.sampled_from(("cut", "change", "repeat")))
        if kind == "cut":
            del page[at : at + data.draw(st.integers(1, 400))]
        elif kind == "repeat":
            page[at:at] = page[at : at + 200]
        else:
            page[at] = data.draw(st.integers(0, 255))
        if not page:
            break
    sound(extract_html(bytes(page) or b" ", where="a.html"))


def word_bytes() -> bytes:
    document = word_file(LINES)
    add_list(document, [("chineseCounting", "%1、"), ("decimal", "%2.")])
    add_numbered(document, "项", 0)
    add_numbered(document, "目", 1)
    return saved(document)


WORD = word_bytes()
PARTS = {
    info.filename: zipfile.ZipFile(io.BytesIO(WORD)).read(info)
    for info in zipfile.ZipFile(io.BytesIO(WORD)).infolist()
}


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_word_files_with_damage(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["word/document.xml", "word/numbering.xml", "word/styles.xml"]))
    part = bytearray(PARTS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(part) - 1))
        part[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=12))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for each in ("word/document.xml", "word/numbering.xml", "word/styles.xml"):
            archive.writestr(each, bytes(part) if each == name else PARTS[each])
    sound(extract_docx(buffer.getvalue(), where="a.docx"))


@given(st.integers(0, len(WORD) - 1), st.binary(max_size=20))
def test_zip_files_with_damage(at: int, piece: bytes) -> None:
    sound(extract_docx(WORD[:at] + piece + WORD[at + len(piece) :], where="a.docx"))


PDF = printed_pdf()


@given(st.integers(0, len(PDF) - 1), st.binary(max_size=30), st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_pdf_files_with_damage(at: int, piece: bytes, insert: bool) -> None:
    answer = answer_for(PDF[:at] + piece + PDF[at + (0 if insert else len(piece)) :])
    assert set(answer) in ({"pages"}, {"refused"})


COORDINATES = st.floats(-200, 1200, allow_nan=False)
PIECES = st.builds(
    Piece, COORDINATES, COORDINATES, st.floats(0, 60), st.text(min_size=1, max_size=20).filter(str.strip)
)
RULES = st.builds(Rule, COORDINATES, COORDINATES, COORDINATES, COORDINATES)
PDF_PAGES = st.builds(
    PdfPage,
    st.just(595.0),
    st.just(842.0),
    st.lists(PIECES, max_size=25),
    st.lists(RULES, max_size=12),
    st.booleans(),
)


@given(st.lists(PDF_PAGES, max_size=4))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_print_is_put_together(pages: list[PdfPage]) -> None:
    assert isinstance(text_of(pages), str)
