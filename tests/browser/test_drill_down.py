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


def test_click_on_a_bar_opens_its_sessions_under_the_same_filters(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/cost?role=senior_dev&period=7")
    seen.bars("Cost by model").first.click()
    seen.shows("Sessions")
    for part in ("/sessions?", "model=claude-", "role=", "period="):
        assert part in seen.page.url
    seen.all_is_well()


def test_back_from_a_pick_restores_the_address(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/cost")
    seen.bars("Cost by model").first.click()
    seen.shows("Sessions")
    seen.page.go_back()
    seen.shows("Cost")
    assert seen.page.url == f"{demo.url}/cost"
    seen.all_is_well()


def test_the_keyboard_reaches_what_a_click_does(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/cost")
    seen.page.get_by_test_id("stPopover").get_by_role("button").nth(1).focus()
    seen.page.keyboard.press("Enter")
    seen.settle()
    seen.page.get_by_test_id("stPopoverBody").get_by_role("combobox").focus()
    for key in ("ArrowDown", "Enter"):
        seen.page.keyboard.press(key)
    seen.shows("Sessions")
    assert "model=claude-" in seen.page.url
    seen.all_is_well()
