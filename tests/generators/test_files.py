import gzip

import pytest

from generators.files import atomic_write


def test_a_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "log.jsonl"
    with atomic_write(path) as file:
        file.write(b"one\n")
        assert not path.exists()
        file.write(b"two\n")

    assert path.read_bytes() == b"one\ntwo\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises(RuntimeError), atomic_write(tmp_path / "log.jsonl"):
        raise RuntimeError

    assert list(tmp_path.iterdir()) == []


def test_a_compressed_file_has_the_same_bytes_each_time(tmp_path):
    paths = [tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl.gz"]
    for path in paths:
        with atomic_write(path) as file:
            file.write(b"same\n")

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert gzip.decompress(paths[0].read_bytes()) == b"same\n"


def test_an_error_of_the_writing_thread_is_raised(tmp_path):
    with pytest.raises(TypeError), atomic_write(tmp_path / "log.jsonl") as file:
        file.write("text is not bytes")

    assert list(tmp_path.iterdir()) == []
