"""Reject records with a time that no right clock shows, so that one wrong clock moves no chart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from ingest.files.json_records import InvalidRecord
from store.time_bounds import EARLIEST, latest, saas_bounds

MAX_LIVE_AGE = timedelta(days=400)
"""How old live telemetry may be when it arrives."""

_ADVICE = "check the clock of that machine"
IN_THE_FUTURE = f"time in the future: {_ADVICE}"
BEFORE_CLAUDE_CODE = f"time before {EARLIEST.year}, when there was no Claude Code: {_ADVICE}"
TOO_OLD_FOR_LIVE = f"time more than {MAX_LIVE_AGE.days} days ago: {_ADVICE}"
TOO_OLD_FOR_SAAS = f"time more than ten years ago: {_ADVICE}"

# Who and where, the first that a record has; what has blanks could be a sentence
_WHO = ("email", "user_id", "session_id", "id")
_WHERE = ("host_name",)
_NAME = re.compile(r"[!-~]{1,64}")


class Clock(NamedTuple):
    """The times that records may have when they arrive, both ends included."""

    earliest: datetime
    latest: datetime
    too_early: str
    """Why records from before are rejected."""

    def check(self, moment: datetime, facts: Mapping[str, Any]) -> None:
        """Reject a time out of bounds.

        Parameters
        ----------
        moment : datetime.datetime
            Time of a record.
        facts : mapping
            Fields of the record; who sent it and from where helps to find the machine.

        Raises
        ------
        InvalidRecord
            With the time and these facts as the excerpt.
        """
        if moment < self.earliest:
            raise InvalidRecord(self.too_early, wrong_time(moment, facts))
        if moment > self.latest:
            raise InvalidRecord(IN_THE_FUTURE, wrong_time(moment, facts))


def file_clock() -> Clock:
    """Return the times that events in files and events entered by hand may have."""
    return Clock(EARLIEST, latest(), BEFORE_CLAUDE_CODE)


def live_clock() -> Clock:
    """Return the times that telemetry received now may have."""
    return Clock(datetime.now(UTC) - MAX_LIVE_AGE, latest(), TOO_OLD_FOR_LIVE)


def saas_clock() -> Clock:
    """Return the times that records of the SaaS data set may have."""
    return Clock(*saas_bounds(), TOO_OLD_FOR_SAAS)


def wrong_time(moment: datetime, facts: Mapping[str, Any]) -> str:
    """Describe a record by its time, its sender and the sender's machine."""
    parts = [moment.isoformat(timespec="milliseconds")]
    for names in (_WHO, _WHERE):
        value = next((str(facts[name]) for name in names if facts.get(name)), "")
        if _NAME.fullmatch(value):
            parts.append(value)
    return ", ".join(parts)
