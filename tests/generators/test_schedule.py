from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from generators.people import build_people
from generators.plan import Plan
from generators.schedule import draw_starts, hour_weights, is_holiday

END = date(2026, 11, 22)


@pytest.fixture(scope="module")
def starts():
    """Local starts of many sessions, by person."""
    plan = Plan(seed=5, users=200, sessions=20_000, days=84, end=END)
    people = build_people(plan)
    who, start = draw_starts(plan, people)
    local = [
        (
            people[person],
            datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(people[person].zone)),
        )
        for person, ms in zip(who.tolist(), start.tolist(), strict=True)
    ]
    return plan, people, local, start


def test_people_work_by_their_own_clock(starts):
    _, _, local, _ = starts
    for zone in ("America/Los_Angeles", "America/New_York", "Europe/Warsaw"):
        hours = [moment.hour for person, moment in local if person.zone == zone]
        by_day = sum(8 <= hour < 19 for hour in hours) / len(hours)
        assert by_day > 0.8, zone
        assert sum(hour < 6 for hour in hours) / len(hours) < 0.03, zone


def test_the_local_hour_stays_when_the_clock_changes():
    plan = Plan(days=28, end=date(2026, 11, 8))
    weights = hour_weights(plan, "Germany", "Europe/Berlin", 0).reshape(28, 24)
    mornings = [
        weights[(day - plan.first_day).days][:11]
        for day in (date(2026, 10, 20), date(2026, 10, 27))
    ]

    # Ten o'clock in Berlin is 8 UTC in summer and 9 UTC in winter
    assert [int(np.argmax(morning)) for morning in mornings] == [8, 9]


def test_an_early_person_starts_before_a_late_one():
    plan = Plan(days=7, end=END)
    early, late = (hour_weights(plan, "Germany", "Europe/Berlin", shift) for shift in (-1, 2))

    assert np.argmax(late[:24]) - np.argmax(early[:24]) == 3


def test_weekends_are_quiet(starts):
    _, _, local, _ = starts
    days = Counter(moment.weekday() for _, moment in local)

    assert (days[5] + days[6]) / len(local) < 0.08
    assert days[2] > days[4]


@pytest.mark.parametrize(
    ("location", "day", "expected"),
    [
        ("Poland", date(2026, 11, 11), True),
        ("Germany", date(2026, 11, 11), False),
        ("United States", date(2026, 11, 26), True),
        ("United States", date(2026, 11, 19), False),
        ("Canada", date(2026, 10, 12), True),
        ("United Kingdom", date(2026, 8, 31), True),
        ("United Kingdom", date(2026, 8, 24), False),
        ("United States", date(2026, 5, 25), True),
        ("Germany", date(2026, 12, 25), True),
    ],
)
def test_holidays_are_those_of_the_place(location, day, expected):
    assert is_holiday(location, day) is expected


def test_hardly_anyone_works_on_a_holiday(starts):
    _, _, local, _ = starts
    polish = Counter(m.date() for person, m in local if person.location == "Poland")

    assert polish[date(2026, 11, 11)] < polish[date(2026, 11, 10)] / 3


def test_the_team_grows_over_the_period(starts):
    plan, _, local, start = starts
    thirds = np.histogram(start, bins=3, range=(plan.start_ms, plan.end_ms))[0]
    people = defaultdict(set)
    for person, moment in local:
        people[moment.isocalendar().week].add(person.email)
    weeks = [len(people[week]) for week in sorted(people)][1:-1]

    assert thirds[0] < thirds[1] < thirds[2]
    assert weeks[-1] > 1.3 * weeks[0]


def test_no_one_works_before_joining_or_after_leaving(starts):
    plan, _, local, start = starts
    length = plan.end_ms - plan.start_ms
    for (person, _), ms in zip(local, start.tolist(), strict=True):
        moment = (ms - plan.start_ms) / length
        assert person.joins - 0.001 <= moment <= person.leaves + 0.001


def test_sessions_are_as_many_as_planned_in_order_and_within_the_period(starts):
    plan, people, local, start = starts

    assert len(local) == plan.sessions
    assert (np.diff(start) >= 0).all()
    assert plan.start_ms <= start[0]
    assert start[-1] < plan.end_ms
    assert len({person.email for person, _ in local}) == len(people)


def test_a_few_people_account_for_much(starts):
    _, people, local, _ = starts
    counts = sorted(Counter(person.email for person, _ in local).values(), reverse=True)

    assert sum(counts[: len(people) // 10]) > 0.25 * len(local)
