"""Actions of a visitor on a page, and waiting until the page is idle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.servers import Server

# Slow machines need long time-outs
expect.set_options(timeout=30_000)

IDLE = (
    "[data-testid='stApp'][data-test-script-state='notRunning']"
    "[data-test-connection-state='CONNECTED']"
)

QUIET = """([idle, quiet]) => {
  const busy = document.querySelector('[data-testid=stSkeleton],[data-stale=true]');
  const now = performance.now();
  if (!document.querySelector(idle) || busy) { window.__since = null; return false; }
  window.__since ??= now;
  if (now - window.__since < quiet) return false;
  window.__since = null;
  return true;
}"""

# As the Back button does: the app stays loaded
MOVE = """path => {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}"""
HEADING = "document.querySelector('h1')?.textContent"

# Settings that a browser takes from its computer
SURROUNDINGS = {"locale": "en-US", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}


@dataclass
class Visit:
    """A tab on a server, with the errors and outbound requests that its pages caused."""

    page: Page
    server: Server
    wrong: list[str] = field(default_factory=list)

    def go(self, url: str) -> Visit:
        self.page.goto(url)
        return self.settle()

    def settle(self) -> Visit:
        """Wait until the page is idle; right after a click it still looks idle."""
        self.page.wait_for_function(QUIET, arg=[IDLE, 350], timeout=60_000)
        return self

    def move(self, path: str) -> Visit:
        """Show a page with another heading without loading the app again."""
        left = self.page.evaluate(HEADING)
        self.page.evaluate(MOVE, path)
        self.page.wait_for_function(f"left => {HEADING} !== left", arg=left)
        return self.settle()

    def turn_to(self, title: str) -> Visit:
        """Open a page through the sidebar."""
        self.page.get_by_test_id("stSidebarNavLink").filter(has_text=title).click()
        return self.settle()

    def shows(self, heading: str) -> Visit:
        """Wait for a page by its heading."""
        expect(self.page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
        return self.settle()

    def show_sessions(self) -> Visit:
        """Follow the link beside the chips."""
        self.page.get_by_test_id("stPageLink").filter(has_text="Show the").click()
        return self.shows("Sessions")

    def metrics(self) -> dict[str, str]:
        labels = self.page.get_by_test_id("stMetricLabel").all_inner_texts()
        values = self.page.get_by_test_id("stMetricValue").all_inner_texts()
        return {a.strip(): b.replace("\xa0", " ") for a, b in zip(labels, values, strict=True)}

    def text(self) -> str:
        """Return the text of the page, without the sidebar."""
        return self.page.get_by_test_id("stMain").inner_text()

    def bars(self, title: str) -> Locator:
        chart = self.page.locator(f"[data-testid=stVegaLiteChart][aria-label^='{title}']")
        return chart.locator("path[aria-roledescription=bar]")

    def choose_role(self, role: str) -> None:
        self.choose("Role", role)

    def choose(self, label: str, value: str) -> None:
        """Add a value to a filter of the sidebar."""
        box = self.page.get_by_test_id("stMultiSelect").filter(has_text=label)
        # Scrolling closes the list of values
        box.scroll_into_view_if_needed()
        self.settle()
        box.locator("input").fill(value)
        expect(self.page.get_by_role("option", name=value).first).to_be_visible()
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Escape")
        self.settle()

    def choose_period(self, label: str) -> None:
        self.page.get_by_test_id("stSelectbox").filter(has_text="Period").locator("input").click()
        self.page.get_by_role("option", name=label).click()
        self.settle()

    def all_is_well(self) -> None:
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        assert self.wrong == []


Open = Callable[..., Visit]


class Tabs:
    """Tabs of a browser, to be used again: a new one compiles the app's scripts, for seconds.

    Each tab is a computer of its own, with its own storage.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: dict[frozenset, list[Visit]] = defaultdict(list)
        self._taken: dict[int, frozenset] = {}

    def take(
        self,
        server: Server,
        width: int = 1440,
        height: int = 900,
        color_scheme: str = "light",
        **options: str,
    ) -> Visit:
        """Return a blank tab of a computer with these settings."""
        key = frozenset(options.items())
        seen = self._idle[key].pop() if self._idle[key] else self._made(server, options)
        self._taken[id(seen)] = key
        seen.server = server
        seen.wrong.clear()
        seen.page.set_viewport_size({"width": width, "height": height})
        seen.page.emulate_media(color_scheme=color_scheme)
        return seen

    def give_back(self, seen: Visit) -> None:
        """Leave nothing behind of what was done in a tab."""
        if seen.page.url.startswith(seen.server.url):
            seen.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        seen.page.goto("about:blank")
        seen.page.context.clear_cookies()
        seen.page.mouse.move(0, 0)
        self._idle[self._taken.pop(id(seen))].append(seen)

    def _made(self, server: Server, options: dict[str, str]) -> Visit:
        seen = Visit(self._browser.new_context(**{**SURROUNDINGS, **options}).new_page(), server)
        seen.page.on("console", lambda message: _listen(seen, message))
        seen.page.on("pageerror", lambda error: seen.wrong.append(str(error)))
        seen.page.on("request", lambda request: _only_here(seen, request.url))
        return seen


def _listen(seen: Visit, message: ConsoleMessage) -> None:
    # Streamlit looks for its endpoints below the path of the page first, where there are none
    if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
        seen.wrong.append(message.text)


def _only_here(seen: Visit, url: str) -> None:
    here = (seen.server.url, seen.server.url.replace("http", "ws", 1), "data:", "blob:")
    if not url.startswith(here):
        seen.wrong.append(f"asked {url}")
