"""What a visitor does, in a real browser on a real server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.servers import Server

pytestmark = pytest.mark.browser

# A busy machine is not a bug
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

Open = Callable[..., BrowserContext]


@dataclass
class Visit:
    """A page, and everything on it that should not have happened."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def go(self, url: str) -> Visit:
        self.page.goto(url)
        return self.settle()

    def settle(self) -> Visit:
        """Wait until the page rests; right after a click it still looks at rest."""
        self.page.wait_for_function(QUIET, arg=[IDLE, 350], timeout=60_000)
        return self

    def metrics(self) -> dict[str, str]:
        labels = self.page.get_by_test_id("stMetricLabel").all_inner_texts()
        values = self.page.get_by_test_id("stMetricValue").all_inner_texts()
        return {a.strip(): b.replace("\xa0", " ") for a, b in zip(labels, values, strict=True)}

    def all_is_well(self) -> None:
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        assert self.wrong == []


def visit(context: BrowserContext, server: Server) -> Visit:
    page = context.new_page()
    seen = Visit(page)
    page.on("console", lambda message: _listen(seen, message.type, message.text, message.location))
    page.on("pageerror", lambda error: seen.wrong.append(str(error)))
    page.on("request", lambda request: _only_here(seen, request.url, server))
    return seen


def _listen(seen: Visit, kind: str, text: str, location: dict) -> None:
    # Streamlit looks for its own address below the page's first, and finds none there.
    if kind == "error" and "/_stcore/" not in location.get("url", ""):
        seen.wrong.append(text)


def _only_here(seen: Visit, url: str, server: Server) -> None:
    here = (server.url, server.url.replace("http", "ws", 1), "data:", "blob:")
    if not url.startswith(here):
        seen.wrong.append(f"asked {url}")


@dataclass(frozen=True)
class Loading:
    """What a visitor saw while demo data was loaded through the Data page."""

    welcome: str
    progress_after_reload: int
    said: str
    wrong: list[str]


@pytest.fixture(scope="module")
def loading(server: Server, browser: Browser) -> Loading:
    """Load a small data set through the Data page, reloading the page meanwhile."""
    with browser.new_context(locale="en-US") as context:
        seen = visit(context, server).go(server.url)
        page = seen.page
        welcome = page.get_by_test_id("stMain").inner_text()
        page.get_by_test_id("stSidebarNavLink").filter(has_text="Data").click()
        expect(page.get_by_text("About 450\xa0k events")).to_be_visible()
        seen.settle()
        for label, value in (("People", "8"), ("Sessions", "120"), ("Days", "40")):
            page.get_by_label(label, exact=True).fill(value)
            page.keyboard.press("Tab")
            seen.settle()
        expect(page.get_by_text("About 10.8\xa0k events")).to_be_visible()
        page.get_by_role("button", name="Generate and load").click()
        expect(page.get_by_test_id("stProgress")).to_be_visible()
        page.reload()
        expect(page.get_by_test_id("stProgress")).to_be_visible()
        progress = page.get_by_test_id("stProgress").count()
        expect(page.get_by_test_id("stProgress")).to_have_count(0, timeout=120_000)
        said = page.get_by_test_id("stToast").inner_text()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        return Loading(welcome, progress, said, seen.wrong)


def choose_role(seen: Visit, role: str) -> None:
    box = seen.page.get_by_test_id("stMultiSelect").filter(has_text="Role")
    box.locator("input").fill(role)
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Escape")
    seen.settle()


def choose_period(seen: Visit, label: str) -> None:
    seen.page.get_by_test_id("stSelectbox").filter(has_text="Period").locator("input").click()
    seen.page.get_by_role("option", name=label).click()
    seen.settle()


def test_demo_data_is_loaded_with_progress_that_survives_a_reload(loading):
    assert "Three ways to begin" in loading.welcome
    assert loading.progress_after_reload == 1
    assert "done" in loading.said
    assert "inserted" in loading.said
    assert loading.wrong == []


def test_a_link_shows_a_stranger_the_same_numbers(loading, server, open_context: Open):
    seen = visit(open_context(), server).go(server.url)
    whole = seen.metrics()
    choose_role(seen, "Senior dev")
    choose_period(seen, "Last 7 days")
    narrowed = seen.metrics()
    assert len(narrowed) == 6
    assert narrowed["Tokens"] != whole["Tokens"]

    stranger = visit(open_context(timezone_id="America/Los_Angeles"), server).go(seen.page.url)
    assert stranger.metrics() == narrowed
    assert "1 role" in stranger.page.get_by_test_id("stMain").inner_text()
    seen.all_is_well()
    stranger.all_is_well()


def test_filters_stay_from_page_to_page_and_reset_together(loading, server, open_context: Open):
    seen = visit(open_context(), server).go(f"{server.url}/?role=senior_dev&period=7")
    narrowed = seen.metrics()
    seen.page.get_by_test_id("stSidebarNavLink").filter(has_text="Data").click()
    seen.settle()
    seen.page.get_by_test_id("stSidebarNavLink").filter(has_text="Overview").click()
    seen.settle()
    assert seen.metrics() == narrowed
    seen.page.get_by_role("button", name="Reset filters").click()
    seen.settle()
    assert seen.metrics() != narrowed
    assert "?" not in seen.page.url
    seen.all_is_well()


def test_dates_are_chosen_in_the_address_and_named_on_the_page(loading, server, open_context):
    seen = visit(open_context(), server).go(server.url)
    last = seen.page.get_by_test_id("stMain").inner_text()
    choose_period(seen, "Custom dates")
    expect(seen.page.get_by_test_id("stDateInput")).to_be_visible()
    assert "period=Custom+dates" in seen.page.url
    assert seen.page.get_by_test_id("stMain").inner_text() == last
    seen.all_is_well()


def test_nonsense_in_the_address_is_dropped(loading, server, open_context: Open):
    seen = visit(open_context(), server).go(f"{server.url}/?role=HACK&period=xx&department=1")
    assert len(seen.metrics()) == 6
    assert "HACK" not in seen.page.url
    seen.all_is_well()


def test_days_are_the_same_in_every_browser(loading, server, open_context: Open):
    def named_days(zone: str) -> list[str]:
        seen = visit(open_context(timezone_id=zone), server).go(server.url)
        chart = seen.page.get_by_test_id("stVegaLiteChart").first
        return chart.locator(".role-axis-label text").all_inner_texts()

    assert named_days("America/Los_Angeles") == named_days("Pacific/Auckland") != []


def test_a_chart_hands_out_its_numbers(loading, server, open_context: Open):
    seen = visit(open_context(), server).go(server.url)
    seen.page.get_by_test_id("stPopover").first.get_by_role("button").click()
    seen.settle()
    with seen.page.expect_download() as download:
        seen.page.get_by_test_id("stDownloadButton").get_by_text("CSV").click()
    lines = download.value.path().read_text("utf-8").splitlines()
    assert lines[0] == "day,cost_usd,unpriced_requests"
    assert len(lines) == 31
    seen.all_is_well()


def bars(seen: Visit, title: str) -> Locator:
    chart = seen.page.locator(f"[data-testid=stVegaLiteChart][aria-label^='{title}']")
    return chart.locator("path[aria-roledescription=bar]")


def test_a_click_on_a_bar_narrows_the_filter_and_a_second_one_lets_go(
    loading, server, open_context: Open
):
    seen = visit(open_context(), server).go(f"{server.url}/cost")
    whole = seen.metrics()
    bars(seen, "Which roles spend most?").first.click()
    seen.settle()
    assert "role=" in seen.page.url
    assert seen.metrics()["Cost"] != whole["Cost"]
    bars(seen, "Which roles spend most?").first.click()
    seen.settle()
    assert seen.metrics() == whole
    seen.all_is_well()


def test_a_click_on_a_bar_opens_the_sessions_behind_it_under_the_same_filters(
    loading, server, open_context: Open
):
    seen = visit(open_context(), server).go(f"{server.url}/cost?role=senior_dev&period=7")
    bars(seen, "Which models cost most?").first.click()
    expect(seen.page.get_by_role("heading", name="Which sessions?")).to_be_visible()
    seen.settle()
    for kept in ("/sessions?", "model=claude-", "role=", "period="):
        assert kept in seen.page.url
    seen.all_is_well()


def test_the_keyboard_reaches_what_a_click_does(loading, server, open_context: Open):
    seen = visit(open_context(), server).go(f"{server.url}/cost")
    seen.page.get_by_test_id("stPopover").get_by_role("button").nth(1).focus()
    seen.page.keyboard.press("Enter")
    seen.settle()
    seen.page.get_by_test_id("stPopoverBody").get_by_role("combobox").focus()
    for key in ("ArrowDown", "Enter"):
        seen.page.keyboard.press(key)
    expect(seen.page.get_by_role("heading", name="Which sessions?")).to_be_visible()
    assert "model=claude-" in seen.page.url
    seen.all_is_well()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/activity", "/cost", "/data"])
@pytest.mark.parametrize("width", [400, 1440])
def test_nothing_is_cut_off(loading, server, open_context: Open, path, width, scheme):
    seen = visit(open_context(width, color_scheme=scheme), server).go(server.url + path)
    background = seen.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 20, 28)"}[scheme]
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    main = "document.querySelector('[data-testid=stMain]')"
    assert seen.page.evaluate(f"{main}.scrollWidth <= {main}.clientWidth")
    seen.all_is_well()
