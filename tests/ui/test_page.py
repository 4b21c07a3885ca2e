from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from analytics import Filters
from tests.ui.apps import texts
from ui.page import Page


def fails() -> None:
    from ui.page import guarded

    with guarded():
        raise RuntimeError("secret detail")


def store_stops() -> None:
    from pymongo.errors import AutoReconnect

    from ui.page import guarded

    with guarded():
        raise AutoReconnect("127.0.0.1:27017: connection refused")


def filters_are_wrong() -> None:
    from analytics import FilterError
    from ui.page import guarded

    with guarded():
        raise FilterError("start 2026-02-01 is not before end 2026-01-01.")


def callback_fails() -> None:
    from ui.page import explain_script_error

    assert explain_script_error(RuntimeError("secret detail"))


@pytest.mark.parametrize("script", [fails, callback_fails])
def test_unforeseen_error_shows_a_reference_and_no_detail(script, caplog):
    with caplog.at_level(logging.ERROR, "tokenflow"):
        app = AppTest.from_function(script).run()
    reference = app.code[0].value
    assert not app.exception
    assert "secret detail" not in texts(app)
    logged = next(record for record in caplog.records if reference in record.getMessage())
    assert logged.exc_info is not None


def test_store_failure_is_explained_without_the_message_of_the_driver(caplog):
    app = AppTest.from_function(store_stops).run()
    assert "The store stopped answering" in texts(app)
    assert "connection refused" not in texts(app)


def test_invalid_filters_are_explained():
    app = AppTest.from_function(filters_are_wrong).run()
    assert "is not before end" in texts(app)
    assert [button.label for button in app.button] == ["Reset filters"]


def compared(last: int, end: int) -> str:
    """Return the comparison of January up to a day, on the 26th, with data up to another day."""
    scope = SimpleNamespace(last_at=datetime(2026, 1, last, 9, tzinfo=UTC), today=date(2026, 1, 26))
    january = Filters(date(2026, 1, 1), date(2026, 1, end))
    return Page(None, january, january.previous(), scope).comparison


@pytest.mark.parametrize(
    ("last", "end", "note"),
    [
        (22, 27, "The last 3 days before today have no data yet."),
        (24, 27, "The last 1 day before today has no data yet."),
        (22, 26, "The last 3 days have no data yet."),
        (25, 27, ""),
        (26, 27, ""),
        (22, 20, ""),
    ],
)
def test_comparison_names_days_without_data(last, end, note):
    comparison = compared(last, end).replace("\xa0", " ")
    assert comparison.startswith(f"vs. previous {end - 1} days (")
    assert comparison.partition(").")[2].strip() == note


def test_comparison_without_a_previous_period_is_empty():
    assert Page(None, Filters(date(2026, 1, 1), date(2026, 1, 2)), None, None).comparison == ""
