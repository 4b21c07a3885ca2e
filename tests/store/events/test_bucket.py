"""A bucket holds its events and nothing twice."""

from __future__ import annotations

from hypothesis import given

from store.events.bucket import pack, unpack
from tests.factories import make_event, random_events


def by_id(events):
    return sorted(events, key=lambda event: event["id"])


def test_shared_fields_are_kept_once():
    events = [make_event(terminal="vscode"), make_event(terminal="vscode", sequence=1)]
    bucket = pack("2026-01-20T12|session-a", events)
    assert bucket["terminal"] == "vscode"
    assert bucket["mixed"] == []
    assert all("terminal" not in event and "user_id" not in event for event in bucket["events"])


def test_an_event_that_differs_keeps_its_own_value():
    events = [
        make_event(terminal="vscode"),
        make_event(terminal="tmux", sequence=1),
        make_event(sequence=2),
    ]
    bucket = pack("2026-01-20T12|session-a", events)
    assert bucket["mixed"] == ["terminal"]
    assert by_id(unpack(bucket)) == by_id(events)


@given(random_events().filter(bool))
def test_unpacking_gives_back_what_was_packed(events):
    unique = list({event["id"]: event for event in events}.values())
    assert by_id(unpack(pack("2026-01-20T12|session-a", map(in_session_a, unique)))) == by_id(
        map(in_session_a, unique)
    )


def in_session_a(event):
    return {**event, "session_id": "session-a"}
