"""Every page from a phone to a wide screen in both themes: all is visible and accessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.layout import (
    controls_covered,
    cut_off,
    gaps_between_cards,
    scrolls_sideways,
)
from tests.browser.pages import NAMES, Paths
from tests.browser.servers import Server
from tests.browser.visits import Open, Tabs, Visit

pytestmark = pytest.mark.browser

PHONE, LAPTOP, DESK, WIDE_DESK = 400, 1024, 1440, 2560

BACKGROUND = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
THEMES = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 20, 28)"}

Show = Callable[[str, int], Visit]


@pytest.fixture(scope="module")
def show(demo: Server, paths: Paths, tabs: Tabs) -> Iterator[Show]:
    """Return a function that shows a page at a width, in a tab that has loaded the app once."""
    at: dict[int, Visit] = {}

    def show(name: str, width: int) -> Visit:
        if width not in at:
            at[width] = tabs.take(demo, width).go(demo.url)
        seen = at[width]
        seen.page.mouse.move(0, 0)
        seen.page.set_viewport_size({"width": width, "height": 900})
        if seen.page.url == demo.url + paths[name]:
            return seen.settle()
        seen.wrong.clear()
        return seen.move(paths[name])

    yield show
    for seen in at.values():
        tabs.give_back(seen)


def on(*names: str) -> pytest.MarkDecorator:
    """Run a test on pages, after each other with the other tests of the same page."""
    return pytest.mark.parametrize("name", names, scope="module")


@on(*NAMES)
def test_page_fits_a_phone(show: Show, name: str):
    assert_fits(show(name, PHONE))


@on(*NAMES)
def test_page_fits_a_laptop(show: Show, name: str):
    assert_fits(show(name, LAPTOP))


@on(*NAMES)
def test_page_fits_a_desk_and_a_window_that_is_made_wider(show: Show, name: str):
    seen = show(name, DESK)
    assert_fits(seen)
    seen.page.set_viewport_size({"width": WIDE_DESK, "height": 1440})
    assert_fits(seen.settle())


@on(*NAMES)
def test_page_is_accessible_in_both_themes(show: Show, name: str):
    seen = show(name, DESK)
    shown = seen.page.evaluate(BACKGROUND)
    # The theme is changed back by the test of the next page
    for theme in sorted(THEMES, key=lambda theme: THEMES[theme] != shown):
        seen.page.emulate_media(color_scheme=theme)
        seen.page.wait_for_function(f"{BACKGROUND} === '{THEMES[theme]}'")
        assert violations(seen.settle().page) == []
    seen.all_is_well()


@on("overview", "cost", "session")
def test_data_button_of_a_chart_is_not_covered(show: Show, name: str):
    seen = show(name, DESK)
    expect(seen.page.get_by_test_id("stPopoverButton").first).to_be_visible()
    for chart in seen.page.get_by_test_id("stVegaLiteChart").all():
        chart.hover()
        # The toolbar over a chart is animated
        seen.page.wait_for_timeout(300)
        assert controls_covered(seen.page) == 0


@on("session", "person")
def test_email_addresses_are_not_links(show: Show, name: str):
    seen = show(name, DESK)
    assert "@example.com" in seen.text()
    expect(seen.page.locator("[data-testid=stMain] a[href^=mailto]")).to_have_count(0)


def test_cards_are_evenly_spaced_within_grids_and_after_them(demo: Server, open_tab: Open):
    seen = open_tab(demo, width=WIDE_DESK).go(f"{demo.url}/cost?period=all")
    gaps = gaps_between_cards(seen.page)
    assert len(gaps) > 3
    assert max(gaps) - min(gaps) < 1


def test_preference_for_a_dark_page_is_followed(demo: Server, open_tab: Open):
    seen = open_tab(demo, color_scheme="dark").go(demo.url)
    assert seen.page.evaluate(BACKGROUND) == THEMES["dark"]
    seen.all_is_well()


def test_cut_off_text_is_detected(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(demo.url)
    seen.page.evaluate(
        """() => {
          const [axis] = document.querySelectorAll('[data-testid=stVegaLiteChart] svg text');
          axis.setAttribute('transform', 'translate(-20, 50)');
          const [label] = document.querySelectorAll('[data-testid=stMetricLabel] p');
          label.style = 'display: block; width: 9px; overflow: hidden; white-space: nowrap';
        }"""
    )
    boxes = {cut.rpartition(" in ")[2] for cut in cut_off(seen.page)}
    assert boxes == {"P", "svg"}
    assert not scrolls_sideways(seen.page)
    seen.page.evaluate("document.querySelector('[data-testid=stMain] h1').style.width = '3000px'")
    assert scrolls_sideways(seen.page)


def test_violations_are_detected(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(demo.url)
    seen.page.evaluate(
        """() => {
          const card = document.querySelector('[data-testid=stVegaLiteChart] svg');
          card.setAttribute('role', 'img');
          document.querySelector('[data-testid=stMain] h1').style.color = '#eee';
          document.querySelector('[data-testid=stHtml] img').removeAttribute('alt');
          document.querySelector('[data-testid=stHtml] img').removeAttribute('title');
        }"""
    )
    rules = sorted(broken.partition(":")[0] for broken in violations(seen.page))
    assert rules == ["color-contrast", "image-alt", "svg-img-alt"]


def assert_fits(seen: Visit) -> None:
    assert cut_off(seen.page) == []
    assert not scrolls_sideways(seen.page)
    seen.all_is_well()
