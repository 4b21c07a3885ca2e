from __future__ import annotations

import pytest

import charts
from charts.shared.numbers import milliseconds
from tests.charts.frames import LATENCY_BY_MODEL, LATENCY_PER_DAY


def duration_field(frame) -> dict:
    return charts.latency_by_model(frame).to_dict()["layer"][1]["encoding"]["x"]


def test_scale_has_round_durations_around_all_values():
    x = duration_field(LATENCY_BY_MODEL)
    assert x["scale"]["domain"] == [2000, 30_000]
    assert x["axis"]["values"] == [2000, 5000, 10_000, 20_000, 30_000]


def test_wide_scale_labels_few_durations():
    wide = LATENCY_BY_MODEL.assign(p50_ms=[3.0, 5.0], p95_ms=[90.0, 7_000_000.0])
    values = duration_field(wide)["axis"]["values"]
    assert values == [1, 10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000]


def test_zero_milliseconds_fit_a_logarithmic_scale():
    rows = charts.latency_by_model(LATENCY_BY_MODEL.assign(p50_ms=0.0, p95_ms=0.0)).data
    assert rows["low"].tolist() == [1, 1]


def test_summary_names_the_slowest():
    described = charts.latency_by_model(LATENCY_BY_MODEL).description.replace("\xa0", " ")
    assert described == "Slowest of 2: Opus 5.5, p50 9.0 s, p95 30 s."


def test_summary_names_the_slowest_day():
    described = charts.latency_per_day(LATENCY_PER_DAY).description.replace("\xa0", " ")
    assert described == "Slowest on 21 Jan: p95 1.0 min."


def test_summary_of_days_without_a_known_latency():
    chart = charts.latency_per_day(LATENCY_PER_DAY.tail(2).head(1))
    assert chart.description == "No days with a known latency."


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0 ms"),
        (999.4, "999 ms"),
        (999.6, "1.0 s"),
        (14_400, "14 s"),
        (59_600, "1.0 min"),
        (1_738_000, "29 min"),
        (3_600_000, "1.0 h"),
        (720_000_000, "200 h"),
    ],
)
def test_milliseconds_have_two_significant_digits(amount, text):
    assert milliseconds(amount).replace("\xa0", " ") == text
