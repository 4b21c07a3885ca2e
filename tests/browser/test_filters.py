"""Filters in a browser: they are part of the address, and a link shows the same numbers."""

from __future__ import annotations

import re
import urllib.parse

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.layout import cut_off, scrolls_sideways
from tests.browser.pages import Paths, answer
from tests.browser.servers import Server
from tests.browser.visits import Open
from ui.filters import FILTERS

pytestmark = pytest.mark.browser


def test_link_shows_another_user_the_same_numbers(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(demo.url)
    whole = seen.metrics()
    seen.choose_role("Senior dev")
    seen.choose_period("Last 7 days")
    filtered = seen.metrics()
    assert len(filtered) == 6
    assert filtered["Tokens"] != whole["Tokens"]

    other = open_tab(demo, timezone_id="America/Los_Angeles").go(seen.page.url)
    assert other.metrics() == filtered
    assert "Senior dev" in other.text()
    seen.all_is_well()
    other.all_is_well()


def test_filters_stay_from_page_to_page_and_reset_together(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/?role=senior_dev&period=7")
    filtered = seen.metrics()
    seen.turn_to("Data")
    seen.turn_to("Overview")
    assert seen.metrics() == filtered
    seen.page.get_by_role("button", name="Reset filters").click()
    seen.settle()
    assert seen.metrics() != filtered
    assert "?" not in seen.page.url
    seen.all_is_well()


def test_dates_are_chosen_in_the_address_and_named_on_the_page(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(demo.url)
    last = seen.text()
    seen.choose_period("Custom dates")
    expect(seen.page.get_by_test_id("stDateInput")).to_be_visible()
    assert "period=Custom+dates" in seen.page.url
    assert seen.text() == last
    seen.all_is_well()


def test_chips_of_all_filters_fit_a_phone_and_are_accessible(demo: Server, open_tab: Open):
    options = answer(demo, "filter_options")
    values = {key: each.values or options[each.field] for key, each in FILTERS.items()}
    offered = {key: names[:2] for key, names in values.items() if len(names) > 1}
    address = urllib.parse.urlencode(offered, doseq=True)
    seen = open_tab(demo, width=400).go(f"{demo.url}/?{address}")
    assert seen.page.locator("[class*=st-key-chip-] [data-testid=stButton]").count() == len(offered)
    assert not scrolls_sideways(seen.page)
    assert cut_off(seen.page) == []
    assert violations(seen.page) == []
    seen.all_is_well()


def test_more_filters_stay_open_while_their_number_changes(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(demo.url)
    more = seen.page.get_by_test_id("stExpander").filter(has_text="More filters")
    expect(more.locator("details")).not_to_have_attribute("open", "")
    more.locator("summary").click()
    seen.settle().choose("Weekday", "Monday")
    expect(more.locator("summary")).to_contain_text("More filters (1)")
    expect(more.locator("details")).to_have_attribute("open", "")
    assert "weekday=Monday" in seen.page.url
    seen.all_is_well()


def test_unknown_values_of_the_address_are_dropped(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/?role=HACK&period=xx&department=1")
    assert len(seen.metrics()) == 6
    assert "HACK" not in seen.page.url
    seen.all_is_well()


def test_days_and_clocks_are_the_same_in_every_browser(demo: Server, paths: Paths, open_tab: Open):
    def drawn(zone: str) -> list[list[str]]:
        seen = open_tab(demo, timezone_id=zone).go(demo.url)
        bars = seen.bars("Daily cost").all()
        days = [re.search(r"Day: (.*?);", bar.get_attribute("aria-label"))[1] for bar in bars]
        seen.move(paths["session"])
        clock = seen.page.get_by_test_id("stVegaLiteChart").first
        return [days, clock.locator(".role-axis-label text").all_text_contents()]

    days, clock = drawn("America/Los_Angeles")
    assert days[0] == "Tue 1 Sep 2026"
    assert days[-1] == "Wed 30 Sep 2026"
    assert len(clock) > 5
    assert drawn("Pacific/Auckland") == [days, clock]


def test_chart_offers_its_data_as_csv(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(demo.url)
    seen.page.get_by_test_id("stPopover").first.get_by_role("button").click()
    seen.settle()
    with seen.page.expect_download() as download:
        seen.page.get_by_test_id("stDownloadButton").get_by_text("CSV").click()
    lines = download.value.path().read_text("utf-8").splitlines()
    assert lines[0] == "day,cost_usd,unpriced_requests"
    assert len(lines) == 31
    seen.all_is_well()
