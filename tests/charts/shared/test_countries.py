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
def test_a_code_is_called_by_the_name_of_its_country(country: str, label: str) -> None:
    assert country_label(country) == label


def test_countries_are_ranked_by_name_and_picked_by_code() -> None:
    frame = pd.DataFrame({"country": ["DE", "XX"], "sessions": [3, 1]})
    rows = charts.sessions_by_country(frame).data
    assert rows["name"].to_list() == ["Germany", "XX"]
    assert rows["country"].to_list() == ["DE", "XX"]
