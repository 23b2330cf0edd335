"""Word files: paragraphs and tables in order, with the labels that Word draws."""

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from huiqi.documents.extract.read import extract
from tests.documents.synthetic import LINES, ROWS, TABLE
from tests.documents.synthetic_files import add_list, add_numbered, saved, word_file

OFFICIAL = [
    ("chineseCounting", "%1、"),
    ("chineseCounting", "（%2）"),
    ("decimal", "%3."),
    ("decimal", "(%4)"),
]


def lines_of(document) -> list[str]:
    extraction = extract(saved(document), name="文件.docx")
    assert extraction.extracted is not None, extraction.problems
    return extraction.extracted.text.split("\n")


def test_paragraphs_come_out_as_they_stand() -> None:
    assert lines_of(word_file(LINES)) == list(LINES)


def test_labels_of_official_numbering_are_written() -> None:
    document = word_file(["前言。"])
    add_list(document, OFFICIAL)
    for text, level in [
        ("财税", 0), ("补助", 1), ("奖励", 1), ("融资", 0), ("贷款", 1), ("贴息", 2), ("担保", 2), ("费率", 3), ("服务", 0)
    ]:  # fmt: skip
        add_numbered(document, text, level)
    assert lines_of(document)[1:] == [
        "一、财税", "（一）补助", "（二）奖励", "二、融资", "（一）贷款", "1.贴息", "2.担保", "(1)费率", "三、服务"
    ]  # fmt: skip


def test_numbering_runs_on_over_paragraphs_without_it() -> None:
    document = word_file([])
    add_list(document, OFFICIAL)
    add_numbered(document, "甲", 0)
    document.add_paragraph("正文。")
    add_numbered(document, "乙", 0)
    assert lines_of(document) == ["一、甲", "正文。", "二、乙"]


@pytest.mark.parametrize(
    ("kind", "pattern", "labels"),
    [
        ("chineseCountingThousand", "第%1条", ["第一条", "第二条", "第三条"]),
        ("decimalEnclosedCircleChinese", "%1", ["①", "②", "③"]),
        ("upperLetter", "%1.", ["A.", "B.", "C."]),
        ("lowerRoman", "(%1)", ["(i)", "(ii)", "(iii)"]),
        ("ideographTraditional", "%1、", ["甲、", "乙、", "丙、"]),
        ("chineseLegalSimplified", "%1、", ["壹、", "贰、", "叁、"]),
        ("decimalFullWidth", "%1．", ["１．", "２．", "３．"]),
        ("bullet", "\uf06c", ["", "", ""]),
    ],
)
def test_every_kind_of_number_of_chinese_word(kind: str, pattern: str, labels: list[str]) -> None:
    document = word_file([])
    add_list(document, [(kind, pattern)])
    for _ in labels:
        add_numbered(document, "项", 0)
    assert lines_of(document) == [f"{label}项" for label in labels]


def test_a_list_that_restarts_begins_at_one_again() -> None:
    document = word_file([])
    add_list(document, [("decimal", "%1.")])
    numbering = document.part.numbering_part.element
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )
    for text, number in [("甲", 90), ("乙", 90), ("丙", 91), ("丁", 91)]:
        add_numbered(document, text, 0, number=number)
    assert lines_of(document) == ["1.甲", "2.乙", "1.丙", "2.丁"]


def test_a_number_may_come_from_the_style() -> None:
    document = word_file([])
    add_list(document, OFFICIAL)
    style = document.styles["Heading 1"].element.get_or_add_pPr()
    style.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="90"/></w:numPr>'))
    document.add_paragraph("财税", style="Heading 1")
    document.add_paragraph("融资", style="Heading 1")
    assert lines_of(document) == ["一、财税", "二、融资"]


def test_a_label_typed_by_hand_is_not_doubled() -> None:
    document = word_file([])
    add_list(document, OFFICIAL)
    add_numbered(document, "一、财税", 0)
    assert lines_of(document) == ["一、财税"]


def test_tables_stand_where_they_are_in_the_text() -> None:
    document = word_file(["前"])
    table = document.add_table(rows=len(TABLE), cols=4)
    for row, texts in zip(table.rows, TABLE, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("后")
    assert lines_of(document) == ["前", *ROWS, "后"]


def test_merged_cells_keep_the_others_in_their_columns() -> None:
    document = word_file([])
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(
        table.rows, [("甲", "一", "二"), ("", "三", "四"), ("合计", "", "五")], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 0).merge(table.cell(2, 1))
    assert lines_of(document) == ["甲\t一\t二", "\t三\t四", "合计\t\t五"]


def test_tracked_changes_are_read_as_accepted_and_noted() -> None:
    document = word_file([])
    paragraph = document.add_paragraph("补助")._p
    paragraph.append(
        parse_xml(
            f'<w:del {nsdecls("w")} w:id="1" w:author="x"><w:r><w:delText>2万元</w:delText></w:r></w:del>'
        )
    )
    paragraph.append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="2" w:author="x"><w:r><w:t>3万元</w:t></w:r></w:ins>')
    )
    extracted = extract(saved(document), name="a.docx").extracted
    assert extracted is not None
    assert extracted.text == "补助3万元"
    assert "tracked changes" in extracted.notes[0].message


def test_a_text_box_is_read_once_and_hidden_text_not_at_all() -> None:
    document = word_file([])
    box = "<w:txbxContent><w:p><w:r><w:t>示例市人民政府文件</w:t></w:r></w:p></w:txbxContent>"
    paragraph = document.add_paragraph("正文")._p
    namespaces = (
        f'{nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    paragraph.append(
        parse_xml(
            f"<w:r {namespaces}><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>"
            f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        )
    )
    paragraph.append(parse_xml(f"<w:r {nsdecls('w')}><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"))
    assert lines_of(document) == ["示例市人民政府文件", "正文"]


def test_a_table_of_contents_does_not_repeat_the_headings() -> None:
    document = word_file(["标题"])
    content = "<w:p><w:r><w:t>一、财税 1</w:t></w:r></w:p>"
    document.element.body.insert(
        1,
        parse_xml(
            f'<w:sdt {nsdecls("w")}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
            f"</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
        ),
    )
    assert lines_of(document) == ["标题"]


def test_a_word_file_without_text_says_so() -> None:
    extraction = extract(saved(word_file([""])), name="a.docx")
    assert "no text" in extraction.problems[0].message
