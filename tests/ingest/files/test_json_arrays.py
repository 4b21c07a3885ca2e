"""One big object is read record by record however it is cut; a broken one costs only itself."""

from __future__ import annotations

import json
import time
import tracemalloc

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.files.json_arrays import members
from ingest.files.json_records import decode
from ingest.files.json_stream import Broken

DATASET = {
    "users": [{"user_id": "1", "name": 'a "quoted" } brace', "permissions": ["read", "write"]}],
    "empty": [],
    "requests": [{"request_id": str(n), "nested": {"deep": [{"x": n}]}} for n in range(3)],
}


def read(content, size=7, **options):
    raw = content.encode() if isinstance(content, str) else content
    chunks = [raw[start : start + size] for start in range(0, len(raw), size)]
    return list(members(chunks, decode, **options))


def values(pairs):
    return [(array, value.reason if isinstance(value, Broken) else value) for array, value in pairs]


def expected(dataset):
    return [(array, record) for array, records in dataset.items() for record in records]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("size", [1, 3, 64, 10_000])
def test_every_record_comes_with_its_array(indent, size):
    assert read(json.dumps(DATASET, indent=indent), size) == expected(DATASET)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
names = st.text("abcxyz_", min_size=1, max_size=6)
records = st.dictionaries(names, json_values, min_size=1, max_size=4)


@given(
    st.dictionaries(names, st.lists(records, max_size=4), max_size=4),
    st.integers(1, 40),
    st.sampled_from([None, 1]),
)
def test_whatever_records_hold_they_come_whole(dataset, size, indent):
    assert read(json.dumps(dataset, indent=indent), size) == expected(dataset)


def test_what_is_no_array_is_passed_over():
    content = '{"version": 3, "about": {"by": "x", "of": {}}, "note": "[", "users": [{"a": 1}]}'
    assert read(content, 5) == [("users", {"a": 1})]


def test_elements_that_are_no_objects_are_rejected_one_by_one():
    content = '{"users": [1, "two", {"a": 1}, null, [2]], "more": [{"b": 2}]}'
    rejected = "not a JSON object"
    read_values = values(read(content, 4))
    assert [value for value in read_values if value[1] != rejected] == [
        ("users", {"a": 1}),
        ("more", {"b": 2}),
    ]
    assert len(read_values) >= 6


def test_a_broken_record_costs_itself_alone():
    content = '{"users": [{"a": 1}, {"a": oops}, {"a": 3}], "more": [{"b": 4}]}'
    assert values(read(content)) == [
        ("users", {"a": 1}),
        ("users", "not JSON"),
        ("users", {"a": 3}),
        ("more", {"b": 4}),
    ]


def test_a_broken_last_record_does_not_swallow_the_next_array():
    content = '{"users": [{"a": }], "more": [{"b": 4}]}'
    assert values(read(content)) == [("users", "not JSON"), ("more", {"b": 4})]


def test_a_file_that_ends_early_gives_what_it_has():
    whole = json.dumps(DATASET)
    read_values = values(read(whole[: whole.rindex('"deep"')]))
    assert read_values[:3] == expected(DATASET)[:3]
    assert read_values[-1] == ("requests", "torn record")


def test_a_record_that_never_ends_is_dropped_at_the_limit():
    content = '{"users": [{"a": "' + "x" * 5000 + '"}, {"a": 2}]}'
    assert values(read(content, 100, limit=1000)) == [
        ("users", "record too long"),
        ("users", {"a": 2}),
    ]


def test_records_that_never_end_inside_of_each_other_cost_no_more_than_their_limits():
    def seconds(content):
        began = time.thread_time()
        list(members([content], orjson.loads, limit=10_000))
        return time.thread_time() - began

    honest = seconds(b'{"users":[' + b'{"a":{}},' * 20_000 + b"{}]}")
    assert seconds(b'{"users":[' + b'{"a":' * 40_000) < 10 * honest


def test_not_a_number_is_read_as_nothing():
    assert read('{"users": [{"a": NaN, "b": 1}]}') == [("users", {"a": None, "b": 1})]


def test_records_outside_of_any_array_are_not_lost_in_silence():
    read_values = values(read('{"users": [{"a": 1}]], {"a": 2}, {"a": 3}, "more": [{"b": 4}]}'))
    assert read_values[0] == ("users", {"a": 1})
    assert ("", "not JSON") in read_values


@pytest.mark.parametrize("content", ["", "{}", "[]", "{", '{"users"', '{"users": [', "oops"])
def test_what_holds_no_records_gives_none(content):
    assert not [value for _, value in read(content) if isinstance(value, dict)]


def test_memory_does_not_grow_with_the_file():
    record = json.dumps({"request_id": "x" * 200}).encode()

    def chunks():
        yield b'{"requests": ['
        for _ in range(400):
            yield b",".join([record] * 100) + b","
        yield record + b"]}"

    tracemalloc.start()
    count = sum(1 for _ in members(chunks(), decode))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 40_001
    assert peak < 2_000_000
