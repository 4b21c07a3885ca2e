"""What a click on a bar or a key does in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.visits import Open

pytestmark = pytest.mark.browser


def test_click_on_a_bar_sets_the_filter_and_a_second_one_clears_it(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/cost")
    whole = seen.metrics()
    seen.bars("Cost by role").first.click()
    expect(seen.page).to_have_url(re.compile(r"role="))
    assert seen.settle().metrics()["Cost"] != whole["Cost"]
    seen.bars("Cost by role").first.click()
    expect(seen.page).not_to_have_url(re.compile(r"role="))
    seen.settle()
    assert seen.metrics() == whole
    seen.all_is_well()


def test_click_on_a_legend_entry_sets_the_filter_and_a_second_one_clears_it(
    demo: Server, open_tab: Open
):
    seen = open_tab(demo).go(f"{demo.url}/cost")
    chart = seen.page.locator("[data-testid=stVegaLiteChart][aria-label^='Daily cost by model']")
    entry = chart.locator(".role-legend-label text")
    label = entry.first.text_content()
    entry.first.click()
    expect(seen.page.get_by_role("button", name=f"Model: {label}")).to_be_visible()
    seen.settle()
    assert seen.bars("Daily cost by model").count() == 30
    entry.first.click()
    expect(seen.page).not_to_have_url(re.compile(r"model="))
    seen.settle().all_is_well()


def test_click_on_a_cell_filters_by_weekday(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/activity")
    chart = seen.page.locator("[data-testid=stVegaLiteChart][aria-label^='Activity by weekday']")
    # The cells of Sunday are the last
    chart.locator("path[aria-roledescription='rect mark']").last.click()
    expect(seen.page).to_have_url(re.compile(r"weekday=Sunday"))
    seen.settle().all_is_well()


def test_chips_lead_to_the_sessions_under_the_same_filters(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/cost?role=senior_dev&period=7")
    seen.bars("Cost by model").first.click()
    expect(seen.page).to_have_url(re.compile(r"model="))
    link = seen.settle().page.get_by_test_id("stPageLink").inner_text()
    seen.show_sessions()
    for part in ("/sessions?", "model=", "role=", "period="):
        assert part in seen.page.url
    assert f"Show the {seen.metrics()['Sessions']}\xa0session" in link
    seen.all_is_well()


def test_filters_stay_on_reload_on_other_pages_and_on_the_way_back(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/cost?weekday=0&weekday=4&role=senior_dev")
    address = seen.page.url.partition("?")[2]
    assert "weekday=Monday&weekday=Friday" in address
    cost = seen.metrics()
    seen.page.reload()
    assert seen.settle().metrics() == cost
    seen.turn_to("Data")
    assert "weekday" not in seen.page.url
    seen.turn_to("Cost").shows("Cost")
    assert seen.metrics() == cost
    seen.show_sessions().page.go_back()
    assert seen.shows("Cost").metrics() == cost
    # The order is that in which widgets were drawn
    assert sorted(seen.page.url.partition("?")[2].split("&")) == sorted(address.split("&"))
    seen.page.get_by_role("button", name="Weekday:").click()
    expect(seen.page).not_to_have_url(re.compile(r"weekday="))
    seen.settle().all_is_well()


def test_back_from_a_pick_restores_the_address(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/reliability")
    seen.bars("Failures by cause").first.click()
    seen.shows("Sessions")
    assert "errors=" in seen.page.url
    seen.page.go_back()
    seen.shows("Reliability")
    assert seen.page.url == f"{demo.url}/reliability"
    seen.all_is_well()


def test_the_keyboard_reaches_what_a_click_does(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/cost")
    seen.page.get_by_test_id("stPopover").get_by_role("button").nth(1).focus()
    seen.page.keyboard.press("Enter")
    seen.settle()
    seen.page.get_by_test_id("stPopoverBody").get_by_role("combobox").focus()
    for key in ("ArrowDown", "Enter"):
        seen.page.keyboard.press(key)
    expect(seen.page).to_have_url(re.compile(r"model="))
    seen.settle().all_is_well()
