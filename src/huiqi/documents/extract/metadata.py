"""The box above a document on a portal: 索引号, 发文机关, 发文字号, 成文日期, 发布日期 …, one line each."""

import re
from typing import NamedTuple

import lxml.html

from huiqi.documents.extract.html_lines import Line
from huiqi.documents.extract.page_noise import is_noise

LABELS = {
    "索引号": "索引号",
    "信息索引号": "索引号",
    "索引编号": "索引号",
    "主题分类": "主题分类",
    "信息分类": "主题分类",
    "组配分类": "主题分类",
    "公文种类": "公文种类",
    "公文种类名称": "公文种类",
    "体裁分类": "公文种类",
    "服务对象": "服务对象",
    "发文机关": "发文机关",
    "发文机构": "发文机关",
    "发文单位": "发文机关",
    "制发机关": "发文机关",
    "制定机关": "发文机关",
    "发布机关": "发布机构",
    "发布机构": "发布机构",
    "公开机构": "发布机构",
    "公开主体": "发布机构",
    "发布单位": "发布机构",
    "成文日期": "成文日期",
    "成文时间": "成文日期",
    "生成日期": "成文日期",
    "发文日期": "成文日期",
    "发文时间": "成文日期",
    "签发日期": "成文日期",
    "制发日期": "成文日期",
    "印发日期": "印发日期",
    "发布日期": "发布日期",
    "发布时间": "发布日期",
    "公开日期": "发布日期",
    "公布日期": "发布日期",
    "公开时间": "发布日期",
    "标题": "标题",
    "名称": "标题",
    "信息名称": "标题",
    "文件名称": "标题",
    "文件标题": "标题",
    "发文字号": "发文字号",
    "发布文号": "发文字号",
    "发文文号": "发文字号",
    "文件编号": "发文字号",
    "公文字号": "发文字号",
    "文件字号": "发文字号",
    "文号": "发文字号",
    "统一编号": "统一编号",
    "规范性文件编号": "统一编号",
    "统一登记号": "统一编号",
    "登记号": "统一编号",
    "主题词": "主题词",
    "关键词": "主题词",
    "有效性": "有效性",
    "时效性": "有效性",
    "时效状态": "有效性",
    "效力状态": "有效性",
    "文件状态": "有效性",
    "生效日期": "生效日期",
    "生效时间": "生效日期",
    "实施日期": "生效日期",
    "施行日期": "生效日期",
    "失效日期": "失效日期",
    "失效时间": "失效日期",
    "废止日期": "失效日期",
    "废止时间": "失效日期",
    "有效期": "有效期",
    "有效期至": "失效日期",
}
"""Labels as portals print them, and the one form that this project writes."""

_GAP = "[ \u3000\u00a0\t]*"
_NAMES = "|".join(_GAP.join(name) for name in sorted(LABELS, key=len, reverse=True))
LABEL = re.compile(rf"(?:^|(?<=[\s\t|｜•·【\[〖；;]))(?P<name>{_NAMES}){_GAP}(?P<colon>[】\]〗]?{_GAP}[:：])")
LONG_LABEL = re.compile(
    rf"{LABEL.pattern}|(?P<long>{'|'.join(_GAP.join(name) for name in LABELS if len(name) > 2)}){_GAP}[:：]"
)
CELL_LABEL = re.compile(rf"^[【\[〖]?(?P<name>{_NAMES})[】\]〗]?{_GAP}[:：]?$")
GLUED = re.compile(
    r"^(?:(?P<name>"
    rf"(?:{'|'.join(name for name, form in LABELS.items() if form.endswith('日期') and len(name) > 3)})(?=\d{{4}}\D)"
    rf"|(?:{'|'.join(name for name, form in LABELS.items() if form == '发文字号' and len(name) > 3)})(?=[^:：]{{2,14}}[〔\[(（]\d{{4}})"
    rf"|索引号(?=[\w/-]{{4,40}}$)|发文机关(?=.{{2,30}}(?:政府|局|委|厅|办|院|部|会)$))"
    r"(?P<value>.{2,60}))$"
)
"""A label and its value that stand side by side on the page without a sign between them."""
LONGEST_VALUE = 120
SITE_NAME = re.compile(
    r"^.{0,24}(?:政府|网|门户|局|厅|委|信息公开|平台|中国|政务|数据库|法规|在线|门户).{0,8}$"
)
META_NAMES = {
    "articletitle": "标题",
    "title": "标题",
    "pubdate": "发布日期",
    "publishdate": "发布日期",
}
DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")


class MetaTags(NamedTuple):
    """What the head of the page says of it."""

    titles: tuple[str, ...]
    published: str | None

    def lines(self, have: list[str]) -> list[str]:
        """The day of publication, if the box on the page does not give it."""
        if self.published is None or any(line.startswith("发布日期") for line in have):
            return []
        return [f"发布日期：{self.published}"]


def meta_tags(root: lxml.html.HtmlElement) -> MetaTags:
    """Titles, the most exact first, and the day of publication, from `meta` and `title`."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = META_NAMES.get(meta.get("name", "").lower())
        content = " ".join(meta.get("content", "").split())
        if name and content and name not in found:
            found[name] = content
    title = root.findtext(".//title") or ""
    titles = dict.fromkeys(
        without_site(text) for text in (found.get("标题", ""), " ".join(title.split())) if text
    )
    day = DAY.match(found.get("发布日期", ""))
    return MetaTags(tuple(filter(None, titles)), day[0] if day else None)


def without_site(title: str) -> str:
    """The title of a page without the names of the sections and the site behind or before it.

    >>> without_site("关于扶持小微企业的意见_示例市人民政府门户网站")
    '关于扶持小微企业的意见'
    >>> without_site("示例市政府网 - 推进方案(2016-2018)")
    '推进方案(2016-2018)'
    """
    parts = [part.strip() for part in re.split(r"[_|｜]|\s[-–—]+\s|[-–—]{2,}", title) if part.strip()]
    if len(parts) == 1 and (cut := re.match(r"^(.{8,})[-–—]([^-–—]+)$", title)) and SITE_NAME.match(cut[2]):
        return cut[1].strip()
    kept = [part for part in parts if not SITE_NAME.match(part)] or parts
    return max(kept, key=len, default="")


def metadata_lines(lines: list[Line]) -> tuple[list[str], list[Line]]:
    """The metadata among `lines` as `发文字号：…`, and the other lines.

    Reads rows of label and value cells, several pairs on one line, and a label whose value is the next line.
    """
    found: list[str] = []
    others: list[Line] = []
    waiting: str | None = None
    for line in lines:
        cells = [cell.strip() for cell in line.text.split("\t")]
        label = CELL_LABEL.match(line.text)
        pairs = list(_pairs(cells))
        if pairs:
            found += [f"{name}：{value}" for name, value in pairs]
        elif waiting and len(line.text) <= LONGEST_VALUE and not label and not is_noise(line):
            found.append(f"{waiting}：{line.text}")
        elif label is None:
            others.append(line)
        waiting = _name(label["name"]) if label is not None and not pairs else None
    return found, others


def first_of_each(found: list[str]) -> list[str]:
    """One line a label, the first that was found."""
    by_label: dict[str, str] = {}
    for line in found:
        by_label.setdefault(line.partition("：")[0], line)
    return list(by_label.values())


def _pairs(cells: list[str]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for position, cell in enumerate(cells):
        alone = CELL_LABEL.match(cell)
        if alone and position + 1 < len(cells):
            value = cells[position + 1]
            if not CELL_LABEL.match(value) and not LABEL.match(value):
                pairs.append((_name(alone["name"]), value))
        elif glued := GLUED.match(cell):
            pairs.append((_name(glued["name"]), glued["value"]))
        elif (first := LABEL.search(cell)) and first.start() <= 1:
            pairs += _inline_pairs(cell)
    return [(name, _value(name, value)) for name, value in pairs if value and len(value) <= LONGEST_VALUE]


def _value(name: str, printed: str) -> str:
    """A day without the hour and what else stands on its line."""
    day = DAY.match(printed) if name.endswith("日期") else None
    return day[0] if day else printed


def _inline_pairs(text: str) -> list[tuple[str, str]]:
    """`索引号：01-2012 发布日期：2012-09-01` as two pairs."""
    labels = list(LONG_LABEL.finditer(text))
    ends = [label.start() for label in labels[1:]] + [len(text)]
    return [
        (_name(label["name"] or label["long"]), text[label.end() : end].strip(" \u3000\t|｜•·【[〖；;"))
        for label, end in zip(labels, ends, strict=True)
    ]


def _name(printed: str) -> str:
    return LABELS[re.sub(r"\s", "", printed)]
