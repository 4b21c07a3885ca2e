"""Records with a time that no right clock shows, from every source: rejected, counted and kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import orjson
import pytest
import time_machine
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse

from analytics import data_status, filter_options
from analytics.data import rejects_by_reason
from ingest.events.clock import (
    BEFORE_CLAUDE_CODE,
    IN_THE_FUTURE,
    MAX_LIVE_AGE,
    TOO_OLD_FOR_LIVE,
    TOO_OLD_FOR_SAAS,
    file_clock,
    wrong_time,
)
from ingest.files.json_records import InvalidRecord
from ingest.load import load
from ingest.otlp import writer
from ingest.otlp.http import receive
from store.time_bounds import EARLIEST, MAX_AHEAD, MAX_SAAS_AGE, MAX_SAAS_AHEAD
from tests.factories import NOON, dump
from tests.ingest import batches, transcript_lines
from tests.ingest.good_files import COMMITS, PATH, write
from tests.ingest.otlp_bodies import (
    NANOS,
    api_request,
    json_logs,
    json_metrics,
    point,
    protobuf_logs,
    protobuf_metrics,
)
from tests.load_command import main
from tests.saas_factories import dump_saas, identity, raw
from ui.scope import EVERYTHING

NOW = NOON + timedelta(days=1)
MS = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Y2000, Y2099 = datetime(2000, 1, 2, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)

JSON = {"content-type": "application/json"}
PROTOBUF = {"content-type": "application/x-protobuf"}


@pytest.fixture(autouse=True)
def _fixed_clock():
    with time_machine.travel(NOW, tick=False):
        yield
        writer.close()


def iso(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def nanos(moment):
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000


def log(moment, number=1):
    return api_request(number, event__timestamp=iso(moment))


def measured(moment, start=None):
    return point() | {"time": nanos(moment), "start": nanos(start or moment)}


def cloudwatch(moment):
    content = batches.message(**{"event.timestamp": iso(moment)})
    return batches.jsonl(batches.batch(batches.log_event(content)))


def cloudwatch_transport(moment):
    """Return an event without a time of its own, so that the transport's counts."""
    content = batches.message(**{"event.timestamp": "NaN"})
    at = nanos(moment) // 1_000_000
    return batches.jsonl(batches.batch(batches.log_event(content, timestamp=at)))


def transcript(moment):
    return transcript_lines.jsonl(transcript_lines.prompt(timestamp=iso(moment))).encode()


def cost_state(moment):
    at = nanos(moment) // 1_000_000
    whole = {"type": "cost-state", "sessionId": "s", "totalCostUSD": 1, "startTime": at}
    return transcript_lines.jsonl(whole).encode()


_TABLE = "session_id,user_id,project_type,"


def legacy_event(moment):
    return f"{_TABLE}event_type,timestamp\ns1,ada,web,user_prompt,{iso(moment)}\n".encode()


def legacy_start(moment):
    return f"{_TABLE}started_at,ended_at\ns1,ada,web,{iso(moment)},\n".encode()


def legacy_end(moment):
    return f"{_TABLE}started_at,ended_at\ns1,ada,web,{iso(NOON)},{iso(moment)}\n".encode()


def saas(array, field):
    def data_set(moment):
        record = raw(array, 1, user_id=identity("users", 9), **{field: moment})
        return json.dumps({array: [record]}).encode()

    return data_set


FILES = {
    "cloudwatch": ("a.jsonl", cloudwatch),
    "cloudwatch-transport": ("a.jsonl", cloudwatch_transport),
    "collector-json": ("a.jsonl", lambda at: json_logs(log(at))),
    "collector-protobuf": ("a.pb", lambda at: protobuf_logs(log(at))),
    "collector-point": ("a.jsonl", lambda at: json_metrics(COMMITS, measured(at))),
    "collector-start": ("a.jsonl", lambda at: json_metrics(COMMITS, measured(NOON, at))),
    "transcript": (PATH, transcript),
    "transcript-cost-state": (PATH, cost_state),
    "legacy-event": ("a.csv", legacy_event),
    "legacy-start": ("a.csv", legacy_start),
    "legacy-end": ("a.csv", legacy_end),
}
SAAS = {
    "saas-request": ("a.json", saas("requests", "timestamp")),
    "saas-audit-log": ("a.json", saas("audit_logs", "timestamp")),
    "saas-session": ("a.json", saas("sessions", "started_at")),
    "saas-activity": ("a.json", saas("sessions", "last_activity_at")),
    "saas-sign-in": ("a.json", saas("users", "last_login_at")),
}
LIVE = {
    "json": ("logs", JSON, lambda at: json_logs(log(at))),
    "protobuf": ("logs", PROTOBUF, lambda at: protobuf_logs(log(at))),
    "point": ("metrics", JSON, lambda at: json_metrics(COMMITS, measured(at))),
    "protobuf-point": ("metrics", PROTOBUF, lambda at: protobuf_metrics(COMMITS, measured(at))),
    "start": ("metrics", JSON, lambda at: json_metrics(COMMITS, measured(NOON, at))),
}


def cases(earliest, latest, too_early):
    """Return times at the limits, just outside and far away, each with why it is rejected."""
    return [
        pytest.param(earliest, None, id="earliest"),
        pytest.param(earliest - MS, too_early, id="before"),
        pytest.param(latest, None, id="latest"),
        pytest.param(latest + MS, IN_THE_FUTURE, id="after"),
        pytest.param(Y2000, too_early, id="2000"),
        pytest.param(Y2099, IN_THE_FUTURE, id="2099"),
    ]


OF_FILES = cases(EARLIEST, NOW + MAX_AHEAD, BEFORE_CLAUDE_CODE)
OF_SAAS = cases(NOW - MAX_SAAS_AGE, NOW + MAX_SAAS_AHEAD, TOO_OLD_FOR_SAAS)
OF_LIVE = cases(NOW - MAX_LIVE_AGE, NOW + MAX_AHEAD, TOO_OLD_FOR_LIVE)


def stored(db):
    """Return everything that is kept of records, raw and derived."""
    return {name: rows for name, rows in (dump(db) | dump_saas(db)).items() if rows}


def assert_kept_apart(db, path, moment, reason):
    """Load a file with one record, first as a dry run: it counts, or is rejected and kept."""
    preview = load(db, [path], dry_run=True)
    summary = load(db, [path])
    assert preview.as_dict() == summary.as_dict()
    assert summary.reasons == ({reason: 1} if reason else {})
    if reason is None:
        assert summary.inserted >= 1
        return
    assert (summary.read, stored(db)) == (1, {})
    [rejected] = rejects_by_reason(db).to_dict("records")
    assert (rejected["reason"], rejected["records"]) == (reason, 1)
    assert rejected["excerpt"].startswith(moment.isoformat(timespec="milliseconds"))
    assert data_status(db).rejects == 1


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("moment", "reason"), OF_FILES)
def test_files(db, tmp_path, name, moment, reason):
    file, content = FILES[name]
    assert_kept_apart(db, write(tmp_path, file, content(moment)), moment, reason)


@pytest.mark.parametrize("name", SAAS)
@pytest.mark.parametrize(("moment", "reason"), OF_SAAS)
def test_the_saas_data_set(db, tmp_path, name, moment, reason):
    file, content = SAAS[name]
    assert_kept_apart(db, write(tmp_path, file, content(moment)), moment, reason)


def test_a_token_may_end_long_after_and_an_account_may_be_older_than_the_data_set(db, tmp_path):
    records = {
        "users": [raw("users", 1, created_at=Y2000)],
        "tokens": [raw("tokens", 1, expires_at=Y2099)],
    }
    path = write(tmp_path, "a.json", json.dumps(records).encode())
    summary = load(db, [path])
    assert (summary.inserted, summary.rejected) == (2, 0)


def rejected_in(answer):
    if answer.content_type != "application/json":
        partial = ExportLogsServiceResponse.FromString(answer.body).partial_success
        return partial.rejected_log_records, partial.error_message
    partial = orjson.loads(answer.body).get("partialSuccess", {})
    counts = (partial.get(name) for name in ("rejectedLogRecords", "rejectedDataPoints"))
    return int(next(filter(None, counts), 0)), partial.get("errorMessage", "")


@pytest.mark.parametrize("name", LIVE)
@pytest.mark.parametrize(("moment", "reason"), OF_LIVE)
def test_live_telemetry_is_answered_with_the_number_of_rejected_records(db, name, moment, reason):
    signal, headers, body = LIVE[name]
    answer = receive(db, signal, headers, body(moment))
    writer.close()
    assert answer.status == 200
    if reason is None:
        assert rejected_in(answer) == (0, "")
        assert stored(db)
        return
    assert rejected_in(answer) == (1, f"{reason} (1)")
    assert stored(db) == {}
    [rejected] = rejects_by_reason(db).to_dict("records")
    assert rejected["reason"] == reason
    assert rejected["excerpt"] == f"{moment.isoformat(timespec='milliseconds')}, ada@example.com"


def test_one_wrong_clock_keeps_no_other_record_from_being_stored(db):
    answer = receive(db, "logs", JSON, json_logs(log(Y2099, 1), log(NOON, 2), log(Y2000, 3)))
    writer.close()
    assert rejected_in(answer)[0] == 2
    [bucket] = db["event_buckets"].find({})
    assert len(bucket["events"]) == 1
    options = filter_options(db, EVERYTHING)
    assert options.first_day == options.last_day == NOON.date()


@pytest.mark.parametrize("garbage", ["NaN", "soon", "", "1970-01-01T00:00:00Z", "9999-12-31"])
def test_what_is_no_time_at_all_leaves_it_to_the_transport(db, garbage):
    event = api_request(1, event__timestamp=garbage)
    assert rejected_in(receive(db, "logs", JSON, json_logs(event)))[0] == 0
    [bucket] = db["event_buckets"].find({})
    assert bucket["events"][0]["timestamp"] == NOON


@pytest.mark.parametrize("time", ["0", "-1", "NaN", "99999999999999999999999"])
def test_a_record_without_any_time_is_rejected_as_before(db, time):
    body = json_logs(api_request(1, event__timestamp="NaN")).replace(
        str(NANOS).encode(), time.encode()
    )
    assert rejected_in(receive(db, "logs", JSON, body)) == (1, "event without a valid time (1)")


def test_a_counter_may_leave_out_when_it_began(db):
    body = json_metrics(COMMITS, measured(NOON) | {"start": 0})
    assert rejected_in(receive(db, "metrics", JSON, body)) == (0, "")


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
def test_the_command_line_names_the_reason_and_ends_with_status_1(
    mongo_url, db, monkeypatch, tmp_path, capsys, arguments
):
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db.name)
    path = write(tmp_path, "a.jsonl", cloudwatch(Y2099))
    assert main([str(path), *arguments]) == 1
    assert IN_THE_FUTURE in capsys.readouterr().out


def test_the_excerpt_shows_time_user_and_place_and_no_sentence():
    facts = {"email": "what I said to it", "user_id": "u", "host_name": "laptop"}
    assert wrong_time(NOON, facts) == "2026-01-20T12:00:00.000+00:00, laptop"
    assert wrong_time(NOON, {"user_id": "u"}) == "2026-01-20T12:00:00.000+00:00, u"
    with pytest.raises(InvalidRecord) as rejection:
        file_clock().check(Y2000, facts)
    assert rejection.value.excerpt == "2000-01-02T00:00:00.000+00:00, laptop"
