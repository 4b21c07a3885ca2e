"""Refresh what is derived from events, for what changed alone.

Three layers, each written with its own fence (`store.fencing`) that is taken before the layer below
is read: facts and duplicates, from raw events; daily rollups and sessions, from facts; rollups of
sessions and users, from sessions. So the writer with the highest fence has read all that others
wrote before, and the order of writers does not matter. Duplicates are written last: until then, a
repetition after a failure finds the same sessions changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from zoneinfo import ZoneInfo

from pymongo.database import Database

from store.batching import batches
from store.events.bucket import stored_buckets
from store.events.bucket_key import BucketKey
from store.events.documents import EventBucket, MetricBucket
from store.events.metric_points import COLLECTION as POINTS
from store.events.metric_points import has_points
from store.events.repeat_days import mark_stored_repeats
from store.failures import settle_failures
from store.fencing import next_fence, write_fenced
from store.people.directory import Directory
from store.prefetch import prefetch, prefetch_map
from store.prices.table import Prices
from store.progress import Progress, no_progress
from store.retries import repeated
from store.revisions import bump
from store.rollups.daily import DailyAggregator
from store.rollups.day_duplicates import (
    DUPLICATES,
    DayDuplicates,
    DuplicateIndex,
    duplicates_of_days,
    pad_days,
)
from store.rollups.day_parts import rollup_of, write_days
from store.rollups.documents import Fact, Rollup, Session, User
from store.rollups.facts import FACTS, FactReader, fact_id, whole_facts
from store.rollups.sessions import fold_session
from store.rollups.users import USER_FIELDS, fold_user, session_rollups, unseen_user
from store.saas.refresh import rebuild_saas
from store.schema import DERIVED, SESSION_ROLLUPS
from store.time_bounds import plausible_buckets
from store.time_zone import affected_days, affected_days_of_utc, local_days, utc_days_of
from store.values import stored_values

SESSIONS = "daily_sessions"
_SESSION_BATCH = 50
_USER_BATCH = 50
_DAYS_BATCH = 200
_DAY_BATCH = 8  # written together: the days of a rollup cost a third of single writes
_FIRST_ROLLUP = "daily_usage"


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
    sessions: set[str] = set()
    for day in pad_days(utc_days):
        for collection in ("event_buckets", POINTS):
            sessions.update(stored_values(db, collection, "session_id", {"day": day}))
    for day in sorted(days):
        sessions.update(stored_values(db, FACTS, "session_id", {"day": day}))
    started = db["sessions"].find({"day": {"$in": sorted(days)}}, {"_id": 1})
    run.refresh(days, sessions | {session["_id"] for session in started}, all_users=True)


@repeated
def refresh_people(db: Database, emails: Collection[str], progress: Progress | None = None) -> None:
    """Apply changed directory entries to what is derived from events already stored."""
    touched = set(emails)
    listed = {
        entry.get("user_id") for entry in db["people"].find({"_id": {"$in": sorted(touched)}})
    }
    users = {
        user["_id"]
        for user in db["users"].find({})
        if user.get("email") in touched or user["_id"] in listed
    }
    run = _Run(db, progress)
    sessions: set[str] = set()
    days: set[str] = set()
    for batch in batches(sorted(touched | users), _USER_BATCH):
        # Who a metric belongs to is known by its user id or e-mail address alone
        for field in ("rows.user_id", "rows.emails", "sent.email"):
            for fact in db[FACTS].find({field: {"$in": batch}}, {"session_id": 1, "day": 1}):
                sessions.add(fact["session_id"])
                days.add(fact["day"])
    sessions |= run.measured_sessions(sorted(touched | users))
    # Only days with events: from first to last, one wrong clock makes many
    days |= _event_days(db, sessions, run.zone)
    run.refresh(days, sessions, all_users=True)


@repeated
def rebuild(db: Database, progress: Progress | None = None) -> None:
    """Rebuild every derived document, as after a change of prices or time zone."""
    run = _Run(db, progress)
    mark_stored_repeats(db)
    days: set[str] = set()
    sessions: set[str] = set()
    for collection in ("event_buckets", POINTS):
        utc_days = set(stored_values(db, collection, "day"))
        days |= affected_days_of_utc(utc_days, run.zone)
        for day in utc_days:
            sessions.update(stored_values(db, collection, "session_id", {"day": day}))
    old_days = set(stored_values(db, FACTS, "day"))
    for day in old_days:
        sessions.update(stored_values(db, FACTS, "session_id", {"day": day}))
    for collection in (_FIRST_ROLLUP, SESSIONS, DUPLICATES):
        old_days |= {str(rollup["day"]) for rollup in db[collection].find({}, {"day": 1})}
    sessions |= {document["_id"] for document in db["sessions"].find({}, {"_id": 1})}
    run.refresh(days | old_days, sessions, all_users=True)
    rebuild_saas(db, progress=progress)


def _event_days(db: Database, sessions: Iterable[str], zone: ZoneInfo) -> set[str]:
    """Return the local days on which some sessions have events or metrics."""
    days: set[str] = set()
    for batch in batches(sorted(sessions), _DAYS_BATCH):
        for collection in ("event_buckets", POINTS):
            buckets = db[collection].find({"session_id": {"$in": batch}}, {"_id": 1})
            days |= local_days({BucketKey.parse(bucket["_id"]).hour for bucket in buckets}, zone)
    return days


class _Run:
    """One refresh: its directory, prices, time zone and progress."""

    def __init__(self, db: Database, progress: Progress | None) -> None:
        from store.settings import reporting_zone

        self.db = db
        self.zone = reporting_zone(db)
        self._directory = Directory.load(db)
        self._facts = FactReader(self.zone, self._directory, Prices.load(db))
        self._progress = progress or no_progress
        self._has_points = has_points(db)

    def refresh(self, days: set[str], sessions: set[str], *, all_users: bool = False) -> None:
        """Refresh the layers from the lowest to the highest."""
        days = days | self._days_of_metrics(sessions)
        fence = next_fence(self.db)
        day_duplicates = self._find_duplicates(sorted(days))
        sessions = sessions | self._sessions_of_changed(day_duplicates)
        self._write_facts(sorted(sessions), days, day_duplicates, fence)
        first_fence, fence = fence, next_fence(self.db)
        self._write_days(sorted(days), fence)
        start_days, users = self._write_sessions(sorted(sessions), fence)
        if all_users:
            users |= {user["_id"] for user in self.db["users"].find({"is_seen": True})}
        fence = next_fence(self.db)
        self._write_start_days(sorted(start_days | days), fence)
        is_new = self._write_users(sorted(users), fence)
        if is_new or all_users:
            self._list_unseen(fence)
        self._write_duplicates(day_duplicates, first_fence)
        settle_failures(self.db)
        bump(self.db, DERIVED)

    def measured_sessions(self, users: list[str]) -> set[str]:
        """Return the sessions with metrics of some people, by e-mail address or user id."""
        if not self._has_points:
            return set()
        named = [{f"series.{name}": {"$in": users}} for name in ("email", "user_id")]
        buckets = self.db[POINTS].find({"$or": named}, {"session_id": 1})
        return {bucket["session_id"] for bucket in buckets}

    def _days_of_metrics(self, sessions: set[str]) -> set[str]:
        """Return all days of those sessions that have metrics.

        One point can change what a later one adds, and which events of any day count.
        """
        if not self._has_points:
            return set()
        measured: set[str] = set()
        for batch in batches(sorted(sessions), _DAYS_BATCH):
            buckets = self.db[POINTS].find({"session_id": {"$in": batch}}, {"session_id": 1})
            measured |= {bucket["session_id"] for bucket in buckets}
        return _event_days(self.db, measured, self.zone)

    def _find_duplicates(self, days: list[str]) -> list[DayDuplicates]:
        """Find the duplicates of the days, of those that can have any."""
        day_duplicates = []
        for day in prefetch(duplicates_of_days(self.db, days, self.zone)):
            self._progress(0, len(days), "duplicates")
            day_duplicates.append(day)
        return day_duplicates

    def _sessions_of_changed(self, day_duplicates: list[DayDuplicates]) -> set[str]:
        """Return the sessions with duplicates that are not stored, or no longer exist."""
        stored = DuplicateIndex(self.db)
        return {
            BucketKey.parse(bucket_id).session
            for day in day_duplicates
            for bucket_id, _ in stored.on([day.day]) ^ day.keys
        }

    def _write_duplicates(self, day_duplicates: list[DayDuplicates], fence: int) -> None:
        """Write the duplicates of the days."""
        ids = [day.day for day in day_duplicates]
        in_store = self.db[DUPLICATES].find({"_id": {"$in": ids}}, {"_id": 1})
        stored = {str(day["_id"]) for day in in_store}
        changed = [day for day in day_duplicates if day.keys or day.day in stored]
        for some in batches(changed, _DAY_BATCH):
            rollups = [rollup_of(day.day, day.rows()) for day in some]
            write_days(self.db, {DUPLICATES: rollups}, fence, stored)

    def _write_facts(
        self, sessions: list[str], days: set[str], day_duplicates: list[DayDuplicates], fence: int
    ) -> None:
        """Write the facts of the sessions on the days."""
        db = self.db
        duplicates = {key for day in day_duplicates for key in day.keys}
        utc_days = sorted({utc_day for day in days for utc_day in utc_days_of(day, self.zone)})

        def read(batch: list[str]) -> tuple[list[Fact], set[str]]:
            return self._facts_of(batch, days, utc_days, duplicates)

        done = 0
        batched = list(batches(sessions, _SESSION_BATCH))
        for batch, (facts, stored) in zip(batched, prefetch_map(read, batched), strict=True):
            self._progress(done, len(sessions), "sessions")
            done += len(batch)
            # A fact without events stays as a fence alone, against late writers
            gone = stored - {fact["_id"] for fact in facts}
            facts += [
                {"_id": key, "day": key[: len("2026-01-20")], "session_id": "", "rows": []}
                for key in sorted(gone)
            ]
            write_days(db, {FACTS: facts}, fence, stored)

    def _facts_of(
        self, sessions: list[str], days: set[str], utc_days: list[str], duplicates: set
    ) -> tuple[list[Fact], set[str]]:
        """Return the facts of some sessions on the days, and the ids of those that are stored."""
        events: defaultdict[str, list[EventBucket]] = defaultdict(list)
        for bucket in stored_buckets(self.db, {"session_id": {"$in": sessions}}, utc_days):
            events[bucket["session_id"]].append(bucket)
        points: defaultdict[str, list[MetricBucket]] = defaultdict(list)
        if self._has_points:
            of_sessions = self.db[POINTS].find({"session_id": {"$in": sessions}})
            for bucket in plausible_buckets(of_sessions):
                points[bucket["session_id"]].append(bucket)
        facts = [
            fact
            for session in sessions
            for fact in self._facts.facts(
                session, events[session], points[session], duplicates, days
            ).values()
        ]
        stored = {
            fact_id(fact["day"], fact["session_id"])
            for fact in self.db[FACTS].find(
                {"session_id": {"$in": sessions}}, {"day": 1, "session_id": 1}
            )
            if fact["day"] in days
        }
        return facts, stored

    def _write_days(self, days: list[str], fence: int) -> None:
        """Write the rollups of the days."""
        db = self.db
        stored = {day["_id"] for day in db[_FIRST_ROLLUP].find({"_id": {"$in": days}}, {"_id": 1})}
        done = 0
        for folded in prefetch(batches(self._folded_days(days), _DAY_BATCH)):
            self._progress(done, len(days), "days")
            done += len(folded)
            documents: dict[str, list[Rollup]] = defaultdict(list)
            for day, fold in folded:
                if fold.is_empty and day not in stored:
                    continue
                for collection, rows in fold.rows().items():
                    documents[collection].append(rollup_of(day, rows))
            write_days(db, documents, fence, stored)

    def _folded_days(self, days: list[str]) -> Iterator[tuple[str, DailyAggregator]]:
        def read(day: str) -> list[Fact]:
            return whole_facts(self.db[FACTS].find({"day": day}))

        for day, facts in zip(days, prefetch_map(read, days), strict=True):
            fold = DailyAggregator()
            for fact in facts:
                fold.add(fact)
            yield day, fold

    def _write_sessions(self, sessions: list[str], fence: int) -> tuple[set[str], set[str]]:
        """Write the sessions; return the days that they may have started on, and their users."""
        db = self.db

        def read(batch: list[str]) -> tuple[list[Session], list[Session], list[Fact]]:
            facts: defaultdict[str, list[Fact]] = defaultdict(list)
            for fact in db[FACTS].find({"session_id": {"$in": batch}}):
                facts[fact["session_id"]].append(fact)
            stored = list(db["sessions"].find({"_id": {"$in": batch}}))
            # A session without events stays as a fence alone, against late writers
            folded = [
                fold_session(session, facts[session], self.zone, self._directory)
                or Session(_id=session)
                for session in batch
            ]
            return stored, folded, [fact for same in facts.values() for fact in same]

        days: set[str] = set()
        users: set[str] = set()
        senders: set[str] = set()
        batched = batches(sessions, _SESSION_BATCH)
        for stored, folded, facts in prefetch_map(read, batched):
            present = [session for session in (*stored, *folded) if "day" in session]
            days |= {session["day"] for session in present}
            users |= {session["user_id"] for session in present}
            # What a refresh that failed replaced had one of these days and senders
            days |= {fact["day"] for fact in facts}
            senders |= {row["user_id"] for fact in facts for row in fact["rows"]}
            write_fenced(db, "sessions", folded, fence, {session["_id"] for session in stored})
        for some in batches(sorted(senders - users), _USER_BATCH):
            users |= {user["_id"] for user in db["users"].find({"_id": {"$in": some}}, {"_id": 1})}
        return days, users

    def _write_start_days(self, days: list[str], fence: int) -> None:
        db = self.db
        stored = {day["_id"] for day in db[SESSIONS].find({"_id": {"$in": days}}, {"_id": 1})}
        started: dict[str, list[Session]] = {day: [] for day in days}
        for session in db["sessions"].find({"day": {"$in": days}}):
            if session["is_counted"]:
                started[session["day"]].append(session)
        days = [day for day in days if started[day] or day in stored]
        rows = {day: session_rollups(started[day]) for day in days}
        documents = {
            name: [rollup_of(day, rows[day][name]) for day in days] for name in SESSION_ROLLUPS
        }
        write_days(db, documents, fence, stored)

    def _write_users(self, users: list[str], fence: int) -> bool:
        """Write the users; return whether one of them is new or gone."""
        db = self.db
        changed = False
        for batch in batches(users, _USER_BATCH):
            self._progress(0, len(users), "people")
            seen = {
                user["_id"]
                for user in db["users"].find({"_id": {"$in": batch}}, {"is_seen": 1})
                if user.get("is_seen")
            }
            by_user: dict[str, list[Session]] = defaultdict(list)
            for session in db["sessions"].find({"user_id": {"$in": batch}}, USER_FIELDS):
                by_user[session["user_id"]].append(session)
            documents = [
                fold_user(user, by_user[user], self.zone, self._directory) or User(_id=user)
                for user in batch
            ]
            changed |= seen != {user["_id"] for user in documents if user.get("is_seen")}
            write_fenced(db, "users", documents, fence)
        return changed

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
