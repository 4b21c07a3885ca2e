from __future__ import annotations

import time

import pytest

from ingest.load import load
from store.import_log import open_import, record_rejects
from store.people.directory import apply_people
from store.rollups.refresh import refresh_people
from tests.ingest.otlp_bodies import api_request, json_logs
from tests.ui.apps import metrics, shown, texts


def wait(app, seconds: float = 90) -> None:
    from ui.jobs.runner import jobs

    end = time.monotonic() + seconds
    while jobs().latest.is_running:
        assert time.monotonic() < end, "The job takes too long"
        time.sleep(0.1)
    app.run()


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def test_counts_sources_and_database_of_a_filled_store(team, open_app):
    app = open_app("data")
    assert not app.exception
    assert metrics(app) == {
        "Events": "18",
        "Sessions": "6",
        "Active users": "3",
        "Rejected records": "0",
    }
    assert app.dataframe[0].value.to_dict("records") == [
        {"source": "CloudWatch export", "events": 18}
    ]
    assert team.name in texts(app)


def test_events_outside_of_the_rollups_are_counted_until_they_are_in(team, open_app):
    entry = open_import(team, "telemetry.jsonl", "cloudwatch", "0" * 64, 1)
    entry.add_pending(12)
    note = "events stored but not yet counted"
    app = open_app("data")
    (line,) = [caption.value for caption in app.caption if note in caption.value]
    assert line.startswith("12")
    entry.close("done", {})
    assert not [caption.value for caption in app.run().caption if note in caption.value]


def test_rejected_records_have_their_reason(db, open_app):
    entry = open_import(db, "export.jsonl", "cloudwatch", "0" * 64, 10)
    record_rejects(db, entry.id, "not JSON", 3, [{"line": 7, "excerpt": "hello"}])
    entry.close("done", {"read": 3, "rejected": 3})
    app = open_app("data")
    rejected = app.dataframe[-1].value.iloc[0]
    assert (rejected["reason"], rejected["records"], rejected["line"]) == ("Not JSON", 3, 7)
    assert metrics(app)["Rejected records"] == "3"


def test_demo_data_is_loaded_in_the_background(db, open_app):
    app = open_app("data")
    for key, value in (("demo-users", 3), ("demo-sessions", 6), ("demo-days", 4)):
        app.number_input(key=key).set_value(value)
    app.button(key="generate").click().run()
    assert app.button(key="generate").disabled
    assert "Cancel" in labels(app)
    wait(app)
    assert "**Demo data loaded**" in texts(app)
    assert metrics(app)["Sessions"] == "6"
    assert not app.button(key="generate").disabled


def test_a_job_can_be_cancelled(db, open_app):
    app = open_app("data")
    app.button(key="generate").click().run()
    app.button(key="cancel-job").click().run()
    wait(app)
    assert "Nothing was loaded." in texts(app)


def test_file_at_a_path_is_imported(db, open_app, tmp_path):
    record = tmp_path / "nothing.jsonl"
    record.write_text('{"hello": 1}\n')
    app = open_app("data")
    app.text_input(key="path-telemetry").set_value(str(record)).run()
    app.button(key="import").click().run()
    wait(app)
    assert "Importing nothing.jsonl" in texts(app)


def test_missing_path_is_reported(db, open_app, tmp_path):
    app = open_app("data")
    app.text_input(key="path-telemetry").set_value(str(tmp_path / "missing.jsonl")).run()
    app.button(key="import").click().run()
    assert "missing.jsonl" in shown(app.toast[0].value)


def test_source_is_deleted_after_confirmation(team, open_app):
    app = open_app("data")
    app.button(key="delete").click().run()
    assert "Delete **18 events** from **CloudWatch export**?" in texts(app)
    app.button(key="delete-confirmed").click().run()
    wait(app)
    assert metrics(app)["Events"] == "0"
    assert "18 deleted" in texts(app)


def test_time_zone_is_changed_after_confirmation(team, open_app):
    app = open_app("data")
    assert "weekdays are in **UTC**" in texts(app)
    assert app.button(key="change-zone").disabled
    app.selectbox(key="zone-UTC").set_value("Asia/Tokyo").run()
    app.button(key="change-zone").click().run()
    app.button(key="zone-confirmed").click().run()
    wait(app)
    assert "weekdays are in **Asia/Tokyo**" in texts(app)
    assert "Days in Asia/Tokyo" in texts(app)


def test_unpriced_model_is_named_and_can_be_priced(unpriced, open_app, tmp_path, monkeypatch):
    prices = tmp_path / "prices.toml"
    prices.write_text("")
    monkeypatch.setenv("TOKENFLOW_PRICES", str(prices))
    app = open_app("data")
    assert "**1 request** of 1 model excluded" in texts(app)
    example = next(code.value for code in app.code if "[[rate]]" in code.value)
    assert 'models = ["claude-unheard-of-1"]' in example
    prices.write_text(example)
    app.button(key="reprice").click().run()
    wait(app)
    assert "Every request has a cost" in texts(app)


def test_invalid_custom_prices_are_explained_beside_the_rest_of_the_page(
    team, open_app, tmp_path, monkeypatch
):
    prices = tmp_path / "prices.toml"
    prices.write_text("[[rate]]\n")
    monkeypatch.setenv("TOKENFLOW_PRICES", str(prices))
    app = open_app("data")
    assert not app.exception
    assert any(f"{prices}: rate 1: models must be" in text.value for text in app.text)
    assert "Imports" in texts(app)
    app.button(key="reprice").click().run()
    wait(app)
    assert "rate 1: models must be" in texts(app)


def test_cost_page_explains_invalid_custom_prices(team, open_app, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKENFLOW_PRICES", str(tmp_path / "none.toml"))
    app = open_app("cost")
    assert not app.exception
    assert "Custom prices cannot be read" in texts(app)


def test_users_missing_from_the_roster_are_listed(team, open_app):
    apply_people(team, [{"email": "ada@example.com", "name": "Ada"}])
    refresh_people(team, ["ada@example.com"])
    missing = next(
        frame.value for frame in open_app("data").dataframe if "last_seen_at" in frame.value
    )
    assert sorted(missing["name"]) == ["grace@example.com", "linus@example.com"]


def test_roster_at_a_path_is_previewed_and_then_applied(team, open_app, tmp_path):
    apply_people(team, [{"email": "ada@example.com", "department": "Data"}])
    roster = tmp_path / "people.csv"
    roster.write_text("email,full_name,department\nada@example.com,Ada,Web\n")
    app = open_app("data")
    app.text_input(key="path-people").set_value(str(roster)).run()
    assert "**0** new, **1** changed, **0** unchanged" in texts(app)
    assert team["people"].find_one({"_id": "ada@example.com"})["department"] == "Data"
    app.button(key="import").click().run()
    wait(app)
    assert team["people"].find_one({"_id": "ada@example.com"})["department"] == "Web"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.csv", "No such file"),
        (".", "No such file"),
        ("letter.csv", "Not a roster"),
    ],
)
def test_path_without_a_roster_is_rejected(db, open_app, tmp_path, name, message):
    (tmp_path / "letter.csv").write_text("Dear store\n")
    app = open_app("data")
    app.text_input(key="path-people").set_value(str(tmp_path / name)).run()
    assert not app.exception
    assert message in app.warning[0].value
    assert app.button(key="import").disabled
    assert message in app.button(key="import").help


def test_import_is_disabled_while_the_uploaded_roster_is_invalid(db, open_app):
    app = open_app("data")
    app.file_uploader(key="upload-telemetry").set_value(("a.jsonl", b"{}", "text/plain"))
    app.file_uploader(key="upload-people").set_value(("a.csv", b"Dear store", "text/csv")).run()
    assert app.button(key="import").disabled
    assert "Not a roster" in app.button(key="import").help
    app.file_uploader(key="upload-people").set_value([]).run()
    assert not app.button(key="import").disabled


def test_uploads_take_precedence_over_paths(db, open_app, tmp_path):
    app = open_app("data")
    app.text_input(key="path-people").set_value(str(tmp_path / "missing.csv"))
    app.file_uploader(key="upload-telemetry").set_value(("a.jsonl", b"{}", "text/plain")).run()
    assert not app.button(key="import").disabled


def test_uploaded_roster_is_previewed_and_then_applied(team, open_app):
    apply_people(team, [{"email": "ada@example.com", "department": "Data"}])
    app = open_app("data")
    table = b"email,full_name,department\nada@example.com,Ada,Web\ngrace@example.com,Grace,\n"
    app.file_uploader(key="upload-people").set_value(("people.csv", table, "text/csv")).run()
    assert "**1** new, **1** changed, **0** unchanged" in texts(app)
    assert team["people"].find_one({"_id": "grace@example.com"}) is None
    app.button(key="import").click().run()
    wait(app)
    assert team["people"].find_one({"_id": "ada@example.com"})["department"] == "Web"


def test_events_in_the_future_are_rejected_with_their_sender(old_store, open_app, tmp_path):
    (tmp_path / "future.jsonl").write_bytes(json_logs(api_request(event__timestamp="2099-01-01")))
    load(old_store, [tmp_path])
    app = open_app("data")
    assert metrics(app)["Rejected records"] == "1"
    assert "Events from **20 Jan 2026, 12:00** to **22 Jan 2026, 12:00** UTC" in texts(app)
    [listed] = [frame.value for frame in app.dataframe if "excerpt" in frame.value]
    assert listed["reason"].to_list() == ["Time in the future: check the clock of that machine"]
    assert listed["excerpt"].to_list() == ["2099-01-01T00:00:00.000+00:00, ada@example.com"]
