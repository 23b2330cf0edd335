"""Nothing stays untranslated: who reads English meets Chinese only where it is marked as such."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml.html import HtmlElement

import huiqi.web
from tests.site.conftest import Walked

WEB = Path(huiqi.web.__file__).parent
TEMPLATES = sorted((WEB / "shared" / "templates").rglob("*.html"))
CHINESE = re.compile(r"[\u3400-\u9fff\u3001\u3002\uff08\uff09\uff0c\uff1a\uff1b]")
SAY = re.compile(r"""\{%\s*say\s+("[^"]*"|'[^']*')\s+("[^"]*"|'[^']*')""")
NOT_SHOWN = re.compile(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|<!--.*?-->", re.S)
PAIR = re.compile(r"""\bzh=("[^"]*"|'[^']*')\s+en=("[^"]*"|'[^']*')""")
MARKED = re.compile(r"""lang="zh"[^>]*>[^<]*|join:"、"|{% if english %}中文{% else %}""")
"""Names of authorities stand in elements of their own language; the button names the other language."""
SENT_OR_COMPARED = re.compile(r"""(?:[=!]=\s*|\bvalue=)(?:'[^']*'|"[^"{%]*")""")
AS_WRITTEN = ("code", "pre", "textarea", "script", "datalist")
"""Elements that show what somebody typed, or what stands in a file."""
READ_OUT = ("title", "placeholder", "aria-label", "alt", "data-label")


@pytest.mark.django_db
@pytest.mark.django_db
@pytest.mark.xdist_group("walked")
def test_english_pages_have_no_chinese_but_what_is_marked(walked: Walked):
    found: dict[str, str] = {}
    for page in walked.english:
        for words in chinese_in(page.tree):
            found.setdefault(f"{page.kind}: {words[:60]}", str(page))
    assert [f"{what} | {where}" for what, where in found.items()] == []


@pytest.mark.django_db
@pytest.mark.django_db
@pytest.mark.xdist_group("walked")
def test_english_pages_say_that_they_are_english(walked: Walked):
    assert len(walked.english) > 100
    assert [str(page) for page in walked.english if page.tree.get("lang") != "en"] == []


def chinese_in(node: HtmlElement, *, is_marked: bool = False) -> Iterator[str]:
    """Chinese that a reader of English would meet unmarked, in text and in what is read out."""
    if not isinstance(node.tag, str) or node.tag in AS_WRITTEN:
        return
    language = node.get("lang")
    is_marked = language.startswith("zh") if language else is_marked
    if not is_marked:
        yield from (node.get(name, "") for name in READ_OUT if CHINESE.search(node.get(name, "")))
        yield from (text.strip() for text in own_text(node) if CHINESE.search(text))
    for child in node:
        yield from chinese_in(child, is_marked=is_marked)


def own_text(node: HtmlElement) -> Iterator[str]:
    yield node.text or ""
    yield from (child.tail or "" for child in node)


def test_chinese_in_templates_stands_beside_its_english():
    assert TEMPLATES
    found = []
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        for allowed in (NOT_SHOWN, SAY, PAIR, MARKED, SENT_OR_COMPARED):
            text = allowed.sub("", text)
        found += [f"{path.name}: {line.strip()[:90]}" for line in text.splitlines() if CHINESE.search(line)]
    assert found == []


def test_what_templates_say_has_both_languages():
    texts = [(path.name, path.read_text("utf-8")) for path in TEMPLATES]
    said = [(name, *pair) for name, text in texts for form in (SAY, PAIR) for pair in form.findall(text)]
    assert len(said) > 300
    assert [one for one in said if CHINESE.search(one[2])] == []
    assert [one for one in said if re.search(r"[A-Za-z]{2}", one[2]) and not CHINESE.search(one[1])] == []


def test_what_views_say_has_both_languages():
    """`say(chinese, english)` and `Bilingual(chinese, english)`: a literal second part is English."""
    pairs = {pair for path in sorted(WEB.rglob("*.py")) for pair in pairs_in(path)}
    assert len(pairs) > 50
    wrong = {(zh, en) for zh, en in pairs if CHINESE.search(en) or (zh and not en)}
    assert wrong == {("年", "")}  # a calendar year has a unit in Chinese alone


def test_views_say_nothing_in_chinese_alone():
    """A message to the person who clicked goes through `say`."""
    alone = []
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("messages."):
                texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                alone += [f"{path.name}: {text}" for text in texts]
    assert alone == []


def pairs_in(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("say", "Bilingual"):
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if len(texts) == 2:
                yield texts[0], texts[1]
