"""The frame of our self-contained HTML pages: one file, no script, Chinese first."""

from pathlib import Path
from typing import Any, Final

from lxml.html import tostring
from lxml.html.builder import E

HOUSE_STYLE: Final = (Path(__file__).parent / "page.css").read_text("utf-8")
"""Colours, type and headings that pages share; a page's own style follows it."""


def page(title: str, *parts: Any, style: str) -> str:
    """A whole page with these elements, one below the other."""
    whole = E.HTML(
        E.HEAD(
            E.META(charset="utf-8"),
            E.META(name="viewport", content="width=device-width, initial-scale=1"),
            E.TITLE(title),
            E.STYLE(style),
        ),
        E.BODY(E.MAIN(*parts)),
        lang="zh-CN",
    )
    text: str = tostring(whole, doctype="<!doctype html>", encoding="unicode")
    return text
