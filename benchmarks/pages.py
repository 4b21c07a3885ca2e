"""Time pages in a real Chromium on a real server, over the loaded store."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.report import Table, Times
from benchmarks.workspace import Workspace, cpu_of
from tests.browser.servers import STREAMLIT, Server, running

Row = tuple[str, float, float, float, float, float]

REPEATS = 5
PAGES = ("Overview", "Cost", "Activity", "Tools", "Reliability", "Sessions", "People", "Data")
FILTERED = ("Overview", "Cost", "Activity")
BUDGETS = "Budget: 3,000 ms to the first page, 400 ms after a filter change, 500 ms to another page"

# When the page last changed, and whether anything is still to come. Not seen: what a grid writes
# into its canvas for screen readers a while later, and what is said to them for seven seconds.
_WATCH = """
window.__changed = performance.now();
const elementOf = node => node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
const unseen = "canvas, [data-live-announcer]";
const isSeen = change => !elementOf(change.target)?.closest?.(unseen);
new MutationObserver(changes => { if (changes.some(isSeen)) window.__changed = performance.now(); })
  .observe(document, {subtree: true, childList: true, characterData: true});
addEventListener("click", () => { window.__acted = performance.now(); }, {capture: true});
"""
_REST = """quiet => {
  const idle = "[data-testid='stApp'][data-test-script-state='notRunning']";
  const busy = document.querySelector("[data-testid=stSkeleton],[data-stale=true]");
  return document.querySelector(idle) && !busy && performance.now() - window.__changed > quiet;
}"""
_QUIET_MS = 700
_LOOK_MS = 100
"""Between two looks: to look at every frame would slow the page that is timed."""

_FINISHED_BYTES = 200
"""Longer messages are not that of a script's end, and not worth reading."""


@dataclass
class Waits:
    """What one act took, again and again, in milliseconds.

    Attributes
    ----------
    seen : list of float
        Until the page rested.
    server : list of float
        Of it on the server: from the browser's message to the end of the script.
    cpu : list of float
        CPU time of the app, Streamlit included; the store is another process.
    """

    seen: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def row(self, act: str) -> Row:
        """Return a row of the table."""
        seen, server = Times(tuple(self.seen)), Times(tuple(self.server))
        # The system counts CPU time in steps of 10 ms, so a median would be one of few
        cpu = sum(self.cpu) / len(self.cpu)
        return act, seen.best, seen.median, server.best, server.median, cpu


class Visitor:
    """A browser that is new here, and the time of what comes to it from the server."""

    def __init__(self, browser: Browser, server_pid: int) -> None:
        self._pid, self._used = server_pid, 0.0
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
        )
        self.page: Page = self.context.new_page()
        self.page.add_init_script(_WATCH)
        self.asked = self.finished = 0.0
        self.page.on("websocket", self._listen)

    def open(self, url: str, waits: Waits | None = None) -> None:
        """Open the first page; the clock starts with the navigation."""
        self._begin()
        self.page.goto(url)
        self._rest(waits, "0")

    def act(self, act: Callable[[Page], None], waits: Waits) -> None:
        """Do something; the clock starts with its last click."""
        self._begin()
        act(self.page)
        self._rest(waits, "window.__acted")

    def _begin(self) -> None:
        self.asked = 0.0
        self._used = cpu_of(self._pid)

    def _rest(self, waits: Waits | None, since: str) -> None:
        # Right after a click the page still looks at rest, hence the quiet time
        self.page.wait_for_timeout(_QUIET_MS / 2)
        self.page.wait_for_function(_REST, arg=_QUIET_MS, timeout=60_000, polling=_LOOK_MS)
        if waits:
            waits.seen.append(self.page.evaluate(f"window.__changed - {since}"))
            waits.server.append(1e3 * (self.finished - self.asked))
            waits.cpu.append(1e3 * (cpu_of(self._pid) - self._used))

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda _: self._sent())
        socket.on("framereceived", self._received)

    def _sent(self) -> None:
        self.asked = self.asked or perf_counter()

    def _received(self, frame: bytes | str) -> None:
        if not isinstance(frame, bytes) or len(frame) > _FINISHED_BYTES:
            return
        if ForwardMsg.FromString(frame).HasField("script_finished"):
            self.finished = perf_counter()


def pages(space: Workspace) -> list[Table]:
    """Time the first page, a change of the filters and a change of the page."""
    own = {"DB_NAME": "ours", "TOKENFLOW_DATA_DIR": str(space.home / "data")}
    with running(STREAMLIT, space.home, **own) as server, _chromium() as browser:
        rows = _measured(browser, server)
    columns = ("act", "min", "median", "of which server, min", "server, median", "app CPU, mean")
    note = (
        f"{BUDGETS}, of which our Python 150 ms. Until nothing on the page changes any more; the "
        "server's part is from the browser's message to the end of the script, waiting for the "
        "store included; the CPU time is of the app alone, Streamlit's share with it. "
        "Filters are new each time, so questions are asked cold; pages are asked for warm."
    )
    return [Table("Pages", columns, rows, note)]


def _measured(browser: Browser, server: Server) -> list[Row]:
    first = Waits()
    for repeat in range(REPEATS + 1):
        visitor = Visitor(browser, server.pid)
        visitor.open(server.url, first if repeat else None)  # the first visitor warms the server
        if repeat < REPEATS:
            visitor.context.close()
    rows = [first.row("first page of a new browser")]
    changed = {name: Waits() for name in FILTERED}
    for name in FILTERED:
        _switch(visitor, name, Waits())
        for _ in range(REPEATS):
            visitor.act(_one_more_role, changed[name])
            visitor.page.keyboard.press("Escape")
        visitor.act(_reset, Waits())
    rows += [waits.row(f"filter change on {name}") for name, waits in changed.items()]
    switched = {name: Waits() for name in PAGES}
    for repeat in range(REPEATS + 1):
        for name in PAGES[1:] + PAGES[:1]:
            _switch(visitor, name, switched[name] if repeat else Waits())
    return rows + [waits.row(f"switch to {name}") for name, waits in switched.items()]


def _switch(visitor: Visitor, name: str, waits: Waits) -> None:
    link = visitor.page.get_by_test_id("stSidebarNavLink").filter(has_text=name)
    visitor.act(lambda _: link.click(), waits)


def _one_more_role(page: Page) -> None:
    page.get_by_test_id("stMultiSelect").filter(has_text="Role").locator("input").click()
    page.get_by_role("option").nth(1).click()  # the first one selects all


def _reset(page: Page) -> None:
    page.get_by_role("button", name="Reset filters").click()


@contextmanager
def _chromium() -> Iterator[Browser]:
    executable = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()
