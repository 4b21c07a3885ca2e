from __future__ import annotations

from store.events.metric_points import write_points
from store.rollups.refresh import refresh
from tests.factories import NOON, load, make_event, make_request
from tests.points import make_point
from tests.ui.apps import metrics, texts


def test_headline_numbers(team, open_app):
    app = open_app("activity", period="7")
    assert not app.exception
    assert metrics(app) == {
        "Active users": "3",
        "New users": "0",
        "Stickiness": "14%",
        "Sessions": "3",
        "Average session": "0.0 s",
        "File edits": "0",
    }


def test_peak_hour_is_named(team, open_app):
    assert "Peak: **Tue " in texts(open_app("activity", period="7"))


def test_users_are_new_once(team, open_app):
    assert metrics(open_app("activity", period="all"))["New users"] == "3"


def test_departments_table(team, open_app):
    shown = open_app("activity", period="7").dataframe[-1].value
    assert shown["department"].tolist() == sorted(shown["department"])
    assert shown["active_users"].tolist() == [1, 1, 1]


def test_lines_and_commits_are_unknown_without_client_metrics(team, open_app):
    assert "no client exports metrics" in texts(open_app("activity"))


def test_client_metrics_are_drawn(team, open_app):
    points = make_point(type="added", value=10), make_point("commit.count", value=2)
    refresh(team, write_points(team, points).bucket_ids)
    app = open_app("activity", period="7")
    titles = [header.value for header in app.subheader]
    assert {"Lines of code per day", "Commits per day"} <= {*titles}
    assert "Active time per day" not in titles
    assert "no client exports metrics" not in texts(app)


def test_charts_without_rows_show_a_sentence(db, open_app):
    load(db, make_event("api_error"))
    written = texts(open_app("activity"))
    for sentence in ("No file edits", "No sessions in this period", "No new users"):
        assert sentence in written


def test_events_without_a_prompt_do_not_count_as_activity(db, open_app):
    load(db, make_request(user_id=None, email=None))
    app = open_app("activity")
    assert not app.exception
    assert metrics(app)["Active users"] == "0"
    assert metrics(app)["Stickiness"] == "\N{EM DASH}"


def test_partial_day_is_named(team, open_app, time_machine):
    time_machine.move_to(NOON)
    assert "Today is partial" in texts(open_app("activity"))
