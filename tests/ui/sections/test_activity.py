from __future__ import annotations

import pandas as pd

from ui.sections.activity import rhythm


def week(**events: int) -> pd.DataFrame:
    """Return a week with events at places such as d1h10: weekday 1, hour 10."""
    return pd.DataFrame(
        [
            {"weekday": day, "hour": hour, "events": events.get(f"d{day}h{hour}", 0)}
            for day in range(7)
            for hour in range(24)
        ]
    )


def test_the_busiest_hour_the_core_and_the_weekend_are_told():
    said = rhythm(week(d1h10=50, d2h11=40, d5h23=10)).replace("\xa0", " ")
    assert "Tuesdays from 10:00 to 11:00" in said
    assert "between 10:00 and 12:00" in said
    assert "10% on weekends" in said


def test_an_hour_before_midnight_ends_at_midnight():
    assert "Sundays from 23:00 to 00:00" in rhythm(week(d6h23=1))
