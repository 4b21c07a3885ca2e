"""SaaS records as files hold them and as the store keeps them, and random data sets."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from pymongo.database import Database

from ingest.formats.saas import KINDS, map_record
from store.saas.records import SAAS_RECORDS, SaasWritten, read_records
from store.saas.refresh import SAAS_DERIVED, refresh_saas
from store.saas.write import write_records
from tests.factories import everything

NOON = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)

Raw = dict[str, Any]
Dataset = dict[str, list[Raw]]

_DEFAULTS: dict[str, Raw] = {
    "users": {"username": "ada", "role": "user", "status": "active", "mfa_enabled": True},
    "sessions": {"country": "DE", "device_type": "desktop", "browser": "Firefox", "os": "Linux"},
    "tokens": {"type": "access", "revoked": False, "revoked_at": None},
    "requests": {"endpoint": "/api/users", "method": "GET", "status_code": 200},
    "audit_logs": {"action": "login_success", "severity": "info", "ip_address": "10.0.0.1"},
}
_MOMENTS = {"sessions": "started_at", "requests": "timestamp", "audit_logs": "timestamp"}


def identity(*parts: object) -> str:
    """Return a UUID that depends on nothing but the parts."""
    return str(uuid.UUID(hashlib.sha256(repr(parts).encode()).hexdigest()[:32]))


def iso(moment: datetime) -> str:
    """Write a moment as the data set does."""
    return moment.isoformat(timespec="microseconds")


def raw(array: str, name: object, **fields: Any) -> Raw:
    """Return one record of a file; its id follows from the array and the name."""
    record = {KINDS[array].id_field: identity(array, name), **_DEFAULTS[array], **fields}
    if array in _MOMENTS:
        record.setdefault(_MOMENTS[array], NOON)
    return {
        key: iso(value) if isinstance(value, datetime) else value for key, value in record.items()
    }


def make(array: str, name: object, **fields: Any) -> tuple[str, Raw]:
    """Return one record with its collection, as the source yields it."""
    return KINDS[array].collection, map_record(array, raw(array, name, **fields))


def store(db: Database, *records: tuple[str, Raw]) -> SaasWritten:
    """Write records without a refresh."""
    groups: dict[str, list[Raw]] = defaultdict(list)
    for collection, record in records:
        groups[collection].append(record)
    written = SaasWritten()
    for collection, group in groups.items():
        written.add(write_records(db, collection, group))
    return written


def load_saas(db: Database, *records: tuple[str, Raw]) -> SaasWritten:
    """Write records and bring everything derived up to date."""
    written = store(db, *records)
    refresh_saas(db, written)
    return written


def mapped(dataset: Dataset) -> list[tuple[str, Raw]]:
    """Map all records of a file."""
    return [
        (KINDS[array].collection, map_record(array, record))
        for array, records in dataset.items()
        for record in records
    ]


def write_file(path: Path, dataset: Dataset) -> Path:
    """Write a data set as the generator does."""
    path.write_text(json.dumps(dataset, indent=2))
    return path


def dump_saas(db: Database) -> dict[str, list[Raw]]:
    """Return everything that must not depend on the order of loading."""
    raw_records = {
        name: sorted(read_records(db, name), key=lambda record: str(record["id"]))
        for name in SAAS_RECORDS
    }
    derived = {
        name: sorted(
            (
                {key: value for key, value in document.items() if key != "fence"}
                for document in documents
                if document["rows"]
            ),
            key=lambda document: str(document["_id"]),
        )
        for name, documents in everything(db, SAAS_DERIVED).items()
    }
    return {**raw_records, **derived}


def saas_rows(db: Database, collection: str) -> list[Raw]:
    """Return all rows of a rollup, each with its day."""
    days = sorted(db[collection].find({}), key=lambda document: str(document["_id"]))
    return [{"day": document["_id"], **row} for document in days for row in document["rows"]]


def _moments() -> st.SearchStrategy[datetime]:
    return st.integers(0, 3 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))


def _names(prefix: str, count: int) -> st.SearchStrategy[str]:
    return st.integers(0, count - 1).map(lambda number: identity(prefix, number))


@st.composite
def datasets(draw: st.DrawFn, max_requests: int = 25) -> Dataset:
    """Strategy: a small data set over about three days, its references sound or not."""
    dataset: Dataset = {name: [] for name in KINDS}
    for number in range(draw(st.integers(0, 4))):
        dataset["users"].append(_random_user(draw, number))
        dataset["sessions"].append(_random_session(draw, number))
        dataset["tokens"].append(_random_token(draw, number))
    for number in range(draw(st.integers(0, max_requests))):
        dataset["requests"].append(_random_request(draw, number))
    for number in range(draw(st.integers(0, 8))):
        dataset["audit_logs"].append(_random_audit_log(draw, number))
    return dataset


def _random_user(draw: st.DrawFn, number: int) -> Raw:
    return raw(
        "users",
        number,
        role=draw(st.sampled_from(["user", "admin"])),
        status=draw(st.sampled_from(["active", "blocked", None])),
        mfa_enabled=draw(st.booleans()),
        last_login_at=draw(st.none() | _moments()),
        failed_login_attempts=number,
    )


def _random_session(draw: st.DrawFn, number: int) -> Raw:
    return raw(
        "sessions",
        number,
        user_id=draw(_names("users", 4)),
        country=draw(st.sampled_from(["DE", "US", None])),
        city=draw(st.sampled_from(["Berlin", "Boston"])),
        browser=draw(st.sampled_from(["Firefox", "Safari"])),
        started_at=draw(_moments()),
        last_activity_at=draw(_moments()),
        duration_seconds=draw(st.none() | st.integers(0, 5000)),
        is_active=draw(st.booleans()),
    )


def _random_token(draw: st.DrawFn, number: int) -> Raw:
    revoked_at = draw(st.none() | _moments())
    user_id = draw(st.none() | _names("users", 4))
    return raw(
        "tokens", number, user_id=user_id, revoked=revoked_at is not None, revoked_at=revoked_at
    )


def _random_request(draw: st.DrawFn, number: int) -> Raw:
    return raw(
        "requests",
        number,
        session_id=draw(st.none() | _names("sessions", 5)),
        token_id=draw(st.none() | _names("tokens", 5)),
        endpoint=draw(st.sampled_from(["/api/users", "/api/export"])),
        status_code=draw(st.sampled_from([200, 401, 429, 500, None])),
        timestamp=draw(_moments()),
        response_time_ms=draw(st.none() | st.integers(0, 3000)),
        request_size_bytes=number,
        response_size_bytes=10 * number,
        rate_limited=draw(st.booleans()),
    )


def _random_audit_log(draw: st.DrawFn, number: int) -> Raw:
    return raw(
        "audit_logs",
        number,
        user_id=draw(st.none() | _names("users", 4)),
        action=draw(st.sampled_from(["login_failed", "login_success"])),
        severity=draw(st.sampled_from(["info", "warning"])),
        ip_address=draw(st.sampled_from(["10.0.0.1", "10.0.0.2", None])),
        timestamp=draw(_moments()),
    )
