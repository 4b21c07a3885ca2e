"""Errors of a write of many documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.errors import BulkWriteError

_DUPLICATE_KEY = 11000


def taken_ids(error: BulkWriteError, documents: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the ids that another writer took meanwhile.

    Raises
    ------
    pymongo.errors.BulkWriteError
        If anything else went wrong. A write without a majority behind it is
        one: the next primary may not know it.
    """
    failures = error.details["writeErrors"]
    is_race = all(failure["code"] == _DUPLICATE_KEY for failure in failures)
    if error.details["writeConcernErrors"] or not is_race:
        raise error
    return {documents[failure["index"]]["_id"] for failure in failures}
