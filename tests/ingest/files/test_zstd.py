"""Zstandard is read a bounded piece at a time."""

import pyarrow
import pytest

from ingest.files.zstd import MAGIC, inflated

TEXT = b'{"resourceLogs":[]}\n' * 100_000


def compressed(content):
    return pyarrow.Codec("zstd").compress(content, asbytes=True)


@pytest.mark.parametrize("size", [1000, 7, 10**9])
def test_content_comes_back_however_the_blocks_are_cut(size):
    whole = compressed(TEXT[:500]) if size == 7 else compressed(TEXT)
    blocks = [whole[start : start + size] for start in range(0, len(whole), size)]
    assert whole.startswith(MAGIC)
    assert b"".join(inflated(blocks)) == (TEXT[:500] if size == 7 else TEXT)


def test_several_members_are_one_content():
    assert b"".join(inflated([compressed(b"one "), compressed(b"two")])) == b"one two"


def test_pieces_are_bounded():
    assert max(len(piece) for piece in inflated([compressed(bytes(10**8))])) <= 1024 * 1024


@pytest.mark.parametrize("damage", [lambda raw: raw[:-4], lambda raw: MAGIC + b"nonsense"])
def test_damage_is_told(damage):
    with pytest.raises(OSError, match=r"(?i)zstd|truncated"):
        list(inflated([damage(compressed(TEXT))]))
