from __future__ import annotations

import pandas as pd
import pytest

import charts
from charts.shared.numbers import milliseconds
from tests.charts.frames import DAYS

MODELS = pd.DataFrame(
    {
        "model": ["claude-opus-5-5", "claude-haiku-5-5"],
        "api_requests": [10, 5],
        "p50_ms": [9000.0, 4000.0],
        "p95_ms": [30_000.0, 12_000.0],
    }
)
WAITS = pd.DataFrame(
    {
        "day": DAYS,
        "api_requests": [4, 0, 2],
        "p50_ms": [800.0, None, 900.0],
        "p95_ms": [2000.0, None, 61_000.0],
    }
)


def test_the_encoding_of_models_is_what_was_reviewed(snapshot):
    assert charts.latency_by_model(MODELS).to_dict()["layer"] == snapshot


def test_the_encoding_of_days_is_what_was_reviewed(snapshot):
    assert charts.latency_per_day(WAITS).to_dict()["layer"] == snapshot


def test_the_scale_has_round_durations_around_all_values():
    axis = charts.latency_by_model(MODELS).to_dict()["layer"][1]["encoding"]["x"]
    assert axis["scale"]["domain"] == [2000, 30_000]
    assert axis["axis"]["values"] == [2000, 5000, 10_000, 20_000, 30_000]


def test_a_wide_scale_names_few_durations():
    wide = MODELS.assign(p50_ms=[3.0, 5.0], p95_ms=[90.0, 7_000_000.0])
    axis = charts.latency_by_model(wide).to_dict()["layer"][1]["encoding"]["x"]["axis"]
    assert axis["values"] == [1, 10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000]


def test_zero_milliseconds_can_stand_on_a_scale_of_ratios():
    rows = charts.latency_by_model(MODELS.assign(p50_ms=0.0, p95_ms=0.0)).data
    assert rows["low"].tolist() == [1, 1]


def test_the_description_names_the_longest():
    described = charts.latency_by_model(MODELS).description.replace("\xa0", " ")
    assert described == "Opus 5.5 takes longest of 2: half within 9.0 s, 95 % within 30.0 s."


def test_the_description_names_the_slowest_day():
    described = charts.latency_per_day(WAITS).description.replace("\xa0", " ")
    assert described == "Slowest on 21 January 2026: 95 % within 1.0 min."


def test_no_rows_can_be_drawn_too():
    assert charts.latency_by_model(MODELS.head(0)).description == "No rows."
    assert charts.latency_per_day(WAITS.tail(2).head(1)).description == (
        "No days with a known duration."
    )


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0 ms"),
        (999.4, "999 ms"),
        (999.6, "1.0 s"),
        (59_970, "1.0 min"),
        (834_059, "13.9 min"),
        (3_600_000, "1.0 h"),
        (720_000_000, "200 h"),
    ],
)
def test_durations_are_short(amount, written):
    assert milliseconds(amount).replace("\xa0", " ") == written
