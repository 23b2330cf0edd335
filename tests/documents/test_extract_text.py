"""Plain text: whatever the encoding, the same text comes out."""

import pytest

from huiqi.documents.extract.read import extract, extract_file
from tests.documents.synthetic import LINES

TEXT = "\n".join(LINES)


def text_of(data: bytes, name: str = "document.txt") -> str:
    extraction = extract(data, name=name)
    assert extraction.extracted is not None, extraction.problems
    return extraction.extracted.text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert text_of(TEXT.encode(encoding)) == TEXT


def test_line_ends_of_all_systems_become_one() -> None:
    assert (
        text_of("一、甲。\r\n二、乙。\r三、丙。\u2028四、丁。".encode())
        == "一、甲。\n二、乙。\n三、丙。\n四、丁。"
    )


def test_a_few_damaged_bytes_are_noted_with_their_place() -> None:
    data = TEXT.encode("gbk")
    damaged = data[:400] + b"\xff" + data[400:]
    extracted = extract(damaged, name="a.txt").extracted
    assert extracted is not None
    assert "第" not in extracted.text[:1]
    assert extracted.text.startswith(LINES[0])
    note = extracted.notes[0]
    assert (note.kind, extracted.text[slice(*note.span)]) == ("unread", "\ufffd")


def test_the_last_character_cut_in_half_does_not_spoil_the_rest() -> None:
    assert text_of(TEXT.encode("utf-8")[:-1]).startswith(TEXT[:-1])


def test_invisible_signs_go_and_radicals_become_characters() -> None:
    extracted = extract("⼩微\u200b企业\ufeff第⼀条".encode(), name="a.txt").extracted
    assert extracted is not None
    assert extracted.text == "小微企业第一条"
    assert [note.kind for note in extracted.notes] == ["repaired"]


def test_markdown_keeps_its_marks() -> None:
    extraction = extract("## 一、标题\n**（一）**内容。".encode(), name="a.md")
    assert extraction.extracted is not None
    assert (extraction.extracted.format, extraction.extracted.text) == ("md", "## 一、标题\n**（一）**内容。")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), ".docx"),
        (b"{\\rtf1 abc}", "RTF"),
        (bytes(range(256)) * 40, "not text"),
        (b"\x00\x01\x02\x03" * 500, "not text"),
    ],
)
def test_what_is_no_document_is_refused_with_a_reason(data: bytes, message: str) -> None:
    extraction = extract(data, name="a.txt")
    assert extraction.extracted is None
    assert message in extraction.problems[0].message


def test_a_missing_file_and_a_folder_are_problems(tmp_path) -> None:
    assert "no such file" in extract_file(tmp_path / "none.txt").problems[0].message
    assert "no such file" in extract_file(tmp_path).problems[0].message


def test_a_file_is_read_from_disk(tmp_path) -> None:
    path = tmp_path / "文件.txt"
    path.write_bytes(TEXT.encode("gbk"))
    extraction = extract_file(path)
    assert extraction.extracted is not None
    assert extraction.extracted.text == TEXT
