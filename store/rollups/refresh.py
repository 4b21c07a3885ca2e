"""Refresh what is derived from events, for what changed alone.

Four layers, each written with its own fence (`store.fencing`): event rollups and duplicates;
sessions; session rollups and users; months. Within a layer one thread reads, one aggregates and one
writes, so that the app and the store work at the same time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.batching import batches
from store.events.bucket import buckets_of_days
from store.events.bucket_key import BucketKey
from store.events.documents import EventBucket
from store.events.duplicates import EventKey
from store.failures import settle_failures
from store.fencing import insert_if_absent, next_fence, write_fenced
from store.people.directory import Directory
from store.prefetch import prefetch, prefetch_map
from store.prices.table import Prices
from store.progress import Progress, no_progress
from store.retries import repeated
from store.revisions import bump
from store.rollups.daily import DailyAggregator
from store.rollups.day_parts import rollup_of, write_days
from store.rollups.day_reader import pad_days, read_days
from store.rollups.documents import DuplicatesRow, Rollup, Row, Session, User
from store.rollups.metrics import MetricAggregator, MetricReader
from store.rollups.monthly import fold_months
from store.rollups.session_reader import DuplicateIndex, SessionReader, SessionsRead
from store.rollups.sessions import SessionAggregator
from store.rollups.totals import total_of
from store.rollups.users import fold_user, session_rollups, unseen_user
from store.saas.refresh import rebuild_saas
from store.schema import DERIVED, SESSION_ROLLUPS
from store.settings import reporting_zone
from store.time_zone import affected_days, affected_days_of_utc, local_days, utc_days_of
from store.values import stored_values

SESSIONS = "daily_sessions"
_SESSION_BATCH = 50
_DAYS_BATCH = 200
_DAY_BATCH = 8  # written together: the days of a rollup cost a third of single writes

_DayFolded = tuple[str, Mapping[str, Sequence[Row]], set[EventKey]]


@repeated
def refresh(db: Database, bucket_ids: Collection[str], progress: Progress | None = None) -> None:
    """Bring all derived documents up to date after some buckets changed.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    bucket_ids : collection of str
        Buckets that `write_events` changed.
    progress : callable, optional
        Called with (done, total, label).

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    keys = {BucketKey.parse(bucket_id) for bucket_id in bucket_ids}
    if not keys:
        return
    run = _Run(db, progress)
    days = affected_days((key.hour for key in keys), run.zone)
    run.refresh(days, {key.session for key in keys})


@repeated
def refresh_utc_days(
    db: Database, utc_days: Collection[str], progress: Progress | None = None
) -> None:
    """Refresh everything that events of these UTC days affect.

    For interrupted imports and deletions, of which the changed buckets are not known.
    """
    utc_days = sorted(set(utc_days))
    if not utc_days:
        return
    run = _Run(db, progress)
    days = affected_days_of_utc(utc_days, run.zone)
    read = pad_days(utc_days)
    sessions = {bucket["session_id"] for bucket in buckets_of_days(db, read)}
    sessions |= run.metrics.sessions_on(read)
    summarised = db["sessions"].find({"day": {"$in": sorted(days)}})
    run.refresh(days, sessions | {session["_id"] for session in summarised}, all_users=True)


@repeated
def refresh_people(db: Database, emails: Collection[str], progress: Progress | None = None) -> None:
    """Apply changed directory entries to what is derived from events already stored."""
    touched = set(emails)
    listed = {
        entry.get("user_id") for entry in db["people"].find({"_id": {"$in": sorted(touched)}})
    }
    users = [
        user["_id"]
        for user in db["users"].find({})
        if user.get("email") in touched or user["_id"] in listed
    ]
    of_users = db["sessions"].find({"user_id": {"$in": sorted(users)}}, {"day": 1})
    sessions = {session["_id"] for session in of_users if "day" in session}
    run = _Run(db, progress)
    measured = run.metrics.sessions_of(sorted(touched.union(users)))
    # Only days with events: from first to last, one wrong clock makes many
    run.refresh(_event_days(db, sessions, run.zone), measured | sessions)


@repeated
def rebuild(db: Database, progress: Progress | None = None) -> None:
    """Rebuild every derived document, as after a change of prices or time zone."""
    run = _Run(db, progress)
    event_days = set(stored_values(db, "event_buckets", "day"))
    days = affected_days_of_utc(event_days | run.metrics.all_days(), run.zone)
    for collection in ("daily_usage", "daily_metrics"):
        days |= {str(rollup["day"]) for rollup in db[collection].find({}, {"day": 1})}
    sessions = {document["_id"] for document in db["sessions"].find({}, {"_id": 1})}
    for day in event_days:
        sessions.update(stored_values(db, "event_buckets", "session_id", {"day": day}))
    run.refresh(days, sessions, all_users=True)
    rebuild_saas(db, progress=progress)


def _event_days(db: Database, sessions: Iterable[str], zone: ZoneInfo) -> set[str]:
    """Return the local days on which some sessions have events."""
    days: set[str] = set()
    for batch in batches(sorted(sessions), _DAYS_BATCH):
        buckets = db["event_buckets"].find({"session_id": {"$in": batch}}, {"_id": 1})
        days |= local_days({BucketKey.parse(bucket["_id"]).hour for bucket in buckets}, zone)
    return days


class _Run:
    """One refresh: its directory, prices, time zone and progress."""

    def __init__(self, db: Database, progress: Progress | None) -> None:
        self.db = db
        self.zone = reporting_zone(db)
        self.metrics = MetricReader(db)
        self._directory = Directory.load(db)
        self._prices = Prices.load(db)
        self._progress = progress or no_progress

    def refresh(self, days: set[str], sessions: set[str], *, all_users: bool = False) -> None:
        days = days | self.metrics.days_of(sessions, self.zone)
        reader = SessionReader(self.db, self.zone, self._prices, sessions)
        duplicate_sessions = self._fold_days(sorted(days), reader)
        start_days, users = self._fold_sessions(sorted(sessions | duplicate_sessions), reader)
        if all_users:
            users |= {user["_id"] for user in self.db["users"].find({"is_seen": True})}
        fence = next_fence(self.db)
        self._fold_start_days(sorted(start_days | days), fence)
        self._fold_users(sorted(users), fence)
        fold_months(self.db, start_days | days, next_fence(self.db))
        settle_failures(self.db)
        bump(self.db, DERIVED)

    def _fold_days(self, days: list[str], reader: SessionReader) -> set[str]:
        """Write the event rollups of the days; return the sessions whose duplicates changed."""
        db = self.db
        fence = next_fence(db)  # before anything is read, in whichever thread
        stored = {
            day["_id"]
            for collection in ("daily_usage", "daily_metrics")
            for day in db[collection].find({"_id": {"$in": days}}, {"_id": 1})
        }
        old_duplicates = DuplicateIndex(db).on(days)
        new_duplicates: set[EventKey] = set()
        done = 0
        for folded in prefetch(batches(self._folded_days(days, reader), _DAY_BATCH)):
            self._progress(done, len(days), "days")
            done += len(folded)
            documents: dict[str, list[Rollup]] = defaultdict(list)
            for day, rows, duplicates in folded:
                new_duplicates |= duplicates
                if rows["daily_usage"] or rows["daily_metrics"] or day in stored:
                    for collection, rows_of_day in rows.items():
                        documents[collection].append(rollup_of(day, rows_of_day))
            write_days(db, documents, fence, stored)
        changed = old_duplicates ^ new_duplicates
        return {BucketKey.parse(bucket_id).session for bucket_id, _ in changed}

    def _folded_days(self, days: list[str], reader: SessionReader) -> Iterator[_DayFolded]:
        for read in prefetch(read_days(self.db, days, self.zone)):
            reader.add(read.buckets)
            yield self._fold_day(*read)

    def _fold_day(
        self, day: str, buckets: list[EventBucket], duplicates: set[EventKey]
    ) -> _DayFolded:
        metrics = self._metrics_of(day, buckets)
        fold = DailyAggregator(day, self.zone, self._directory, self._prices, metrics.measured)
        for bucket in buckets:
            fold.add_bucket(bucket, duplicates)
        metrics.add_edits(fold)
        grouping = metrics.grouping()
        local = {key for key in duplicates if self._can_be_on(key, day)}
        duplicate_rows: list[DuplicatesRow] = [
            {"bucket_id": key, "id": event} for key, event in sorted(local)
        ]
        rows = {
            **fold.rows(grouping),
            "daily_metrics": metrics.rows(grouping),
            "daily_duplicates": duplicate_rows,
        }
        return day, rows, local

    def _metrics_of(self, day: str, buckets: list[EventBucket]) -> MetricAggregator:
        fold = MetricAggregator(day, self.zone, self._directory)
        with_events = {bucket["session_id"] for bucket in buckets}
        for session in self.metrics.sessions(utc_days_of(day, self.zone), with_events):
            fold.add_session(session)
        return fold

    def _can_be_on(self, key: EventKey, day: str) -> bool:
        return day in affected_days([BucketKey.parse(key[0]).hour], self.zone)

    def _fold_sessions(
        self, sessions: list[str], reader: SessionReader
    ) -> tuple[set[str], set[str]]:
        """Write the sessions; return the days that they may start on and their users."""
        db = self.db
        fence = next_fence(db)
        days: set[str] = set()
        users: set[str] = set()
        done = 0
        for read in prefetch_map(reader.read, batches(sessions, _SESSION_BATCH)):
            self._progress(done, len(sessions), "sessions")
            done += len(read.folds)
            overtaken = self._write_sessions(read, fence, days, users)
            while overtaken:
                # The other writer may not have read all that this one read, and the reverse
                fence = next_fence(db)
                read = reader.read_again(sorted(overtaken))
                overtaken = self._write_sessions(read, fence, days, users)
        return days, users

    def _write_sessions(
        self, read: SessionsRead, fence: int, days: set[str], users: set[str]
    ) -> set[str]:
        """Write summaries, add their days and users; return sessions that others wrote."""
        after = {session["_id"]: session for session in self._summaries(read.folds)}
        present = [session for session in [*read.stored, *after.values()] if "day" in session]
        days |= read.days.union(session["day"] for session in present)
        users |= {session["user_id"] for session in present}
        first = [after.pop(key) for key in sorted(read.first)]
        taken = insert_if_absent(self.db, "sessions", first, fence)
        stored = {session["_id"] for session in read.stored}
        return taken | write_fenced(self.db, "sessions", after.values(), fence, stored)

    def _summaries(self, folds: list[SessionAggregator]) -> list[Session]:
        # A session without events stays as a fence alone, against late writers
        return [
            fold.summary(self.zone, self._directory) or {"_id": fold.session_id} for fold in folds
        ]

    def _fold_start_days(self, days: list[str], fence: int) -> None:
        db = self.db
        stored = {day["_id"] for day in db[SESSIONS].find({"_id": {"$in": days}})}
        started: dict[str, list[Session]] = {day: [] for day in days}
        for session in db["sessions"].find({"day": {"$in": days}}):
            if session["is_counted"]:
                started[session["day"]].append(session)
        days = [day for day in days if started[day] or day in stored]
        rows = {day: session_rollups(started[day]) for day in days}
        documents = {
            name: [rollup_of(day, rows[day][name]) for day in days]
            for name in (*SESSION_ROLLUPS, total_of(SESSIONS))
        }
        write_days(db, documents, fence, stored)

    def _fold_users(self, users: list[str], fence: int) -> None:
        db = self.db
        for batch in batches(users, _SESSION_BATCH):
            self._progress(0, len(users), "people")
            by_user: dict[str, list[Session]] = defaultdict(list)
            for session in db["sessions"].find({"user_id": {"$in": batch}}):
                by_user[session["user_id"]].append(session)
            documents = [
                fold_user(user, by_user[user], self.zone, self._directory) or {"_id": user}
                for user in batch
            ]
            write_fenced(db, "users", documents, fence)
        self._list_unseen(fence)

    def _list_unseen(self, fence: int) -> None:
        """Write one document for each person of the directory who has no events."""
        users: list[User] = list(self.db["users"].find({}))
        with_events = [user for user in users if user.get("is_seen")]
        seen = {user.get("email") for user in with_events} | {user["_id"] for user in with_events}
        unseen = [
            unseen_user(entry, self._directory)
            for entry in self._directory.entries()
            if not seen & {entry["_id"], entry.get("user_id", entry["_id"])}
        ]
        unseen_ids = {user["_id"] for user in unseen}
        removed: list[User] = [
            {"_id": user["_id"]}
            for user in users
            if user.get("is_seen") is False and user["_id"] not in unseen_ids
        ]
        stored = {user["_id"]: {**user, "fence": fence} for user in users}
        changed = [user for user in unseen if stored.get(user["_id"]) != {**user, "fence": fence}]
        write_fenced(self.db, "users", changed + removed, fence)
