from __future__ import annotations

from ui.sections.data.time_zone import offered


def test_the_present_zone_is_offered_first_and_then_the_browsers():
    zones = offered("Asia/Tokyo", "Europe/Berlin")
    assert zones[:3] == ["Asia/Tokyo", "Europe/Berlin", "UTC"]
    assert len(zones) == len(set(zones)) > 300


def test_a_browser_without_a_known_zone_offers_none():
    assert offered("UTC", "Mars/Olympus")[0] == "UTC"
    assert "Mars/Olympus" not in offered("UTC", "Mars/Olympus")
    assert offered("UTC", None)[:1] == ["UTC"]


def test_a_zone_of_an_older_name_stays_offered_while_it_is_set():
    assert offered("CET", None)[:2] == ["CET", "UTC"]
