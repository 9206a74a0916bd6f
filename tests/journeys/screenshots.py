"""Take pictures of pages of a running site, at a desk and on a phone, to look at them. Not a test.

python tests/journeys/screenshots.py http://127.0.0.1:8000 jiaoyanshi PASSWORD OUT / /exams/ /collections/
"""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}


def screenshots(site: str, username: str, password: str, out: Path, paths: list[str]) -> list[Path]:
    """Sign in, open each path in both sizes and write the pictures; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for size, viewport in SIZES.items():
            page = browser.new_page(viewport=viewport, locale="zh-CN")
            page.goto(f"{site}/sign-in")
            page.fill("[name=username]", username)
            page.fill("[name=password]", password)
            page.click("button:text-is('登录')")
            for path in paths:
                page.goto(site + path)
                page.wait_for_load_state("networkidle")
                name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
                written.append(out / f"{name}.{size}.png")
                page.screenshot(path=written[-1], full_page=True)
        browser.close()
    return written


if __name__ == "__main__":
    site_url, user, secret, folder, *wanted = sys.argv[1:]
    for picture in screenshots(site_url, user, secret, Path(folder), wanted):
        print(picture)
