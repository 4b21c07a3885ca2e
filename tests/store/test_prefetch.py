"""Prefetching of items."""

from __future__ import annotations

import threading

import pytest

from store.prefetch import prefetch, prefetch_map


def test_everything_comes_once_and_in_order():
    assert list(prefetch(range(5))) == [0, 1, 2, 3, 4]
    assert list(prefetch([])) == []


def test_the_next_item_is_fetched_while_one_is_worked_with():
    fetched = [threading.Event() for _ in range(2)]

    def items():
        for number in range(2):
            fetched[number].set()
            yield number

    items_ahead = prefetch(items())
    assert next(items_ahead) == 0
    assert fetched[1].wait(5)
    items_ahead.close()


def test_a_failure_comes_where_the_item_would_have():
    def items():
        yield 1
        raise ConnectionError("the store went away")

    items_ahead = prefetch(items())
    assert next(items_ahead) == 1
    with pytest.raises(ConnectionError, match="went away"):
        next(items_ahead)


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
    fetched = []
    items_ahead = prefetch_map(lambda key: fetched.append(key) or key, iter(range(9)))
    assert next(items_ahead) == 0
    items_ahead.close()
    assert sorted(fetched) in ([0, 1], [0, 1, 2])


def test_a_failure_comes_where_the_answer_would_have():
    items_ahead = prefetch_map(lambda key: 1 // key, [1, 0])
    assert next(items_ahead) == 1
    with pytest.raises(ZeroDivisionError):
        next(items_ahead)
