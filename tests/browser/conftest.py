"""A real Chromium on a real server. Without a Chromium: a failure in CI, a skip elsewhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.browser.servers import STREAMLIT, Server, running

# Fixtures last as long as one module: while Playwright runs, its event loop
# occupies the thread, and other tests want their own.


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start the app on an empty store."""
    with running(STREAMLIT, tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        started = _launch(playwright)
        yield started
        started.close()


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that makes a fresh visitor."""
    made: list[BrowserContext] = []

    def make(width: int = 1440, height: int = 900, **options: str) -> BrowserContext:
        defaults = {"locale": "en-US", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}
        context = browser.new_context(
            viewport={"width": width, "height": height}, **{**defaults, **options}
        )
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


def _launch(playwright: Playwright) -> Browser:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found or Path(playwright.chromium.executable_path).exists():
        return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
    reason = "no Chromium: set CHROMIUM, install chromium, or run `playwright install chromium`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
