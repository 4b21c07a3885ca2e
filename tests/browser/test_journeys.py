"""From the cost of all to one session, opened by another user through a link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.visits import Open, Visit

pytestmark = pytest.mark.browser

CLIPBOARD = ("clipboard-read", "clipboard-write")


def test_link_to_a_session_of_a_model_shows_another_user_the_same(demo: Server, open_tab: Open):
    seen = open_tab(demo, permissions=CLIPBOARD).go(demo.url)
    seen.choose_role("Senior dev")
    everywhere = seen.metrics()
    seen.turn_to("Cost").shows("Cost")
    assert seen.metrics()["Cost"] == everywhere["Cost"]
    seen.bars("Cost by model").first.click()
    expect(seen.page).to_have_url(re.compile(r"model="))
    seen.settle().show_sessions()
    assert "model=" in seen.page.url
    assert "role=" in seen.page.url

    started = _open_the_first_session(seen)
    assert started in seen.text()
    link = _copied_link(seen)
    assert link == seen.page.url

    other = open_tab(demo, timezone_id="America/Los_Angeles").go(link)
    assert other.metrics() == seen.metrics()
    assert other.text() == seen.text()
    seen.all_is_well()
    other.all_is_well()


def test_button_in_a_row_opens_its_session(demo: Server, open_tab: Open):
    seen = open_tab(demo).go(f"{demo.url}/sessions")
    table = seen.page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    # The canvas draws the button; row one lies below the header of as much height
    table.click(position={"x": 60, "y": 54})
    expect(seen.page).to_have_url(re.compile(r"/session\?.*id="))
    seen.settle()
    seen.all_is_well()


def _open_the_first_session(seen: Visit) -> str:
    """Open the first session of the list and return its start, as shown in the list."""
    seen.page.get_by_role("combobox", name="View session").click()
    first = seen.page.get_by_role("option").first
    started = first.inner_text()
    first.click()
    heading = seen.page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(started)
    seen.settle()
    return started


def _copied_link(seen: Visit) -> str:
    seen.page.get_by_role("button", name="Copy link").click()
    expect(seen.page.get_by_role("button", name="Link copied")).to_be_visible()
    link = str(seen.page.evaluate("navigator.clipboard.readText()"))
    # The confirmation disappears after a moment
    expect(seen.page.get_by_role("button", name="Copy link")).to_be_visible()
    return link
