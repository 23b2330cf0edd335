"""PDF files as offices print them: whole paragraphs, without page numbers and running heads."""

import io

import pypdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from huiqi.documents.extract.read import extract
from tests.documents.synthetic import BODY, LINES, NUMBER, ROWS, SIGNATURE, TABLE
from tests.documents.synthetic_files import PdfWriter, printed_pdf


def lines_of(data: bytes) -> list[str]:
    extraction = extract(data, name="文件.pdf")
    assert extraction.extracted is not None, extraction.problems
    return extraction.extracted.text.split("\n")


def test_paragraphs_are_put_together_again() -> None:
    assert lines_of(printed_pdf()) == list(LINES)


@pytest.mark.parametrize("number", ["- {} -", "— {} —", "－{}－", "{}", "第 {} 页 共 9 页", "第{}页", "{}/9"])
def test_page_numbers_go_and_sentences_cut_across_pages_are_joined(number: str) -> None:
    assert lines_of(printed_pdf(number=number, lines_a_page=6)) == list(LINES)


def test_a_running_head_goes() -> None:
    assert lines_of(printed_pdf(head="示例市人民政府公报 2019年第7期", lines_a_page=8)) == list(LINES)


def test_a_document_number_that_stands_only_in_the_running_head_is_kept() -> None:
    pdf = PdfWriter(head=NUMBER, lines_a_page=5)
    for line in BODY:
        pdf.paragraph(line)
    assert lines_of(pdf.bytes()) == [NUMBER, *BODY]


def test_a_bracket_split_by_the_end_of_a_page_is_closed() -> None:
    text = (
        "（一）加强协调配合。"
        + "各部门要密切配合形成合力，" * 3
        + "（市财政局、市科技局、市商务局、市市场监管局负责）"
    )
    for lines_a_page in range(2, 6):
        pdf = PdfWriter(lines_a_page=lines_a_page)
        pdf.paragraph("前面的一段话，没有别的意思。")
        pdf.paragraph(text)
        assert lines_of(pdf.bytes())[1] == text


def test_years_alone_on_a_line_are_not_taken_for_page_numbers() -> None:
    pdf = PdfWriter()
    pdf.centred("2016-2018")
    pdf.paragraph(BODY[0])
    assert lines_of(pdf.bytes()) == ["2016-2018", BODY[0]]


def test_a_ruled_table_comes_out_by_rows_and_columns() -> None:
    pdf = PdfWriter()
    pdf.paragraph(BODY[0])
    pdf.table(TABLE, [40, 200, 90, 110])
    assert lines_of(pdf.bytes()) == [BODY[0], *ROWS]


def test_paragraphs_set_apart_by_distance_are_not_joined() -> None:
    pdf = PdfWriter()
    sentence = "本市各部门应当按照职责分工密切配合共同做好扶持小型微型企业工作，"[:28]
    pdf.line(sentence)
    pdf.line(sentence)
    pdf.used += 1
    pdf.line(sentence)
    assert lines_of(pdf.bytes()) == [sentence * 2, sentence]


def test_signature_and_date_stay_lines_of_their_own() -> None:
    assert tuple(lines_of(printed_pdf())[-2:]) == SIGNATURE


def test_a_scanned_file_is_refused_with_what_to_do() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawInlineImage(picture(), 0, 0, 500, 700)
    canvas.save()
    extraction = extract(buffer.getvalue(), name="扫描件.pdf")
    assert extraction.extracted is None
    assert "scanned" in extraction.problems[0].message
    assert "OCR" in extraction.problems[0].message


def test_a_scanned_page_among_others_is_noted() -> None:
    pdf = PdfWriter(number="")
    pdf.paragraph(BODY[1])
    pdf.paragraph(BODY[2])
    pdf.canvas.showPage()
    pdf.canvas.drawInlineImage(picture(), 0, 0, 500, 700)
    extracted = extract(pdf.bytes(), name="a.pdf").extracted
    assert extracted is not None
    assert extracted.notes[-1].message.endswith("only pictures: 2")


def picture() -> Image.Image:
    return Image.new("L", (60, 80), 200)


def encrypted(password: str) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(printed_pdf()))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_an_encrypted_file_is_refused() -> None:
    extraction = extract(encrypted("secret"), name="a.pdf")
    assert "encrypted" in extraction.problems[0].message


def test_a_file_that_only_forbids_editing_is_read() -> None:
    assert lines_of(encrypted("")) == list(LINES)


def test_a_file_that_ends_too_soon_is_a_problem_or_read_never_an_error() -> None:
    data = printed_pdf()
    for share in (0.1, 0.5, 0.9):
        extraction = extract(data[: int(len(data) * share)], name="a.pdf")
        assert extraction.extracted is not None or extraction.problems


def test_a_table_cut_by_a_page_is_one_table() -> None:
    widths = [40, 200, 90, 110]
    pdf = PdfWriter()
    pdf.table([TABLE[0], ("1", "扩大小型微型企业信贷规模，", "市金融办", "市财政局、")], widths)
    pdf.canvas.showPage()
    pdf.begin_page()
    pdf.table(
        [TABLE[0], ("", "确保增速不低于平均水平", "", "市科技局"), ("2", "清理收费", "市发展改革委", "")],
        widths,
    )
    assert lines_of(pdf.bytes()) == [
        ROWS[0],
        "1\t扩大小型微型企业信贷规模，确保增速不低于平均水平\t市金融办\t市财政局、市科技局",
        "2\t清理收费\t市发展改革委",
    ]


def test_a_letterhead_set_one_character_at_a_time_is_one_name() -> None:
    pdf = PdfWriter()
    for position, sign in enumerate("示例市人民政府文件"):
        pdf.canvas.setFont("STSong-Light", 26)
        pdf.canvas.drawString(80 + position * 48 if position < 4 else 60 + position * 52, 760, sign)
    pdf.paragraph(BODY[0])
    assert lines_of(pdf.bytes()) == ["示例市人民政府文件", BODY[0]]
