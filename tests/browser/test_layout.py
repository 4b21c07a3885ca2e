"""Every page from a phone to a wide screen: nothing is cut off, nothing scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.layout import (
    controls_covered,
    cut_off,
    gaps_between_cards,
    scrolls_sideways,
)
from tests.browser.pages import NAMES, Paths
from tests.browser.servers import Server
from tests.browser.visits import Open, Visit, visit

pytestmark = pytest.mark.browser

PHONE, LAPTOP, DESK, WIDE_DESK = 400, 1024, 1440, 2560


@pytest.mark.parametrize("name", NAMES)
def test_every_page_fits_a_phone(demo: Server, paths: Paths, open_context: Open, name: str):
    seen = visit(open_context(PHONE), demo).go(demo.url + paths[name])
    assert_fits(seen)
    seen.all_is_well()


@pytest.mark.parametrize("name", NAMES)
def test_every_page_fits_a_laptop(demo: Server, paths: Paths, open_context: Open, name: str):
    seen = visit(open_context(LAPTOP), demo).go(demo.url + paths[name])
    assert_fits(seen)
    seen.all_is_well()


@pytest.mark.parametrize("name", NAMES)
def test_every_page_fits_a_desk_and_a_window_that_is_made_wider(
    demo: Server, paths: Paths, open_context: Open, name: str
):
    seen = visit(open_context(DESK), demo).go(demo.url + paths[name])
    assert_fits(seen)
    seen.page.set_viewport_size({"width": WIDE_DESK, "height": 1440})
    assert_fits(seen.settle())
    seen.all_is_well()


def test_cards_are_evenly_spaced_within_grids_and_after_them(demo: Server, open_context: Open):
    seen = visit(open_context(WIDE_DESK), demo).go(f"{demo.url}/cost?period=all")
    gaps = gaps_between_cards(seen.page)
    assert len(gaps) > 3
    assert max(gaps) - min(gaps) < 1


@pytest.mark.parametrize("name", ["overview", "cost", "session"])
def test_data_button_of_a_chart_is_not_covered(
    demo: Server, paths: Paths, open_context: Open, name: str
):
    seen = visit(open_context(), demo).go(demo.url + paths[name])
    expect(seen.page.get_by_test_id("stPopoverButton").first).to_be_visible()
    for chart in seen.page.get_by_test_id("stVegaLiteChart").all():
        chart.hover()
        # The toolbar over a chart is animated
        seen.page.wait_for_timeout(300)
        assert controls_covered(seen.page) == 0


@pytest.mark.parametrize("name", ["session", "person"])
def test_email_addresses_are_not_links(demo: Server, paths: Paths, open_context: Open, name: str):
    seen = visit(open_context(), demo).go(demo.url + paths[name])
    assert "@example.com" in seen.text()
    expect(seen.page.locator("[data-testid=stMain] a[href^=mailto]")).to_have_count(0)


def test_cut_off_text_is_detected(demo: Server, open_context: Open):
    seen = visit(open_context(), demo).go(demo.url)
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


def assert_fits(seen: Visit) -> None:
    assert cut_off(seen.page) == []
    assert not scrolls_sideways(seen.page)
