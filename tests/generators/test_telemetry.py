import csv
import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from generators import Plan, generate_telemetry

from .conftest import END, read_log

ROOT = Path(__file__).parents[2]


def digest(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def in_a_process(folder: Path, hash_seed: str, *arguments: str) -> dict[str, str]:
    command = [sys.executable, "-m", "generators", "telemetry", "--output", str(folder), *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": f"UTC+{hash_seed}"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return digest(folder)


def test_the_same_seed_makes_the_same_bytes_in_any_process(tmp_path):
    arguments = ("--users=25", "--sessions=450", "--days=20", "--seed=9", "--end=2026-11-22")
    one = in_a_process(tmp_path / "one", "1", *arguments)
    two = in_a_process(tmp_path / "two", "7", *arguments)
    here = tmp_path / "here"
    generate_telemetry(Plan(9, 25, 450, 20, END), here)

    assert one == two == digest(here)


def test_another_seed_makes_other_bytes(tmp_path):
    for seed in (1, 2):
        generate_telemetry(Plan(seed, 3, 9, 3, END), tmp_path / str(seed))

    one, two = digest(tmp_path / "1"), digest(tmp_path / "2")
    assert one.keys() == two.keys() == {"telemetry_logs.jsonl", "employees.csv"}
    assert not set(one.values()) & set(two.values())


def test_counts_are_those_of_the_files(log):
    assert log.generated.events == len(log.records)
    assert log.generated.sessions == len(log.by_session) == log.plan.sessions
    assert log.generated.people == len({record.email for record in log.records})


def test_a_session_has_about_ninety_events_shared_out_like_the_predecessors(log):
    events = Counter(record.attributes["event.name"] for record in log.records)
    per_session = {event: count / log.plan.sessions for event, count in events.items()}

    assert len(log.records) / log.plan.sessions == pytest.approx(95, rel=0.15)
    assert per_session["user_prompt"] == pytest.approx(7.4, rel=0.2)
    assert per_session["api_request"] == pytest.approx(25.6, rel=0.2)
    assert per_session["tool_decision"] == pytest.approx(33.1, rel=0.2)
    assert per_session["tool_result"] == pytest.approx(32.4, rel=0.2)


def test_events_lie_within_the_period(log):
    first = datetime.combine(log.plan.first_day, datetime.min.time(), UTC)
    days = {record.at.date() for record in log.records}

    assert min(record.at for record in log.records) >= first
    assert max(days) <= log.plan.end
    assert len(days) > 0.9 * log.plan.days


def test_a_model_appears_at_its_release(log):
    first = {}
    for record in log.of("api_request"):
        first.setdefault(record.attributes["model"], record.at.date())

    assert first["claude-haiku-4-5-20251001"] < date(2026, 11, 1)
    assert first["claude-haiku-5-5"] >= date(2026, 10, 7)
    assert len(first) >= 5


def test_more_people_are_active_at_the_end_than_at_the_start(log):
    def active(day: date) -> int:
        week = (day, day + timedelta(days=7))
        return len({r.email for r in log.of("user_prompt") if week[0] <= r.at.date() < week[1]})

    assert active(log.plan.end - timedelta(days=6)) > 1.2 * active(log.plan.first_day)


def test_the_directory_is_the_predecessors_without_a_person_or_two(log):
    _, path = log.generated.files
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    seen = {record.email for record in log.records}

    assert header == ["email", "full_name", "practice", "level", "location"]
    assert len(seen - set(log.people)) == 1
    assert set(log.people) <= seen
    for person in log.people.values():
        assert person["practice"].endswith(" Engineering")
        assert person["level"] in {f"L{n}" for n in range(1, 11)}


def test_practice_in_log_and_directory_agree(log):
    for record in log.records:
        if record.email in log.people:
            assert record.resource["user.practice"] == log.people[record.email]["practice"]


@pytest.mark.parametrize(
    ("users", "sessions", "days"), [(1, 1, 1), (1, 40, 1), (5, 2, 3), (2, 3, 400)]
)
def test_small_plans_work(tmp_path, users, sessions, days):
    plan = Plan(1, users, sessions, days, END)
    made = read_log(plan, generate_telemetry(plan, tmp_path))

    assert len(made.by_session) == sessions
    assert made.generated.events == len(made.records) > 0
    assert len(made.people) == users


@pytest.mark.parametrize("end", [date(2021, 3, 1), date(2025, 7, 1), date(2099, 1, 1)])
def test_any_period_works(tmp_path, end):
    plan = Plan(1, 2, 5, 3, end)
    made = read_log(plan, generate_telemetry(plan, tmp_path))

    assert all(plan.first_day <= record.at.date() <= end for record in made.records)


def test_progress_ends_at_the_total(tmp_path):
    seen = []
    generate_telemetry(Plan(1, 5, 450, 3, END), tmp_path, progress=lambda *at: seen.append(at))

    assert seen == [(200, 450), (400, 450), (450, 450)]


def test_a_second_run_replaces_the_first(tmp_path):
    for sessions in (9, 3):
        generate_telemetry(Plan(1, 3, sessions, 3, END), tmp_path)
    once = tmp_path / "once"
    generate_telemetry(Plan(1, 3, 3, 3, END), once)

    assert (
        digest(once).items()
        <= {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in tmp_path.iterdir()
            if path.is_file()
        }.items()
    )
