"""Records of the SaaS data set are mapped whole, and rejected for a reason."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from ingest.files.json_records import InvalidRecord
from ingest.files.source_file import SourceFile
from ingest.formats import saas
from ingest.formats.saas import KINDS, map_record
from ingest.record_kinds import REJECT, SAAS
from tests.saas_factories import NOON, identity, iso, raw, write_file

DATASET = {array: [raw(array, 1), raw(array, 2)] for array in KINDS}


@pytest.fixture
def file(tmp_path):
    def written(dataset):
        return SourceFile(write_file(tmp_path / "dataset", dataset), "dataset")

    return written


def test_a_user_keeps_the_fields_of_the_file():
    mapped = map_record(
        "users",
        raw(
            "users",
            1,
            email="Ada@Example.com",
            permissions=["read", "write"],
            created_at=NOON,
            last_login_at=None,
            failed_login_attempts=0,
        ),
    )
    assert mapped == {
        "id": identity("users", 1),
        "username": "ada",
        "email": "ada@example.com",
        "role": "user",
        "permissions": ["read", "write"],
        "created_at": NOON,
        "status": "active",
        "mfa_enabled": True,
        "failed_login_attempts": 0,
    }


def test_a_request_without_a_session_is_kept():
    fields = {"session_id": None, "token_id": None, "status_code": 401, "method": "post"}
    mapped = map_record("requests", raw("requests", 1, response_time_ms=69, **fields))
    assert mapped == {
        "id": identity("requests", 1),
        "endpoint": "/api/users",
        "method": "POST",
        "status_code": 401,
        "timestamp": NOON,
        "response_time_ms": 69,
    }


def test_times_of_any_zone_become_utc_in_milliseconds():
    mapped = map_record(
        "requests", raw("requests", 1, timestamp="2026-01-20T13:00:00.022705+01:00")
    )
    assert mapped["timestamp"] == datetime(2026, 1, 20, 12, 0, 0, 22_000, tzinfo=UTC)


def test_what_makes_no_sense_is_absent():
    fields = {"status_code": "undefined", "response_time_ms": -1, "rate_limited": "maybe"}
    mapped = map_record("requests", raw("requests", 1, **fields))
    assert not mapped.keys() & fields.keys()


def test_unknown_fields_are_kept_beside_the_known_ones():
    fields = {"zone": "eu", "attempt": 3, "is_bot": False, "geo": {"lat": 1.5}, "empty": None}
    mapped = map_record("audit_logs", raw("audit_logs", 1, **fields))
    assert mapped["extra"] == [
        {"k": "attempt", "v": 3},
        {"k": "geo", "v": '{"lat":1.5}'},
        {"k": "is_bot", "v": False},
        {"k": "zone", "v": "eu"},
    ]


def test_a_uuid_is_the_same_in_capitals():
    shouted = raw("tokens", 1)
    shouted["token_id"] = shouted["token_id"].upper()
    assert map_record("tokens", shouted)["id"] == identity("tokens", 1)


@pytest.mark.parametrize(
    ("array", "fields", "reason"),
    [
        ("users", {"user_id": None}, "user without a UUID"),
        ("tokens", {"token_id": "17"}, "token without a UUID"),
        ("requests", {"timestamp": "yesterday"}, "request without a valid time"),
        ("sessions", {"started_at": None}, "session without a valid time"),
        ("audit_logs", {"timestamp": 5}, "audit log without a valid time"),
        ("invoices", {}, "record of an unknown array"),
    ],
)
def test_a_record_is_rejected_for_a_reason(array, fields, reason):
    record = {**raw(array, 1), **fields} if array in KINDS else fields
    with pytest.raises(InvalidRecord, match=reason):
        map_record(array, record)


@pytest.mark.parametrize("array", KINDS)
def test_a_data_set_is_recognised_whichever_array_comes_first(file, array):
    assert saas.recognise(file({array: DATASET[array], **DATASET}))


def test_an_empty_data_set_is_recognised(file):
    empty = file({array: [] for array in KINDS})
    assert saas.recognise(empty)
    assert list(saas.documents(empty)) == []


@pytest.mark.parametrize(
    "content",
    [{"users": [{"name": "x"}]}, {"resourceLogs": []}, {"events": [{"user_id": "1"}]}, [], {}],
)
def test_other_json_is_not_recognised(file, content):
    assert not saas.recognise(file(content))


def test_plain_and_compressed_files_give_the_same(file, tmp_path):
    plain = file(DATASET)
    packed = tmp_path / "dataset.json.gz"
    packed.write_bytes(gzip.compress(plain.path.read_bytes()))
    compressed = SourceFile(packed, "dataset.json.gz")
    assert saas.recognise(compressed)
    mapped = list(saas.documents(plain))
    assert list(saas.documents(compressed)) == mapped
    assert [kind for kind, _ in mapped] == [SAAS] * 10
    assert {collection for _, (collection, _) in mapped} == {
        kind.collection for kind in KINDS.values()
    }


def test_a_damaged_file_gives_what_can_be_read_and_is_reported(file, tmp_path):
    packed = tmp_path / "cut.gz"
    packed.write_bytes(gzip.compress(json.dumps(DATASET).encode())[:-40])
    *_, (kind, reject) = saas.documents(SourceFile(packed, "cut.gz"))
    assert kind == REJECT
    assert reject.reason == "compressed data ends early"


def test_rejected_records_are_reported_with_their_number(file):
    dataset = {"users": [raw("users", 1), {**raw("users", 2), "user_id": "x"}], "tokens": [7]}
    mapped = [document for kind, document in saas.documents(file(dataset)) if kind == REJECT]
    assert [(reject.line, reject.reason) for reject in mapped] == [
        (2, "user without a UUID"),
        (3, "not a JSON object"),
    ]
    assert iso(NOON)[:4] == "2026"
