"""Load, status, delete and rebuild on a real store."""

from __future__ import annotations

import json

import pytest

from tests.ingest.batches import batch, jsonl, session


def events(db):
    return sum(row["events"] for day in db["daily_usage"].find({}) for row in day["rows"])


def test_load_counts_in_one_json_object(tokenflow, telemetry, db):
    done = tokenflow("load", telemetry, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "read": 10, "inserted": 10, "changed": 0, "unchanged": 0, "rejected": 0, "reasons": {},
    }  # fmt: skip
    assert events(db) == 10
    assert json.loads(tokenflow("load", telemetry, "--json").stdout)["unchanged"] == 10


def test_load_with_rejected_records_is_status_1(tokenflow, tmp_path, db):
    path = tmp_path / "torn.jsonl"
    path.write_bytes(jsonl(batch(*session("a"))) + b'{"messageType"')
    done = tokenflow("load", path, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["reasons"] == {"torn record": 1}
    assert events(db) == 10


def test_load_of_nothing_is_status_2_and_names_the_next_step(tokenflow):
    done = tokenflow("load")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "tokenflow: name at least one PATH, or --recompute\n"


def test_a_dry_run_writes_nothing(tokenflow, telemetry, db):
    done = tokenflow("load", telemetry, "--dry-run", "--zone", "Europe/Berlin")
    assert done.exit_code == 0
    assert done.stdout.endswith("dry run: nothing was written\n")
    assert events(db) == 0
    assert json.loads(tokenflow("status", "--json").stdout)["time_zone"] == "UTC"


def test_loading_collects_garbage_as_before_afterwards(tokenflow, telemetry):
    import gc

    before = gc.get_threshold()
    tokenflow("load", telemetry)
    assert gc.get_threshold() == before


def test_status_of_an_empty_store(tokenflow, db):
    done = tokenflow("status")
    assert (done.exit_code, done.stderr) == (0, "")
    assert ["events", "0"] in [line.split() for line in done.stdout.splitlines()]


def test_status_shows_what_is_stored_and_where_it_came_from(tokenflow, telemetry, db):
    tokenflow("load", telemetry)
    lines = [line.split() for line in tokenflow("status").stdout.splitlines()]
    assert ["database", db.name] in lines
    assert ["cloudwatch", "10"] in lines
    assert ["rejected", "0"] in lines
    report = json.loads(tokenflow("status", "--json").stdout)
    assert report["database"] == db.name
    assert report["sources"] == [{"source": "cloudwatch", "events": 10}]
    assert [run["name"] for run in report["imports"]] == ["telemetry.jsonl"]
    assert report["first_timestamp"] < report["last_timestamp"]


def test_delete_asks_with_the_number_of_events(tokenflow, telemetry, db):
    tokenflow("load", telemetry)
    done = tokenflow("delete", "cloudwatch", answer="y\n")
    assert (done.exit_code, done.stdout) == (0, "deleted 10\n")
    assert f"The store {db.name} holds 10 events of cloudwatch." in done.stderr
    assert events(db) == 0


@pytest.mark.parametrize("answer", ["n\n", "\n", ""], ids=["no", "enter", "no input"])
def test_delete_without_a_yes_deletes_nothing(tokenflow, telemetry, db, answer):
    tokenflow("load", telemetry)
    done = tokenflow("delete", "cloudwatch", answer=answer)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == (
        "tokenflow: nothing was deleted; --yes deletes without asking"
    )
    assert events(db) == 10


def test_delete_with_yes_asks_nothing(tokenflow, telemetry, db):
    tokenflow("load", telemetry)
    done = tokenflow("delete", "cloudwatch", "--yes")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "deleted 10\n", "")
    assert events(db) == 0


def test_delete_counts_the_records_of_the_saas_data_set(tokenflow, tmp_path):
    size = ("--users", 5, "--requests", 60, "--output", tmp_path)
    assert tokenflow("generate", "saas", *size).exit_code == 0
    loaded = json.loads(tokenflow("load", tmp_path, "--json").stdout)
    question = tokenflow("delete", "saas", answer="n\n").stderr
    events = int(question.partition("holds ")[2].partition(" ")[0].replace(",", ""))
    assert 60 < events <= loaded["inserted"]
    done = tokenflow("delete", "saas", "--yes")
    assert (done.exit_code, done.stdout) == (0, f"deleted {loaded['inserted']:,}\n")


def test_delete_of_what_is_not_there_is_status_2(tokenflow, db):
    done = tokenflow("delete", "otlp", "--yes")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"tokenflow: there is nothing of otlp in {db.name} to delete\n"


def test_delete_of_an_unknown_source_names_those_there_are(tokenflow):
    done = tokenflow("delete", "everything", "--yes")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'everything' is not one of 'cloudwatch', 'synthetic'" in done.stderr


def test_rebuild_with_a_zone_counts_days_there(tokenflow, telemetry, db):
    tokenflow("load", telemetry)
    done = tokenflow("rebuild", "--zone", "Asia/Tokyo")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"rebuilt {db.name}, days in Asia/Tokyo\n"
    assert json.loads(tokenflow("status", "--json").stdout)["time_zone"] == "Asia/Tokyo"
    assert events(db) == 10


def test_rebuild_makes_damaged_sums_true(tokenflow, telemetry, db):
    tokenflow("load", telemetry)
    db["daily_usage"].update_many({}, {"$set": {"rows": []}})
    assert events(db) == 0
    assert tokenflow("rebuild").exit_code == 0
    assert events(db) == 10


@pytest.mark.parametrize("command", ["rebuild", "load"])
def test_an_unknown_zone_is_named_and_changes_nothing(tokenflow, telemetry, command):
    paths = [telemetry] if command == "load" else []
    done = tokenflow(command, *paths, "--zone", "Mars/Base")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("tokenflow: 'Mars/Base' is not a time zone;")
    assert done.stderr.count("\n") == 1
    report = json.loads(tokenflow("status", "--json").stdout)
    assert (report["time_zone"], report["sources"]) == ("UTC", [])
