from __future__ import annotations

from ui.sections.data.time_zone import offered


def test_current_zone_is_first_and_the_browsers_second():
    zones = offered("Asia/Tokyo", "Europe/Berlin")
    assert zones[:3] == ["Asia/Tokyo", "Europe/Berlin", "UTC"]
    assert len(zones) == len(set(zones)) > 300


def test_unknown_zone_of_the_browser_is_not_offered():
    assert offered("UTC", "Mars/Olympus")[0] == "UTC"
    assert "Mars/Olympus" not in offered("UTC", "Mars/Olympus")
    assert offered("UTC", None)[:1] == ["UTC"]


def test_current_zone_with_an_alias_is_offered():
    assert offered("CET", None)[:2] == ["CET", "UTC"]
