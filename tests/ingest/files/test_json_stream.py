import json

from ingest.files.json_stream import Broken, objects


def decode(raw):
    return json.loads(raw)


def found(*chunks, limit=1000):
    return list(objects(chunks, limit, decode))


def test_objects_are_cut_out_wherever_the_chunks_end():
    content = b'{"a": "}{"}{"b": {"c": "\\""}}'
    whole = [{"a": "}{"}, {"b": {"c": '"'}}]
    for cut in range(len(content)):
        assert found(content[:cut], content[cut:]) == whole


def test_what_lies_between_objects_is_broken_and_the_next_one_is_found():
    (first, broken, second) = found(b'{"a": 1} oops {"a": 2}')
    assert (first, second) == ({"a": 1}, {"a": 2})
    assert broken == Broken("not JSON", b"oops ")


def test_an_object_that_does_not_end_is_torn():
    assert found(b'{"a": 1}{"a": ') == [{"a": 1}, Broken("torn record", b'{"a": ')]


def test_a_torn_object_gives_way_where_another_begins_as_it_did():
    assert found(b'{"a": {"x{"a": 2}') == [Broken("torn record", b'{"a": {"x'), {"a": 2}]


def test_an_object_over_the_limit_is_skipped_up_to_the_next():
    long = b'{"a": "' + b"x" * 5000 + b'"}'
    chunks = [long[start : start + 100] for start in range(0, len(long), 100)]
    first, second = found(*chunks, b'{"a": 2}')
    assert first.reason == "record too long"
    assert second == {"a": 2}


def test_starting_again_is_bounded():
    torn = b'{"a": [' * 5000
    broken = found(torn, limit=100_000)
    assert all(isinstance(item, Broken) for item in broken)
    assert len(broken) < 100
