import json
from datetime import UTC, datetime

import pytest

from ingest.rebuild import recompute
from store.import_log import recover
from store.prices.overrides import save_rate
from store.settings import reporting_zone
from tests import factories
from tests.ingest.transcript_lines import prompt, reply, write
from tests.load_command import main

RATES = {"input": 1, "output": 2, "cache_write_5m": 1, "cache_write_1h": 2, "cache_read": 0.1}


@pytest.fixture
def run(mongo_url, db, monkeypatch):
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db.name)
    return lambda *arguments: main([*arguments, "--progress", "none"])


def test_a_price_entered_later_counts_after_a_recomputation(run, db, tmp_path, capsys):
    file = write(tmp_path, prompt(), reply(model="house-model", output=500_000))
    assert run(str(file.path), "--json") == 0
    (row,) = factories.rows(db, "daily_usage")
    assert row["unpriced_requests"] == 1

    save_rate(db, "house", {"models": ["house-model"], "usd_per_million": RATES})
    capsys.readouterr()
    assert run("--recompute", "--json") == 0
    assert json.loads(capsys.readouterr().out)["read"] == 0
    (row,) = factories.rows(db, "daily_usage")
    assert row["cost_usd"] == pytest.approx(1)
    assert "unpriced_requests" not in row


def test_a_dry_run_recomputes_nothing(run, db, tmp_path):
    run(str(write(tmp_path, reply(model="house-model", output=500_000)).path))
    save_rate(db, "house", {"models": ["house-model"], "usd_per_million": RATES})
    assert run("--recompute", "--dry-run") == 0
    (row,) = factories.rows(db, "daily_usage")
    assert row["unpriced_requests"] == 1


def test_nothing_to_do_is_said(run, capsys):
    assert run() == 2
    assert "--recompute" in capsys.readouterr().err


def test_another_time_zone_moves_events_to_its_days(run, db):
    late = datetime(2026, 1, 20, 23, 30, tzinfo=UTC)
    factories.load(db, factories.make_request(timestamp=late))
    assert run("--zone", "Asia/Tokyo") == 0
    assert reporting_zone(db).key == "Asia/Tokyo"
    days = [day["_id"] for day in db["daily_usage"].find({}) if day["rows"]]
    assert days == ["2026-01-21"]


def test_an_unknown_time_zone_is_one_line_and_changes_nothing(run, db, capsys):
    assert run("--recompute", "--zone", "Mars/Olympus") == 2
    messages = capsys.readouterr().err
    assert "'Mars/Olympus' is not a time zone" in messages
    assert messages.count("\n") == 1
    assert reporting_zone(db).key == "UTC"
    assert db["imports"].find_one({}) is None


def test_a_dry_run_keeps_the_time_zone(run, db):
    assert run("--zone", "Asia/Tokyo", "--dry-run") == 0
    assert reporting_zone(db).key == "UTC"


def test_a_change_of_zone_that_was_stopped_is_completed_by_the_next_start(db):
    late = datetime(2026, 1, 20, 23, 30, tzinfo=UTC)
    factories.load(db, factories.make_request(timestamp=late))

    def stop(done: int, total: int, label: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recompute(db, "Asia/Tokyo", stop)
    assert recover(db) == 1
    days = [day["_id"] for day in db["daily_usage"].find({}) if day["rows"]]
    assert days == ["2026-01-21"]


def test_progress_names_what_is_refreshed(db):
    factories.load(db, factories.make_request())
    messages: list[str] = []
    recompute(db, progress=lambda done, total, label: messages.append(label))
    assert messages[0].startswith("refreshing sessions: 0 of ")
    assert any(message.startswith("refreshing days: 0 of ") for message in messages)
    assert db["imports"].find_one({})["state"] == "done"


def test_a_damaged_file_of_prices_is_one_line_and_changes_nothing(
    run, db, tmp_path, monkeypatch, capsys
):
    prices = tmp_path / "prices.toml"
    prices.write_text("[[rate]]\n")
    monkeypatch.setenv("TOKENFLOW_PRICES", str(prices))
    assert run("--recompute") == 2
    messages = capsys.readouterr().err
    assert messages.startswith(f"ingest: {prices}: rate 1: models")
    assert messages.count("\n") == 1
    assert db["imports"].find_one({}) is None
