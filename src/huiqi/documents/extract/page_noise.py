"""What portals put around and into a document: print buttons, share widgets, lists of other pages."""

import re

from huiqi.documents.extract.html_lines import LABEL, Line

TOOLS = (
    r"打印(?:本页|此页|页面|文章|稿件)?",
    r"关闭(?:窗口|本页|此页|页面)?",
    r"(?:加入|添加)?收藏(?:本页|此页)?",
    r"返回(?:顶部|首页|列表|上一?页)?",
    r"(?:手机)?(?:扫|扫描)一?扫.{0,24}",
    r"(?:微信|微博|QQ空间|QQ好友|朋友圈|新浪微博|腾讯微博|人人网|更多)+",
    r"(?:一键)?分享(?:到|至)?.{0,24}",
    r"(?:调整)?(?:字体|字号)(?:大小|选择)?[:：]?(?:大|中|小|默认|特大|超大|标准|\+|-|A)*",
    r"(?:大|中|小|默认|特大){2,4}",
    r"A[+-]?(?:A[+-]?)*",
    r"T[+-]|[|｜>》»›·]+",
    r"(?:本文|文章|信息)?来源[:：].{0,40}",
    r"(?:责任编辑|责编|编辑|录入|审核|校对|作者|初审|复审|终审|撰稿|供稿)[:：人]*.{0,20}",
    r"(?:浏览|点击|阅读|访问)(?:次数|量|数|人数)?[:：]?\d*次?",
    r"我要(?:纠错|评论|咨询|分享|收藏)",
    r"(?:当前|您(?:现在)?的?|你的?)(?:所在)?(?:的)?位置(?:是)?[:：>]?.{0,120}",
    r"首页[>》»›\-—/].{0,120}",
    r".{0,12}首页(?:[>》»›/].{0,80}){1,6}",
    r"(?:上一?篇|下一?篇|上一条|下一条|前一篇|后一篇)[:：]?.{0,100}",
    r"(?:字体显示|语音播报|无障碍(?:阅读|浏览)?|繁体(?:版)?|简体(?:版)?|English|长者(?:版|模式|助手)|适老化.{0,6})",
    r"(?:用?手机(?:版|浏览|查看)|移动端|客户端|政务微信|政务微博)",
    r"(?:下载|查看|点击)?(?:全文|原文|文件|附件|PDF|Word|WORD|pdf|OFD|ofd)?(?:下载|查看|预览)(?:版)?",
    r"(?:点赞|赞|评论|转发|纠错|举报|收听|播放|暂停)\d*",
    r"(?:视力保护色|保护视力色|背景色|页面功能|辅助线).{0,20}",
    r"【?(?:正文|内容)(?:开始|结束)?】?",
    r"建议.{0,30}(?:分辨率|浏览器).{0,80}",
    r"(?:主办|承办|协办|技术支持|维护)(?:单位)?[:：].{0,60}",
    r"(?:版权所有|Copyright|©).{0,80}",
    r".{0,30}(?:ICP备|公网安备|网站标识码).{0,60}",
    r"(?:网站|站点)(?:地图|声明|支持IPv6)|本?(?:网站|站点)?支持IPv6.{0,10}|(?:关于|联系)(?:我们|本站)|隐私(?:保护|声明)|"
    r"版权声明|免责声明",
    r"(?:网站|版权|免责)?声明[:：].{0,120}",
    r"(?:发布|更新|发表|添加)?(?:日期|时间)[:：]\s*\d{4}\D\d{1,2}\D\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?.{0,60}",
)
TOOL = re.compile(rf"(?:{'|'.join(TOOLS)})")
SEPARATORS = re.compile(r"[\s\u3000【】\[\]〖〗|｜]+")
END = re.compile(
    r"^[【\[〖]?(?:相关(?:链接|文章|信息|文档|解读|稿件|阅读|新闻|报道|推荐|附件|政策|文件|内容|专题)|推荐(?:阅读|链接|信息)|"
    r"延伸阅读|热门(?:文章|推荐|信息)|最新(?:文章|信息|发布|文件)|猜你喜欢|友情链接|网站(?:地图|声明)|关于我们|联系我们|"
    r"主办(?:单位)?[:：].{0,40}|承办(?:单位)?[:：].{0,40}|版权所有.{0,40}|Copyright.{0,80}|©.{0,80}|"
    r".{0,6}ICP备.{0,40}|.{0,6}公网安备.{0,40}|网站标识码.{0,30}|政府网站标识码.{0,30}|解读(?:材料|链接|文章)|"
    r"图解[:：]?|媒体解读|政策图解|上一?篇[:：]?.{0,80}|下一?篇[:：]?.{0,80})[】\]〗]?[:：]?$"
)
NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s*[〔\[【(（〈]?\s*\d{4}\s*[〕\]】)）〉]\s*(?:第?\s*\d+\s*号|号\s*\d+)"
)
ADDRESSEES = re.compile(r"^(?:各|市|省|区|县|自治区|国务院|有关|本|省政府|市政府).{2,300}[:：]$")
ISSUER = re.compile(r"^.{2,40}(?:人民政府|办公厅|办公室|委员会|厅|局|委|部|院|会|中心|银行|总队|集团)$")
DATE = re.compile(
    r"^[(（]?(?:\d{4}|[〇○零Oo0一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日[)）]?.{0,4}$"
)
COPIED = re.compile(r"^(?:抄\s*送|抄\s*报|主\s*送|附\s*件|附[:：]|主题词[:：])|印发$")
TITLE = re.compile(
    "关于|意见|通知|办法|方案|规定|措施|决定|细则|计划|纲要|条例|公告|通告|批复|规划|政策|制度|规则|标准|指南|目录|[请复]?函"
)
TITLE_LINE = re.compile(
    r"^[^，。；：\s]{0,40}(?:关于|印发).{4,70}(?:通知|意见|办法|方案|规定|措施|决定|细则|计划|公告|通告|批复|规划|函)(?:[（(].{1,12}[)）])?$"
)
MOST_LINKED = 0.6
ALL_LINKED = 0.9
LONGEST_MENU_WORD = 8
FOOT_LINES = 12
LONG_LINE = 40
LONGEST_TITLE = 160
SURE = 16  # so many characters of a title are enough to know it
MOSTLY = 0.8


def is_noise(line: Line) -> bool:
    """Whether a line is a button, a counter or an imprint of the page, or several of them side by side.

    >>> is_noise(Line("【打印本页】 【关闭窗口】")), is_noise(Line("（一）打印材料免费。"))
    (True, False)
    """
    words = [word for word in SEPARATORS.split(line.text) if word]
    if not words:
        return True
    whole = SEPARATORS.sub("", line.text)
    return bool(TOOL.fullmatch(whole)) or all(TOOL.fullmatch(word) for word in words)


def without_noise(lines: list[Line]) -> list[Line]:
    """The lines of the document among the lines of its block.

    Menus (runs of links) go, single links in the text stay; a heading like 相关链接 ends the document unless
    sentences follow it.
    """
    kept: list[Line] = []
    for position, line in enumerate(lines):
        if END.match(SEPARATORS.sub("", line.text)) and not _sentences_follow(lines[position + 1 :]):
            break
        if is_noise(line) or _is_menu(lines, position):
            continue
        kept.append(line)
    return kept


def without_repetition(lines: list[Line]) -> list[Line]:
    """The lines without a second copy of the document, such as one for telephones that a style sheet hides."""
    first = next((position for position, line in enumerate(lines) if len(line.text) >= LONG_LINE), None)
    if first is None:
        return lines
    texts = [line.text for line in lines]
    second = next((at for at in range(first + 1, len(lines)) if texts[at] == texts[first]), None)
    if second is None:
        return lines
    once = {text for text in texts[first:second] if len(text) >= LONG_LINE}
    copy = [text for text in texts[second:] if len(text) >= LONG_LINE]
    if len(copy) > len(once) or sum(text in once for text in copy) < MOSTLY * len(copy):
        return lines
    while second > first + 1 and first and texts[second - 1] == texts[first - 1]:
        first, second = first - 1, second - 1
    return lines[:second]


def _sentences_follow(lines: list[Line]) -> bool:
    return any(
        "。" in line.text and len(line.text) > 40 and line.link_share < MOST_LINKED and not is_noise(line)
        for line in lines[:60]
    )


def _is_menu(lines: list[Line], position: int) -> bool:
    line = lines[position]
    if line.is_row:
        return line.link_share > ALL_LINKED
    if line.link_share < MOST_LINKED or LABEL.match(line.text):
        return False
    words = SEPARATORS.split(line.text)
    around = lines[max(0, position - 1) : position] + lines[position + 1 : position + 2]
    return any(other.link_share >= MOST_LINKED for other in around) or (
        len(words) > 1 and max(map(len, words)) <= LONGEST_MENU_WORD
    )


def before_text(head: list[Line], text: list[str], *, titles: tuple[str, ...]) -> list[str]:
    """Of the lines above the block: title, document number, addressees; a title of the page if there is none.

    Returns lines to put before `text`, none that stands in its first lines already.
    """
    begin = {squeezed(line) for line in text[:15]} | {
        squeezed("".join(text[:3])),
        squeezed("".join(text[:2])),
    }
    titles = tuple(title for title in titles if TITLE.search(title) and len(title) > 7)
    known = {squeezed(title) for title in titles}
    kept: list[str] = []
    for line in head:
        key = squeezed(line.text)
        wanted = (
            key in known
            or (line.is_heading and len(key) > 8 and line.link_share < MOST_LINKED)
            or (TITLE_LINE.match(line.text) and line.link_share < MOST_LINKED)
            or (NUMBER.fullmatch(line.text) and line.link_share < MOST_LINKED)
            or (ADDRESSEES.match(line.text) and line.link_share < MOST_LINKED and "，" in line.text)
        )
        if wanted and key not in begin and line.text not in kept:
            kept.append(line.text)
    opening = squeezed("".join(text[:12]))
    if titles and not any(squeezed(line) in known for line in kept) and not _stands_in(titles, opening):
        kept.insert(0, titles[0])
    return [line for line in kept if squeezed(line) not in opening or len(squeezed(line)) < 6]


def _stands_in(titles: tuple[str, ...], opening: str) -> bool:
    begun = opening[:LONGEST_TITLE]
    return any(key in opening or key[:SURE] in begun for key in map(squeezed, titles))


def after_text(foot: list[Line], text: list[str]) -> list[str]:
    """Of the lines below the block: signature, date, annexes and copy-to, until other things begin."""
    kept: list[str] = []
    for line in foot[:FOOT_LINES]:
        if is_noise(line):
            continue
        if line.link_share >= MOST_LINKED or END.match(SEPARATORS.sub("", line.text)):
            break
        if not (ISSUER.match(line.text) or DATE.match(line.text) or COPIED.search(line.text)):
            break
        kept.append(line.text)
    return kept if any(DATE.match(line) or COPIED.search(line) for line in kept) else []


def squeezed(text: str) -> str:
    """Letters and figures alone, to compare titles printed with and without spaces and brackets."""
    return re.sub(r"[^\w]", "", text)
