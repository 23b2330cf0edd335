"""Document numbers (发文字号): found in running text or alone on a line, in any bracket, damaged ones mended.

Source: GB/T 9704-2012, 7.2.5: the mark of the issuing body, the year in 〔〕, the serial number without leading zeros.
"""

import re
from typing import NamedTuple

from huiqi.documents.types import Span

_WORD = r"(?P<word>[\u4e00-\u9fffA-Za-z·]{1,24}(?:\([\u4e00-\u9fff]{1,6}\)[\u4e00-\u9fff]{0,6})?)"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_SERIAL = r"(?P<serial>\d{1,5}(?:-\d{1,3})?)"
_WELL = re.compile(rf"{_WORD}\s*[\[(<《]\s*{_YEAR}\s*年?\s*[\])>》]\s*(?:第\s*)?{_SERIAL}\s*号")
_ORDER = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{1,30}?(?:令|公告|通告))\s*\(?\[?(?P<year>(?:19|"
    r"20)\d{2})?\)?\]?\s*年?\s*第\s*(?P<serial>\d{1,5})\s*号"
)
_JOINT_ORDER = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{2,14}(?:\s+[\u4e00-\u9fff]{2,14}){1,5}(?:令|公告|"
    r"通告))\s*(?P<year>(?:19|20)\d{2})\s*年?\s*第\s*(?P<serial>\d{1,5})\s*号"
)
_DAMAGED = (
    re.compile(rf"{_WORD}\s*{_YEAR}\s*[\])>]\s*(?:第\s*)?{_SERIAL}\s*号"),
    re.compile(rf"{_WORD}\s*[\[(<]\s*{_YEAR}\s*(?:第|\s)\s*{_SERIAL}\s*号"),
    re.compile(rf"{_WORD}\s*[\[(<]\s*{_YEAR}\s*[\])>]\s*号\s*{_SERIAL}(?!\d)"),
    re.compile(rf"{_WORD}\s*[\[(<]\s*{_YEAR}\s*[\])>]\s*第?\s*{_SERIAL}(?=[\s),;。]|$)"),
    re.compile(rf"{_WORD}\s*{_YEAR}\s*年?\s*第?\s*{_SERIAL}\s*号(?=$)"),
)
_YEARS_NEAR = re.compile(r"(?:19|20)\d{2}|第\s*\d{1,5}\s*号")
_LEAD_IN = re.compile(
    r"^.*(?:根据|按照|依据|遵照|贯彻|落实|执行|参照|依照|转发|印发|废止|文件|通知|关于|以及|并|和|与|及|的|见|由|对|即|原|按|据|以|在|了|号|发布|"
    r"用于|适用|符合|享受|兑现|比照|对照|结合)"
)
_LABELS = re.compile(r"^(?:发文字号|发文文号|发布文号|文件编号|文件字号|文号|字号|文件号)")


class Number(NamedTuple):
    """A document number in the standard's form, and where it stands."""

    form: str  # 青政办〔2011〕305号
    span: Span
    is_mended: bool = False


def read_number(line: str) -> Number | None:
    """The number a line consists of, perhaps behind 发文字号:, mended where it is damaged.

    >>> read_number("青政办2011〕305号".replace("〕", "]"))
    Number(form='青政办〔2011〕305号', span=(0, 12), is_mended=True)
    >>> [
    ...     read_number(line).form
    ...     for line in ("发文字号: 渝府办发[ 2022 ]96 号", "国令第728号", "青政[2012]号16")
    ... ]
    ['渝府办发〔2022〕96号', '国令第728号', '青政〔2012〕16号']
    """
    label = re.match(
        r"\s*(?:发文字号|发文文号|发布文号|文件编号|文件字号|文\s*号|字\s*号|文件号)\s*:?\s*", line
    )
    start = label.end() if label else 0
    stripped = line[start:].strip(" \u200b。,;")
    if stripped.startswith("("):
        stripped = stripped.strip("()")
    for pattern in (_WELL, _ORDER, _JOINT_ORDER, *_DAMAGED):
        match = pattern.fullmatch(stripped)
        if match:
            at = line.index(stripped, start)
            return Number(_form(match), (at, at + len(stripped)), pattern in _DAMAGED)
    return None


def find_numbers(text: str) -> list[Number]:
    """All numbers in running text, words that only lead to them left out.

    >>> [found.form for found in find_numbers("根据国发[2012]14号文件和《条例》(国令第728号)")]
    ['国发〔2012〕14号', '国令第728号']
    """
    if not _YEARS_NEAR.search(text):
        return []
    found: list[Number] = []
    taken = bytearray(len(text))
    for pattern in (_WELL, _ORDER, *_DAMAGED[:4]):
        for match in pattern.finditer(text):
            start = match.start() + _lead_in(match["word"])
            span = (start, match.end())
            if start >= match.end("word") or 1 in taken[start : match.end()]:
                continue
            taken[start : match.end()] = b"\1" * (match.end() - start)
            form = _form(match, word=text[start : match.end("word")])
            found.append(Number(form, span, pattern in _DAMAGED))
    return sorted(found, key=lambda number: number.span)


def _lead_in(word: str) -> int:
    match = _LEAD_IN.match(word)
    return match.end() if match and match.end() < len(word) else 0


def _form(match: re.Match[str], word: str | None = None) -> str:
    word = re.sub(r"\s", "", match["word"] if word is None else word)
    word = _LABELS.sub("", word)
    serial = match["serial"].lstrip("0") or "0"
    if match.re in (_ORDER, _JOINT_ORDER):
        year = f"{match['year']}年" if match["year"] else ""
        return f"{word}{year}第{serial}号"
    return f"{word}〔{match['year']}〕{serial}号"
