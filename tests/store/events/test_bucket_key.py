"""Keys of buckets."""

from __future__ import annotations

import pytest

from store.events.bucket_key import BucketKey, is_sessionless, sessionless


@pytest.mark.parametrize("session", ["session-a", "a|b", "u:user-ada#1", ""])
def test_key_is_read_as_it_is_written(session):
    key = BucketKey("2026-01-20T13", session)
    assert str(key) == f"2026-01-20T13|{session}"
    assert BucketKey.parse(str(key)) == key
    assert key.day == "2026-01-20"


def test_sessionless_key_is_recognized():
    key = BucketKey("2026-01-20T13", sessionless("user-ada", "1"))
    assert key.session == "u:user-ada#1"
    assert key.is_sessionless
    assert not BucketKey("2026-01-20T13", "session-a").is_sessionless
    assert not is_sessionless("user-ada")
