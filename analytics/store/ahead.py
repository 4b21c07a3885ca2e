"""Work with one thing while the next is fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items in order, always fetching one more meanwhile.

    What waits for the store and what computes take turns otherwise, and each
    leaves a processor idle. Two items are held at most; an exception comes
    where the item would have come.
    """
    end = object()
    remaining = iter(items)
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as fetcher:
        coming = fetcher.submit(next, remaining, end)
        while (item := coming.result()) is not end:
            coming = fetcher.submit(next, remaining, end)
            yield item  # type: ignore[misc]
