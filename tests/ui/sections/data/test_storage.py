from __future__ import annotations

import pandas as pd

from ui.sections.data.storage import imports_table


def test_imports_have_display_names_and_local_times():
    counts = {"read": 3, "inserted": 2, "changed": 0, "unchanged": 0, "rejected": 1}
    began = pd.Timestamp("2026-01-20T23:30", tz="UTC")
    rows = [
        {"name": "a", "format": "cloudwatch", "state": "done", "ended_at": began, **counts},
        {"name": "b", "format": "saas", "state": "open", "ended_at": pd.NaT, **counts},
        {"name": "delete saas", "format": "deletion", "state": "done", "ended_at": began, **counts},
    ]
    frame = pd.DataFrame(rows).assign(started_at=began)
    frame["ended_at"] = pd.to_datetime(frame["ended_at"], utc=True) + pd.Timedelta(seconds=90)
    table = imports_table(frame, "Europe/Berlin")
    assert [*table["name"]] == ["a", "b", "SaaS data set"]
    assert [*table["format"]] == ["CloudWatch export", "SaaS data set", "Deletion"]
    assert [*table["state"]] == ["Done", "Open", "Done"]
    assert [took.replace("\xa0", " ") for took in table["took"]] == ["1.5 min", "", "1.5 min"]
    assert f"{table['started_at'].iloc[0]:%d %H:%M}" == "21 00:30"
