"""Demo data comes and goes through the Data page, on a store that is the test's own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.servers import Server
from tests.browser.visits import Open, Visit, visit

pytestmark = pytest.mark.browser

# At about 90 events a session
SESSIONS_OF_20_000_EVENTS = 223


def test_an_empty_store_is_filled_with_progress_that_survives_a_reload(
    empty: Server, open_context: Open
):
    seen = visit(open_context(), empty).go(empty.url)
    assert "Three ways to begin" in seen.said()
    seen.turn_to("Data")
    expect(seen.page.get_by_text("About 450K events")).to_be_visible()
    generate(seen, people=8, sessions=SESSIONS_OF_20_000_EVENTS, days=40)
    expect(progress(seen)).to_be_visible()
    seen.page.reload()
    expect(progress(seen)).to_be_visible()
    expect(progress(seen)).to_have_count(0, timeout=120_000)
    said = seen.page.get_by_test_id("stToast").inner_text()
    assert "done" in said
    inserted = int(re.search(r"([\d,]+)\sevents inserted", said)[1].replace(",", ""))
    # How busy a span of days is depends on where its weekends lie
    assert 15_000 < inserted < 25_000
    seen.settle()
    assert seen.metrics()["Events"] == f"{inserted / 1000:.1f} k"
    seen.all_is_well()


def test_a_cancelled_import_keeps_what_it_has_until_its_source_is_deleted(
    empty: Server, open_context: Open
):
    seen = visit(open_context(), empty).go(f"{empty.url}/data")
    # So many days take seconds to sum up, time enough for a click
    generate(seen, people=8, sessions=SESSIONS_OF_20_000_EVENTS, days=700)
    expect(progress(seen)).to_contain_text("Summing up days")
    seen.page.get_by_role("button", name="Cancel").click()
    expect(progress(seen)).to_have_count(0, timeout=60_000)
    seen.settle()
    expect(seen.page.get_by_test_id("stToast")).to_contain_text("was cancelled")
    assert "What was imported until then is kept" in seen.said()
    assert seen.metrics()["Events"] != "0"

    seen.page.get_by_role("button", name="Delete\N{HORIZONTAL ELLIPSIS}").click()
    asked = seen.page.get_by_role("dialog")
    expect(asked).to_contain_text("All events from Demo data go")
    asked.get_by_role("button", name="Delete").click()
    expect(seen.page.get_by_test_id("stMetricValue").first).to_have_text("0", timeout=120_000)
    seen.settle()
    assert seen.metrics()["Events"] == "0"
    assert seen.metrics()["Sessions"] == "0"
    assert "Nowhere yet." in seen.said()
    assert "Three ways to begin" in seen.turn_to("Overview").said()
    seen.all_is_well()


def generate(seen: Visit, **size: int) -> None:
    """Ask for demo data of this size."""
    for label, value in size.items():
        seen.page.get_by_label(label.capitalize(), exact=True).fill(str(value))
        seen.page.keyboard.press("Tab")
        seen.settle()
    seen.page.get_by_role("button", name="Generate and load").click()


def progress(seen: Visit) -> Locator:
    return seen.page.get_by_test_id("stProgress")
