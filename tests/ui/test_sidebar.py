from __future__ import annotations

from datetime import date, timedelta

import pytest

from analytics import Filters
from ui.components.format import literal


def chosen(app) -> Filters:
    return app.session_state["scope"].filters


def warning(app) -> str:
    return app.main.warning[0].value.replace("\xa0", " ").replace("\N{EN DASH}", "-")


def test_without_parameters_the_last_thirty_days_are_chosen(team, open_app):
    assert chosen(open_app()) == Filters(date(2025, 12, 22), date(2026, 1, 21))


def test_an_address_may_name_ids_as_the_api_does(team, open_app):
    filters = chosen(open_app(role=["devops"], period="7"))
    assert filters == Filters(date(2026, 1, 14), date(2026, 1, 21), roles=("devops",))


def test_an_address_may_name_what_the_widgets_show(team, open_app):
    filters = chosen(open_app(role=["DevOps"], period="All time"))
    assert filters == Filters(date(2026, 1, 6), date(2026, 1, 21), roles=("devops",))


def test_all_time_and_the_calendar_do_not_follow_wrong_clocks_of_an_older_version(
    old_store, open_app
):
    assert chosen(open_app(period="all")) == Filters(date(2026, 1, 20), date(2026, 1, 23))
    app = open_app(range=["2000-01-01", "2099-12-31"])
    assert not app.exception
    assert chosen(app).end <= date.today() + timedelta(days=2)  # noqa: DTZ011
    assert chosen(app).start == date(2025, 12, 24)


def test_days_in_the_address_need_no_more(team, open_app):
    filters = chosen(open_app(range=["2026-01-08", "2026-01-10"]))
    assert (filters.start, filters.end) == (date(2026, 1, 8), date(2026, 1, 11))


def test_days_before_the_first_event_are_named_with_what_is_shown_instead(team, open_app):
    app = open_app(range=["2020-01-01", "2020-02-01"])
    assert chosen(app) == Filters(date(2025, 12, 22), date(2026, 1, 21))
    said = "asks for 1 Jan 2020 - 1 Feb 2020. There is nothing before 6 Jan 2026; shown is 22 Dec"
    assert said in warning(app.run())


def test_of_days_in_the_address_those_with_data_are_kept_and_the_rest_named(team, open_app):
    app = open_app(range=["2020-01-01", "2026-01-08"])
    assert chosen(app) == Filters(date(2025, 12, 22), date(2026, 1, 9))
    assert "asks for 1 Jan 2020 - 8 Jan 2026" in warning(app)


def test_what_the_address_asked_for_is_forgotten_when_other_days_are_chosen(team, open_app):
    app = open_app(range=["2020-01-01", "2020-02-01"])
    app.date_input(key="range").set_value((date(2026, 1, 8), date(2026, 1, 10))).run()
    assert chosen(app) == Filters(date(2026, 1, 8), date(2026, 1, 11))
    assert not app.main.warning


def test_a_page_about_the_whole_store_does_not_say_what_is_shown_of_it(team, open_app):
    app = open_app("data", range=["2020-01-01", "2020-02-01"])
    assert not [w for w in app.main.warning if "asks for" in w.value]


def test_the_preset_that_was_shown_instead_is_no_compromise_once_it_is_chosen(team, open_app):
    app = open_app(range=["2020-01-01", "2020-02-01"])
    assert warning(app)
    app.selectbox(key="period").set_value("30").run()
    assert not app.main.warning


def test_days_to_come_are_named_too(team, open_app):
    assert "nothing after today" in warning(open_app(range=["2050-01-01", "9999-12-31"]))


def test_what_does_not_exist_is_not_chosen(team, open_app):
    filters = chosen(open_app(role=["HACK"], period="soon", range=["x"]))
    assert filters.roles == ()
    assert filters.start < filters.end


def test_a_choice_of_one_is_not_offered(team, open_app):
    labels = [widget.label for widget in open_app().multiselect]
    assert labels == ["Role", "Department"]


def test_reset_forgets_everything(team, open_app):
    app = open_app(role=["devops"], period="7")
    reset = next(button for button in app.button if button.label == "Reset filters")
    reset.click().run()
    assert chosen(app) == Filters(date(2025, 12, 22), date(2026, 1, 21))


@pytest.mark.parametrize("page", ["", "cost"])
def test_an_address_may_name_departments_which_are_called_by_their_ids(team, open_app, page):
    app = open_app(page, department=["Platform Engineering"])
    assert chosen(app).departments == ("Platform Engineering",)


def test_what_an_address_asks_for_in_vain_is_named_until_something_else_is_chosen(team, open_app):
    app = open_app(role=["Nonsense", "devops"])
    assert chosen(app).roles == ("devops",)
    assert "asks for the role Nonsense, which is not in the data" in warning(app)
    app.multiselect(key="role").set_value([]).run()
    assert not app.main.warning


def test_what_an_address_asks_for_is_quoted_and_never_formatted(team, open_app):
    asked = "[here](https://example.com)"
    said = open_app(role=[asked]).main.warning[0].value
    assert f"the role {literal(asked)}, which" in said
    assert asked not in said


def test_days_in_the_wrong_order_are_put_right(team, open_app):
    app = open_app(range=["2026-01-10", "2026-01-08"])
    assert chosen(app) == Filters(date(2026, 1, 8), date(2026, 1, 11))
    assert [day.isoformat() for day in app.date_input(key="range").value] == [
        "2026-01-08",
        "2026-01-10",
    ]
    assert not app.main.warning
