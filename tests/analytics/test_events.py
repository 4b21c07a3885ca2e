from __future__ import annotations

from pymongo.database import Database

from analytics.events import EVENTS, counted_events, event_frame
from tests.factories import later, load, make_event, make_request


def test_events_of_the_asked_sessions_come_back_whole(db: Database) -> None:
    events = [make_request(), make_event("hook", timestamp=later(hours=3))]
    load(db, *events, make_request(session_id="session-b"))
    counted = counted_events(db, ["session-a"])
    assert sorted(event["id"] for event in counted) == sorted(event["id"] for event in events)
    assert {event["email"] for event in counted} == {"ada@example.com"}


def test_no_events_are_an_empty_frame_with_all_columns(db: Database) -> None:
    frame = event_frame(db, counted_events(db, []))
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == EVENTS
