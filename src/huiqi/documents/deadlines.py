"""Days by which, or from which, something holds; periods; and time limits promised (7个工作日内)."""

import re
from datetime import date, timedelta

from huiqi.documents.dates import day_of, find_days, last_day
from huiqi.documents.numerals import read_numeral
from huiqi.documents.strand import Strand
from huiqi.documents.types import Deadline

_LEAD = r"(?:自|从|至|到|截至|截止|截止到|截至到|于|在|力争)?"
_Y = r"(?P<y>(?:19|20)\d{2})年"
_DAY = re.compile(
    rf"(?P<lead>{_LEAD}){_Y}(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日(?P<tail>之?前|起|以前|后|止|"
    rf"至(?P<m2>\d{{1,2}})月(?P<d2>\d{{1,2}})日)?"
)
_MONTH = re.compile(
    rf"(?P<lead>{_LEAD}){_Y}(?P<m>\d{{1,2}})月(?!\d)(?P<end>底|末|份)?(?P<tail>之?前|起|以前|止)?"
)
_YEAR_END = re.compile(rf"(?P<lead>{_LEAD}){_Y}?(?P<end>年?底|年?末|上半年|下半年|内)(?P<tail>之?前|以前)?")
_BY_YEAR = re.compile(
    r"(?P<lead>到|至|截至|力争到?|自|从)?(?P<y>(?:19|20)\d{2})年(?P<what>前|起|以前|(?=[,、]?(?:全|省|市|县|累计|新增|"
    r"力争|基本|实现|达到|培育|建成|完成|形成|认定|总|将|建设|各|努力)))?(?![\d年底末上下度月初内第-])"
)
_PLAN = re.compile(r"[“\"]?十(?P<n>[一二三四五六七])五[”\"]?(?:期间|期末|末|规划期|时期)")
_PERIOD = re.compile(
    r"(?:起|始)[,]?(?:连续)?(?P<n>[一二两三四五六七八九十]{1,3}|\d{1,2})(?P<unit>年|个月)(?:内)?"
)
_OPEN = re.compile(
    r"(?:印发|发布|公布|签订|登记|注册|成立|受理|取得|办理|批准|认定|施行|实施|到账|投产|收到|缴纳|领取|核准|提出|公告|下发)"
    r"[\u4e00-\u9fff]{0,12}?之日起"
)
_SINCE = re.compile(r"(?:自|从)[\u4e00-\u9fff()]{0,24}$")
_WHOSE = re.compile(r"[\u4e00-\u9fff]{2}$")
_LIMIT = re.compile(
    r"(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})(?:个工作日|个自然日|工作日|个月|日|天|年|个小时|小时)(?:之内|以内|内)"
    r"|(?:缩短|压缩|压减|控制)(?:为|至|到|在)\d{1,3}个?(?:工作日|日|天)|当(?:日|天|场)(?:受理|核准|办结|即)?|即(?:时|来即)办"
)
_MONTH_DAY = re.compile(
    r"(?<![\d年-])(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日|(?P<end>底|末))(?P<tail>之?前|以前)"
)


def find_deadlines(strand: Strand, *, year: int | None = None) -> tuple[Deadline, ...]:
    """All deadlines, starting days, periods and time limits, in order; `year` is that of the document.

    >>> from huiqi.documents.strand import weave
    >>> text = "至2014年底免征，自2012年3月起连续三年免收，7个工作日内办结"
    >>> found = find_deadlines(weave(text, text, [(0, len(text))]))
    >>> [(one.text, one.date and one.date.isoformat()) for one in found]
    [('至2014年底', '2014-12-31'), ('自2012年3月起连续三年', '2015-02-28'), ('7个工作日内', None)]
    """
    text = strand.text
    taken = bytearray(len(text))
    found: list[Deadline] = []

    def keep(start: int, end: int, day: date | None) -> None:
        if start < end and 1 not in taken[start:end]:
            taken[start:end] = b"\1" * (end - start)
            found.append(Deadline(strand.printed[start:end], day, strand.span(start, end)))

    for match in _DAY.finditer(text):
        _keep_day(text, match, keep)
    for match in _MONTH.finditer(text):
        day = _day_of_month(match)
        if day and (match["tail"] or match["lead"] or match["end"]):
            end, day = _with_period(text, match.end(), day, is_start=match["tail"] == "起")
            keep(match.start(), end, day)
    for match in _YEAR_END.finditer(text):
        if match["y"] or (year and match["end"].startswith("年") and match["tail"]):
            keep(match.start(), match.end(), _year_end(match, year))
    for match in _BY_YEAR.finditer(text):
        if match["lead"] or match["what"] is not None:
            is_start = match["what"] == "起"
            day = day_of(int(match["y"]), 1, 1) if is_start else last_day(int(match["y"]))
            if match["what"] in ("前", "以前"):
                day = last_day(int(match["y"]) - 1)
            end, day = _with_period(text, match.end(), day, is_start=is_start)
            keep(match.start(), end, day)
    for match in _PLAN.finditer(text):
        number = read_numeral(match["n"])
        keep(match.start(), match.end(), last_day(2005 + 5 * number) if number else None)
    for match in _MONTH_DAY.finditer(text):
        is_yearly = bool(
            re.search(r"(?:每|次|翌|当|同|每个)年度?$", text[max(match.start() - 4, 0) : match.start()])
        )
        keep(match.start(), match.end(), None if is_yearly else _in_year(match, year))
    for match in _OPEN.finditer(text):
        near = max(match.start() - 26, 0), match.start()
        since = _SINCE.search(text, *near) or _WHOSE.search(text, *near)
        keep(since.start() if since else match.start(), match.end(), None)
    for match in _LIMIT.finditer(text):
        keep(match.start(), match.end(), None)
    return tuple(sorted(found, key=lambda deadline: deadline.span))


def _keep_day(text: str, match: re.Match[str], keep) -> None:  # type: ignore[no-untyped-def]
    day = day_of(int(match["y"]), int(match["m"]), int(match["d"]))
    if match["m2"]:
        second = match.end("d") + text[match.end("d") :].index("至")
        keep(match.start(), second, day)
        keep(second, match.end(), day_of(int(match["y"]), int(match["m2"]), int(match["d2"])))
        return
    if match["tail"] or match["lead"]:
        end, day = _with_period(text, match.end(), day, is_start=match["tail"] == "起")
        keep(match.start(), end, day)


def _with_period(text: str, end: int, day: date | None, *, is_start: bool) -> tuple[int, date | None]:
    """自2012年3月起连续三年: the last day of the three years."""
    period = _PERIOD.match(text, end - 1) if is_start else None
    if not period or day is None:
        return end, day
    count = read_numeral(period["n"])
    return (period.end(), end_of_period(day, count, period["unit"])) if count else (end, day)


def end_of_period(start: date, count: int, unit: str) -> date | None:
    """The last day of so many years (年) or months (个月) that begin with a day.

    >>> end_of_period(date(2012, 3, 1), 3, "年"), end_of_period(date(2022, 1, 31), 1, "个月")
    (datetime.date(2015, 2, 28), datetime.date(2022, 2, 27))
    """
    months = start.year * 12 + start.month - 1 + count * (12 if unit == "年" else 1)
    year, month = divmod(months, 12)
    day = day_of(year, month + 1, start.day) or last_day(year, month + 1)
    return day - timedelta(days=1) if day else None


def _day_of_month(match: re.Match[str]) -> date | None:
    year, month = int(match["y"]), int(match["m"])
    if match["tail"] == "起" or (match["lead"] in ("自", "从") and not match["end"]):
        return day_of(year, month, 1)
    return last_day(year, month)


def _year_end(match: re.Match[str], year: int | None) -> date | None:
    of = int(match["y"]) if match["y"] else year
    if of is None:
        return None
    return day_of(of, 6, 30) if match["end"] == "上半年" else last_day(of)


def _in_year(match: re.Match[str], year: int | None) -> date | None:
    if year is None:
        return None
    return last_day(year, int(match["m"])) if match["end"] else day_of(year, int(match["m"]), int(match["d"]))


def first_day_in(text: str) -> date | None:
    """The first calendar day printed in full, if any."""
    days = find_days(text)
    return days[0].date if days else None
