"""Raw events are stored exactly once."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from store.events.bucket import bucket_id, session_key, unpack
from store.events.write import MAX_BUCKET_EVENTS, Written, merge, write_events
from tests.factories import dump, later, make_event, make_request, random_events


def by_id(events):
    return sorted(events, key=lambda event: event["id"])


def test_a_bucket_holds_one_session_and_one_utc_hour(db):
    events = [
        make_event(timestamp=later(minutes=5)),
        make_event(timestamp=later(minutes=65)),
        make_event(session_id="session-b"),
    ]
    assert write_events(db, events).bucket_ids == {
        "2026-01-20T12|session-a",
        "2026-01-20T13|session-a",
        "2026-01-20T12|session-b",
    }


def test_the_same_events_again_change_nothing(db):
    events = [make_event(sequence=n) for n in range(3)]
    write_events(db, events)
    before = dump(db)
    again = write_events(db, events)
    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 3)
    assert again.bucket_ids == set()
    assert dump(db) == before


def test_an_event_given_twice_in_one_call_counts_once(db):
    written = write_events(db, [make_event(), make_event()])
    assert (written.inserted, written.unchanged) == (1, 1)


def test_a_more_complete_version_of_an_event_replaces_the_poorer_one(db):
    poor, rich = make_event(id="e" * 32), make_request(id="e" * 32)
    write_events(db, [poor])
    assert write_events(db, [rich]).changed == 1
    assert write_events(db, [poor]).unchanged == 1
    assert unpack(db["event_buckets"].find_one({"_id": bucket_id(rich)})) == [rich]


def test_a_higher_rank_wins_over_more_fields(db):
    early = make_request(id="e" * 32, dedupe_rank=[1, 5], request_id="req_1")
    final = make_event(id="e" * 32, dedupe_rank=[1, 9])
    write_events(db, [final])
    assert write_events(db, [early]).unchanged == 1
    assert write_events(db, [final]).unchanged == 1


def test_every_source_that_delivered_an_event_is_remembered(db):
    write_events(db, [make_event(id="e" * 32, source="otlp")])
    write_events(db, [make_event(id="e" * 32, source="collector")])
    [event] = unpack(db["event_buckets"].find_one({}))
    assert event["sources"] == ["collector", "otlp"]
    assert write_events(db, [make_event(id="e" * 32, source="otlp")]).unchanged == 1


def test_events_without_a_session_are_kept_per_person(db):
    event = make_event(session_id=None)
    write_events(db, [event])
    [bucket] = db["event_buckets"].find({})
    assert bucket["session_id"] == session_key(event)
    assert unpack(bucket) == [event]


def test_session_id_that_looks_sessionless_survives(db):
    event = make_event(session_id="u:strange")
    write_events(db, [event])
    [bucket] = db["event_buckets"].find({})
    assert unpack(bucket) == [event]


def test_full_bucket_rejects_events_and_reports_them():
    written = Written()
    old = [{"id": str(n)} for n in range(MAX_BUCKET_EVENTS)]
    merged = merge(old, [{"id": "0"}, {"id": "one too many"}], written)
    assert len(merged) == MAX_BUCKET_EVENTS
    assert written.unchanged == 1
    assert written.rejected == [{"id": "one too many"}]


def test_heavy_bucket_rejects_events_beyond_the_size_of_a_document(db):
    words = [{"k": "words", "v": "x" * 60_000}]
    heavy = [make_event(id=f"{n:032x}", sequence=n, extra=words) for n in range(300)]
    assert write_events(db, heavy[:150]).inserted == 150
    more = write_events(db, heavy)
    assert (more.unchanged, more.inserted + len(more.rejected)) == (150, 150)
    assert 0 < more.inserted < 100
    richer = [event | {"language": "x" * 60_000} for event in heavy[:150]]
    again = write_events(db, richer)
    assert (again.inserted, again.changed, len(again.rejected)) == (0, 0, 150)


@given(st.data())
def test_order_batches_and_repetition_do_not_matter(db, data):
    events = data.draw(random_events())
    shuffled = data.draw(st.permutations(events + events[: len(events) // 2]))
    cut = data.draw(st.integers(0, len(shuffled)))
    db["event_buckets"].delete_many({})
    write_events(db, events)
    expected = dump(db)["event_buckets"]
    db["event_buckets"].delete_many({})
    write_events(db, shuffled[cut:])
    write_events(db, shuffled[:cut])
    assert dump(db)["event_buckets"] == expected


def test_concurrent_writers_lose_nothing(db):
    events = [make_event(sequence=n, timestamp=later(minutes=n)) for n in range(200)]
    writers = [
        threading.Thread(target=write_in_small_batches, args=(db, events[n::2] + events[n::3]))
        for n in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stored = [event for bucket in db["event_buckets"].find({}) for event in unpack(bucket)]
    assert by_id(stored) == by_id(events)


def write_in_small_batches(db, events):
    for start in range(0, len(events), 7):
        write_events(db, events[start : start + 7])
