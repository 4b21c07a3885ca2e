"""One data set that the tests of this folder read: large enough for shares and quantiles."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import pytest

from generators import Generated, Plan, SaasPlan, generate_saas, generate_telemetry

END = date(2026, 11, 22)


@dataclass
class Record:
    """One event as the log has it."""

    id: str
    body: str
    attributes: dict
    scope: dict
    resource: dict
    timestamp: int

    @cached_property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.attributes["event.timestamp"])

    @property
    def session(self) -> str:
        return self.attributes["session.id"]

    @property
    def email(self) -> str:
        return self.attributes["user.email"]


@dataclass
class Log:
    """A generated log, read back."""

    plan: Plan
    generated: Generated
    batches: list[dict]
    people: dict[str, dict]
    records: list[Record] = field(default_factory=list)

    def of(self, event: str) -> list[Record]:
        return self.by_event[event]

    @cached_property
    def by_event(self) -> dict[str, list[Record]]:
        groups = defaultdict(list)
        for record in self.records:
            groups[record.attributes["event.name"]].append(record)
        return groups

    @cached_property
    def by_session(self) -> dict[str, list[Record]]:
        groups = defaultdict(list)
        for record in self.records:
            groups[record.session].append(record)
        return groups


def read_log(plan: Plan, generated: Generated) -> Log:
    log, directory = generated.files
    batches = [json.loads(line) for line in log.read_text().splitlines()]
    with directory.open(encoding="utf-8", newline="") as file:
        people = {row["email"]: row for row in csv.DictReader(file)}
    log_read = Log(plan, generated, batches, people)
    for batch in batches:
        for event in batch["logEvents"]:
            message = json.loads(event["message"])
            log_read.records.append(Record(event["id"], timestamp=event["timestamp"], **message))
    return log_read


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    plan = Plan(seed=7, users=60, sessions=1500, days=42, end=END)
    return read_log(plan, generate_telemetry(plan, tmp_path_factory.mktemp("telemetry")))


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    plan = SaasPlan(seed=7, users=80, requests=4000, days=20, end=END)
    (path,) = generate_saas(plan, tmp_path_factory.mktemp("saas")).files
    return json.loads(path.read_text())


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "made" / "here"
