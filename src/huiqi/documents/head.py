"""The head of a document (版头, 标题, 主送机关): number, title, issuers, addressees, and what a portal puts above them.

Source: GB/T 9704-2012, 7.2 and 7.3.1-7.3.2.
"""

import re
from datetime import date
from typing import NamedTuple

from huiqi.documents.authorities import is_authority, split_names
from huiqi.documents.dates import day_alone, find_days
from huiqi.documents.docnumbers import Number, find_numbers, read_number
from huiqi.documents.lines import Line
from huiqi.documents.numbering import read_label
from huiqi.documents.paragraphs import collapse, has_ended
from huiqi.documents.titles import bare_title

_TYPES = (
    "通知|意见|办法|规定|决定|公告|通告|方案|措施|规划|条例|细则|批复|函|命令|令|报告|纲要|计划|要点|清单|政策|指南|通报|请示|决议"
    "|公报|表|书|须知|流程|说明|议案|纪要|行动|规则|制度|规程|规范|程序|机制|工程|章程|准则|标准|指引|目录|条|分工|安排|任务|分工表|一览表|名单|解读|倡议|预案|举措|实施意见"
)
ENDS_LIKE_TITLE = re.compile(
    rf"(?:{_TYPES})(?:\((?!.*[。;]).{{1,20}}\))?(?:》的?(?:通知|公告|决定|函|意见)?)?(?:\(.{{1,12}}\))?$"
)
_KEYS = (
    "索\\s*引\\s*号|信息索引|主题分类|主题词|主\\s*题|体裁分类|服务对象|组配分类|信息分类|公开类别|公开方式|公开形式|公开时限|生成日期|成文日期"
    "|发文日期|发布日期|发布时间|公开日期|印发日期|印发时间|制发日期|发布文号|发文字号|文\\s*号|字\\s*号|文件编号|发文机关|发文单位|制发机关|发布机构"
    "|发布单位|公开主体|公开责任部门|信息来源|来源|标\\s*题|名\\s*称|信息名称|文件名称|有\\s*效\\s*性|效力状态|时效性|时效|统一编号|规范性文件编号|登记号"
    "|实施日期|施行日期|生效日期|废止日期|失效日期|终止日期|有效期|关键词|内容概述|浏览次数|点击数|阅读次数|访问量|字体|作者|责任编辑|所属机构|所属主题|语种|文件状态"
    "|发文标题|法规标题|发文文号|发文部门|发文机构|制发单位|颁布单位|颁发部门|颁布日期|颁布时间|发文时间|成文时间|实施时间|施行时间|废止时间"
    "|法规类型|公文种类|公文时效|是否有效|所属行业|所属区域|阅读人次|评论人次|页面功能|发文内容|政策咨询机关|政策咨询电话|内容分类"
)
_META = re.compile(rf"(?:^|(?<=[\s|\[(•]))(?P<key>{_KEYS})\s*(?:[\])]\s*:?|[:\t|])\s*")
_META_BY_SPACE = re.compile(rf"(?:^|(?<=\s))(?P<key>{_KEYS})[ ]+(?=\S)")
_META_ALONE = re.compile(rf"^(?P<key>{_KEYS})\s*:?$")
_NAVIGATION = re.compile(
    r"首页|当前(?:的|所在|所在的)?位置|您(?:的|所在|所在的|现在的)?位置|网站导航|打印|关闭|字号|字体|分享|收藏|浏览|登录|注册|无障碍|长者|搜索|>|›|»|"
    r"繁体|English|移动端|客户端|微信|微博|扫一扫|下载"
)
_RED_HEAD = re.compile(r"^(?P<body>[\u4e00-\u9fff()]{4,60}?)(?:文件|公报)(?:\(.{2,4}\))?$")
_ADDRESSED = re.compile(r"各|有关|单位|部门|政府|委员会|局|厅|办|公司|机构|企业|银行")
_NOT_ADDRESSED = re.compile(r"如下|附件|。|以下|包括|关于|下列|职责是|步骤|根据|为(?:了|深入|贯彻)")
_COLUMN_HEAD = re.compile(
    r"^(?:序号|编号|(?:重点|工作|主要|目标|具体)?(?:任务|事项|措施|内容|举措)|(?:牵头|责任|配合|协办|主办|负责)(?:单位|部门)|完成时[限间]|备注)+$"
)
_SERIAL_LINE = re.compile(r"^[(\[]?(?:(?:19|20)\d{2}年?)?第\d{1,5}号[)\]]?$")
_BRACKET_LINE = re.compile(r"^[(\[].*[)\]]$")
_CLOSING_WORDS = ("通知", "意见", "办法", "规定", "决定", "公告", "通告", "函", "批复", "通报", "报告")
_WORD_OF_PORTAL = 4  # characters; a shorter line above a title is 正文 or 失效, not its beginning
_TITLE_AT_MOST = 100  # characters of one line
_ABOUT = re.compile("关于|印发|转发|批转|公告|通告|通知")
_FARTHEST = 160  # lines within which a head ends


class Head(NamedTuple):
    """What the head says."""

    number: Number | None = None
    number_line: int | None = None
    title: str | None = None
    title_lines: tuple[int, int] = (0, 0)
    issuers: tuple[str, ...] = ()
    addressed_lines: tuple[int, int] = (0, 0)
    signed: date | None = None
    published: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    body_from: int = 0


def read_head(lines: tuple[Line, ...]) -> Head:
    """Read the lines above the first paragraph; what is not there stays None."""
    limit = _first_label(lines)
    meta = _read_meta(lines[: min(limit, _FARTHEST)])
    addressed = _find_addressees(lines, limit)
    if addressed:
        first, after = addressed
        title_end, body_from = first, after
    else:
        title_end = body_from = _first_paragraph(lines, limit)
    start, end = _find_title(lines, title_end)
    title = (
        "".join(collapse(line.text) for line in lines[start:end]) or collapse(meta.get("title", "")) or None
    )
    if not addressed:
        body_from = max(body_from, end)
    number, number_line = _find_number(lines, body_from, meta)
    if number is None and end and (beside := _NUMBER_BESIDE.search(title or "")):
        number = read_number(beside["ahead"] or beside["behind"])
    promulgated = _promulgation(lines[start : body_from + 2]) if number is None and end else None
    if promulgated:
        number = promulgated
    return Head(
        number=number,
        number_line=number_line,
        title=title,
        title_lines=(start, end),
        issuers=_issuers(lines[:body_from], lines[start:end], meta)
        or _issuer_of_order(number)
        or _issuers_above(lines, start),
        addressed_lines=addressed or (0, 0),
        signed=_day(meta.get("signed")) or _bracketed_day(lines[start : body_from + 1]),
        published=_day(meta.get("published")),
        effective_from=_day(meta.get("effective_from")),
        effective_to=_day(meta.get("effective_to")),
        body_from=body_from,
    )


_OPENING_STYLES = ("part", "chapter", "article", "han", "han_paren")
_SECOND_WITHIN = 60  # lines after 1. in which 2. must come, where the text begins with such a list


def _first_label(lines: tuple[Line, ...]) -> int:
    for index, line in enumerate(lines[:_FARTHEST]):
        label = read_label(line.text)
        if not label or label.number != 1:
            continue
        if label.style in _OPENING_STYLES or _has_second(
            lines[index + 1 : index + _SECOND_WITHIN], label.style
        ):
            return index
    return min(len(lines), _FARTHEST)


def _has_second(lines: tuple[Line, ...], style: str) -> bool:
    labels = (read_label(line.text) for line in lines)
    return any(label.style == style and label.number == 2 for label in labels if label)


def _first_paragraph(lines: tuple[Line, ...], limit: int) -> int:
    """Without addressees the body begins with the first whole sentence, or with the first label."""
    for index, line in enumerate(lines[:limit]):
        if _COLUMN_HEAD.match(collapse(line.text)):
            return index
        if len(line.text) <= 45 and not has_ended(line.text):
            continue
        if _is_title_line(line) and ENDS_LIKE_TITLE.search(collapse(line.text)):
            continue
        is_sentence = any("。" in other.text for other in lines[index : index + 6])
        if is_sentence and not any(form.search(line.text) for form in (_META, _NAVIGATION, _BRACKET_LINE)):
            return index
    return limit


def _find_addressees(lines: tuple[Line, ...], limit: int) -> tuple[int, int] | None:
    for index, line in enumerate(lines[:limit]):
        text = collapse(line.text)
        if (
            not text.endswith(":")
            or len(text) > 400
            or _META_ALONE.match(text)
            or _META.match(line.text)
            or _NOT_ADDRESSED.search(text)
        ):
            continue
        names = [name.text for name in split_names(text[:-1])]
        if not names or not (_ADDRESSED.search(text) or any(map(is_authority, names))):
            continue
        first = index
        while first > 0 and _leads_to_addressees(lines[first - 1].text):
            first -= 1
        return first, index + 1
    return None


def _leads_to_addressees(text: str) -> bool:
    words = collapse(text)
    if ENDS_LIKE_TITLE.search(words) or _META.search(text) or read_number(text) or "。" in words:
        return False
    return words.endswith(("、", ",", "各", "委、办")) or (words.startswith("各") and len(words) > 15)


def _is_title_line(line: Line) -> bool:
    text = line.text.strip()
    words = collapse(text)
    return not (
        len(words) > _TITLE_AT_MOST
        or not re.search("[\u4e00-\u9fff]", words)
        or words.startswith("附件")
        or has_ended(words)
        or _META.search(text)
        or _META_ALONE.match(text)
        or read_number(text)
        or find_days(text)
        or _NAVIGATION.search(text)
        or _RED_HEAD.match(words)
        or (_BRACKET_LINE.match(words) and not words.startswith(("(试", "(暂", "(20")))
        or _COLUMN_HEAD.match(words)
        or words in ("附件", "目录", "正文", "通知", "政策解读", "文件", "主动公开")
    )


def _find_title(lines: tuple[Line, ...], end: int) -> tuple[int, int]:
    """The lines of the title that stands last above `end`: from its closing word up to its beginning."""
    last = end - 1
    while last >= 0 and end - last < 30:
        words = collapse(lines[last].text)
        if _is_title_line(lines[last]) and ENDS_LIKE_TITLE.search(words):
            return _title_start(lines, last), last + 1
        if words in _CLOSING_WORDS and last and collapse(lines[last - 1].text).endswith(("的", "》")):
            return _title_start(lines, last), last + 1
        last -= 1
    return _first_about(lines, end)


def _first_about(lines: tuple[Line, ...], end: int) -> tuple[int, int]:
    """Where no line ends like a title: the first that is about something (关于)."""
    for index, line in enumerate(lines[:end]):
        words = collapse(line.text)
        if "关于" in words and len(words) >= 8 and _is_title_line(line):
            return index, index + 1
    return 0, 0


def _title_start(lines: tuple[Line, ...], last: int) -> int:
    start = last
    words = collapse(lines[last].text)
    while start > 0 and last - start < 6:
        above = lines[start - 1]
        above_words = collapse(above.text)
        if _is_title_line(above) and _all_bodies(above.text):
            stands_alone = any(collapse(line.text) == words for line in lines[: start - 1])
            if (lines[start].gap or stands_alone) and not _ABOUT.match(words):
                break
            start -= 1
            words = above_words + words
            continue
        if len(above_words) <= _WORD_OF_PORTAL and not is_authority(above_words):
            break
        begins = re.match(r"(?:关于|印发|转发|批转)", words)
        if not _is_title_line(above) or (
            ENDS_LIKE_TITLE.search(above_words) and not _is_open_title(above_words, words)
        ):
            break
        if begins and not is_authority(above_words.rsplit("、", 1)[-1]):
            break
        if not begins and _begins_with_authority(words) and len(words) > 12:
            break
        start -= 1
        words = above_words + words
    return start


def _all_bodies(text: str) -> bool:
    """Whether a line names bodies and nothing else, as the issuers above 关于 do."""
    words = collapse(text)
    if re.search("关于|印发", words):
        return False
    apart = [name.text for name in split_names(re.sub(r"\s+", "、", text.strip()))]
    return is_authority(words) or (
        len(apart) > 1 and all(len(name) > 2 and is_authority(name) for name in apart)
    )


def _is_open_title(words: str, below: str) -> bool:
    """Whether a title goes on below: 《 stands open, or 关于印发… has not yet said 通知."""
    is_half = re.search("(?:印发|转发|批转)", words) and not re.search("(?:通知|公告|决定|函|令|》)$", words)
    return words.count("《") > words.count("》") or bool(is_half and not re.search("关于|印发|转发", below))


def _begins_with_authority(words: str) -> bool:
    before, about, _ = words.partition("关于")
    return bool(about and before and is_authority(before)) or words.startswith(("关于", "印发"))


def _find_number(
    lines: tuple[Line, ...], body_from: int, meta: dict[str, str]
) -> tuple[Number | None, int | None]:
    for index in range(min(body_from, len(lines)) - 1, -1, -1):
        found = read_number(lines[index].text)
        offset = lines[index].span[0]
        if found is None and index and _SERIAL_LINE.match(collapse(lines[index].text)):
            joined = collapse(lines[index - 1].text) + collapse(lines[index].text).strip("()[]")
            found = read_number(joined)
            if found:
                span = (lines[index - 1].span[0], lines[index].span[1])
                return found._replace(span=span), index
        found = found or _number_beside(lines[index].text)
        if found:
            return found._replace(span=(offset + found.span[0], offset + found.span[1])), index
    printed = meta.get("number", "")
    if found := read_number(printed) or next(iter(find_numbers(printed)), None):
        return found._replace(span=(0, 0)), None
    return None, None


def _number_beside(text: str) -> Number | None:
    """A number that shares its line with a day, a signer or brackets, and nothing else."""
    found = find_numbers(text) if len(text) < 80 else []
    if len(found) != 1:
        return None
    rest = text[: found[0].span[0]] + " " + text[found[0].span[1] :]
    for day in reversed(find_days(rest)):
        rest = rest[: day.span[0]] + rest[day.span[1] :]
    rest = re.sub(
        r"签发人?:?\s*[\u4e00-\u9fff]{2,4}|(?:发文字号|文号|[发公]布(?:日期|时间)|时间|日期)\s*:?", "", rest
    )
    return found[0] if len(re.sub(r"[\s()\[\]:,|]", "", rest)) <= 1 else None


_NUMBER_BESIDE = re.compile(
    r"^(?P<ahead>[\u4e00-\u9fff]{2,14}\[\d{4}\]\d{1,5}号)(?=[《\u4e00-\u9fff])|"
    r"\((?P<behind>[^()《》]{2,14}\[\d{4}\]\d{1,5}号)\)$"
)


def _promulgation(lines: tuple[Line, ...]) -> Number | None:
    """The order in brackets under the title of a regulation: (2019年6月3日东海市人民政府令第88号公布)."""
    for line in lines:
        if line.text.startswith(("(", "[")) and find_days(line.text):
            for found in find_numbers(
                re.sub(r"\d{4}年\d{1,2}月\d{1,2}日", lambda m: " " * len(m[0]), line.text)
            ):
                offset = line.span[0]
                return found._replace(span=(offset + found.span[0], offset + found.span[1]))
    return None


def _issuer_of_order(number: Number | None) -> tuple[str, ...]:
    body = re.match(r"(.{3,}?)令", number.form) if number else None
    return (body[1],) if body and is_authority(body[1]) else ()


def _issuers_above(lines: tuple[Line, ...], start: int) -> tuple[str, ...]:
    """Bodies on the line above the title."""
    if start == 0 or not (_is_title_line(lines[start - 1]) and _all_bodies(lines[start - 1].text)):
        return ()
    return tuple(name.text for name in split_names(re.sub(r"\s+", "、", lines[start - 1].text.strip())))


def _issuers(lines: tuple[Line, ...], title: tuple[Line, ...], meta: dict[str, str]) -> tuple[str, ...]:
    """Who issues, from the title, else from the red head, else from the particulars a portal prints."""
    names = _title_issuers(title)
    if names:
        return names
    for line in lines:
        red = _RED_HEAD.match(collapse(line.text))
        if red and is_authority(red["body"]):
            return (red["body"],)
    printed = [name.text for name in split_names(re.sub(r"\s+", "、", meta.get("issuer", "")))]
    return tuple(name for name in printed if is_authority(name)) or _issuers_in(meta.get("title", ""))


def _title_issuers(title: tuple[Line, ...]) -> tuple[str, ...]:
    """The bodies before 关于, on lines of their own or side by side."""
    return _issuers_in("、".join(re.sub(r"\s+", " ", line.text.strip()) for line in title))


def _issuers_in(title: str) -> tuple[str, ...]:
    words = bare_title(title).lstrip("《、")
    before, about, _ = words.partition("关于")
    if not about:
        before = re.split(r"印发|转发|批转", words, maxsplit=1)[0]
    if before == words:
        return ()
    apart = [name.text for name in split_names(re.sub(" ", "、", before))]
    if not all(len(name) > 2 and is_authority(name) for name in apart):
        apart = [name.text for name in split_names(collapse(before).strip("、"))]
    return tuple(apart) if all(map(is_authority, apart)) else ()


_FIELDS = {
    "number": ("发文字号", "发布文号", "文号", "字号", "文件编号", "发文文号"),
    "title": ("标题", "名称", "信息名称", "文件名称", "发文标题", "法规标题"),
    "issuer": (
        "发文机关",
        "发文单位",
        "制发机关",
        "发布机构",
        "发布单位",
        "公开主体",
        "发文部门",
        "发文机构",
        "制发单位",
        "颁布单位",
        "颁发部门",
    ),
    "signed": ("成文日期", "发文日期", "生成日期", "制发日期", "发文时间", "成文时间"),
    "published": ("发布日期", "发布时间", "公开日期", "印发日期", "印发时间", "颁布日期", "颁布时间"),
    "effective_from": ("实施日期", "施行日期", "生效日期", "实施时间", "施行时间"),
    "effective_to": ("废止日期", "失效日期", "终止日期", "废止时间"),
}
_FIELD_OF = {key: field for field, keys in _FIELDS.items() for key in keys}


def _read_meta(lines: tuple[Line, ...]) -> dict[str, str]:
    """The table of particulars a portal prints: 索引号, 发文机关, 成文日期, …"""
    found: dict[str, str] = {}
    for index, line in enumerate(lines):
        matches = list(_META.finditer(line.text))
        if not matches and _META_BY_SPACE.match(line.text):
            matches = list(_META_BY_SPACE.finditer(line.text))
        alone = _META_ALONE.match(line.text.strip())
        for match, following in zip(matches, [*matches[1:], None], strict=False):
            value = line.text[match.end() : following.start() if following else None].strip(" |\t])•")
            value = re.split(r"[|\t]", value)[0].strip()
            if not value and following is None and index + 1 < len(lines):
                value = _value_below(lines[index + 1])
            _keep(found, match["key"], value)
        if alone and not matches and index + 1 < len(lines):
            _keep(found, alone["key"], _value_below(lines[index + 1]))
    return found


def _value_below(line: Line) -> str:
    return (
        ""
        if _META.search(line.text) or _META_ALONE.match(line.text) or len(line.text) > 80
        else line.text.strip()
    )


def _keep(found: dict[str, str], key: str, value: str) -> None:
    field = _FIELD_OF.get(re.sub(r"\s", "", key))
    if field and value:
        found.setdefault(field, value)


def _day(value: str | None) -> date | None:
    days = find_days(value or "")
    return days[0].date if days else None


_DAY_AND_BODY = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日[,\s]*(?P<body>[\u4e00-\u9fff]{3,20})$")


def _bracketed_day(lines: tuple[Line, ...]) -> date | None:
    """The day in brackets under a title, (2012年9月1日), or beside the issuer: 1999年7月13日，国家海洋局."""
    for line in lines:
        beside = _DAY_AND_BODY.match(line.text)
        if beside and is_authority(re.sub("(?:发布|公布|印发)$", "", beside["body"])):
            return find_days(line.text)[0].date
        if not _BRACKET_LINE.match(line.text):
            continue
        days = find_days(line.text)
        if days and (day_alone(line.text) or re.search("公布|发布|通过|印发", line.text)):
            return days[0].date
    return None
