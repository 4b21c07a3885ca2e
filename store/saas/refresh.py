"""Refresh what is derived from SaaS records, for the affected days alone.

Derived documents are written with a fence (`store.fencing`). Which tokens were revoked and which
sessions had ended at the time of a request is determined here, once, and not by each question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.failures import settle_failures
from store.fencing import next_fence, write_fenced
from store.progress import Progress, no_progress
from store.retries import repeated
from store.revisions import bump
from store.rollups.day_parts import rollup_of, write_days
from store.rollups.documents import Rollup, Row
from store.saas.records import (
    AUDIT_LOGS,
    REQUESTS,
    SAAS_RECORDS,
    SESSIONS,
    TOKENS,
    USERS,
    SaasWritten,
    read_records,
)
from store.saas.rollups import (
    DIRECTORY,
    SAAS_OTHERS,
    SAAS_ROLLUPS,
    Invalidations,
    SaasDay,
    user_rows,
)
from store.saas.write import settle_records
from store.settings import reporting_zone
from store.time_zone import local_days, local_hour, utc_days_of
from store.values import stored_values

SAAS_DERIVED = (*SAAS_ROLLUPS, SAAS_OTHERS, DIRECTORY)
"""Everything that a rebuild derives from the raw records."""

_DAYS_AT_ONCE = 30


@repeated
def refresh_saas(db: Database, written: SaasWritten, progress: Progress | None = None) -> None:
    """Bring derived documents up to date after some records changed.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    written : SaasWritten
        The outcome of `write_records`.
    progress : callable, optional
        Called with (days done, days in all, label).

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    if not (written.hours or written.since or written.is_directory):
        return
    run = _Run(db, progress)
    days = local_days(written.hours, run.zone)
    if written.since:
        first = local_hour(written.since, run.zone)[0]
        traffic = _affected_days_of_utc(stored_values(db, REQUESTS, "day"), run.zone)
        days |= {day for day in traffic if day >= first}
    run.refresh(days)


@repeated
def rebuild_saas(
    db: Database, gone: Collection[str] = (), progress: Progress | None = None
) -> None:
    """Rebuild every derived document of the SaaS data set; do nothing if there is none.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    gone : collection of str
        UTC days from which records were deleted.
    progress : callable, optional
        Called with (days done, days in all, label).
    """
    settle_records(db)
    run = _Run(db, progress)
    days = _affected_days_of_utc([*gone, *raw_days(db)], run.zone)
    for name in SAAS_ROLLUPS:
        days |= {str(rollup["day"]) for rollup in db[name].find({}, {"day": 1})}
    if days or db[DIRECTORY].find_one({}) or next(read_records(db, USERS), None):
        run.refresh(days)


def raw_days(db: Database) -> set[str]:
    """Return the UTC days on which there are requests, audit logs or sessions that start."""
    days = {day for name in (REQUESTS, AUDIT_LOGS) for day in stored_values(db, name, "day")}
    return days | {str(session["started_at"].date()) for session in read_records(db, SESSIONS)}


class _Run:
    """One refresh: its fencing token first, then the time zone and the records that it reads."""

    def __init__(self, db: Database, progress: Progress | None) -> None:
        self._db = db
        self._fence = next_fence(db)
        self._progress = progress or no_progress
        self._waiting: dict[str, list[Rollup]] = defaultdict(list)
        self.zone = reporting_zone(db)

    def refresh(self, days: set[str]) -> None:
        """Write the rollups of some local days, and the summary of all accounts."""
        self._fold(self._read_sessions_and_tokens(days))
        self._flush()
        directory = {"_id": "users", "rows": user_rows(read_records(self._db, USERS))}
        write_fenced(self._db, DIRECTORY, [directory], self._fence)
        settle_failures(self._db)
        bump(self._db, (*SAAS_RECORDS, *SAAS_DERIVED))

    def _read_sessions_and_tokens(self, days: set[str]) -> dict[str, SaasDay]:
        """Return the days with their sessions and with all invalidations."""
        invalidations = Invalidations({}, {})
        for token in read_records(self._db, TOKENS):
            invalidations.add_token(token)
        starts = {day: SaasDay(invalidations) for day in sorted(days)}
        for session in read_records(self._db, SESSIONS):
            invalidations.add_session(session)
            if fold := starts.get(self._day(session["started_at"])):
                fold.add_session(session)
        return starts

    def _fold(self, open_days: dict[str, SaasDay]) -> None:
        """Read each UTC day once; finish a local day when the last of its UTC days is read."""
        days = list(open_days)
        last_read = {day: utc_days_of(day, self.zone)[-1] for day in days}
        utc_days = sorted({utc for day in days for utc in utc_days_of(day, self.zone)})
        for utc_day in utc_days:
            self._read_day(utc_day, open_days)
            for day in [day for day in open_days if last_read[day] <= utc_day]:
                self._progress(len(days) - len(open_days), len(days), "days of requests")
                for name, rows in open_days.pop(day).rows().items():
                    self._add(name, day, rows)

    def _read_day(self, utc_day: str, open_days: dict[str, SaasDay]) -> None:
        for request in read_records(self._db, REQUESTS, utc_day):
            if fold := open_days.get(self._day(request["timestamp"])):
                fold.add_request(request)
        for entry in read_records(self._db, AUDIT_LOGS, utc_day):
            if fold := open_days.get(self._day(entry["timestamp"])):
                fold.add_audit_log(entry)

    def _add(self, name: str, day: str, rows: Sequence[Row]) -> None:
        # A day without rows stays as a fence alone, against late writers
        self._waiting[name].append(rollup_of(day, rows))
        if len(self._waiting[name]) >= _DAYS_AT_ONCE:
            write_days(self._db, {name: self._waiting.pop(name)}, self._fence)

    def _flush(self) -> None:
        write_days(self._db, self._waiting, self._fence)
        self._waiting.clear()

    def _day(self, moment: datetime) -> str:
        return local_hour(moment, self.zone)[0]


def _affected_days_of_utc(utc_days: Iterable[str], zone: ZoneInfo) -> set[str]:
    return local_days((f"{day}T{hour:02}" for day in utc_days for hour in (0, 23)), zone)
