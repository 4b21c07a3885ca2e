from __future__ import annotations

import pandas as pd

from ui.sections.activity import peak_times


def week(**events: int) -> pd.DataFrame:
    """Return a week with events at places such as d1h10: weekday 1, hour 10."""
    return pd.DataFrame(
        [
            {"weekday": day, "hour": hour, "events": events.get(f"d{day}h{hour}", 0)}
            for day in range(7)
            for hour in range(24)
        ]
    )


def test_peak_hour_core_hours_and_weekend():
    sentence = peak_times(week(d1h10=50, d2h11=40, d5h23=10)).replace("\xa0", " ")
    assert "Peak: **Tue 10:00\N{EN DASH}11:00**" in sentence
    assert "80% of activity between 10:00 and 12:00" in sentence
    assert "10% on weekends" in sentence


def test_peak_hour_before_midnight_ends_at_midnight():
    assert "Sun 23:00\N{EN DASH}00:00" in peak_times(week(d6h23=1))
