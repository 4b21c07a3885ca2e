from __future__ import annotations

import pandas as pd

from tests.factories import NOON
from ui.components.time_zone import at, in_zone


def test_in_zone_makes_naive_local_times():
    frame = pd.DataFrame({"seen_at": pd.Series([NOON], dtype="datetime64[us, UTC]"), "n": [1]})
    local = in_zone(frame, "Asia/Kathmandu")
    assert str(local["seen_at"].iloc[0]) == "2026-01-20 17:45:00"
    assert local["seen_at"].dt.tz is None
    assert local["n"].tolist() == [1]


def test_at_has_the_weekday():
    assert at(NOON, "UTC").replace("\xa0", " ") == "Tue 20 Jan 2026, 12:00"
