"""The title of a document without what portals and databases print around it: its number, 《》, 【全文废止】."""

import re

_NUMBER = r"[^()（）《》〈〉\s,，]{1,14}[〔\[(（]\s*\d{4}\s*[〕\])）]\s*\d{1,5}\s*号"
_AHEAD = re.compile(rf"^{_NUMBER}\s*[:：]?\s*(?=[《\u4e00-\u9fff])")
_BEHIND = re.compile(
    rf"\s*(?:[(（]{_NUMBER}[)）]|[【\[〔][^】\]〕]*(?:废止|失效|有效|修订|修改|解读)[^】\]〕]*[】\]〕])$"
)


def bare_title(printed: str) -> str:
    """The title alone.

    >>> bare_title("盘政办发〔2021〕10号 盘锦市人民政府关于扶持企业的通知【全文废止】")
    '盘锦市人民政府关于扶持企业的通知'
    >>> bare_title("《关于印发〈扶持办法〉的通知》"), bare_title("关于公布《名录》")
    ('关于印发〈扶持办法〉的通知', '关于公布《名录》')
    """
    title = _BEHIND.sub("", _AHEAD.sub("", printed.strip()))
    if title.startswith("《") and title.endswith("》") and title.count("《") == 1:
        return title[1:-1]
    return title
