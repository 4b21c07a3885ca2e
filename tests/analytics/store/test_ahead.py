"""Fetching the next thing while one is worked with."""

from __future__ import annotations

import threading

import pytest

from analytics.store.ahead import ahead


def test_everything_comes_once_and_in_order():
    assert list(ahead(range(5))) == [0, 1, 2, 3, 4]
    assert list(ahead([])) == []


def test_the_next_item_is_fetched_while_one_is_worked_with():
    fetched = [threading.Event() for _ in range(2)]

    def items():
        for number in range(2):
            fetched[number].set()
            yield number

    found = ahead(items())
    assert next(found) == 0
    assert fetched[1].wait(5)
    found.close()


def test_a_failure_comes_where_the_item_would_have():
    def items():
        yield 1
        raise ConnectionError("the store went away")

    found = ahead(items())
    assert next(found) == 1
    with pytest.raises(ConnectionError, match="went away"):
        next(found)
