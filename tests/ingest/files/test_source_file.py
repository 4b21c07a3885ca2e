import codecs
import contextlib
import gzip
import hashlib
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.files.compression import DamagedError
from ingest.files.source_file import SourceFile, _as_utf_8, find_files, utf_16_of


@pytest.fixture
def file(tmp_path):
    def written(content, name="file"):
        path = tmp_path / name
        path.write_bytes(content)
        return SourceFile(path, name)

    return written


def read(file):
    return b"".join(file.chunks())


def test_plain_and_compressed_content_is_recognised_by_its_first_bytes_and_not_by_the_name(file):
    assert read(file(b"hello", "a.gz")) == b"hello"
    assert read(file(gzip.compress(b"hello"), "a.jsonl")) == b"hello"


def utf_16(text, mark):
    name = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}[mark]
    return mark + text.encode(name)


@given(st.binary(), st.binary())
def test_compressed_members_one_after_another_are_read_as_one(tmp_path, one, other):
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(one) + gzip.compress(other) + b"\0" * 512)
    if not utf_16_of(one + other):
        assert read(SourceFile(path, "file")) == one + other


@given(st.binary())
def test_any_bytes_are_read_or_reported_as_damaged(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(b"\x1f\x8b" + content)
    with contextlib.suppress(DamagedError):
        read(SourceFile(path, "file"))


def test_everything_before_a_cut_in_compressed_data_is_read(file):
    content = b"".join(b"line %d\n" % number for number in range(5000))
    cut = file(gzip.compress(content)[:-100])
    read_pieces = []
    with pytest.raises(DamagedError, match="ends early"):
        read_pieces.extend(cut.chunks())
    assert content.startswith(b"".join(read_pieces))
    assert len(b"".join(read_pieces)) > 1000


def test_a_bomb_costs_no_memory(file):
    squeezer = zlib.compressobj(9, wbits=31)
    block = b"\0" * 1_000_000
    bomb = b"".join(squeezer.compress(block) for _ in range(200)) + squeezer.flush()
    bomb_file = file(bomb)
    tracemalloc.start()
    assert sum(len(chunk) for chunk in bomb_file.chunks()) == 200_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_byte_order_mark_is_taken_off(file):
    assert b"".join(file(b"\xef\xbb\xbf{}").utf_8_chunks()) == b"{}"


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
@pytest.mark.parametrize("squeeze", [bytes, gzip.compress])
def test_utf_16_with_a_mark_is_read_as_utf_8(file, mark, squeeze):
    text = '{"name": "Ada Łe 😀"}\r\n'
    read_pieces = file(squeeze(utf_16(text, mark)))
    assert read(read_pieces) == read_pieces.sample == text.encode()
    assert b"".join(read_pieces.utf_8_chunks()) == text.encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("squeeze", [bytes, gzip.compress])
@pytest.mark.parametrize("before", ["", "\r\n  "])
def test_utf_16_without_a_mark_is_recognised_by_its_start(file, encoding, squeeze, before):
    text = before + '{"name": "Ada Łe 😀"}\r\n'
    read_pieces = file(squeeze(text.encode(encoding)))
    assert read(read_pieces) == read_pieces.sample == text.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"\n\0" * 40,  # protobuf: resources that sent nothing
        b"\n\0\n\0\n\x04{\0}\0",
        b"\0Z\0 \n" + b"\0a" * 40,  # a frame of the collector, by its length
        b"\0" * 80,
        b'{"a": "\0b\0c\0d\0e"}',
        b"M\0Z\0\x90\0\x03\0",
        b"a\0b\0",
    ],
)
def test_other_content_with_many_zero_bytes_is_read_as_it_is(file, content):
    assert read(file(content)) == content


def kinds_of_utf_16():
    marked = st.text(max_size=40).map(lambda text: (text, utf_16(text, codecs.BOM_UTF16_LE)))
    bare = st.builds(
        lambda text, name: ('{"a":' + text, ('{"a":' + text).encode(name)),
        st.text(max_size=40),
        st.sampled_from(["utf-16-le", "utf-16-be"]),
    )
    return marked | bare


@given(kinds_of_utf_16(), st.data())
def test_utf_16_may_be_cut_into_chunks_anywhere(pair, data):
    text, content = pair
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=6)))
    pairs = zip([0, *cuts], [*cuts, len(content)], strict=True)
    chunks = [content[start:end] for start, end in pairs if start < end]
    read_pieces = list(_as_utf_8(iter(chunks)))
    assert b"".join(read_pieces) == text.encode()
    assert all(read_pieces)


@pytest.mark.parametrize(
    ("text", "torn", "expected"),
    [
        ('{"a": "\ud83d"}\n', b"", '{"a": "�"}\n'),
        ('{"a": "\ude00\ud83d"}\n', b"", '{"a": "��"}\n'),
        ('{"a": 1}\n', b"\x0d", '{"a": 1}\n�'),
        ('{"a": "', b"\x3d\xd8", '{"a": "�'),
        ('{"a": "', b"\x3d\xd8\x00", '{"a": "�'),
        ("", b"", ""),
        ("", b"\x7b", "�"),
    ],
)
def test_half_characters_of_utf_16_become_the_replacement_character(file, text, torn, expected):
    content = codecs.BOM_UTF16_LE + text.encode("utf-16-le", "surrogatepass") + torn
    assert read(file(content)).decode() == expected


def test_much_utf_16_costs_no_memory(file):
    long = file(utf_16("x" * 20_000_000, codecs.BOM_UTF16_LE))
    tracemalloc.start()
    assert sum(len(chunk) for chunk in long.chunks()) == 20_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_half_a_mark_is_no_mark(file):
    assert read(file(b"\xff")) == b"\xff"
    assert read(file(b"\xffa")) == b"\xffa"


def test_the_sample_is_the_beginning_of_the_content(file):
    assert file(b"").sample == b""
    assert file(gzip.compress(b"x" * 100_000)).sample == b"x" * 65_536


def test_a_file_that_cannot_be_read_has_an_empty_sample_and_a_reason(tmp_path):
    gone = SourceFile(tmp_path / "gone", "gone")
    assert gone.sample == b""
    assert gone.damage == "file cannot be read"


def test_the_fingerprint_is_that_of_the_bytes_on_disk(file):
    squeezed = gzip.compress(b"hello")
    assert file(squeezed).sha256() == hashlib.sha256(squeezed).hexdigest()


def test_progress_counts_bytes_on_disk_up_to_the_end(file):
    consumed = []
    content = gzip.compress(b"".join(b"%d," % n for n in range(300_000)))
    tracked = file(content).tracked(consumed.append)
    read(tracked)
    assert consumed == sorted(consumed)
    assert consumed[-1] == len(content)


def test_folders_are_walked_in_order_without_hidden_files_and_each_file_once(tmp_path):
    for name in ("b.json", "a/z.json", "a/b/c.json", ".hidden", "a/.cache/x.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    files = find_files([tmp_path, tmp_path / "b.json"])
    assert [file.name for file in files] == ["a/b/c.json", "a/z.json", "b.json"]


def test_a_path_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"No such file or folder: .*gone"):
        find_files([tmp_path / "gone"])
