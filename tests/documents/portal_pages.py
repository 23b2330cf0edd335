"""Synthetic pages of government portals around the synthetic document, one function per kind of layout.

The layouts follow what publishing systems of Chinese government sites produce: metadata tables, editors' markup,
nested layout tables, share widgets, recommended links and long footers.
"""

from tests.documents.synthetic import ADDRESSEES, BODY, NUMBER, ROWS, SIGNATURE, TITLE

NAVIGATION = "".join(
    f'<li><a href="/col/{n}.html">{name}</a></li>'
    for n, name in enumerate(
        ("首页", "要闻动态", "政务公开", "办事服务", "互动交流", "数据开放", "走进示例", "专题专栏")
    )
)
RELATED = "".join(
    f'<li><a href="/art/{n}.html">示例市人民政府办公室关于做好第{n}批企业减负工作的通知，请各有关单位认真组织落实</a>'
    f"<span>2019-0{n}-11</span></li>"
    for n in range(1, 9)
)
FOOTER = """
<div class="footer"><p><a href="/map">网站地图</a> | <a href="/about">关于我们</a> | <a href="/contact">联系我们</a></p>
<p>主办：示例市人民政府办公室　承办：示例市大数据中心</p><p>网站标识码：3799000001　示ICP备05000001号　示公网安备 37990002000001号</p>
<p>建议使用1024*768以上分辨率浏览，为保证您的浏览效果，请使用较新版本的浏览器，如有问题，请与我们联系。</p></div>
"""
SCRIPTS = """<script>var tip = "一、这是脚本，不是正文。"; document.write("<p>广告，不是正文。</p>");</script>
<style>.TRS_Editor P{line-height:2;font-family:宋体;}</style>"""


def paragraphs(template: str, lines: tuple[str, ...] = BODY) -> str:
    """Each line in the markup of an editor."""
    return "\n".join(template.format(line) for line in lines)


def gov_table_page() -> str:
    """A metadata table of label and value cells, the text in `UCAP-CONTENT`; indentation by CSS."""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}_示例市政府网</title>{SCRIPTS}</head><body>
<div class="header"><ul>{NAVIGATION}</ul><div>2024年5月6日 星期一 多云 18℃</div></div>
<div class="BreadcrumbNav">首页 &gt; 信息公开 &gt; 市政府文件</div>
<table class="bd1" width="100%"><tbody><tr><td><table><tbody>
<tr><td><b>索&nbsp;引&nbsp;号：</b></td><td>000014349/2019-00052</td><td><b>主题分类：</b></td><td>工业、交通\\中小企业</td></tr>
<tr><td><b>发文机关：</b></td><td>示例市人民政府</td><td><b>成文日期：</b></td><td>2019年06月18日</td></tr>
<tr><td><b>标　　题：</b></td><td colspan="3">{TITLE}</td></tr>
<tr><td><b>发文字号：</b></td><td>{NUMBER}</td><td><b>发布日期：</b></td><td>2019年06月21日</td></tr>
<tr><td><b>主 题 词：</b></td><td colspan="3"></td></tr></tbody></table></td></tr></tbody></table>
<div class="share">分享到：<a href="javascript:;">微信</a><a href="javascript:;">微博</a></div>
<div class="pages_content" id="UCAP-CONTENT">
<p style="text-align:center"><span style="font-size:20pt"><strong>示例市人民政府<br>关于扶持小型微型企业创新发展的若干意见</strong></span></p>
<p style="text-align:center">{NUMBER}</p><p>{ADDRESSEES}</p>
{paragraphs('<p style="text-indent: 2em; font-family: 宋体;"><span>{}</span></p>')}
<p style="text-align:right">{SIGNATURE[0]}</p><p style="text-align:right">{SIGNATURE[1]}&nbsp;&nbsp;&nbsp;</p>
<p>（此件公开发布）</p></div>
<div class="tool">【<a href="javascript:window.print()">打印本页</a>】【<a href="javascript:window.close()">关闭窗口</a>】</div>
<div class="related"><h3>相关链接</h3><ul>{RELATED}</ul></div>{FOOTER}</body></html>"""


def div_soup_page() -> str:
    """No useful names; metadata as a list; `&nbsp;` indents, a TRS editor inside divs, a hidden summary, a QR code."""
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2019-06-21 10:05:33">
<title>示例市人民政府 市政府文件 {TITLE}</title></head><body>{SCRIPTS}
<div class="w1200"><div class="nav"><ul>{NAVIGATION}</ul></div>
<div class="dqwz">您现在的位置： <a href="/">首页</a> &gt; <a href="/xxgk">信息公开</a> &gt; <a href="/wj">文件</a></div>
<div class="main"><div class="left"><h3>公开目录</h3><ul>{NAVIGATION}{NAVIGATION}</ul></div>
<div class="right"><div class="xxgk_box"><ul>
<li><label>索引号：</label><span>SZ-01-2019-0031</span></li><li><label>发布机构：</label><span>示例市人民政府</span></li>
<li><label>文号：</label><span>{NUMBER}</span></li><li><label>公开日期：</label><span>2019-06-21</span></li></ul></div>
<div class="bt">{TITLE}</div>
<div class="sm"><span>发布时间：2019-06-21 10:05</span><span>来源：示例市人民政府办公室</span><span>浏览次数：<i id="hit">3021</i></span>
<span>字体：[<a href="javascript:a(1)">大</a> <a href="javascript:a(2)">中</a> <a href="javascript:a(3)">小</a>]</span></div>
<div id="summary" style="display:none">为落实国家要求，出台若干意见，摘要仅供搜索使用。</div>
<div class="wz"><div class="TRS_Editor"><div class="Custom_UnionStyle">
<P align=center>{NUMBER}</P><P>{ADDRESSEES}</P>
{paragraphs("<P>&nbsp;&nbsp;&nbsp; <FONT face=仿宋>{}</FONT></P><P>&nbsp;</P>")}
<P align=right>{SIGNATURE[0]}</P><P align=right>{SIGNATURE[1]}</P></div></div></div>
<div class="ewm"><img src="qr.png"><p>扫一扫在手机打开当前页</p></div>
<div class="pn"><p>上一篇：<a href="1.html">示例市人民政府关于表彰先进企业的决定</a></p><p>下一篇：<a href="2.html">没有了</a></p></div>
<div class="xgjd"><p>相关解读</p><ul>{RELATED}</ul></div></div></div></div>{FOOTER}</body></html>"""


def layout_table_page() -> str:
    """An old page: tables inside tables place everything, paragraphs are `br` and ideographic spaces in one cell."""
    text = "<BR>\n".join(f"　　{line}" for line in BODY)
    return f"""<HTML><HEAD><META content="text/html; charset=gbk" http-equiv=Content-Type><TITLE>{TITLE}</TITLE></HEAD>
<BODY><TABLE width=1003 align=center><TR><TD colspan=2><TABLE><TR>{"".join(f"<TD><A href='/{n}.asp'>栏目{n}</A></TD>" for n in range(9))}
</TR></TABLE></TD></TR><TR><TD width=200 valign=top><TABLE>{"".join(f"<TR><TD><A href='/l{n}.asp'>左侧栏目第{n}项</A></TD></TR>" for n in range(12))}
</TABLE></TD><TD><TABLE width="100%"><TR><TD align=center><FONT size=5><B>{TITLE}</B></FONT></TD></TR>
<TR><TD align=center>发布日期：2019-6-21&nbsp;&nbsp; 阅读次数：88 &nbsp;【字体：大 中 小】</TD></TR>
<TR><TD>{NUMBER}<BR><BR>{ADDRESSEES}<BR>
{text}<BR><BR>　　　　　　　　　　{SIGNATURE[0]}<BR>　　　　　　　　　　{SIGNATURE[1]}</TD></TR>
<TR><TD align=right><A href="javascript:window.print()">打印</A> <A href="javascript:window.close()">关闭</A></TD></TR></TABLE>
</TD></TR></TABLE>{FOOTER}</BODY></HTML>"""


def wrapped_page() -> str:
    """Text pasted from print: `br` in the middle of sentences, indents only where a paragraph begins."""
    pieces = []
    for line in BODY:
        pieces += [
            f"&nbsp;&nbsp;&nbsp;&nbsp;{line[:26]}",
            *(line[at : at + 28] for at in range(26, len(line), 28)),
        ]
    return f"""<html><head><meta charset=utf-8><title>{TITLE} - 示例市工业和信息化局</title></head><body><div>{NAVIGATION}</div>
<h1>{TITLE}</h1><div class=content><p>{NUMBER}</p><p>{ADDRESSEES}</p><div>{"<br/>".join(pieces)}</div>
<p>{SIGNATURE[0]}</p><p>{SIGNATURE[1]}</p></div>{FOOTER}</body></html>"""


def split_page() -> str:
    """The notice and the annexed document in two blocks, a task table, an annex to download, a form around all."""
    rows = "".join(
        "<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row.split("\t")) + "</tr>" for row in ROWS
    )
    return f"""<html><head><meta charset="utf-8"><title>市政府文件</title></head><body><form id="aspnetForm"><div>{NAVIGATION}</div>
<div class="wrap"><h2>{TITLE}</h2>
<div class="one"><p>{NUMBER}</p><p>{ADDRESSEES}</p>{paragraphs("<p>　　{}</p>", BODY[:5])}</div>
<div class="two">{paragraphs("<p>　　{}</p>", BODY[5:])}<p>{SIGNATURE[0]}</p><p>{SIGNATURE[1]}</p>
<p>附件：任务分工表</p><table border=1>{rows}</table></div>
<p><a href="fj.doc">附件下载</a></p></div><div class="hot"><h4>热门文章</h4><ul>{RELATED}</ul></div>{FOOTER}</form></body></html>"""


def ordered_list_page() -> str:
    """Clauses as entries of an ordered list: the numbers are drawn by the browser."""
    entries = "".join(f"<li>支持第{word}类企业，给予补助，由市财政局负责。</li>" for word in "甲乙丙")
    return f"""<html><head><title>{TITLE}</title></head><body><div>{NAVIGATION}</div><article><h1>{TITLE}</h1>
<p>现就有关事项通知如下，请认真执行。</p><ol>{entries}</ol></article>{FOOTER}</body></html>"""


def app_page() -> str:
    """A saved page of a one-page application: no headings, no tables, labels and values side by side without colons."""
    pairs = (
        ("发文机关", SIGNATURE[0]),
        ("发文字号", NUMBER),
        ("成文日期", "2019-06-18"),
        ("发布日期", "2019-06-21"),
    )
    box = "".join(
        f"<div><span class=label>{label}</span><span class=val>{value}</span></div>" for label, value in pairs
    )
    text = paragraphs("<section><span>{}</span></section>", (ADDRESSEES, *BODY))
    return f"""<html><head><meta charset=utf-8><title>政策库</title></head><body><div id=app><header><div>{NAVIGATION}</div></header>
<section class=policy><div class=info>{box}</div><div class=name>{TITLE}</div><div class=rich>{text}</div>
<div class=sig><p>{SIGNATURE[0]}</p><p>{SIGNATURE[1]}</p></div></section>
<aside><h4>相关解读</h4>{RELATED}</aside><footer>{FOOTER}</footer></div></body></html>"""


def law_database_page() -> str:
    """A database of laws: anchors and links inside the text, the number in brackets below the title."""
    cited = "《示例省融资担保补贴办法》"
    body = [
        line.replace(cited, f"<a href='/law/1.html'>{cited}</a>").replace("（一）", "<a name='t1'></a>（一）")
        for line in BODY
    ]
    text = "<br><br>".join(f"　　{line}" for line in body)
    return f"""<html><head><meta charset=utf-8><title>{TITLE}-法律法规数据库</title></head><body><table><tr><td>{NAVIGATION}</td></tr></table>
<div class=fulltext><center><b>{TITLE}</b></center><br><center>{NUMBER}</center><br>{ADDRESSEES}<br>{text}<br>
<p align=right>{SIGNATURE[0]}<br>{SIGNATURE[1]}</p></div><div>相关法规：<ul>{RELATED}</ul></div>{FOOTER}</body></html>"""


def message_page() -> str:
    """An article of a public account: the text is hidden until a script shows it."""
    text = "".join(
        f"<section><p><span>{line}</span></p></section>" for line in (NUMBER, ADDRESSEES, *BODY, *SIGNATURE)
    )
    return f"""<html><head><meta charset=utf-8><title></title></head><body><div><h1>{TITLE}</h1><div><span>示例发布</span></div>
<div id=js_content style="visibility: hidden;">{text}</div></div><p>预览时标签不可点</p><p>微信扫一扫关注该公众号</p></body></html>"""
