"""From the first look at the bill to one session that a stranger opens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.visits import Open, Visit, visit

pytestmark = pytest.mark.browser

CLIPBOARD = ["clipboard-read", "clipboard-write"]


def test_the_dearest_model_leads_to_a_session_that_a_stranger_sees_alike(
    demo: Server, open_context: Open
):
    seen = visit(open_context(permissions=CLIPBOARD), demo).go(demo.url)
    seen.choose_role("Senior dev")
    everywhere = seen.metrics()
    seen.turn_to("Cost").shows("Cost")
    assert seen.metrics()["Cost"] == everywhere["Cost"]
    seen.bars("Cost by model").first.click()
    seen.shows("Sessions")
    assert "model=" in seen.page.url
    assert "role=" in seen.page.url

    started = _open_the_first_session(seen)
    assert started in seen.said()
    link = _copied_link(seen)
    assert link == seen.page.url

    stranger = visit(open_context(timezone_id="America/Los_Angeles"), demo).go(link)
    assert stranger.metrics() == seen.metrics()
    assert stranger.said() == seen.said()
    seen.all_is_well()
    stranger.all_is_well()


def test_a_button_in_a_row_opens_the_session_of_that_row(demo: Server, open_context: Open):
    seen = visit(open_context(), demo).go(f"{demo.url}/sessions")
    table = seen.page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    # The canvas draws the button; row one lies below the header of as much height
    table.click(position={"x": 60, "y": 54})
    seen.shows("What happened in this session?")
    assert re.search(r"/session\?.*id=", seen.page.url)
    seen.all_is_well()


def _open_the_first_session(seen: Visit) -> str:
    """Open the first session of the list and return when it started, as the list says."""
    seen.page.get_by_role("combobox", name="Open the session").click()
    first = seen.page.get_by_role("option").first
    started = first.inner_text()
    first.click()
    seen.shows("What happened in this session?")
    return started


def _copied_link(seen: Visit) -> str:
    seen.page.get_by_role("button", name="Copy link").click()
    expect(seen.page.get_by_role("button", name="Link copied")).to_be_visible()
    link = str(seen.page.evaluate("navigator.clipboard.readText()"))
    # It says so for a moment only
    expect(seen.page.get_by_role("button", name="Copy link")).to_be_visible()
    return link
