from __future__ import annotations

import pandas as pd
import pytest

from ui.components.table import columns, file_name, formatted, heading, readable


def cells(styled, column: str) -> list[str]:
    """Return the texts in the cells of a column."""
    at = styled.data.columns.get_loc(column) + 1  # the first is the index
    return [row[at]["display_value"] for row in styled._translate(False, False)["body"]]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cost_usd", "Cost"),
        ("total_tokens", "Total tokens"),
        ("started_at", "Started"),
        ("api_requests", "API requests"),
        ("day", "Day"),
    ],
)
def test_heading_has_no_unit(name, text):
    assert heading(name) == text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cost_usd", "$%,.2f"),
        ("error_rate", "%.2g%%"),
        ("share", "%.2g%%"),
        ("events", "%,d"),
        ("day", "ddd D MMM YYYY"),
        ("started_at", "D MMM YYYY, HH:mm"),
    ],
)
def test_column_name_determines_the_format(name, kind):
    frame = pd.DataFrame({name: [1]})
    assert columns(frame)[name]["type_config"]["format"] == kind


def test_file_name_is_made_of_the_title():
    assert file_name("Daily cost") == "daily-cost"
    assert file_name("People (1,040)") == "people"


def test_readable_has_display_names_and_no_id_beside_a_name():
    frame = pd.DataFrame({"user_id": ["u1"], "name": ["Ada"], "role": ["tech_lead"]})
    assert readable(frame).to_dict("records") == [{"name": "Ada", "role": "Tech lead"}]


def test_readable_has_ratios_as_percents():
    frame = pd.DataFrame({"share": [0.25], "cache_hit_ratio": [0.5], "events": [4]})
    assert readable(frame).to_dict("records") == [
        {"share": 25.0, "cache_hit_ratio": 50.0, "events": 4}
    ]


def test_durations_are_formatted_and_stay_numbers():
    frame = pd.DataFrame({"p95_ms": [867_755.0, 2.02, 5_700.0, None]})
    styled = formatted(readable(frame))
    texts = [text.replace("\xa0", " ") for text in cells(styled, "p95_ms")]
    assert texts == ["14 min", "2 ms", "5.7 s", ""]
    assert styled.data["p95_ms"].rank().to_list()[:3] == [3, 1, 2]
    assert columns(frame)["p95_ms"]["type_config"]["format"] is None


def test_amounts_below_a_cent_are_formatted_and_stay_numbers():
    frame = pd.DataFrame({"cost_usd": [0.0009, 0.0, 1_234.5, None], "model": ["a", None, "c", "d"]})
    assert columns(frame)["cost_usd"]["type_config"]["format"] is None
    styled = formatted(frame)
    assert cells(styled, "cost_usd") == ["$0.0009", "$0.00", "$1,234.50", ""]
    assert cells(styled, "model") == ["a", "", "c", "d"]
    assert styled.data["cost_usd"].dtype == "float64"


def test_long_tables_have_formats_of_streamlit():
    frame = pd.DataFrame({"cost_usd": [0.0009] * 10_001, "took_ms": 2.0})
    assert formatted(frame) is frame
    formats = [column["type_config"]["format"] for column in columns(frame).values()]
    assert formats == ["$%,.2f", "%,.0f\N{NO-BREAK SPACE}ms"]


def test_amounts_in_cents_have_a_format_of_streamlit():
    frame = pd.DataFrame({"cost_usd": [0.01, 0.0]})
    assert formatted(frame) is frame


def test_id_without_a_name_stays():
    assert [*readable(pd.DataFrame({"user_id": ["u1"]})).columns] == ["user_id"]


def test_token_prices_have_cents_and_fractions_of_one():
    name = "cache_write_5m_usd_per_million"
    frame = pd.DataFrame({name: [12.5, 0.075, 3, 0.0, None]})
    assert heading(name) == "Cache write 5m"
    assert cells(formatted(frame), name) == ["$12.50", "$0.075", "$3.00", "$0.00", ""]
    assert columns(frame)[name]["type_config"]["format"] is None
