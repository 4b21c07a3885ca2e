"""gzip and Zstandard are read a bounded piece at a time."""

import gzip
import time

import pytest

from ingest.files.compression import ZSTD_MAGIC, DamagedError, gunzip, unzstd, zstd

TEXT = b'{"resourceLogs":[]}\n' * 100_000
FORMATS = pytest.mark.parametrize(
    ("compress", "decompress"), [(gzip.compress, gunzip), (zstd.compress, unzstd)]
)


@FORMATS
@pytest.mark.parametrize("size", [1000, 7, 10**9])
def test_content_is_read_from_blocks_of_any_size(compress, decompress, size):
    content = TEXT[:500] if size == 7 else TEXT
    whole = compress(content)
    blocks = [whole[start : start + size] for start in range(0, len(whole), size)]
    assert b"".join(decompress(blocks)) == content


@FORMATS
def test_several_members_are_one_content(compress, decompress):
    assert b"".join(decompress([compress(b"one "), compress(b"two")])) == b"one two"


@FORMATS
def test_pieces_are_bounded(compress, decompress):
    assert max(len(piece) for piece in decompress([compress(bytes(10**8))])) <= 1024 * 1024


@FORMATS
def test_truncated_data_is_read_up_to_its_end_and_reported(compress, decompress):
    pieces = []
    with pytest.raises(DamagedError, match="ends early"):
        pieces.extend(decompress([compress(TEXT)[:-4]]))
    read = b"".join(pieces)
    assert TEXT.startswith(read)
    assert len(read) > 1000


@FORMATS
def test_damaged_data_is_reported(compress, decompress):
    for damaged in (compress(TEXT)[:20] + b"nonsense" * 9, compress(TEXT) + b"nonsense" * 9):
        with pytest.raises(DamagedError, match="is damaged"):
            list(decompress([damaged]))


def test_zstandard_is_recognised_by_its_magic_number():
    assert zstd.compress(TEXT).startswith(ZSTD_MAGIC)


def test_many_small_members_cost_time_in_proportion():
    def seconds(count):
        began = time.thread_time()
        assert b"".join(gunzip([gzip.compress(b"{}") * count])) == b"{}" * count
        return time.thread_time() - began

    assert seconds(40_000) < 12 * seconds(10_000)
