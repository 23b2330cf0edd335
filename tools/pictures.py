"""Take the pictures of the documentation from a running demonstration.

huiqi demo --out var/demo          # prints the password, serves at 127.0.0.1:8000
python tools/pictures.py --password PASSWORD
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
DESK, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
]
CHANGE = ("30万", "38万")
"""What the picture of the rule desk tries out; the draft is given up afterwards."""
ANSWERED = 6
FUND = "qingdao-2012-46/sme-special-fund"
LEASE = "融资租赁补助申报"
MEASURE = "qingdao-2012-46/cit-small-low-profit-20"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--password", required=True)
    arguments = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = (
            shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        )
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        desk = browser.new_page(viewport=DESK, locale="zh-CN")
        address: str = arguments.address
        take(desk, f"{address}/", "front-page")
        take(desk, f"{address}/measures/{MEASURE}/", "guide")
        take(desk, f"{address}/policies/qingdao-2012-46/", "policy")
        check_up(browser.new_page(viewport=PHONE, locale="zh-CN"), address)
        log_in(desk, address, "firm", arguments.password)
        take(desk, f"{address}/my/", "file")
        take(desk, f"{address}/my/matches/", "matches")
        take_linked(desk, f"{address}/my/cases/?q=20130501000001", LEASE, "case")
        head = browser.new_page(viewport=DESK, locale="zh-CN")
        log_in(head, address, "head", arguments.password)
        take(head, f"{address}/desk/push/{MEASURE}/", "push-desk")
        take(head, f"{address}/desk/inbox/", "inbox")
        take(head, f"{address}/desk/overview/", "overview")
        revise(head, address)
        payer = browser.new_page(viewport=DESK, locale="zh-CN")
        log_in(payer, address, "payer", arguments.password)
        take(payer, f"{address}/desk/funds/{FUND}/", "fund")
        browser.close()


def take(page: Page, address: str, name: str) -> None:
    page.goto(address)
    snap(page, name)


def take_linked(page: Page, address: str, words: str, name: str) -> None:
    """What the first link with these words leads to."""
    page.goto(address)
    page.locator("main a", has_text=words).first.click()
    page.wait_for_load_state()
    snap(page, name)


def snap(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")
    print(name, (PICTURES / f"{name}.png").stat().st_size // 1024, "KiB")


def check_up(page: Page, address: str) -> None:
    page.goto(f"{address}/checkup/")
    page.click("main form.card button")
    for _ in range(ANSWERED):
        page.click("main form button:has-text('跳过'), main form button:has-text('不清楚')")
    take(page, page.url, "check-up-phone")


def revise(page: Page, address: str) -> None:
    """A draft with the check that follows each key, and what it would do to the register."""
    page.goto(f"{address}/desk/rules/{MEASURE}/")
    page.click("main button:has-text('起草修订')")
    draft = page.url
    text = page.locator("#text")
    text.fill(text.input_value().replace(*CHANGE))
    page.locator("#checked", has_text="1项未通过").wait_for()
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    snap(page, "rule-desk")
    page.locator("#effective_from").fill("2013-07-01")
    page.click("main button[value=impact]")
    page.click("main button:has-text('测算影响')")
    page.locator(".card.figure", has_text="户新符合").wait_for(timeout=300_000)
    snap(page, "impact")
    page.goto(draft)
    page.click("main button:has-text('放弃这份草稿')")


def log_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("#id_login", name)
    page.fill("#id_password", password)
    page.click("main button")


if __name__ == "__main__":
    main()
