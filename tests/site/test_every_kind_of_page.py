"""Every kind of page that a walk over the site shows somebody: axe finds nothing, nothing scrolls sideways."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Route
from playwright.sync_api import Page as Tab

from tests.browser.acting import DESKTOP, PHONE, is_complaint, too_wide
from tests.browser.conftest import CHROMIUM, browser
from tests.site.conftest import Walked
from tests.site.walk import Page

__all__ = ["browser"]

SITE: Final = "http://huiqi.test"
RULES: Final = json.dumps(
    {
        "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
        "resultTypes": ["violations"],
    }
)


@pytest.mark.django_db
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: chromium, chromium-browser or google-chrome")
@pytest.mark.xdist_group("walked")
def test_axe_finds_nothing_on_any_kind_of_page(walked: Walked, browser: Browser):
    pages = list(one_of_each(walked.pages))
    assert len(pages) > 90
    shown = {unquote(page.path): page.text for page in pages}

    def answer(route: Route) -> None:
        """What the site answered when the page was walked over, with its static files."""
        path = unquote(route.request.url.removeprefix(SITE))
        if path.startswith("/static/") and (file := finders.find(path.removeprefix("/static/"))):
            route.fulfill(path=Path(str(file)))
        elif path in shown:
            route.fulfill(body=shown[path], content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404)

    context = browser.new_context(base_url=SITE, bypass_csp=True, has_touch=True, locale="zh-CN")
    context.route("**/*", answer)
    tab = context.new_page()
    found = list[str]()
    tab.on("pageerror", lambda error: found.append(f"{tab.url} {error}"))
    tab.on("console", lambda said: found.append(f"{tab.url} {said.text}") if is_complaint(said) else None)
    for page in pages:
        tab.goto(page.path)
        found += [f"{page.role} {wrong}" for wrong in found_wrong(tab)]
    context.close()
    assert found == []


def one_of_each(pages: tuple[Page, ...]) -> Iterator[Page]:
    """The first page of every kind; no address twice, for it may show something else to somebody else."""
    kinds, paths = set[str](), set[str]()
    for page in pages:
        if page.is_html and page.status == 200 and page.kind not in kinds and page.path not in paths:
            kinds.add(page.kind)
            paths.add(page.path)
            yield page


def found_wrong(tab: Tab) -> list[str]:
    """What axe objects to on a phone, where most is in the way, and what sticks out there or on a desk."""
    tab.evaluate(Axe().axe_script)
    tab.set_viewport_size({"width": DESKTOP.width, "height": DESKTOP.height})
    wrong = [f"{DESKTOP.name} too wide: {what}" for what in too_wide(tab)]
    tab.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    violations = tab.evaluate(f"axe.run({RULES}).then(found => found.violations)")
    wrong += [f"{tab.url} {v['id']}: {n['html'][:160]}" for v in violations for n in v["nodes"][:3]]
    return wrong + [f"{PHONE.name} too wide: {what}" for what in too_wide(tab)]
