"""A real browser before a real server. Skipped where there is no Chromium."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from huiqi.revisions.in_force import forget
from tests.browser.acting import DESKTOP, PHONE, Screen, is_complaint, log_in
from tests.site.conftest import Site, matched, site

__all__ = ["matched", "site"]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 15_000
"""Milliseconds until a page that does not come fails the test."""

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium: chromium, chromium-browser or google-chrome")
                )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Its loop runs in the thread of the test, which Django has to be told; both end with the module."""
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def live(live_server: LiveServer, site: Site, tmp_path: Path, settings: Any) -> Iterator[str]:
    """The address of the site, with data of its own."""
    shutil.copytree(site.data, tmp_path / "data")
    settings.HUIQI_DATA = tmp_path / "data"
    cache.clear()
    yield live_server.url
    forget()


@pytest.fixture(params=(DESKTOP, PHONE), ids=lambda screen: screen.name)
def screen(request: pytest.FixtureRequest) -> Screen:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def opened(live: str, browser: Browser, screen: Screen) -> Iterator[Open]:
    """Opens a browser of its own for somebody; what scripts complain about fails the test."""
    yield from opening(live, browser, screen)


@pytest.fixture
def opened_on_a_desk(live: str, browser: Browser) -> Iterator[Open]:
    """The same, once, for tests that change the size themselves."""
    yield from opening(live, browser, DESKTOP)


def opening(live: str, browser: Browser, screen: Screen) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_browser(name: str = "", **options: Any) -> Page:
        size = {"width": screen.width, "height": screen.height}
        context = browser.new_context(
            base_url=live, viewport=size, has_touch=screen.is_phone, locale="zh-CN", **options
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        if name:
            log_in(page, name)
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []
