"""Metrics of a day: deltas add up, counters by their differences, edits by one source only."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from store.delete import delete_source
from store.events.metric_points import write_points
from store.people.directory import apply_people
from store.rollups.refresh import rebuild, refresh, refresh_people, refresh_utc_days
from store.settings import set_reporting_zone
from tests.factories import clear, dump, later, load, make_event, make_request, rows
from tests.points import NOON_NANOS, make_counter, make_point

HOUR = 60


def load_points(db, *points):
    refresh(db, write_points(db, points).bucket_ids)


def values(db, *names):
    """Return the value of each row of daily_metrics, by day and the dimensions named."""
    return {
        (row["day"], *(row.get(name) for name in names)): row["value"]
        for row in rows(db, "daily_metrics")
    }


def test_deltas_of_a_day_add_up_by_metric_and_type(db):
    load_points(
        db,
        make_point(type="added", value=10),
        make_point(type="added", minute=1, value=5),
        make_point(type="removed", value=3),
        make_point("commit.count", value=1),
    )
    assert values(db, "metric", "type") == {
        ("2026-01-20", "lines_of_code.count", "added"): 15,
        ("2026-01-20", "lines_of_code.count", "removed"): 3,
        ("2026-01-20", "commit.count", None): 1,
    }


def test_a_counter_counts_from_zero_and_then_what_it_adds(db):
    load_points(db, *(make_counter(value, minute=i) for i, value in enumerate((4, 4, 10), 1)))
    assert values(db) == {("2026-01-20",): 10}


def test_a_restarted_process_counts_from_zero_again(db):
    load_points(
        db,
        make_counter(7, minute=1),
        make_counter(9, minute=2),
        make_counter(2, minute=4, started=3),
        make_counter(5, minute=5, started=3),
    )
    assert values(db) == {("2026-01-20",): 14}


def test_a_counter_that_falls_without_a_new_start_has_restarted(db):
    load_points(db, make_counter(7, minute=1), make_counter(2, minute=2))
    assert values(db) == {("2026-01-20",): 9}


def test_a_sum_that_may_fall_is_followed_down(db):
    points = [make_counter(v, minute=m, is_monotonic=False) for m, v in ((1, 7), (2, 2))]
    load_points(db, *points)
    assert values(db) == {("2026-01-20",): 2}


def test_a_counter_that_runs_over_midnight_is_split_between_the_days(db):
    load_points(db, make_counter(30, minute=11 * HOUR), make_counter(50, minute=13 * HOUR))
    assert values(db) == {("2026-01-20",): 30, ("2026-01-21",): 20}


def test_a_late_point_changes_what_a_later_day_adds(db):
    load_points(db, make_counter(50, minute=13 * HOUR))
    assert values(db) == {("2026-01-21",): 50}
    load_points(db, make_counter(30, minute=11 * HOUR))
    assert values(db) == {("2026-01-20",): 30, ("2026-01-21",): 20}


def test_days_are_those_of_the_reporting_zone(db):
    set_reporting_zone(db, "Asia/Kathmandu")
    load_points(db, make_point(minute=6 * HOUR), make_point(minute=6 * HOUR + 30))
    assert values(db) == {("2026-01-20",): 1, ("2026-01-21",): 1}


def test_a_change_of_the_directory_reaches_people_known_by_metrics_only(db):
    load_points(db, make_point())
    people = [{"email": "ada@example.com", "role": "architect", "department": "Platform"}]
    refresh_people(db, apply_people(db, people).touched)
    assert values(db, "role", "department") == {("2026-01-20", "architect", "Platform"): 1}


def test_cost_and_tokens_of_metrics_are_not_added_to_those_of_events(db):
    load(db, make_request(cost_usd=0.5))
    before = rows(db, "daily_usage")
    load_points(
        db,
        make_point("cost.usage", value=0.5, model="claude-opus-4-6"),
        make_point("token.usage", value=10, type="input"),
        make_point("session.count"),
    )
    assert rows(db, "daily_usage") == before
    assert next(iter(db["sessions"].find({"day": {"$exists": True}})))["cost_usd"] == 0.5


def edits(db):
    return {
        (row["day"], row["language"]): (row.get("accepted", 0), row.get("rejected", 0))
        for row in rows(db, "daily_edits")
    }


def decision(*, minute=0, **fields):
    fields = {"tool_name": "Edit", "decision": "accept"} | fields
    return make_event("tool_decision", timestamp=later(minutes=minute), sequence=minute, **fields)


def decision_point(**fields):
    fields = {"decision": "accept", "language": "Python"} | fields
    return make_point("code_edit_tool.decision", **fields)


def test_decisions_of_metrics_replace_those_of_the_same_session(db):
    load(db, decision(), decision(minute=1), decision(session_id="session-b"))
    load_points(db, decision_point(value=2), decision_point(value=1, decision="reject"))
    assert edits(db) == {("2026-01-20", "Python"): (2, 1), ("2026-01-20", "unknown"): (1, 0)}


def test_a_session_with_metrics_is_counted_by_them_on_all_its_days(db):
    load(db, decision(), decision(minute=13 * HOUR))
    load_points(db, decision_point(value=2, minute=13 * HOUR))
    assert edits(db) == {("2026-01-21", "Python"): (2, 0)}


def test_decisions_of_metrics_without_a_session_do_not_count_twice(db):
    load(db, decision())
    load_points(db, decision_point(session_id=None))
    assert edits(db) == {("2026-01-20", "unknown"): (1, 0)}


def test_other_tools_and_all_totals_keep_the_decisions_of_events(db):
    load(db, decision(), decision(minute=1, tool_name="Bash"))
    load_points(db, decision_point())
    assert [row["accepted"] for row in rows(db, "daily_usage")] == [2]


def test_deleting_the_source_of_metrics_gives_events_their_say_back(db):
    load(db, decision(), decision(minute=13 * HOUR), make_request())
    expected = dump(db)
    load_points(db, decision_point(minute=13 * HOUR), make_point(minute=20 * HOUR))
    assert dump(db) != expected
    assert delete_source(db, "otlp") == 2
    assert dump(db) == expected


def test_refresh_of_their_days_repairs_a_crash_between_points_and_sums(db):
    points = [make_counter(50, minute=13 * HOUR), make_counter(30, minute=11 * HOUR)]
    write_points(db, points)
    refresh_utc_days(db, ["2026-01-20"])
    assert values(db) == {("2026-01-20",): 30, ("2026-01-21",): 20}


@st.composite
def random_points(draw):
    """Draw points of two sessions over three days, and events of the same sessions."""
    points, events = [], []
    for _ in range(draw(st.integers(0, 12))):
        session = draw(st.sampled_from(["session-a", "session-b", None]))
        minute = draw(st.integers(1, 3 * 24 * HOUR))
        kind = draw(st.sampled_from(["delta", "counter", "decision", "event"]))
        if kind == "event":
            events.append(decision(minute=minute, session_id=session))
        elif kind == "delta":
            points.append(make_point(minute=minute, session_id=session, value=minute % 7))
        elif kind == "decision":
            points.append(decision_point(minute=minute, session_id=session))
        else:
            started = draw(st.sampled_from([0, 24 * HOUR]))
            # One client sends one temporality: a counter is never also a series of deltas
            counter = make_counter(
                minute % 50, minute=started + minute, started=started, type="removed"
            )
            points.append(counter)
    return points, events


def naive(points):
    """Sum points by UTC day without any cleverness."""
    sums = {}
    for point in {point["id"]: point for point in points}.values():
        before = [
            other
            for other in points
            if point["temporality"] == 2
            and (other["series"], other["start_unix_nano"])
            == (point["series"], point["start_unix_nano"])
            and other["time_unix_nano"] < point["time_unix_nano"]
        ]
        last = max(before, key=lambda other: other["time_unix_nano"])["value"] if before else 0
        added = point["value"] - last if point["value"] >= last else point["value"]
        day = str(point["timestamp"].date())
        sums[day] = sums.get(day, 0) + added
    return {day: value for day, value in sums.items() if value}


@settings(max_examples=15)
@given(st.data())
def test_any_order_of_loading_gives_the_same_sums(db, data):
    points, events = data.draw(random_points())
    clear(db)
    load(db, *events)
    load_points(db, *points)
    expected = dump(db)
    totals = {}
    for row in rows(db, "daily_metrics"):
        totals[row["day"]] = totals.get(row["day"], 0) + row["value"]
    assert totals == naive(points)

    clear(db)
    shuffled = data.draw(st.permutations(points))
    cut = data.draw(st.integers(0, len(points)))
    load_points(db, *shuffled[cut:])
    load(db, *events)
    load_points(db, *shuffled[:cut])
    load_points(db, *shuffled[:cut])
    assert dump(db) == expected

    rebuild(db)
    assert dump(db) == expected


def test_noon_is_noon():
    assert make_point()["timestamp"] == later()
    assert make_point()["time_unix_nano"] == NOON_NANOS
