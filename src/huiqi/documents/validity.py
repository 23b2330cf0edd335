"""From when until when a document holds: 自…起施行, 有效期5年, 执行至…."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from huiqi.documents.dates import find_days, last_day
from huiqi.documents.deadlines import end_of_period
from huiqi.documents.numerals import read_numeral

_FROM = re.compile(
    r"(?:自|从)(?P<when>[^,。;!?]{2,40}?)(?:之日)?(?:起|"
    r"开始)(?:满?(?P<after>\d{1,3})日后)?(?:正式)?[,]?[^,。;]{0,6}?(?:施行|实施|执行|生效|试行)"
    r"|于(?P<on>[^,。;]{6,14}日)(?:起)?(?:正式)?(?:施行|实施|执行|生效)"
)
_DATE = r"\d{4}年\d{1,2}月\d{1,2}日"
_FROM_TO = re.compile(
    rf"(?:自|从)?(?P<start>{_DATE})起?(?:至|到)(?P<end>{_DATE})止?[^,。;]{{0,8}}(?:施行|实施|执行|有效)"
)
_ITSELF = re.compile(
    r"本(?:通知|办法|意见|规定|细则|措施|方案|政策|条例|实施|若干|规则|计划|公告|决定|文件|标准|指南|行动|制度|条|指引|规划|预案|暂行|清单|规程)|"
    r"本[\u4e00-\u9fff]{2,8}(?=自|从)|以上(?:政策|措施)|上述(?:政策|措施)"
)
_ISSUE = re.compile(r"印发|发布|公布|发文|下发|颁布|公开")
_PERIOD = re.compile(
    r"(?:有效期|有效期限|执行期限?|实施期限?|试行期限?|施行期限?|适用期限?|政策期限?|暂定)[^,。;\d一二两三四五六七八九十至到]{0,8}"
    r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<unit>年|个月)"
)
_UNTIL = re.compile(
    r"(?:有效期|有效期限|执行期限?|实施期限?|试行期限?|施行期限?|适用期限?|执行|有效|施行|实施)[^。;]{0,24}?(?:至|到|"
    r"截止)(?P<when>\d{4}年(?:\d{1,2}月(?:\d{1,2}日|底)?|底|末))"
)


class Validity(NamedTuple):
    """First and last day, included; None where the text does not say."""

    start: date | None = None
    end: date | None = None


def read_validity(text: str, *, issued: date | None) -> Validity:
    """The days a document says it holds. `issued` stands for 印发之日 and 发布之日.

    >>> read_validity("本办法自2022年2月27日起施行，有效期5年。".replace("，", ","), issued=None)
    Validity(start=datetime.date(2022, 2, 27), end=datetime.date(2027, 2, 26))
    """
    start = end = None
    for sentence in re.split("[。;\n]", text):
        if not (_ITSELF.search(sentence) or (start and ("有效期" in sentence or "期限" in sentence))):
            continue
        both = _FROM_TO.search(sentence)
        days = find_days(both[0]) if both else []
        if len(days) == 2 and start is None:
            start, end = days[0].date, days[1].date
            continue
        found = _FROM.search(sentence)
        if found and start is None:
            when = found["when"] or found["on"]
            days = find_days(when)
            start = days[0].date if days else (issued if _ISSUE.search(when) else None)
            if start and found["after"]:
                start += timedelta(days=int(found["after"]))
        end = end or _end(sentence, start or issued)
    return Validity(start, end)


def _end(sentence: str, start: date | None) -> date | None:
    until = _UNTIL.search(sentence)
    if until:
        days = find_days(until["when"])
        parts = [int(part) for part in re.findall(r"\d+", until["when"])]
        return days[0].date if days else last_day(parts[0], parts[1] if len(parts) > 1 else 12)
    period = _PERIOD.search(sentence)
    count = read_numeral(period["n"]) if period else None
    if period and count and start:
        return end_of_period(start, count, period["unit"])
    return None
