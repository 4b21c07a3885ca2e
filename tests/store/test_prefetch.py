"""Fetching the next thing while one is worked with."""

from __future__ import annotations

import threading

import pytest

from store.prefetch import prefetch, prefetch_map


def test_everything_comes_once_and_in_order():
    assert list(prefetch(range(5))) == [0, 1, 2, 3, 4]
    assert list(prefetch([])) == []


def test_the_next_item_is_fetched_while_one_is_worked_with():
    asked = [threading.Event() for _ in range(2)]

    def items():
        for number in range(2):
            asked[number].set()
            yield number

    found = prefetch(items())
    assert next(found) == 0
    assert asked[1].wait(5)
    found.close()


def test_a_failure_comes_where_the_item_would_have():
    def items():
        yield 1
        raise ConnectionError("the store went away")

    found = prefetch(items())
    assert next(found) == 1
    with pytest.raises(ConnectionError, match="went away"):
        next(found)


def test_what_is_fetched_for_keys_comes_in_their_order():
    first_may_end = threading.Event()

    def fetch(key):
        if key == 0:
            assert first_may_end.wait(5)
        else:
            first_may_end.set()  # the second one overtakes
        return key * 10

    assert list(prefetch_map(fetch, range(5))) == [0, 10, 20, 30, 40]
    assert list(prefetch_map(fetch, [])) == []


def test_no_more_than_two_keys_are_fetched_before_they_are_wanted():
    asked = []
    found = prefetch_map(lambda key: asked.append(key) or key, iter(range(9)))
    assert next(found) == 0
    found.close()
    assert sorted(asked) in ([0, 1], [0, 1, 2])


def test_a_failure_comes_where_the_answer_would_have():
    found = prefetch_map(lambda key: 1 // key, [1, 0])
    assert next(found) == 1
    with pytest.raises(ZeroDivisionError):
        next(found)
