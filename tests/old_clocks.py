"""A store in which an older version counted events of wrong clocks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
import time_machine
from pymongo.database import Database

from store import time_bounds
from tests.factories import Event, later, load, make_event, make_request

Y2000, Y2099 = datetime(2000, 1, 2, 9, tzinfo=UTC), datetime(2099, 1, 1, 9, tzinfo=UTC)


@contextmanager
def every_clock() -> Iterator[None]:
    """Write as versions did that knew no bounds."""
    with (
        patch.object(time_bounds, "EARLIEST", datetime(2000, 1, 1, tzinfo=UTC)),
        time_machine.travel(datetime(2100, 1, 1, tzinfo=UTC), tick=False),
    ):
        yield


def load_old(db: Database, *events: Event) -> None:
    """Store and count events, whatever their time."""
    with every_clock():
        load(db, *events)


@pytest.fixture
def old_store(db: Database) -> Database:
    """Return a store with one session on two days that also has an event of 2000 and of 2099."""
    moments = (Y2000, later(), later(days=2), Y2099)
    load_old(
        db,
        *(make_event("user_prompt", timestamp=moment) for moment in moments),
        *(make_request(timestamp=moment) for moment in moments),
    )
    return db
