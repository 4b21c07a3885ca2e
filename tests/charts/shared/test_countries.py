from __future__ import annotations

import pandas as pd
import pytest

import charts
from charts.shared.countries import country_label


@pytest.mark.parametrize(
    ("country", "label"),
    [
        ("DE", "Germany"),
        ("US", "United States"),
        ("XX", "XX"),
        ("EU", "EU"),
        ("419", "419"),
        ("usa", "usa"),
        ("Germany", "Germany"),
        ("unknown", "Unknown"),
    ],
)
def test_country_label(country: str, label: str) -> None:
    assert country_label(country) == label


def test_sessions_by_country_labels_names_and_keeps_codes() -> None:
    frame = pd.DataFrame({"country": ["DE", "XX"], "sessions": [3, 1]})
    rows = charts.sessions_by_country(frame).data
    assert rows["name"].to_list() == ["Germany", "XX"]
    assert rows["country"].to_list() == ["DE", "XX"]
