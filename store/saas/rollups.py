"""Roll up the requests, audit logs and sessions of one day of the SaaS data set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from store.histogram import bin_of
from store.people.roles import UNKNOWN
from store.rollups.grouping import group_tables, other_rows
from store.saas.documents import AccountsRow
from store.saas.records import Record, session_end

TRAFFIC = "saas_daily_requests"
ENDPOINTS = "saas_daily_endpoints"
SECURITY = "saas_daily_security"
AUDITS = "saas_daily_audits"
COUNTRIES = "saas_daily_countries"
DEVICES = "saas_daily_devices"
DIRECTORY = "saas_directory"
SAAS_OTHERS = "saas_daily_others"

_SESSION_ROLLUPS = (COUNTRIES, DEVICES)

SAAS_ROLLUPS = (TRAFFIC, ENDPOINTS, SECURITY, AUDITS, *_SESSION_ROLLUPS)
"""Rollups that are read by their day."""

MAX_SUBJECTS = 5_000
"""Rows per day and finding; the rarest share one row without a subject.

An attack comes from more addresses than a document has room for.
"""

_DIMENSIONS = {
    TRAFFIC: ("status_code",),
    ENDPOINTS: ("endpoint",),
    SECURITY: ("finding", "user_id", "subject"),
    AUDITS: ("action", "severity"),
    COUNTRIES: ("country", "city"),
    DEVICES: ("device_type", "browser", "os"),
}
_OCCURRENCES = ("requests", "events", "sessions", "users")
# Statuses are few, and subjects have a bound of their own
_NEVER_GROUPED = frozenset({"status_code", *_DIMENSIONS[SECURITY]})
_FAILED = 400
_SERVER_FAILED = 500

Key = tuple[Any, ...]
Row = dict[str, Any]


class Invalidation(NamedTuple):
    """When a token or session stopped being valid, and its user."""

    at: datetime
    user_id: str | None


class Invalidations(NamedTuple):
    """Revoked tokens and ended sessions, by their ids."""

    tokens: dict[str, Invalidation]
    sessions: dict[str, Invalidation]

    def add_token(self, token: Record) -> None:
        """Add a token if it was revoked at a known moment."""
        if revoked_at := token.get("revoked_at"):
            self.tokens[token["id"]] = Invalidation(revoked_at, token.get("user_id"))

    def add_session(self, session: Record) -> None:
        """Add a session if it has ended."""
        if ended_at := session_end(session):
            self.sessions[session["id"]] = Invalidation(ended_at, session.get("user_id"))


class SaasDay:
    """Adds up the records of one day into the rows of its rollups."""

    def __init__(self, invalidations: Invalidations) -> None:
        self._invalidations = invalidations
        self._tables: dict[str, defaultdict[Key, Row]] = {
            name: defaultdict(lambda: defaultdict(int)) for name in SAAS_ROLLUPS
        }
        self._histograms: dict[str, defaultdict[Key, Counter[int]]] = {
            name: defaultdict(Counter) for name in (TRAFFIC, ENDPOINTS)
        }

    def add_request(self, request: Record) -> None:
        """Count a request, also one without a session, such as a brute-force attempt."""
        status = request.get("status_code")
        endpoint = (request.get("endpoint", UNKNOWN),)
        traffic = self._tables[TRAFFIC][(status,)]
        server = self._tables[ENDPOINTS][endpoint]
        for row in (traffic, server):
            row["requests"] += 1
            row["request_bytes"] += request.get("request_size_bytes", 0)
            row["response_bytes"] += request.get("response_size_bytes", 0)
            row["rate_limited"] += bool(request.get("rate_limited"))
        traffic["without_session"] += "session_id" not in request
        traffic["without_token"] += "token_id" not in request
        server["errors"] += (status or 0) >= _FAILED
        server["server_errors"] += (status or 0) >= _SERVER_FAILED
        if "response_time_ms" in request:
            bucket = bin_of(request["response_time_ms"])
            self._histograms[TRAFFIC][(status,)][bucket] += 1
            self._histograms[ENDPOINTS][endpoint][bucket] += 1
        self._add_findings(request)

    def add_audit_log(self, entry: Record) -> None:
        """Count an entry of the audit log."""
        action = entry.get("action", UNKNOWN)
        self._tables[AUDITS][action, entry.get("severity", UNKNOWN)]["events"] += 1
        if action == "login_failed":
            key = ("failed_login", entry.get("user_id"), entry.get("ip_address"))
            self._add_finding(key, entry["timestamp"], is_success=False)

    def add_session(self, session: Record) -> None:
        """Count a session, which belongs to the day it started."""
        for name in _SESSION_ROLLUPS:
            key = tuple(session.get(field, UNKNOWN) for field in _DIMENSIONS[name])
            row = self._tables[name][key]
            row["sessions"] += 1
            row["active_sessions"] += session.get("is_active") is True
            if "duration_seconds" in session:
                row["timed_sessions"] += 1
                row["duration_seconds"] += session["duration_seconds"]

    def rows(self) -> dict[str, Sequence[Mapping[str, Any]]]:
        """Return the finished rows of each rollup, in a fixed order, rare values added up."""
        subjects = self._tables.pop(SECURITY)
        tables: dict[str, Any] = self._tables
        grouping = group_tables(_DIMENSIONS, tables, self._histograms, _weight, _NEVER_GROUPED)
        rows: dict[str, Sequence[Mapping[str, Any]]] = {
            name: self._finished(name, table) for name, table in tables.items()
        }
        rows[SECURITY] = self._finished(SECURITY, _bounded(subjects))
        return rows | {SAAS_OTHERS: other_rows(grouping)}

    def _add_findings(self, request: Record) -> None:
        moment = request["timestamp"]
        is_success = 0 < request.get("status_code", 0) < _FAILED
        for finding, field, by_subject in (
            ("token_reuse", "token_id", self._invalidations.tokens),
            ("request_after_session_end", "session_id", self._invalidations.sessions),
        ):
            subject = request.get(field, "")
            invalidation = by_subject.get(subject)
            if invalidation and moment > invalidation.at:
                self._add_finding(
                    (finding, invalidation.user_id, subject), moment, is_success=is_success
                )
        if request.get("rate_limited"):
            key = ("rate_limited", None, request.get("session_id"))
            self._add_finding(key, moment, is_success=is_success)

    def _add_finding(self, key: Key, moment: datetime, *, is_success: bool) -> None:
        row = self._tables[SECURITY][key]
        row["events"] += 1
        row["succeeded"] += is_success
        row["first_at"] = min(row["first_at"] or moment, moment)
        row["last_at"] = max(row["last_at"] or moment, moment)

    def _finished(self, name: str, table: dict[Key, Row]) -> list[Row]:
        rows = []
        for key in sorted(table, key=_sort_key):
            named = zip(_DIMENSIONS[name], key, strict=True)
            # What is unknown or zero is absent
            row = {field: value for field, value in named if value is not None}
            row |= {field: value for field, value in table[key].items() if value}
            if name in self._histograms and (histogram := self._histograms[name].get(key)):
                row["buckets"], row["counts"] = map(
                    list, zip(*sorted(histogram.items()), strict=True)
                )
            rows.append(row)
        return rows


def user_rows(users: Iterable[Record]) -> list[AccountsRow]:
    """Count accounts by status and permission role, rare ones added up."""
    table: defaultdict[Key, Row] = defaultdict(lambda: defaultdict(int))
    for user in users:
        row = table[user.get("status", UNKNOWN), user.get("role", UNKNOWN)]
        row["users"] += 1
        row["mfa_users"] += user.get("mfa_enabled") is True
        row["never_signed_in"] += "last_login_at" not in user
        row["failed_login_attempts"] += user.get("failed_login_attempts", 0)
    tables: dict[str, Any] = {DIRECTORY: table}
    group_tables({DIRECTORY: ("status", "role")}, tables, {}, _weight, frozenset())
    rows = [
        {"status": key[0], "role": key[1], **row} for key, row in sorted(tables[DIRECTORY].items())
    ]
    return cast(list[AccountsRow], rows)


def _weight(_: str, row: Row) -> int:
    """Return how often something occurred, as a row counts it."""
    return sum(int(row.get(name, 0)) for name in _OCCURRENCES)


def _bounded(table: dict[Key, Row]) -> dict[Key, Row]:
    """Return the most frequent subjects of each finding; add the others up."""
    bounded: dict[Key, Row] = {}
    counts: Counter[str] = Counter()
    for key in sorted(table, key=lambda key: (-table[key]["events"], _sort_key(key))):
        counts[key[0]] += 1
        row = table[key]
        if counts[key[0]] <= MAX_SUBJECTS:
            bounded[key] = row
            continue
        rest = bounded.get((key[0], None, None))
        bounded[key[0], None, None] = _joined(rest, row) if rest else row
    return bounded


def _joined(one: Row, other: Row) -> Row:
    return {
        "events": one["events"] + other["events"],
        "succeeded": one["succeeded"] + other["succeeded"],
        "first_at": min(one["first_at"], other["first_at"]),
        "last_at": max(one["last_at"], other["last_at"]),
    }


def _sort_key(key: Key) -> Key:
    return tuple((value is not None, value) for value in key)
