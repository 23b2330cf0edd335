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
ANSWERED = 6


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
        take(desk, f"{address}/measures/qingdao-2012-46/cit-small-low-profit-20/", "guide")
        take(desk, f"{address}/policies/qingdao-2012-46/", "policy")
        check_up(browser.new_page(viewport=PHONE, locale="zh-CN"), address)
        log_in(desk, address, "firm", arguments.password)
        take(desk, f"{address}/my/matches/", "matches")
        log_in(
            browser_page := browser.new_page(viewport=DESK, locale="zh-CN"),
            address,
            "head",
            arguments.password,
        )
        take(browser_page, f"{address}/desk/push/qingdao-2012-46/cit-small-low-profit-20/", "push-desk")
        take(browser_page, f"{address}/desk/rules/qingdao-2012-46/cit-small-low-profit-20/", "rule-desk")
        browser.close()


def take(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(name, (PICTURES / f"{name}.png").stat().st_size // 1024, "KiB")


def check_up(page: Page, address: str) -> None:
    page.goto(f"{address}/checkup/")
    page.click("main form.card button")
    for _ in range(ANSWERED):
        page.click("main form button:has-text('跳过'), main form button:has-text('不清楚')")
    take(page, page.url, "check-up-phone")


def log_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/account/login/")
    page.fill("#id_login", name)
    page.fill("#id_password", password)
    page.click("main button")


if __name__ == "__main__":
    main()
