"""The site in the system's Chromium, on a desk and on a phone."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.site.conftest import PASSWORD, Site, matched, site  # noqa: F401  (fixtures)

CHROMIUM: Final = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
SIZES: Final = {"desk": (1366, 900), "phone": (390, 844)}
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium: apt-get install chromium"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Its loop runs in the thread of the test, which Django has to be told; both end with the module."""
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@dataclass
class Visit:
    """One person at one screen."""

    page: Page
    address: str

    def go(self, path: str) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def log_in(self, name: str) -> None:
        self.go("/account/login/")
        self.page.fill("#id_login", name)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("main button")
        self.sees(name, "header")

    def sees(self, text: str, where: str = "main") -> None:
        """Wait until a text stands there; fails when it does not come."""
        self.page.wait_for_selector(f"{where}:has-text('{text}')")

    def fits(self) -> None:
        """Nothing has to be scrolled sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    def is_accessible(self) -> None:
        """Nothing that axe finds against WCAG 2.2 AA."""
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
        wrong = [
            f"{v['id']}: {v['help']} {[n['html'][:120] for n in v['nodes'][:3]]}"
            for v in found.response["violations"]
        ]
        assert wrong == [], f"{self.page.url}\n" + "\n".join(wrong)


@pytest.fixture
def at(browser: Browser, site: Site, live_server: Any) -> Iterator[Callable[..., Visit]]:  # noqa: F811
    """Sit down at a `desk` or with a `phone`; `scripts=False` for a browser that runs none."""
    opened: list[BrowserContext] = []

    def sit_down(size: str = "desk", *, scripts: bool = True, english: bool = False) -> Visit:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            locale="zh-CN",
            bypass_csp=True,
        )
        context.set_default_timeout(20_000)
        if english:
            context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
        opened.append(context)
        return Visit(context.new_page(), live_server.url)

    yield sit_down
    for context in opened:
        context.close()
