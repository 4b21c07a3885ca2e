import json

import pytest

from analytics.store.price_rates import save_rate
from ingest.__main__ import main
from tests import factories
from tests.ingest.transcript_lines import prompt, reply, write

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


def test_a_rehearsal_recomputes_nothing(run, db, tmp_path):
    run(str(write(tmp_path, reply(model="house-model", output=500_000)).path))
    save_rate(db, "house", {"models": ["house-model"], "usd_per_million": RATES})
    assert run("--recompute", "--dry-run") == 0
    (row,) = factories.rows(db, "daily_usage")
    assert row["unpriced_requests"] == 1


def test_nothing_to_do_is_said(run, capsys):
    with pytest.raises(SystemExit, match="2"):
        run()
    assert "--recompute" in capsys.readouterr().err
