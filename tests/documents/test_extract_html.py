"""Pages of government portals: the document comes out whole, and nothing of the portal with it."""

from collections.abc import Callable

import pytest

from huiqi.documents.extract.read import extract
from tests.documents import portal_pages
from tests.documents.synthetic import ADDRESSEES, BODY, LINES, NUMBER, ROWS, SIGNATURE, TITLE

PORTAL_WORDS = (
    "要闻动态", "公开目录", "当前位置", "现在的位置", "分享到", "打印", "关闭", "扫一扫", "上一篇", "下一篇", "相关链接",
    "相关解读", "热门文章", "主办：", "ICP备", "网站标识码", "网站地图", "分辨率", "浏览次数", "阅读次数", "不是正文",
    "摘要仅供搜索", "企业减负工作", "左侧栏目",
)  # fmt: skip


def lines_of(page: str, encoding: str = "utf-8") -> list[str]:
    extraction = extract(page.encode(encoding), name="page.html")
    assert extraction.extracted is not None, extraction.problems
    return extraction.extracted.text.split("\n")


PAGES: list[tuple[Callable[[], str], str]] = [
    (portal_pages.gov_table_page, "utf-8"),
    (portal_pages.div_soup_page, "gb18030"),
    (portal_pages.layout_table_page, "gbk"),
    (portal_pages.wrapped_page, "utf-8"),
    (portal_pages.split_page, "utf-8"),
    (portal_pages.app_page, "utf-8"),
    (portal_pages.law_database_page, "utf-8"),
    (portal_pages.message_page, "utf-8"),
]


@pytest.mark.parametrize(("page", "encoding"), PAGES)
def test_all_paragraphs_come_out_whole_and_in_order(page: Callable[[], str], encoding: str) -> None:
    lines = lines_of(page(), encoding)
    expected = [ADDRESSEES, *BODY, *SIGNATURE]
    assert [line for line in lines if line in expected][-len(expected) :] == expected
    assert NUMBER in lines or f"发文字号：{NUMBER}" in lines


@pytest.mark.parametrize(("page", "encoding"), PAGES)
def test_nothing_of_the_portal_comes_out(page: Callable[[], str], encoding: str) -> None:
    text = "\n".join(lines_of(page(), encoding))
    assert [word for word in PORTAL_WORDS if word in text] == []


@pytest.mark.parametrize(("page", "encoding"), PAGES)
def test_the_title_stands_before_the_text_once(page: Callable[[], str], encoding: str) -> None:
    text = "".join(line for line in lines_of(page(), encoding) if not line.startswith("标题："))
    assert text.count(TITLE) == 1
    assert text.index(TITLE) < text.index(BODY[0])


def test_a_metadata_table_becomes_lines_before_the_text() -> None:
    assert lines_of(portal_pages.gov_table_page())[:7] == [
        "索引号：000014349/2019-00052",
        "主题分类：工业、交通\\中小企业",
        "发文机关：示例市人民政府",
        "成文日期：2019年06月18日",
        f"标题：{TITLE}",
        f"发文字号：{NUMBER}",
        "发布日期：2019年06月21日",
    ]


def test_a_metadata_list_becomes_lines_before_the_text() -> None:
    assert lines_of(portal_pages.div_soup_page(), "gb18030")[:4] == [
        "索引号：SZ-01-2019-0031",
        "发布机构：示例市人民政府",
        f"发文字号：{NUMBER}",
        "发布日期：2019-06-21",
    ]


def test_a_table_of_tasks_keeps_its_columns() -> None:
    lines = lines_of(portal_pages.split_page())
    assert tuple(lines[-4:]) == ROWS


def test_numbers_drawn_by_the_browser_are_written() -> None:
    assert lines_of(portal_pages.ordered_list_page())[2:] == [
        f"{number}.支持第{word}类企业，给予补助，由市财政局负责。" for number, word in enumerate("甲乙丙", 1)
    ]


def test_cells_that_span_rows_and_columns_keep_the_others_in_place() -> None:
    rows = "<tr><td rowspan=2>甲类</td><td>一</td><td>二</td></tr><tr><td>三</td><td>四</td></tr><tr><td colspan=2>合计</td><td>五</td></tr>"
    page = f"<html><body><p>{BODY[0]}</p><table>{rows}</table></body></html>"
    assert lines_of(page)[1:] == ["甲类\t一\t二", "\t三\t四", "合计\t\t五"]


def test_a_declared_encoding_that_is_wrong_does_not_mislead() -> None:
    page = portal_pages.gov_table_page().replace('charset="utf-8"', 'charset="gb2312"')
    assert BODY[0] in lines_of(page, "utf-8")


def test_a_page_is_known_by_its_content_whatever_its_name() -> None:
    extraction = extract(portal_pages.gov_table_page().encode(), name="download")
    assert extraction.extracted is not None
    assert extraction.extracted.format == "html"


def test_a_page_filled_by_a_script_is_refused_with_the_reason() -> None:
    page = '<html><head><title>文件</title></head><body><div id="app"></div><script>load()</script></body></html>'
    extraction = extract(page.encode(), name="page.html")
    assert "script" in extraction.problems[0].message


def test_a_print_header_with_recommendations_after_long_text_is_cut() -> None:
    page = f"<html><body><div>{''.join(f'<p>{line}</p>' for line in LINES)}<p>相关文章</p><p>示例一，来自别处</p></div></body></html>"
    assert lines_of(page)[-1] == SIGNATURE[1]


def test_a_second_copy_for_telephones_is_left_out() -> None:
    copy = f"<h1>{TITLE}</h1>" + "".join(f"<p>{line}</p>" for line in BODY)
    page = f"<html><body><div class='pc'>{copy}</div><div class='phone'>{copy}</div></body></html>"
    assert lines_of(page) == [TITLE, *BODY]
