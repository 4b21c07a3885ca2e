import csv
import gzip
import io

import pytest

from ingest.files.source_file import SourceFile
from ingest.formats.legacy import documents, recognise
from ingest.load import load
from tests import factories

EVENT = {
    "event_id": "evt-1",
    "session_id": "session-1",
    "user_id": "user-1",
    "role": "senior_dev",
    "project_type": "web_app",
    "language": "Python",
    "event_type": "bug_fix",
    "timestamp": "2025-11-03T09:30:00+00:00",
    "input_tokens": "120",
    "output_tokens": "80",
    "total_tokens": "200",
    "latency_ms": "950",
    "success": "True",
    "error_type": "",
    "model": "claude-sonnet-4-5",
    "sequence_num": "3",
}
SESSION = {
    "session_id": "session-1",
    "user_id": "user-1",
    "role": "senior_dev",
    "project_type": "web_app",
    "primary_language": "Python",
    "started_at": "2025-11-03T09:00:00Z",
    "ended_at": "2025-11-03T10:00:00Z",
    "duration_seconds": "3600",
    "n_events": "1",
    "os": "Linux",
    "editor": "vscode",
    "claude_version": "2.0.1",
}


@pytest.fixture
def table(tmp_path):
    def written(*rows, name="table.csv"):
        text = io.StringIO()
        writer = csv.DictWriter(text, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / name
        path.write_text(text.getvalue())
        return SourceFile(path, name)

    return written


def events_of(file):
    return [document for kind, document in documents(file) if kind == "event"]


def test_the_two_tables_are_recognised_by_their_columns(table, tmp_path):
    assert recognise(table(EVENT))
    assert recognise(table(SESSION))
    other = tmp_path / "people.csv"
    other.write_text("email,full_name\nada@example.com,Ada\n")
    assert not recognise(SourceFile(other, "people.csv"))


def test_what_a_call_was_for_is_kept_beside_the_request(table):
    (event,) = events_of(table(EVENT))
    assert event["event_type"] == "api_request"
    assert event["query_source"] == "bug_fix"
    assert (event["input_tokens"], event["output_tokens"]) == (120, 80)
    assert (event["duration_ms"], event["sequence"]) == (950, 3)
    assert (event["project"], event["language"]) == ("web_app", "Python")
    assert event["labels"] == [{"k": "role", "v": "senior_dev"}]
    assert event["source"] == "legacy"
    assert "role" not in event


def test_a_call_that_failed_is_an_api_error(table):
    (event,) = events_of(table({**EVENT, "success": "false", "error_type": "timeout"}))
    assert (event["event_type"], event["error_type"]) == ("api_error", "timeout")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("claude_code.tool_result", {"is_success": False, "error_type": "tool_failed"}),
        ("user_prompt", {}),
        ("lunch", {}),
    ],
)
def test_events_of_todays_names_keep_them(table, kind, fields):
    row = {**EVENT, "event_type": kind, "success": "False", "model": "", "latency_ms": "0"}
    (event,) = events_of(table(row))
    assert event["event_type"] == kind.removeprefix("claude_code.")
    assert fields.items() <= event.items()
    assert not {"model", "duration_ms", "query_source"} & set(event)


def test_an_api_request_of_the_older_system_is_one_of_ours(table):
    row = {**EVENT, "event_type": "claude_code.api_request", "success": "False"}
    (event,) = events_of(table(row))
    assert event["event_type"] == "api_request"
    assert "query_source" not in event


def test_an_event_without_an_id_gets_one_from_its_content(table):
    rows = [{**EVENT, "event_id": "", "sequence_num": number} for number in (1, 2, 2)]
    assert len({event["id"] for event in events_of(table(*rows))}) == 2


def test_a_session_is_its_two_ends(table):
    start, end = events_of(table(SESSION))
    assert (start["event_type"], end["event_type"]) == ("session_start", "session_end")
    assert (end["timestamp"] - start["timestamp"]).total_seconds() == 3600
    assert (start["os"], start["terminal"], start["client_version"]) == ("linux", "vscode", "2.0.1")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**EVENT, "timestamp": "soon"}, "row without a valid time"),
        ({**EVENT, "event_type": ""}, "event without a name"),
        ({**SESSION, "session_id": ""}, "session without an id"),
        ({**SESSION, "started_at": "", "ended_at": ""}, "row without a valid time"),
    ],
)
def test_what_cannot_be_an_event_is_rejected(table, row, reason):
    ((kind, reject),) = documents(table(row))
    assert (kind, reject.line, reject.reason) == ("reject", 2, reason)


def test_an_endless_line_is_rejected_in_pieces(tmp_path):
    path = tmp_path / "events.csv"
    header = ",".join(EVENT)
    path.write_text(f"{header}\n{'x' * 5_000_000}\n{','.join(EVENT.values())}\n")
    kinds = [kind for kind, _ in documents(SourceFile(path, "events.csv"))]
    assert kinds.count("event") == 1
    assert kinds.count("reject") >= 1


def test_a_damaged_file_is_read_as_far_as_it_goes(tmp_path, table):
    whole = gzip.compress(table(EVENT, EVENT).path.read_bytes())
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(whole[:-12])
    mapped = list(documents(SourceFile(path, "cut.csv.gz")))
    assert mapped[-1][1].reason == "compressed data ends early"


def test_both_tables_make_one_session_with_tokens_and_a_list_price(table, db):
    load(db, [table(EVENT, name="events.csv").path, table(SESSION, name="sessions.csv").path])
    (session,) = db["sessions"].find({})
    assert (session["duration_seconds"], session["is_counted"]) == (3600, True)
    (row,) = factories.rows(db, "daily_usage")
    assert (row["source"], row["total_tokens"]) == ("legacy", 200)
    assert row["cost_usd"] == pytest.approx((120 * 3 + 80 * 15) / 1e6)
    assert row["computed_requests"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_in_whatever_a_spreadsheet_saves(tmp_path, table, encoding):
    text = table({**EVENT, "project_type": "wéb €"}, EVENT).path.read_text()
    path = tmp_path / "saved.csv"
    path.write_bytes(text.encode(encoding))
    file = SourceFile(path, path.name)
    assert recognise(file)
    assert [event["project"] for event in events_of(file)] == ["wéb €", "web_app"]
