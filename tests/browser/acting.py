"""What a person does in a browser, and what must hold on every page they come to."""

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import ConsoleMessage, Page

from tests.site.conftest import PASSWORD


@dataclass(frozen=True, slots=True)
class Screen:
    """A size that people use, in CSS pixels."""

    name: str
    width: int
    height: int

    @property
    def is_phone(self) -> bool:
        return self.width < 500


DESKTOP: Final = Screen("desktop", 1366, 900)
PHONE: Final = Screen("phone", 390, 844)


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.get_by_label("用户名或邮箱").fill(name)
    page.get_by_label("密码").fill(password)
    page.locator("main").get_by_role("button", name="登录").click()
    page.locator(".who summary", has_text=name).wait_for()


def arrive(page: Page, heading: str) -> None:
    """Wait for the page with this in its heading; it must not be wider than the screen."""
    page.locator("h1", has_text=heading).first.wait_for()
    assert too_wide(page) == []


def go(page: Page, path: str, heading: str) -> None:
    page.goto(path)
    arrive(page, heading)


def choose_day(page: Page, day: str) -> None:
    """Ask for the law of another day, with the control that every page has."""
    page.get_by_label("适用日期").fill(day)
    page.get_by_role("button", name="查看", exact=True).first.click()
    page.locator(".day-bar.other-day").wait_for()


def too_wide(page: Page) -> list[str]:
    """What sticks out of the screen at its right, if the page scrolls sideways."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
        [...document.querySelectorAll("main *, header *, footer *")]
          .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 5)
          .map(e => `${location.pathname} ${e.tagName.toLowerCase()}.${e.className}`)
          .concat([`${location.pathname} ${document.documentElement.scrollWidth}`])"""
    )
    return found


def is_complaint(said: ConsoleMessage) -> bool:
    """Errors of scripts and of the content security policy; an answer of 4xx is no error of a page."""
    return said.type == "error" and "status of 4" not in said.text


def follow(page: Page, name: str) -> None:
    """Click the first link or button of the page itself with this name."""
    main = page.locator("main")
    main.get_by_role("link", name=name).or_(main.get_by_role("button", name=name)).first.click()
