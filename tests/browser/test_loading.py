"""Loading and deleting demo data on the Data page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from charts.shared.numbers import short
from tests.browser.servers import Server
from tests.browser.visits import Open, Visit

pytestmark = pytest.mark.browser

# At about 90 events a session
SESSIONS_OF_20_000_EVENTS = 223


def test_demo_load_shows_progress_that_survives_a_reload(empty: Server, open_tab: Open):
    seen = open_tab(empty).go(empty.url)
    assert "Three ways to start" in seen.text()
    seen.turn_to("Data")
    expect(seen.page.get_by_text("About 450K events")).to_be_visible()
    generate(seen, people=8, sessions=SESSIONS_OF_20_000_EVENTS, days=40)
    expect(progress(seen)).to_be_visible()
    seen.page.reload()
    expect(progress(seen)).to_be_visible()
    expect(progress(seen)).to_have_count(0, timeout=120_000)
    toast = seen.page.get_by_test_id("stToast").inner_text()
    assert "Demo data loaded" in toast
    inserted = int(re.search(r"([\d,]+)\sevents inserted", toast)[1].replace(",", ""))
    # The number of events depends on the weekends in the period
    assert 15_000 < inserted < 25_000
    seen.settle()
    assert seen.metrics()["Events"] == short(inserted)
    seen.all_is_well()


def test_cancelled_import_keeps_its_events_until_the_source_is_deleted(
    empty: Server, open_tab: Open
):
    seen = open_tab(empty).go(f"{empty.url}/data")
    # The rollups of so many days take seconds, time enough for a click
    generate(seen, people=8, sessions=120, days=700)
    expect(progress(seen)).to_contain_text(re.compile(r"days: [\d,]+ of"))
    seen.page.get_by_role("button", name="Cancel").click()
    expect(progress(seen)).to_have_count(0, timeout=60_000)
    seen.settle()
    expect(seen.page.get_by_test_id("stToast")).to_contain_text("was cancelled")
    assert "Events stored before the cancellation remain" in seen.text()
    assert seen.metrics()["Events"] != "0"

    seen.page.get_by_role("button", name="Delete\N{HORIZONTAL ELLIPSIS}").click()
    dialog = seen.page.get_by_role("dialog")
    expect(dialog).to_contain_text("from Demo data? This cannot be undone")
    dialog.get_by_role("button", name="Delete").click()
    expect(seen.page.get_by_test_id("stMetricValue").first).to_have_text("0", timeout=120_000)
    seen.settle()
    assert seen.metrics()["Events"] == "0"
    assert seen.metrics()["Sessions"] == "0"
    assert "No sources yet" in seen.text()
    assert "Three ways to start" in seen.turn_to("Overview").text()
    seen.all_is_well()


def generate(seen: Visit, **size: int) -> None:
    """Generate demo data of this size."""
    for label, value in size.items():
        seen.page.get_by_label(label.capitalize(), exact=True).fill(str(value))
        seen.page.keyboard.press("Tab")
        seen.settle()
    seen.page.get_by_role("button", name="Generate and load").click()


def progress(seen: Visit) -> Locator:
    return seen.page.get_by_test_id("stProgress")
