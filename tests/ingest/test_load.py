import json
from pathlib import Path

import pytest

from ingest.load import IngestError, load
from store.import_log import LEASE, pending_events
from store.schema import DERIVED
from tests.ingest.batches import batch, jsonl, log_event, message, session, zipped

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = Path(__file__).parents[2] / "../shared/samples/cloudwatch"
needs_samples = pytest.mark.skipif(
    not SAMPLES.exists(), reason="no folder shared/samples beside the checkout"
)


def contents(db):
    """Return everything that a store holds, without how often it was written."""
    rows = {}
    for collection in ("event_buckets", "people", *DERIVED):
        documents = sorted(db[collection].find({}), key=lambda document: document["_id"])
        bare = [
            {k: v for k, v in document.items() if k not in ("fence", "version")}
            for document in documents
        ]
        rows[collection] = [document for document in bare if len(document) > 1]
    return rows


def rows(db, collection="daily_usage"):
    return [row for day in db[collection].find({}) for row in day["rows"]]


def total(db, field, collection="daily_usage"):
    return sum(row.get(field, 0) for row in rows(db, collection))


@pytest.fixture
def write(tmp_path):
    def written(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.fixture
def two_sessions(write):
    return write(
        "telemetry.jsonl",
        jsonl(batch(*session("a")), batch(*session("b", offset_ms=86_400_000, user="bob"))),
    )


def test_what_is_loaded_is_counted_and_in_the_rollups(db, two_sessions):
    summary = load(db, [two_sessions])
    assert summary.as_dict() == {
        "read": 20, "inserted": 20, "changed": 0, "unchanged": 0, "rejected": 0, "reasons": {},
    }  # fmt: skip
    assert total(db, "events") == 20
    assert total(db, "api_requests") == 4
    assert db["sessions"].find_one({"_id": "a"})["prompts"] == 2
    assert [entry["state"] for entry in db["imports"].find({})] == ["done"]


def test_loading_again_changes_nothing(db, two_sessions):
    load(db, [two_sessions])
    before = contents(db)
    summary = load(db, [two_sessions])
    assert (summary.inserted, summary.changed, summary.unchanged) == (0, 0, 20)
    assert contents(db) == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_halves_in_either_order_make_the_same_store(db, write, two_sessions, mongo_url, order):
    from store.connection import connect

    whole = connect(mongo_url, f"{db.name}_whole")
    lines = two_sessions.read_bytes().splitlines(keepends=True)
    first = json.loads(lines[0])
    cut = [
        jsonl(first | {"logEvents": first["logEvents"][:4]}),
        jsonl(first | {"logEvents": first["logEvents"][4:]}) + lines[1],
    ]
    try:
        load(whole, [two_sessions])
        for half in order:
            load(db, [write(f"half {half}.jsonl", cut[half])])
        assert contents(db) == contents(whole)
    finally:
        whole.client.drop_database(whole.name)


def test_a_copy_under_another_name_and_compression_adds_nothing(db, write, two_sessions):
    load(db, [two_sessions])
    summary = load(db, [write("copy", zipped(two_sessions.read_bytes()))])
    assert (summary.inserted, summary.unchanged) == (0, 20)


def test_the_hostile_fixture_becomes_exactly_these_counts(db):
    summary = load(db, [FIXTURES / "cloudwatch.jsonl"], people=FIXTURES / "employees.csv")
    assert summary.as_dict() == {
        "read": 18,
        "inserted": 14,
        "changed": 0,
        "unchanged": 0,
        "rejected": 4,
        "reasons": {
            "person without an e-mail address": 1,
            "message is not JSON": 1,
            "event without a valid time": 1,
            "torn record": 1,
        },
    }
    assert summary.skipped == {"control message": 1}


def test_rejected_records_are_kept_with_their_file_and_line(db):
    load(db, [FIXTURES / "cloudwatch.jsonl"])
    (entry,) = db["imports"].find({})
    assert (entry["name"], entry["format"]) == ("cloudwatch.jsonl", "cloudwatch")
    assert entry["counts"]["skipped"] == {"control message": 1}
    rejected = {
        document["reason"]: [row["line"] for row in document["rows"]]
        for document in db["rejects"].find({"import_id": entry["_id"]})
    }
    assert rejected == {
        "message is not JSON": [3],
        "event without a valid time": [5],
        "torn record": [6],
    }


def test_people_given_apart_describe_events_and_are_not_counted(db, write, two_sessions):
    people = write("people.csv", "email,practice,level\nada@example.com,Finance,L5\n")
    summary = load(db, [two_sessions], people=people)
    assert summary.read == 20
    assert db["users"].find_one({"_id": "account-ada"})["department"] == "Finance"
    assert db["users"].find_one({"_id": "account-bob"})["department"] == "Data Engineering"


def test_a_directory_of_people_is_a_file_like_any_other(db, write, two_sessions):
    load(db, [two_sessions])
    path = write("people.csv", "email,practice,level\nada@example.com,Finance,L5\n")
    summary = load(db, [path])
    assert (summary.read, summary.inserted) == (1, 1)
    assert db["users"].find_one({"_id": "account-ada"})["department"] == "Finance"
    assert "Finance" in {row["department"] for row in rows(db)}
    assert load(db, [path]).unchanged == 1


def test_a_folder_is_loaded_whole_and_what_is_unknown_in_it_is_counted(db, write, two_sessions):
    write("notes/readme.txt", "hello")
    write("people.csv", "email,practice\nada@example.com,Finance\n")
    summary = load(db, [two_sessions.parent])
    assert (summary.inserted, summary.rejected) == (21, 1)
    assert summary.reasons == {"unknown format": 1}
    assert {entry["state"] for entry in db["imports"].find({})} == {"done", "rejected"}
    assert db["users"].find_one({"_id": "account-ada"})["department"] == "Finance"


def test_nothing_to_load_names_what_was_tried(db, write, tmp_path):
    with pytest.raises(IngestError, match="CloudWatch subscription batches"):
        load(db, [write("notes.txt", "hello")])
    with pytest.raises(IngestError, match="empty file"):
        load(db, [write("empty.jsonl", "")])
    (tmp_path / "nothing").mkdir()
    with pytest.raises(IngestError, match="no files"):
        load(db, [tmp_path / "nothing"])
    with pytest.raises(FileNotFoundError, match="gone"):
        load(db, [tmp_path / "gone"])
    assert db["imports"].find_one({}) is None


def test_people_of_no_known_format_stop_the_run_before_it_begins(db, write, two_sessions):
    with pytest.raises(IngestError, match=r"staff\.txt"):
        load(db, [two_sessions], people=write("staff.txt", "hello"))
    assert db["event_buckets"].find_one({}) is None


def test_a_dry_run_counts_what_would_happen_and_writes_nothing(db, write, two_sessions):
    people = write("people.csv", "email,practice\nada@example.com,Finance\n")
    before = contents(db)
    summary = load(db, [two_sessions, people], replace="cloudwatch", dry_run=True)
    assert summary.inserted == 21
    assert contents(db) == before
    assert db["imports"].find_one({}) is None
    load(db, [two_sessions])
    again = load(db, [two_sessions, people], dry_run=True)
    assert (again.inserted, again.unchanged) == (1, 20)


def test_replacing_a_source_deletes_its_events_and_no_others(db, write, two_sessions):
    load(db, [two_sessions])
    generated = jsonl(batch(*session("synthetic"), stream="tokenflow-generator"))
    load(db, [write("one.jsonl", generated)])
    other = jsonl(batch(*session("second"), stream="tokenflow-generator"))
    load(db, [write("two.jsonl", other)], replace="synthetic")
    assert {session["_id"] for session in db["sessions"].find({}) if "day" in session} == {
        "a", "b", "second",
    }  # fmt: skip
    assert total(db, "events") == 30


def test_progress_moves_forward_to_the_end(db, two_sessions):
    steps = []
    load(db, [two_sessions], progress=lambda *step: steps.append(step))
    done = [step[0] for step in steps]
    assert done == sorted(done)
    assert steps[-1][0] == steps[-1][1] == two_sessions.stat().st_size
    assert steps[0][2] == "telemetry.jsonl"
    assert any("refreshing" in step[2] for step in steps)


class StoppedError(Exception):
    """Raised to stop a run from outside."""


def test_a_run_that_is_stopped_is_made_whole_by_the_next_one(db, write, two_sessions):
    def stop(_done, _total, label):
        if "refreshing" in label:
            raise StoppedError

    with pytest.raises(StoppedError):
        load(db, [two_sessions], progress=stop)
    assert total(db, "events") == 0
    summary = load(db, [two_sessions])
    assert (summary.inserted, summary.unchanged) == (0, 20)
    assert total(db, "events") == 20
    assert sorted(entry["state"] for entry in db["imports"].find({})) == ["done", "recovered"]


def test_a_run_that_is_stopped_while_it_reads_is_made_whole_by_the_next_one(db, two_sessions):
    def stop(_done, _total, label):
        if label == "telemetry.jsonl":
            raise StoppedError

    with pytest.raises(StoppedError):
        load(db, [two_sessions], progress=stop)
    assert load(db, [two_sessions]).inserted == 20
    assert total(db, "events") == 20
    assert sorted(entry["state"] for entry in db["imports"].find({})) == ["done", "recovered"]


def test_events_that_a_living_import_wrote_are_refreshed_by_the_next_import(db, two_sessions):
    def stop(_done, _total, label):
        if "refreshing" in label:
            raise StoppedError

    with pytest.raises(StoppedError):
        load(db, [two_sessions], progress=stop)
    assert pending_events(db) == 20
    # As if its lease were still held by a process on another machine
    (entry,) = db["imports"].find({})
    lease = {"lease_until": entry["lease_until"] + LEASE * 2, "process.host": "elsewhere"}
    db["imports"].update_one({"_id": entry["_id"]}, {"$set": lease})
    load(db, [two_sessions])
    assert total(db, "events") == 20


def test_many_windows_and_many_files_make_one_store(db, write, monkeypatch):
    import ingest.sinks.store
    import ingest.worker

    monkeypatch.setattr(ingest.worker, "WINDOW", 7)
    monkeypatch.setattr(ingest.sinks.store, "_REFRESH_AFTER", 2000)
    for number in range(4):
        write(f"in/{number}.jsonl", jsonl(batch(*session(f"s{number}", events=25))))
    summary = load(db, [write("in/0.jsonl", jsonl(batch(*session("s0", events=25)))).parent])
    assert (summary.read, summary.inserted) == (100, 100)
    assert total(db, "events") == 100


def test_no_prompt_ever_reaches_the_store(db, write):
    secret = "the launch codes"
    event = message("user_prompt", prompt=secret, prompt_text=secret, new_prompt=secret)
    content = jsonl(batch(log_event(event), log_event(secret))) + secret.encode()
    load(db, [write("telemetry.jsonl", content)])
    names = db.list_collection_names()
    assert secret not in str([list(db[name].find({})) for name in names])


@needs_samples
def test_the_sample_becomes_its_known_totals(db):
    expected = json.loads((SAMPLES / "EXPECTED.json").read_text())
    paths = [SAMPLES / "telemetry_logs.jsonl.gz"]
    summary = load(db, paths, people=SAMPLES / "employees.csv")
    assert (summary.inserted, summary.rejected) == (expected["total"], 0)
    for kind, tokens in expected["tokens"].items():
        assert total(db, kind) == tokens
    assert round(total(db, "cost_usd"), 6) == expected["cost_usd"]
    assert total(db, "rejected") == expected["rejected_decisions"]
    assert total(db, "tool_failures") == expected["failed_tools"]
    by_type = {}
    for row in rows(db, "daily_events"):
        by_type[row["event_type"]] = by_type.get(row["event_type"], 0) + row["events"]
    assert by_type == expected["events"]
    assert len(list(db["sessions"].find({}))) == expected["sessions"]
    assert len([user for user in db["users"].find({}) if user.get("is_seen")]) == expected["people"]
    before = contents(db)
    assert load(db, paths, people=SAMPLES / "employees.csv").unchanged == expected["total"]
    assert contents(db) == before
