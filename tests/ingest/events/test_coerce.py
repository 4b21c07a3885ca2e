from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.events.coerce import (
    amount,
    bounded,
    count,
    epoch_ms,
    flag,
    instant,
    instant_of_ms,
    instant_of_nanos,
    lower,
    number,
    pairs,
    plain,
    status,
    text,
)

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
JUNK = [{}, None, "", " ", "undefined", "NaN", "Infinity", [], {"doubleValue": {}}, "1_000", "٤٢"]


@pytest.mark.parametrize(
    "written",
    [387, "387", 387.0, "387.0", {"intValue": 387}, {"intValue": "387"}, {"doubleValue": 387},
     {"stringValue": "387"}, "3.87e2"],
)  # fmt: skip
def test_a_number_is_the_same_in_whatever_type_it_was_sent(written):
    assert count(written) == 387
    assert amount(written) == 387.0
    assert isinstance(count(written), int)
    assert isinstance(amount(written), float)


@pytest.mark.parametrize("junk", JUNK)
def test_what_is_no_number_is_absent_and_not_zero(junk):
    assert number(junk) is None
    assert count(junk) is None
    assert amount(junk) is None
    assert status(junk) is None


@pytest.mark.parametrize("impossible", [-1, "-1", 1e300, "9" * 30, 10**400, float("inf")])
def test_impossible_measurements_are_absent(impossible):
    assert count(impossible) is None
    assert amount(impossible) is None


def test_a_fraction_of_a_millisecond_is_rounded_away():
    assert count("12.7") == 13


@pytest.mark.parametrize(
    ("written", "value"),
    [("429", 429), (529, 529), ("99", None), (600, None), ("undefined", None)],
)
def test_a_status_is_one_of_http(written, value):
    assert status(written) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (True, True), ("true", True), ("True", True), ({"boolValue": True}, True),
        ({"boolValue": "true"}, True), ({"stringValue": "true"}, True), (1, True), ("1", True),
        (False, False), ("false", False), (0, False), ("no", None), ("", None), (None, None),
        ({}, None), ([], None), (2, None),
    ],
)  # fmt: skip
def test_a_truth_value_is_the_same_in_whatever_type_it_was_sent(written, value):
    assert flag(written) is value


@pytest.mark.parametrize(
    ("written", "value"),
    [("Edit", "Edit"), (" Edit ", "Edit"), ("", None), ("  ", None), (None, None), ({}, None),
     ({"stringValue": "Edit"}, "Edit"), (7, "7"), (True, None), ([], None)],
)  # fmt: skip
def test_a_text_is_trimmed_and_blanks_are_absent(written, value):
    assert text(written) == value


def test_a_text_is_cut_at_its_limit():
    assert len(text("x" * 1000)) == 256
    assert bounded("x" * 1000, 300) == "x" * 299 + "…"
    assert lower("ADA@Example.com") == "ada@example.com"


@pytest.mark.parametrize(
    ("wrapped", "value"),
    [
        ({"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": "1"}]}}, ["a", 1]),
        ({"kvlistValue": {"values": [{"key": "k", "value": {"boolValue": True}}]}}, {"k": True}),
        ({"arrayValue": {}}, []),
        ({"bytesValue": "AAA="}, None),
        ({"doubleValue": "NaN"}, None),
        ("bare", "bare"),
    ],
)
def test_wrapped_values_are_unwrapped(wrapped, value):
    assert plain(wrapped) == value


def test_pairs_that_are_none_are_left_out():
    assert pairs([{"key": "a", "value": {"intValue": 1}}, {"value": {}}, "x", {"key": 5}]) == {
        "a": 1
    }


@pytest.mark.parametrize(
    "written",
    ["2026-01-20T12:00:00.000Z", "2026-01-20T12:00:00Z", "2026-01-20T13:00:00+01:00",
     "2026-01-20T12:00:00.000999Z", "2026-01-20T12:00:00.000999999Z", "2026-01-20T12:00:00",
     {"stringValue": "2026-01-20T12:00:00Z"}],
)  # fmt: skip
def test_an_instant_is_utc_in_whole_milliseconds(written):
    assert instant(written) == NOON
    assert instant(written).utcoffset() == timedelta(0)


@pytest.mark.parametrize("junk", ["", "soon", None, {}, 5, "0001-01-01T00:00:00Z", "2100-01-01"])
def test_what_is_no_instant_of_our_time_is_absent(junk):
    assert instant(junk) is None


def test_an_epoch_is_read_in_milliseconds_and_nanoseconds():
    ms = epoch_ms(NOON) + 7
    assert instant_of_ms(ms) == instant_of_ms(str(ms)) == NOON + timedelta(milliseconds=7)
    assert instant_of_nanos(f"{ms}123456") == instant_of_nanos(ms * 1_000_000) == instant_of_ms(ms)
    assert instant_of_ms(0) is instant_of_ms(None) is instant_of_ms(10**20) is None
    assert instant_of_nanos(None) is instant_of_nanos("x") is instant_of_nanos(float("inf")) is None


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 31)), st.integers(-12, 12))  # noqa: DTZ001
def test_milliseconds_survive_the_way_through_text(moment, hours):
    local = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    value = instant(local.isoformat())
    assert timedelta(0) <= local - value < timedelta(milliseconds=1)
    assert instant_of_ms(epoch_ms(value)) == value


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["intValue", "doubleValue", "arrayValue", "kvlistValue", "values", "x"]),
        inner,
    ),
))  # fmt: skip
def test_nothing_that_json_can_say_raises(value):
    for coerce in (number, count, amount, status, flag, text, lower, plain, instant, instant_of_ms):
        coerce(value)
    instant_of_nanos(value)
