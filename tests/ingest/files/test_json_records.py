import gzip
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.files.json_records import InvalidRecord, Reject, decode, excerpt, records
from ingest.files.source_file import SourceFile

OBJECTS = [{"a": 1}, {"a": {"b": '}{"'}}, {"a": "\\"}, {"a": [1, {"c": "ü"}]}]
LINES = [json.dumps(value).encode() for value in OBJECTS]


@pytest.fixture
def read_items(tmp_path):
    def read(content, **options):
        path = tmp_path / "file"
        path.write_bytes(content)
        return list(records(SourceFile(path, "file"), **options))

    return read


def values(items):
    return [value for _, value in items if not isinstance(value, Reject)]


def reasons(items):
    return [value.reason for _, value in items if isinstance(value, Reject)]


@pytest.mark.parametrize(
    "content",
    [
        b"\n".join(LINES),
        b"\n".join(LINES) + b"\n",
        b"\r\n".join(LINES) + b"\r\n\r\n \n",
        b"\xef\xbb\xbf" + b"\n".join(LINES),
        b"".join(LINES),
        b" ".join(LINES),
        b"[" + b",".join(LINES) + b"]",
        b"[\n" + b",\n".join(LINES) + b"\n]\n",
        b"".join(json.dumps(value, indent=2).encode() for value in OBJECTS),
        json.dumps(OBJECTS, indent=2).encode(),
        gzip.compress(b"\n".join(LINES[:2]) + b"\n") + gzip.compress(b"".join(LINES[2:])),
        LINES[0] + LINES[1] + b"\n" + LINES[2] + LINES[3] + b"\n",
    ],
)
def test_objects_are_read_however_they_are_divided(read_items, content):
    items = read_items(content)
    assert values(items) == OBJECTS
    assert reasons(items) == []


@given(
    st.lists(st.dictionaries(st.text(), st.text() | st.integers(-5, 5)), min_size=1),
    st.sampled_from([b"", b"\n", b" ", b",", b"\n\n"]),
    st.integers(1, 50),
)
def test_no_way_of_cutting_a_stream_into_chunks_loses_an_object(objects, divider, size):
    from ingest.files.json_stream import objects as stream_objects

    content = divider.join(json.dumps(value).encode() for value in objects)
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    assert list(stream_objects(chunks, 10**6, decode)) == objects


def test_lines_are_numbered_from_1_with_blank_ones(read_items):
    items = read_items(b'{"a":1}\n\nbad\n{"b":2}\n')
    assert [line for line, _ in items] == [1, 3, 4]
    assert items[1][1] == Reject(3, "not JSON", "(3 characters)")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"garbage", "not JSON"),
        (b'{"a": tru}', "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"\xff\xfa", "not UTF-8"),
        (b"123", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b'{"a": {"b"', "torn record"),
        (b'{"a":' * 2000, "torn record"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_line_that_is_no_object_is_rejected_with_a_reason_and_the_next_is_read(
    read_items, bad, reason
):
    items = read_items(LINES[0] + b"\n" + bad + b"\n" + LINES[1] + b"\n")
    assert values(items) == OBJECTS[:2]
    assert set(reasons(items)) <= {reason}
    assert all(line == 2 for line, value in items if isinstance(value, Reject))


def test_a_torn_last_line_is_reported(read_items):
    items = read_items(LINES[0] + b"\n" + LINES[1][:-3])
    assert values(items) == OBJECTS[:1]
    assert reasons(items) == ["torn record"]


def test_a_torn_record_does_not_swallow_the_whole_one_behind_it(read_items):
    torn = b'{"a": {"x": "cut of'
    for content in (torn + b"".join(LINES[:2]), LINES[0] + b"\n" + torn + LINES[1] + b"\n"):
        items = read_items(content)
        assert values(items) == OBJECTS[:2]
        assert len(reasons(items)) == 1


@pytest.mark.parametrize("divider", [b"\n", b""])
def test_a_record_over_the_limit_is_passed_over_and_the_next_is_read(read_items, divider):
    long = json.dumps({"a": "x" * 1_000_000}).encode()
    items = read_items(divider.join([LINES[0], long, LINES[1]]), limit=100_000)
    assert values(items) == OBJECTS[:2]
    assert reasons(items) == ["record too long"]


@pytest.mark.parametrize("head", [b"", LINES[0] + b"\n"])
def test_a_huge_record_is_never_held(tmp_path, head):
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=1) as bomb:
        bomb.write(head + b'{"a": "')
        for _ in range(200):
            bomb.write(b"x" * 1_000_000)
        bomb.write(b'"}\n' + LINES[1] + b"\n")
    tracemalloc.start()
    items = list(records(SourceFile(path, "bomb"), limit=5_000_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reasons(items) == ["record too long"]
    assert values(items)[-1] == OBJECTS[1]
    assert peak < 40_000_000


def test_damaged_compression_keeps_what_came_before(read_items):
    lines = b"".join(b'{"a": %d}\n' % number for number in range(50_000))
    items = read_items(gzip.compress(lines)[:-1000])
    assert len(values(items)) > 1000
    assert reasons(items)[-1] == "compressed data ends early"


@pytest.mark.parametrize("divider", ["\n", "\r\n", "", ",\n  "])
def test_utf_16_is_read_as_any_json(read_items, divider):
    text = divider.join(json.dumps(value, ensure_ascii=False) for value in OBJECTS)
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert values(read_items(text.encode(encoding))) == OBJECTS


def test_a_character_torn_at_the_end_of_utf_16_costs_no_whole_record(read_items):
    items = read_items('{"a": 1}\n{"a": 2}'.encode("utf-16") + b"\r")
    assert values(items) == [{"a": 1}, {"a": 2}]
    assert reasons(items) == ["not JSON"]
    torn = read_items('{"a": 1}\n{"a": "x'.encode("utf-16")[:-1])
    assert (values(torn), reasons(torn)) == ([{"a": 1}], ["torn record"])


def test_an_empty_file_holds_nothing(read_items):
    assert read_items(b"") == read_items(b"\n\n \n") == []


@given(st.binary(max_size=400), st.booleans())
def test_whatever_the_bytes_nothing_raises_and_nothing_visible_vanishes(tmp_path, content, braced):
    path = tmp_path / "file"
    path.write_bytes(b"{" + content if braced else content)
    items = list(records(SourceFile(path, "file"), limit=100))
    if content.strip(b"\n\r\t\v\f []," + b"\xef\xbb\xbf\xff\xfe\x1f\x8b\0"):
        assert items


@given(st.lists(st.one_of(st.sampled_from(LINES), st.binary(min_size=1, max_size=30))))
def test_every_good_line_is_found_among_bad_ones(tmp_path, lines):
    lines = [line.replace(b"\n", b" ").replace(b"\r", b" ") for line in lines]
    path = tmp_path / "file"
    path.write_bytes(b'{"first": 1}\n' + b"".join(line + b"\n" for line in lines))
    items = list(records(SourceFile(path, "file")))
    by_line = {}
    for line, value in items:
        by_line.setdefault(line, []).append(value)
    for number, line in enumerate(lines, 2):
        if line in LINES:
            assert by_line[number] == [OBJECTS[LINES.index(line)]]
        elif line.strip():
            assert by_line.get(number) or not line.strip(b" ,[]\t\v\f")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": NaN, "b": -Infinity}', {"a": None, "b": None}),
        (b'{"a": "\\ud83d"}', {"a": "?"}),
        (b'{"a": "tab\there"}', {"a": "tab\there"}),
        (b'{"a": 1000000000000000000000000000000, "b": NaN}', {"a": 1e30, "b": None}),
    ],
)  # fmt: skip
def test_what_strict_parsers_reject_is_read(raw, value):
    assert decode(raw) == value


def test_what_is_no_json_is_rejected():
    with pytest.raises(InvalidRecord, match="not JSON"):
        decode(b"{")
    with pytest.raises(InvalidRecord, match="not UTF-8"):
        decode(b"\xff")


@pytest.mark.parametrize(
    "raw",
    [
        '{"body": "secret"}',
        '{"a": 1, "prompt": "secret',
        '{"message": "{\\"body\\": \\"x\\", \\"prompt\\": \\"secret',
        '{"content": [{"text": "secret"}]}',
        "please refactor my secret",
        "secret",
        '{"anything": "the secret is"}',
        "{a secret word",
        '{"torn": 1, words: "x", my secret',
    ],
)
def test_an_excerpt_never_shows_content_of_conversations(raw):
    shown = excerpt(raw)
    assert "secret" not in shown
    assert excerpt(raw.encode()) == shown


def test_an_excerpt_shows_how_a_record_begins():
    assert excerpt('{"messageType": "DATA_MESSAGE", "ow') == '{"messageType": "DATA_MESSAGE", "ow'
    assert len(excerpt('{"a": 1, ' * 500)) <= 160
