"""A real browser before the live site. Playwright holds an event loop in this thread, so Django is asked from another."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page, sync_playwright

from pages_county import PASSWORD
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.jobs.worker import run_worker

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@dataclass
class Visitor:
    """A person before a browser.

    Attributes
    ----------
    page : the open page.
    ask : runs a function of Django in a thread of its own and returns what it gives.
    """

    page: Page
    site: str
    ask: Callable[..., Any]

    def goes_to(self, path: str) -> None:
        """Open a page of the site."""
        self.page.goto(self.site + path)

    def signs_in(self, username: str) -> None:
        """Sign in with the password every test account has."""
        self.goes_to("/sign-in")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button:text-is('登录')")
        self.page.wait_for_selector("header.top")

    def presses(self, button: str) -> None:
        """Press a button or follow a link that says so."""
        self.page.locator(f"button:has-text('{button}'), a:has-text('{button}')").first.click()
        self.page.wait_for_load_state()

    def works_off_jobs(self) -> None:
        """Let a worker finish everything that waits."""
        self.ask(run_worker, once=True)

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.inner_text("body")


@pytest.fixture
def ask() -> Iterator[Callable[..., Any]]:
    """Run something of Django's outside the browser's thread."""

    def call(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        def with_own_connection() -> Any:
            try:
                return work(*args, **kwargs)
            finally:
                connections.close_all()

        return pool.submit(with_own_connection).result()

    with ThreadPoolExecutor(1) as pool:
        yield call


@pytest.fixture(params=["desk"])
def visitor(request, live_server, ask) -> Iterator[Visitor]:
    """A visitor at a desk, or on the phone where the test asks for one."""
    ask(definitions_seed)
    executable = shutil.which("chromium")
    assert executable, "没有找到 chromium，请先运行 make setup"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        context = browser.new_context(viewport=PHONE if request.param == "phone" else DESK, locale="zh-CN")
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        yield Visitor(page, live_server.url, ask)
        browser.close()
        assert faults == []
