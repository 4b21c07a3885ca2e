"""Prefetch items while others are processed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Key = TypeVar("Key")

_AT_ONCE = 2


def prefetch(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items in order, always fetching one more meanwhile.

    What waits for the store and what computes take turns otherwise, and each
    leaves a processor idle. Two items are held at most; an exception comes
    where the item would have come.
    """
    end = object()
    remaining = iter(items)
    with ThreadPoolExecutor(1, thread_name_prefix="prefetch") as fetcher:
        coming = fetcher.submit(next, remaining, end)
        while (item := coming.result()) is not end:
            coming = fetcher.submit(next, remaining, end)
            yield item  # type: ignore[misc]


def prefetch_map(fetch: Callable[[Key], Item], keys: Iterable[Key]) -> Iterator[Item]:
    """Yield what is fetched for each key, in the order of the keys, always fetching two ahead.

    While we make sense of one answer of the store, it works on the next already. An exception
    comes where the item would have come.
    """
    remaining = iter(keys)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="prefetch-map") as fetchers:
        coming: deque[Future[Item]] = deque(
            fetchers.submit(fetch, key) for key in islice(remaining, _AT_ONCE)
        )
        while coming:
            item = coming.popleft().result()
            coming.extend(fetchers.submit(fetch, key) for key in islice(remaining, 1))
            yield item
