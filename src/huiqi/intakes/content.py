"""What a file that was handed in really is, by its content."""

import codecs
import zipfile
from pathlib import Path
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.intakes.types import Kind

PARQUET: Final = b"PAR1"
ZIP: Final = b"PK\x03\x04"
WORKBOOK: Final = "xl/workbook.xml"
MOST_UNPACKED: Final = 40  # times the size of the file: more is a trap, not a table
MOST_MEMBERS: Final = 2_000
MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

NOT_A_TABLE: Final = Bilingual(
    "文件内容不是 CSV、XLSX 或 Parquet 表格", "The file holds no CSV, XLSX or Parquet table"
)
EMPTY: Final = Bilingual("文件是空的", "The file is empty")
TRAP: Final = Bilingual("压缩内容异常，不予打开", "The file unpacks to far too much and is not opened")


def kind_of_content(path: Path) -> Kind | Bilingual:
    """The kind of a file, or what is wrong with it; its name is not looked at."""
    size = path.stat().st_size
    if not size:
        return EMPTY
    with path.open("rb") as file:
        start = file.read(65_536)
        file.seek(max(size - 4, 0))
        end = file.read()
    if start.startswith(PARQUET) and end == PARQUET:
        return Kind.PARQUET
    if start.startswith(ZIP):
        return kind_of_archive(path, size)
    return Kind.CSV if start.startswith(MARKS) or is_text(start) else NOT_A_TABLE


def kind_of_archive(path: Path, size: int) -> Kind | Bilingual:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        return NOT_A_TABLE
    if WORKBOOK not in {member.filename for member in members}:
        return NOT_A_TABLE
    unpacked = sum(member.file_size for member in members)
    return TRAP if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED * size + (1 << 20) else Kind.XLSX


def is_text(start: bytes) -> bool:
    """No control characters but those of a table.

    >>> is_text("代码,从业人数".encode()), is_text("代码".encode("gbk")), is_text(b"MZ\\x00\\x03")
    (True, True, False)
    """
    return not set(start) & (set(range(32)) - set(b"\t\n\r\f"))


def shown_name(name: str) -> str:
    """A file's name without folders and control characters, to be shown.

    >>> shown_name("C:\\\\temp\\\\企业.xlsx"), shown_name("../../etc/passwd"), shown_name("")
    ('企业.xlsx', 'passwd', '—')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-120:] or "—"
