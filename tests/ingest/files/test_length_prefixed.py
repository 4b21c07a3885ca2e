"""Messages behind their length: torn, too long and damaged ones cost only themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.files.compression import zstd
from ingest.files.json_records import Reject
from ingest.files.length_prefixed import frames
from ingest.files.source_file import SourceFile


def framed(*messages):
    return b"".join(len(message).to_bytes(4, "big") + message for message in messages)


@pytest.fixture
def read(tmp_path):
    def read(content, **options):
        path = tmp_path / "messages"
        path.write_bytes(content)
        return [frame.content for frame in frames(SourceFile(path, "messages"), **options)]

    return read


# What begins like compressed data is taken for it; no message of telemetry begins so
messages = st.binary(max_size=50).filter(
    lambda message: not message.startswith(b"\x28\xb5\x2f\xfd")
)


@given(messages=st.lists(messages, max_size=20))
def test_messages_come_back(read, messages):
    assert read(framed(*messages)) == messages


def test_long_messages_cross_the_chunks_of_the_file(read):
    messages = [bytes([n]) * 300_000 for n in range(5)]
    assert read(framed(*messages)) == messages


def test_compressed_messages_are_inflated(read):
    assert read(framed(zstd.compress(b"one"), b"two")) == [b"one", b"two"]


def test_a_torn_tail_is_one_reject(read):
    whole = framed(b"one", b"second")
    for cut in range(8, len(whole)):
        content = read(whole[:cut])
        assert content[0] == b"one"
        assert [item.reason for item in content[1:]] == ["torn record"]


def test_a_message_over_the_limit_is_passed_over(read):
    content = read(framed(b"one", b"x" * 100, b"two"), limit=50)
    assert content == [b"one", Reject(2, "record too long"), b"two"]


def test_a_bomb_is_not_inflated_whole(read):
    (content,) = read(framed(zstd.compress(bytes(10**7))), limit=10**6)
    assert content == Reject(1, "record too long")


def test_a_damaged_message_costs_only_itself(read):
    damaged = zstd.compress(b"text" * 1000)[:-3]
    assert read(framed(damaged, b"two")) == [Reject(1, "compressed data ends early"), b"two"]
