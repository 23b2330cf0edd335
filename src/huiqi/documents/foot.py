"""The foot of a document: signature, day, copies, the printing line, and where a portal's own words begin.

Source: GB/T 9704-2012, 7.3.5 and 7.4.
"""

import re
from datetime import date
from typing import NamedTuple

from huiqi.documents.authorities import is_authority, split_names
from huiqi.documents.dates import day_alone, find_days
from huiqi.documents.lines import Line
from huiqi.documents.numbering import read_label
from huiqi.documents.paragraphs import collapse, has_ended

_COPIES = re.compile(r"^(?:抄\s*送|抄\s*报|分\s*送|报\s*送|送)\s*:")
_PRINTED = re.compile(
    r"印\s*发\s*$|^特此(?:公告|通知|通告|批复|函复|函告|报告|公布)。?$|共印\s*\d+\s*份|^主动公开$|^\(?此件.{2,12}\)?$|^公开方式|^\(?联系(?:人|电话)"
)
_PORTAL = re.compile(
    r"^[\[(<]?(?:资料来源|資料來源|信息来源|来源\s*:|责任编辑|编辑\s*:|打印|关闭|分享|扫一扫|相关(?:链接|文件|解读|信息|文档|稿件|新闻|政策|阅读)"
    r"|附件下载|上一篇|下一篇|上一条|下一条|版权所有|主办(?:单位)?\s*:|承办(?:单位)?\s*:|网站(?:标识码|地图|声明)|政策解读|图解|解读(?:链接|材料)|"
    r"返回顶部|友情链接|联系我们|关于我们|copyright|©|https?://|.{0,6}ICP备|.{0,4}公网安备|技术支持|建议使用|微信|收藏|您访问)",
    re.IGNORECASE,
)
_HEAD_OF_GOVERNMENT = re.compile(
    r"^(?:自治区主席|[省市州县区]长|部\s*长|主\s*任|局\s*长|署\s*长|行\s*长)[\s:]+\S{1,6}(?:\s+\S{1,4})?$"
)
_SHORT = 46  # characters a line of a signature may have


class Signature(NamedTuple):
    """Who signed and when; `lines` are the first and the last line of it."""

    issuers: tuple[str, ...]
    day: date | None
    lines: tuple[int, int]


class Foot(NamedTuple):
    """What stands below the text."""

    copies: tuple[Line, ...] = ()  # the lines that name who gets copies
    published: date | None = None
    published_by: str | None = None


def find_signature(lines: tuple[Line, ...], start: int) -> Signature | None:
    """The first day that stands alone under names of bodies; else the first day alone."""
    lonely: Signature | None = None
    for index in range(start, len(lines)):
        text = lines[index].text
        if len(text) > 80 or (text[-1] != "日" and text[-1] != ")" and not text[-1].isdigit()):
            continue
        day = day_alone(text)
        if day is None:
            signed = _name_and_day(text)
            if signed:
                return Signature(signed[0], signed[1], (index, index))
            continue
        first, issuers = _names_above(lines, index, start)
        if issuers:
            return Signature(issuers, day, (first, index))
        if lonely is None and not text.startswith(("(", "[")) and _follows_text(lines, index, start):
            lonely = Signature((), day, (index, index))
    return lonely


def _follows_text(lines: tuple[Line, ...], index: int, start: int) -> bool:
    if index <= start:
        return False
    above = lines[index - 1].text
    if _HEAD_OF_GOVERNMENT.match(above):
        return True
    return has_ended(above) or lines[index].gap or above.startswith("附件") or read_label(above) is not None


def _name_and_day(text: str) -> tuple[tuple[str, ...], date] | None:
    days = find_days(text)
    if len(days) != 1 or days[0].span[1] != len(text.rstrip()):
        return None
    names = names_of(text[: days[0].span[0]])
    return (names, days[0].date) if names else None


def _names_above(lines: tuple[Line, ...], index: int, start: int) -> tuple[int, tuple[str, ...]]:
    """Names of bodies directly above a day; a name broken over two lines is one name."""
    first = index
    names: tuple[str, ...] = ()
    while first > start and index - first < 14:
        line = lines[first - 1]
        if len(line.text) > 2 * _SHORT or has_ended(line.text) or "。" in line.text or "《" in line.text:
            break
        label = read_label(line.text)
        found = names_of(line.text)
        if found and not label:
            names = (*found, *names)
        elif names and index - first == 1 and not label and _could_be_cut(line, lines[first].text):
            names = (collapse(line.text) + names[0], *names[1:])
        else:
            break
        first -= 1
    return first, names


def _could_be_cut(line: Line, below: str) -> bool:
    words = collapse(line.text)
    if ":" in words or words.startswith("附件") or words.endswith(("》", ",", "、", "表", "案")):
        return False
    return 6 <= len(words) <= _SHORT and len(collapse(below)) <= len(words)


def names_of(text: str) -> tuple[str, ...]:
    """The bodies a line of a signature names, letter-spaced or side by side; nothing if it names anything else.

    >>> names_of("青 岛 市 人 民 政 府"), names_of("财政部 国家税务总局"), names_of("请认真贯彻执行")
    (('青岛市人民政府',), ('财政部', '国家税务总局'), ())
    """
    text = re.sub(r"\((?:印章|盖章|公章|代章|章)\)", "", text)
    words = [word for word in re.split(r"[\s*]+", text.strip()) if word]
    if not words or len(text) > 3 * _SHORT:
        return ()
    is_letter_spaced = sum(len(word) for word in words) / len(words) < 2.5
    if is_letter_spaced or not all(map(is_authority, words)):
        words = ["".join(words)]
    names = [name.text for word in words for name in split_names(word)]
    return tuple(names) if names and all(map(_is_signing_body, names)) else ()


def _is_signing_body(name: str) -> bool:
    return (
        3 <= len(name) <= 60
        and is_authority(name)
        and not re.match(r"^[各有相请]|.*(?:附件|单位|部门)$", name)
    )


def read_foot(lines: tuple[Line, ...]) -> Foot:
    """Copies and the printing line among the lines below the text."""
    copied: tuple[Line, ...] = ()
    published, by = None, None
    for index, line in enumerate(lines):
        text = line.text.strip()
        if _COPIES.match(text) and not copied:
            copied = _copies(lines, index)
        if re.search(r"印\s*发\s*$", text) and len(text) < 60 and (days := find_days(text)) and not published:
            published = days[-1].date
            names = names_of(text[: days[-1].span[0]]) or (names_of(lines[index - 1].text) if index else ())
            by = names[0] if names else None
    return Foot(copied, published, by)


def _copies(lines: tuple[Line, ...], index: int) -> tuple[Line, ...]:
    following = index + 1
    while not lines[following - 1].text.endswith("。") and following < len(lines) and following - index < 6:
        if find_days(lines[following].text) or names_of(lines[following].text):
            break
        following += 1
    return lines[index:following]


def is_foot_line(line: Line) -> bool:
    """Copies, printing line, remark on publication."""
    text = line.text.strip()
    return bool(_COPIES.match(text) or (_PRINTED.search(text) and len(text) < 60))


def portal_from(lines: tuple[Line, ...], start: int) -> int:
    """The line from which on a portal speaks, from `start` on; the number of lines where it does not."""
    for index in range(start, len(lines)):
        if _PORTAL.match(lines[index].text.strip()):
            return index
    return len(lines)
