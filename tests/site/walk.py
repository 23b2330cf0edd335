"""A walk over the site: every page that someone can reach by links, a few examples of each kind."""

import gzip
from collections import Counter
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import lxml.html
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve
from lxml.html import HtmlElement

EXAMPLES = 2
"""How many pages of one kind are looked at, by address pattern and by the names in the query; one is enough
for who comes after."""
MORE_EXAMPLES = {"policy": 20, "measure": 8}
MOST_OF_A_KIND, MOST_OF_AN_OLD_KIND = 30, 4
ROLES = (
    "visitor", "firm", "agent", "officer", "head", "supervision", "bank", "agency", "expert", "auditor", "admin",
)  # fmt: skip
Sort = tuple[str, frozenset[str]]
NOT_PAGES = ("static/", "api/v1/")
FROM_A_FORM = (
    "/measures/?q=贴息",
    "/measures/?q=没有这样的词",
    "/measures/?on=2030-01-01",
    "/policies/?on=2003-01-01",
    "/firms/?q=合成",
    "/users/?q=officer",
    "/users/?q=nobody",
    "/audit/?by=firm",
    "/my/matches/?q=贴息",
    "/my/matches/?verdict=ineligible",
    "/my/told/?on=2013-06-30",
    "/desk/rules/?q=小型微利",
    "/desk/push/?q=小型微利",
    "/desk/inbox/?show=all&q=合成",
    "/desk/calls/qingdao-2012-46/interpretation-enquiry/",
    "/consented/?q=合成",
    "/account/login/",
    "/account/logout/",
)
"""What is reached by filling in a form rather than by a link."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was got for one address."""

    role: str
    path: str
    kind: str  # the address pattern
    status: int
    is_html: bool
    wire_bytes: int
    queries: int
    text: str

    def __str__(self) -> str:
        return f"{self.role} {self.path}"

    @property
    def tree(self) -> HtmlElement:
        return lxml.html.document_fromstring(self.text)


def walk(client: Client, role: str, *starts: str, seen_before: Set[str]) -> Iterator[Page]:
    """Pages from the front page on, breadth first; those of `FROM_A_FORM` that the role may enter as well.

    Args:
        seen_before: kinds that somebody else was shown; of these one example is looked at.
    """
    waiting, known = ["/", *starts, *FROM_A_FORM], set[str]()
    taken, kinds = Counter[Sort](), Counter[str]()
    while waiting:
        path = waiting.pop(0)
        sort = sort_of(path)
        if path in known or sort is None:
            continue
        is_old = sort[0] in seen_before
        most = 1 if is_old else MORE_EXAMPLES.get(sort[0], EXAMPLES)
        if taken[sort] >= most or kinds[sort[0]] >= (MOST_OF_AN_OLD_KIND if is_old else MOST_OF_A_KIND):
            continue
        known.add(path)
        page = got(client, role, path, kind=sort[0])
        if path in (*FROM_A_FORM, *starts) and page.status in (302, 403, 404):
            continue
        taken[sort] += 1
        kinds[sort[0]] += 1
        yield page
        if page.is_html and page.status == 200:
            waiting += list(links_of(page))


def sort_of(path: str) -> Sort | None:
    """The kind of page that an address leads to; None for what is none of ours."""
    parts = urlsplit(path)
    if parts.netloc or parts.path.lstrip("/").startswith(NOT_PAGES):
        return None
    try:
        match = resolve(parts.path)
    except Resolver404:
        return f"no such page: {parts.path}", frozenset()
    return match.url_name or match.route, frozenset(parse_qs(parts.query))


def got(client: Client, role: str, path: str, *, kind: str) -> Page:
    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        answer = client.get(path, HTTP_ACCEPT_ENCODING="gzip")
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
    is_html = answer.headers.get("Content-Type", "").startswith("text/html") and not (
        answer.headers.get("Content-Disposition", "").startswith("attachment")
    )
    plain = gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content
    text = plain.decode() if is_html else ""
    return Page(role, path, kind, answer.status_code, is_html, len(content), len(asked), text)


def links_of(page: Page) -> Iterator[str]:
    for link in page.tree.iter("a"):
        href = link.get("href") or ""
        if href and not href.startswith(("#", "mailto:")):
            yield urldefrag(urljoin(page.path, href)).url
