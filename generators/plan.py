"""What to generate: a checked, frozen value, and where its randomness comes from."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import numpy as np

EARLIEST_END = date(2020, 1, 1)
LATEST_END = date(2100, 1, 1)
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class PlanError(ValueError):
    """A plan that cannot be carried out; the message names the value and what would do."""


def yesterday() -> date:
    """Last day of new data: the last UTC day that is over, so nothing lies in the future."""
    return datetime.now(UTC).date() - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Seeded:
    """Anything whose draws follow from a seed alone: no clock, no `hash`, no process."""

    seed: int

    def digest(self, *path: object) -> str:
        """64 hex digits that only this seed and this path have."""
        text = "/".join(str(part) for part in (self.seed, *path))
        return hashlib.sha256(text.encode()).hexdigest()

    def uuid(self, *path: object) -> str:
        """Turn the digest into a version-4 UUID."""
        return str(uuid.UUID(hex=self.digest(*path)[:32], version=4))

    def random(self, *path: object) -> np.random.Generator:
        """Open the stream of random numbers of one part of the work."""
        return np.random.default_rng(int(self.digest(*path)[:32], 16))


@dataclass(frozen=True, slots=True)
class Plan(_Seeded):
    """Telemetry of a team: how many people, how many sessions, which days.

    Parameters
    ----------
    seed : int
        Same seed and same `end`, same bytes.
    users : int
        People in the team.
    sessions : int
        Sessions of all of them together; about 90 events each.
    days : int
        Length of the period in UTC days.
    end : datetime.date
        Last day (UTC), by default yesterday. Sessions that still run at its end are cut there.

    Raises
    ------
    PlanError
        If a number is out of range.
    """

    seed: int = 42
    users: int = 100
    sessions: int = 5000
    days: int = 60
    end: date = field(default_factory=yesterday)

    LIMITS: ClassVar[dict[str, int]] = {"users": 200_000, "sessions": 10_000_000, "days": 1830}

    def __post_init__(self) -> None:
        for name, limit in self.LIMITS.items():
            check_count(name, getattr(self, name), limit)
        check_end(self.end)

    @property
    def first_day(self) -> date:
        """First day of the period."""
        return self.end - timedelta(days=self.days - 1)

    @property
    def start_ms(self) -> int:
        """First millisecond of the period, since 1970 in UTC."""
        return _epoch_days(self.first_day) * DAY_MS

    @property
    def end_ms(self) -> int:
        """First millisecond after the period."""
        return (_epoch_days(self.end) + 1) * DAY_MS


@dataclass(frozen=True, slots=True)
class SaasPlan(_Seeded):
    """A web application's sign-ins and requests.

    Parameters
    ----------
    seed : int
        Same seed and same `end`, same bytes.
    users : int
        Accounts.
    requests : int
        HTTP requests of all of them together.
    days : int
        Length of the period in UTC days.
    end : datetime.date
        Last day (UTC), by default yesterday.

    Raises
    ------
    PlanError
        If a number is out of range.
    """

    seed: int = 42
    users: int = 500
    requests: int = 25_000
    days: int = 30
    end: date = field(default_factory=yesterday)

    LIMITS: ClassVar[dict[str, int]] = {"users": 200_000, "requests": 1_000_000, "days": 1830}

    def __post_init__(self) -> None:
        for name, limit in self.LIMITS.items():
            check_count(name, getattr(self, name), limit)
        check_end(self.end)

    @property
    def until(self) -> datetime:
        """The instant at which the data set was "taken": midnight after the last day."""
        return datetime(self.end.year, self.end.month, self.end.day, tzinfo=UTC) + timedelta(days=1)


def check_count(name: str, value: int, limit: int) -> None:
    """Reject numbers of people, sessions and days that make no data set."""
    if not 1 <= value <= limit:
        raise PlanError(f"{name} must be between 1 and {limit:,}, not {value:,}")


def check_end(end: date) -> None:
    """Reject a last day that no agent and no price table knows."""
    if not EARLIEST_END <= end <= LATEST_END:
        raise PlanError(f"end must be between {EARLIEST_END} and {LATEST_END}, not {end}")


def _epoch_days(day: date) -> int:
    return day.toordinal() - EPOCH_ORDINAL
