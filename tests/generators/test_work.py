from collections import defaultdict
from itertools import pairwise

import numpy as np

from generators.people import build_people
from generators.plan import Plan
from generators.sessions import plan_sessions
from generators.work import LONGEST_SHIFT_MS, Shifts, simulate

from .conftest import END


def one_machine(starts):
    plan = Plan(users=1, sessions=len(starts), days=1, end=END)
    sessions = plan_sessions(plan, build_people(plan))
    sessions.start_ms[:] = starts
    sessions.machine[:] = 0
    return sessions


def test_a_persons_sessions_on_one_machine_do_not_overlap(log):
    spans = defaultdict(list)
    for records in log.by_session.values():
        spans[records[0].attributes["user.id"]].append((records[0].at, records[-1].at))
    overlaps = pairs = 0
    for machine in spans.values():
        for (_, end), (start, _) in pairwise(sorted(machine)):
            pairs += 1
            overlaps += start < end

    # A second terminal opens beside a session that stays open for hours
    assert pairs > 1000
    assert overlaps / pairs < 0.02


def test_a_session_waits_for_the_one_before():
    starts = Shifts(10**12).start(one_machine([1000, 2000]), np.array([60_000, 5]))

    assert starts.tolist() == [1000, 1000 + 60_000 + 20_000]


def test_a_session_does_not_wait_for_hours():
    starts = Shifts(10**12).start(one_machine([1000, 2000]), np.array([2 * LONGEST_SHIFT_MS, 5]))

    assert starts.tolist() == [1000, 2000]


def test_a_session_is_not_moved_behind_the_end():
    starts = Shifts(50_000).start(one_machine([1000, 2000]), np.array([60_000, 5]))

    assert starts.tolist() == [1000, 2000]


def test_some_sessions_span_midnight(log):
    spanning = [r for r in log.by_session.values() if r[0].at.date() != r[-1].at.date()]

    assert spanning


def test_work_after_the_end_is_left_out():
    plan = Plan(users=1, sessions=3, days=1, end=END)
    people = build_people(plan)
    work = simulate(plan.random(), plan_sessions(plan, people), people, (), Shifts(plan.end_ms))
    middle = int(np.median(work.at_ms))
    cut = work.until(middle)

    assert len(cut.at_ms) == len(cut.timeline.kind) == (work.at_ms < middle).sum()
    assert cut.at_ms.max() < middle
