from __future__ import annotations

from datetime import date, timedelta

import pytest
from pymongo.database import Database

from analytics import Filters
from tests.saas_factories import load_saas, make
from ui.components.format import literal


def chosen(app) -> Filters:
    return app.session_state["scope"].filters


def warning(app) -> str:
    return app.main.warning[0].value.replace("\xa0", " ").replace("\N{EN DASH}", "-")


def test_default_is_the_last_thirty_days(team, open_app):
    assert chosen(open_app()) == Filters(date(2025, 12, 22), date(2026, 1, 21))


def test_address_with_ids(team, open_app):
    filters = chosen(open_app(role=["devops"], period="7"))
    assert filters == Filters(date(2026, 1, 14), date(2026, 1, 21), roles=("devops",))


def test_address_with_labels(team, open_app):
    filters = chosen(open_app(role=["DevOps"], period="All time"))
    assert filters == Filters(date(2026, 1, 6), date(2026, 1, 21), roles=("devops",))


def test_all_time_ignores_days_in_the_future(old_store, open_app):
    assert chosen(open_app(period="all")) == Filters(date(2026, 1, 20), date(2026, 1, 23))
    app = open_app(range=["2000-01-01", "2099-12-31"])
    assert not app.exception
    assert chosen(app).end <= date.today() + timedelta(days=2)  # noqa: DTZ011
    assert chosen(app).start == date(2025, 12, 24)


def test_address_with_a_date_range(team, open_app):
    filters = chosen(open_app(range=["2026-01-08", "2026-01-10"]))
    assert (filters.start, filters.end) == (date(2026, 1, 8), date(2026, 1, 11))


def test_range_before_the_first_event_falls_back_with_a_warning(team, open_app):
    app = open_app(range=["2020-01-01", "2020-02-01"])
    assert chosen(app) == Filters(date(2025, 12, 22), date(2026, 1, 21))
    text = "asks for 1 Jan 2020 - 1 Feb 2020. There is no data before 6 Jan 2026; showing 22 Dec"
    assert text in warning(app.run())


def test_range_is_clipped_with_a_warning(team, open_app):
    app = open_app(range=["2020-01-01", "2026-01-08"])
    assert chosen(app) == Filters(date(2025, 12, 22), date(2026, 1, 9))
    assert "asks for 1 Jan 2020 - 8 Jan 2026" in warning(app)


def test_warning_ends_when_other_days_are_chosen(team, open_app):
    app = open_app(range=["2020-01-01", "2020-02-01"])
    app.date_input(key="range").set_value((date(2026, 1, 8), date(2026, 1, 10))).run()
    assert chosen(app) == Filters(date(2026, 1, 8), date(2026, 1, 11))
    assert not app.main.warning


def test_unfiltered_page_has_no_warning(team, open_app):
    app = open_app("data", range=["2020-01-01", "2020-02-01"])
    assert not [w for w in app.main.warning if "asks for" in w.value]


def test_warning_ends_when_the_fallback_is_chosen(team, open_app):
    app = open_app(range=["2020-01-01", "2020-02-01"])
    assert warning(app)
    app.selectbox(key="period").set_value("30").run()
    assert not app.main.warning


def test_range_in_the_future_has_a_warning(team, open_app):
    assert "no data after today" in warning(open_app(range=["2050-01-01", "9999-12-31"]))


def test_unknown_values_are_not_selected(team, open_app):
    filters = chosen(open_app(role=["HACK"], period="soon", range=["x"]))
    assert filters.roles == ()
    assert filters.start < filters.end


def test_filter_with_one_value_is_not_offered(team, open_app):
    labels = [widget.label for widget in open_app().multiselect]
    assert labels == ["Role", "Department", "Person", "Weekday"]


@pytest.mark.parametrize("page", ["", "cost"])
def test_address_with_departments(team, open_app, page):
    app = open_app(page, department=["Platform Engineering"])
    assert chosen(app).departments == ("Platform Engineering",)


def test_unknown_value_has_a_warning_until_another_is_chosen(team, open_app):
    app = open_app(role=["Nonsense", "devops"])
    assert chosen(app).roles == ("devops",)
    assert "asks for the role Nonsense, which is not in the data" in warning(app)
    app.multiselect(key="role").set_value([]).run()
    assert not app.main.warning


def test_unknown_period_has_a_warning(team, open_app):
    app = open_app(period="bogus")
    assert chosen(app) == Filters(date(2025, 12, 22), date(2026, 1, 21))
    assert "This link asks for the period bogus, which is unknown." in warning(app)
    app.selectbox(key="period").set_value("7").run()
    assert not app.main.warning


def test_unknown_value_is_escaped(team, open_app):
    value = "[here](https://example.com)"
    text = open_app(role=[value]).main.warning[0].value
    assert f"the role {literal(value)}, which" in text
    assert value not in text


def test_reversed_range_is_corrected(team, open_app):
    app = open_app(range=["2026-01-10", "2026-01-08"])
    assert chosen(app) == Filters(date(2026, 1, 8), date(2026, 1, 11))
    assert [day.isoformat() for day in app.date_input(key="range").value] == [
        "2026-01-08",
        "2026-01-10",
    ]
    assert not app.main.warning


def test_sidebar_reads_no_saas_collection(team, open_app, monkeypatch):
    load_saas(team, make("users", 1), make("requests", 1))
    collections = set()
    get = Database.__getitem__
    monkeypatch.setattr(
        Database, "__getitem__", lambda db, name: collections.add(name) or get(db, name)
    )
    app = open_app(range=["2026-01-08", "2026-01-10"])
    assert not app.exception
    assert "users" in collections
    assert not [name for name in collections if name.startswith("saas_")]


def test_days_chosen_on_the_saas_page_stay_chosen_elsewhere(team, open_app):
    app = open_app("saas", range=["2025-11-01", "2025-11-02"])
    assert not app.main.warning
    app.switch_page("../pages/overview.py").run()
    assert not app.exception
    assert chosen(app) == Filters(date(2025, 11, 1), date(2025, 11, 3))
