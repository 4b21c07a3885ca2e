"""Refresh and rebuild: derived documents follow stored events, in any order."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.events.write import write_events
from store.people.directory import apply_people
from store.revisions import revision
from store.rollups.refresh import _Run, rebuild, refresh, refresh_people, refresh_utc_days
from store.schema import DERIVED
from store.settings import set_reporting_zone
from tests.factories import clear, dump, later, load, make_event, make_request, random_events, rows


def test_a_day_is_summed_by_role_department_and_source(db):
    load(
        db,
        make_event("user_prompt"),
        make_request(),
        make_request(timestamp=later(minutes=1)),
        make_event("api_error", error_type="http_429"),
        make_event("tool_decision", tool_name="Edit", decision="reject"),
        make_event("tool_result", tool_name="Bash", is_success=False, error_type="ShellError"),
    )
    [row] = rows(db, "daily_usage")
    assert row == {
        "day": "2026-01-20",
        "role": "unknown",
        "department": "unknown",
        "source": "cloudwatch",
        "events": 6,
        "h12": 6,
        "prompts": 1,
        "api_requests": 2,
        "input_tokens": 20,
        "output_tokens": 40,
        "cache_read_tokens": 600,
        "cache_creation_tokens": 80,
        "total_tokens": 740,
        "cost_usd": 1.0,
        "api_errors": 1,
        "rejected": 1,
        "tool_calls": 1,
        "tool_failures": 1,
    }


def test_a_builtin_command_is_an_event_but_no_prompt(db):
    load(db, make_event("user_prompt", command_source="builtin"))
    [row] = rows(db, "daily_usage")
    assert row["events"] == 1
    assert "prompts" not in row


def test_an_unknown_model_without_a_reported_cost_is_unpriced(db):
    load(db, make_request(model="claude-unheard-of-1", cost_usd=None))
    [row] = rows(db, "daily_usage")
    assert row["unpriced_requests"] == 1
    assert row["unpriced_tokens"] == 370
    assert "cost_usd" not in row


def test_cost_at_list_price_has_a_field_of_its_own(db):
    load(db, make_request(model="claude-haiku-4-5", cost_usd=None), make_request(cost_usd=0.25))
    [row] = rows(db, "daily_usage")
    assert row["computed_requests"] == 1
    assert row["cost_usd"] == round(0.25 + row["computed_cost_usd"], 9)


def test_a_session_belongs_to_the_day_it_started(db):
    load(
        db,
        make_event("user_prompt", timestamp=later(hours=11, minutes=50)),
        make_request(timestamp=later(hours=12, minutes=10)),
    )
    [row] = rows(db, "daily_sessions")
    assert row["day"] == "2026-01-20"
    assert row["duration_seconds"] == 1200
    assert [row["day"] for row in rows(db, "daily_usage")] == ["2026-01-20", "2026-01-21"]


def test_a_late_event_moves_the_session_to_its_earlier_day(db):
    load(db, make_event("user_prompt", timestamp=later(hours=13)))
    assert [row["day"] for row in rows(db, "daily_sessions")] == ["2026-01-21"]
    load(db, make_event("user_prompt", timestamp=later(hours=11)))
    assert [row["day"] for row in rows(db, "daily_sessions")] == ["2026-01-20"]


def test_a_session_without_prompt_or_request_is_listed_but_not_counted(db):
    load(db, make_event("hook_registered"))
    assert rows(db, "daily_sessions") == []
    assert db["sessions"].find_one({"_id": "session-a"})["is_counted"] is False


def test_hours_are_counted_in_the_reporting_zone(db):
    set_reporting_zone(db, "Asia/Kathmandu")  # UTC+5:45: one UTC hour lies in two local ones
    load(
        db,
        make_event("user_prompt", timestamp=later(minutes=5)),
        make_event("user_prompt", timestamp=later(minutes=20)),
        make_event("user_prompt", timestamp=later(hours=6, minutes=20)),
    )
    first, second = rows(db, "daily_usage")
    assert (first["day"], first["h17"], first["h18"]) == ("2026-01-20", 1, 1)
    assert (second["day"], second["h00"]) == ("2026-01-21", 1)


def test_changing_the_zone_and_rebuilding_leaves_no_old_day(db):
    load(db, make_event("user_prompt", timestamp=later(hours=11, minutes=30)))
    set_reporting_zone(db, "Europe/Berlin")
    rebuild(db)
    assert [row["day"] for row in rows(db, "daily_usage")] == ["2026-01-21"]
    assert [row["day"] for row in rows(db, "daily_sessions")] == ["2026-01-21"]


def test_one_call_from_two_sources_counts_once(db):
    telemetry = make_request(source="otlp", usage_key="req:1", cost_usd=0.5)
    transcript = make_request(
        source="transcript", usage_key="req:1", cost_usd=0.4, timestamp=later(seconds=-9)
    )
    load(db, transcript)
    load(db, telemetry)
    [row] = rows(db, "daily_usage")
    assert (row["source"], row["api_requests"], row["cost_usd"]) == ("otlp", 1, 0.5)
    assert db["sessions"].find_one({"_id": "session-a"})["api_requests"] == 1


def test_one_call_reported_on_both_sides_of_midnight_counts_once(db):
    before, after = later(hours=11, minutes=59), later(hours=12, minutes=1)
    load(db, make_request(source="transcript", usage_key="req:1", timestamp=before))
    load(db, make_request(source="otlp", usage_key="req:1", timestamp=after))
    assert [(row["day"], row["api_requests"]) for row in rows(db, "daily_usage")] == [
        ("2026-01-21", 1)
    ]


def test_a_call_copied_to_a_forked_session_counts_once(db):
    call = {"source": "transcript", "usage_key": "msg:1:req_1", "id": "c" * 32}
    load(db, make_request(**call, session_id="first"))
    load(db, make_request(**call, session_id="fork"))
    [row] = rows(db, "daily_usage")
    assert row["api_requests"] == 1
    sessions = db["sessions"].find({"_id": {"$in": ["first", "fork"]}})
    assert sum(session.get("api_requests", 0) for session in sessions) == 1


def test_directory_applies_to_events_already_stored(db):
    load(db, make_request())
    people = [{"email": "Ada@example.com", "name": "Ada", "department": "Data Engineering"}]
    refresh_people(db, apply_people(db, people).touched)
    [row] = rows(db, "daily_usage")
    assert (row["role"], row["department"]) == ("data_scientist", "Data Engineering")
    assert db["users"].find_one({"_id": "user-ada"})["role_basis"] == "derived"
    assert db["sessions"].find_one({"_id": "session-a"})["name"] == "Ada"


def test_directory_applies_to_every_sender_of_a_session(db):
    load(
        db,
        make_request(),
        *(make_request(user_id=f"user-{n}", email=f"{n}@example.com") for n in range(300)),
    )
    person = {"email": "270@example.com", "department": "Data Engineering"}
    refresh_people(db, apply_people(db, [person]).touched)
    roles = {row["role"]: row["api_requests"] for row in rows(db, "daily_usage")}
    assert roles == {"data_scientist": 1, "unknown": 300}


def test_person_without_events_is_listed_until_the_first_event(db):
    refresh_people(db, apply_people(db, [{"email": "ada@example.com"}]).touched)
    assert db["users"].find_one({"_id": "ada@example.com"})["is_seen"] is False
    load(db, make_request())
    assert db["users"].find_one({"_id": "ada@example.com"}).get("is_seen") is None
    assert db["users"].find_one({"_id": "user-ada"})["is_seen"] is True


def test_a_refresh_counts_a_revision_of_everything_derived(db):
    before = revision(db, DERIVED)
    load(db, make_event())
    assert revision(db, DERIVED) == tuple(number + 1 for number in before)


def test_load_without_change_writes_nothing(db):
    load(db, make_event())
    before = revision(db, DERIVED)
    load(db, make_event())
    assert revision(db, DERIVED) == before


def test_every_day_of_a_long_load_is_written(db):
    load(db, *(make_event(timestamp=later(days=n), session_id=f"s{n}") for n in range(20)))
    usage = rows(db, "daily_usage")
    assert [row["day"] for row in usage] == [f"{later(days=n):%Y-%m-%d}" for n in range(20)]
    assert all(row["events"] == 1 for row in usage)


def test_progress_is_reported(db):
    seen = []
    written = write_events(db, [make_request()])
    refresh(db, written.bucket_ids, lambda done, total, label: seen.append((done, total, label)))
    assert (0, 1, "days") in seen
    assert (0, 1, "sessions") in seen


@settings(max_examples=25)
@given(st.data())
def test_any_order_of_loading_gives_the_same_store(db, data):
    zone = data.draw(st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York"]))
    events = data.draw(random_events())
    shuffled = data.draw(st.permutations(events))
    cut = data.draw(st.integers(0, len(shuffled)))
    people = [{"email": "ada@example.com", "department": "Platform", "level": "L3"}]
    set_reporting_zone(db, zone)

    clear(db)
    refresh_people(db, apply_people(db, people).touched)
    load(db, *events)
    expected = dump(db)

    clear(db)
    load(db, *shuffled[cut:])
    refresh_people(db, apply_people(db, people).touched)
    load(db, *shuffled[:cut])
    assert dump(db) == expected

    rebuild(db)
    assert dump(db) == expected


@settings(max_examples=15)
@given(random_events())
def test_refresh_of_the_days_of_a_dead_import_repairs_the_store(db, events):
    clear(db)
    load(db, *events)
    expected = dump(db)
    clear(db)
    half = len(events) // 2
    load(db, *events[:half])
    write_events(db, events[half:])  # the loader dies before the refresh
    refresh_utc_days(db, {f"{event['timestamp']:%Y-%m-%d}" for event in events[half:]})
    assert dump(db) == expected


STEPS = (
    "_write_duplicates", "_facts_of", "_write_facts", "_write_days", "_write_sessions",
    "_write_start_days", "_write_users",
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("hours", [0, 30])
@pytest.mark.parametrize("known", [False, True])
def test_session_loaded_twice_at_once_is_complete(db, monkeypatch, step, before, hours, known):
    """Run one refresh within another of the same session, at every step where they can conflict."""
    if known:
        load(db, make_event("hook", timestamp=later(minutes=-5)))
    ours = write_events(db, [make_request()])
    theirs = make_request(timestamp=later(hours=hours, minutes=1))

    def meanwhile():
        monkeypatch.undo()
        load(db, theirs)

    acts = (meanwhile, None) if before else (None, meanwhile)
    monkeypatch.setattr(*around(_Run, step, *acts))
    refresh(db, ours.bucket_ids)
    refreshed = dump(db)
    rebuild(db)
    assert refreshed == dump(db)


def test_duplicates_loaded_during_a_refresh_count_once(db, monkeypatch):
    ours = write_events(db, [make_request(source="otlp", usage_key="req:1")])

    def meanwhile():
        monkeypatch.undo()
        theirs = {"source": "transcript", "usage_key": "req:1", "timestamp": later(seconds=-9)}
        load(db, make_request(**theirs))

    monkeypatch.setattr(*around(_Run, "_write_sessions", meanwhile, None))
    refresh(db, ours.bucket_ids)
    assert db["sessions"].find_one({"_id": "session-a"})["api_requests"] == 1
    refreshed = dump(db)
    rebuild(db)
    assert refreshed == dump(db)


def test_session_overtaken_by_an_earlier_refresh_is_complete(db, monkeypatch):
    """The other refresh begins first and writes last, with the older fencing token."""
    theirs = write_events(db, [make_request(timestamp=later(hours=30))])

    def meanwhile():
        monkeypatch.undo()
        load(db, make_request())

    monkeypatch.setattr(*around(_Run, "_write_sessions", meanwhile, None))
    refresh(db, theirs.bucket_ids)
    refreshed = dump(db)
    assert db["sessions"].find_one({"_id": "session-a"})["api_requests"] == 2
    rebuild(db)
    assert refreshed == dump(db)


def test_session_met_by_a_later_refresh_is_complete(db, monkeypatch):
    """The other refresh, which is older, writes between the reads and writes of this one."""
    theirs = write_events(db, [make_request(timestamp=later(hours=30))])
    other = threading.Thread(target=refresh, args=(db, theirs.bucket_ids))
    has_read, we_have_read = threading.Event(), threading.Event()
    write, read = _Run._write_sessions, _Run._facts_of

    def written(*args):
        if threading.current_thread() is other and not has_read.is_set():
            has_read.set()
            assert we_have_read.wait(10)
        return write(*args)

    def having_read(*args):
        answer = read(*args)
        if has_read.is_set() and not we_have_read.is_set():
            we_have_read.set()
            other.join()
        return answer

    monkeypatch.setattr(_Run, "_write_sessions", written)
    monkeypatch.setattr(_Run, "_facts_of", having_read)
    other.start()
    assert has_read.wait(10)
    load(db, make_request())
    assert db["sessions"].find_one({"_id": "session-a"})["api_requests"] == 2
    refreshed = dump(db)
    rebuild(db)
    assert refreshed == dump(db)


@pytest.mark.parametrize(
    "step",
    ["_write_facts", "_write_days", "_write_sessions", "_write_start_days", "_write_duplicates"],
)
def test_refresh_that_is_repeated_after_a_failure_is_complete(db, monkeypatch, step):
    """Duplicates, a start and a user that the first attempt replaced are remembered."""
    copy = {"source": "transcript", "usage_key": "msg:1:req_1", "id": "c" * 32}
    load(
        db,
        make_request(**copy, session_id="fork"),
        make_request(timestamp=later(days=2), session_id="long"),
    )
    earlier = {"session_id": "long", "user_id": "user-c", "email": None}
    written = write_events(db, [make_request(**copy, session_id="first"), make_request(**earlier)])

    def fail():
        raise InterruptedError

    monkeypatch.setattr(*around(_Run, step, None, fail))
    with pytest.raises(InterruptedError):
        refresh(db, written.bucket_ids)
    refresh(db, written.bucket_ids)
    refreshed = dump(db)
    assert sum(row["api_requests"] for row in rows(db, "daily_usage")) == 3
    rebuild(db)
    assert refreshed == dump(db)


def around(owner, name, before, after):
    """Return what to patch so that something happens around the first call of a method."""
    plain = getattr(owner, name)
    acts = [before, after]

    def patched(*args):
        first, acts[0] = acts[0], None
        if first:
            first()
        answer = plain(*args)
        last, acts[1] = acts[1], None
        if last:
            last()
        return answer

    return owner, name, patched


def test_concurrent_loads_equal_one_load(db):
    events = [
        make_request(timestamp=later(minutes=7 * n), session_id=f"s{n % 9}") for n in range(240)
    ]
    loaders = [threading.Thread(target=load_in_parts, args=(db, events[n::2])) for n in (0, 1, 0)]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    refreshed = dump(db)
    clear(db)
    load(db, *events)
    assert refreshed == dump(db)


def load_in_parts(db, events):
    for start in range(0, len(events), 40):
        load(db, *events[start : start + 40])
