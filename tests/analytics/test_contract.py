"""The contract of every question."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from numpydoc.docscrape import FunctionDoc
from pymongo.database import Database

import analytics
from analytics import Filters, SessionFilter, SessionNotFound, UserNotFound
from store.revisions import bump
from store.saas.refresh import SAAS_DERIVED
from store.schema import COLLECTIONS as STORED
from store.schema import DERIVED
from tests.analytics.docstrings import assert_documented
from tests.factories import NOON, later, load, make_event, make_request, new_database

QUESTIONS = {
    name: function
    for name in analytics.__all__
    if hasattr(function := getattr(analytics, name), "reads")
}
WHOLE_STORE = {"data_status", "session_timeline", "user_profile"}
ONE_OF_MANY = {"session_timeline", "user_profile"}
EVERY = pytest.mark.parametrize("name", QUESTIONS)
JANUARY = Filters(date(2026, 1, 1), date(2026, 2, 1))
QUIET = Filters(date(1999, 1, 1), date(1999, 1, 4))

COLLECTIONS = {
    *DERIVED, *SAAS_DERIVED, "event_buckets", "imports", "people", "price_rates", "rejects",
    "settings",
}  # fmt: skip

ASKED_FOR = {
    "active_time_per_day", "active_users_per_day", "activity_by_department",
    "activity_by_weekday_hour", "cache_savings_per_day", "code_edits_per_day", "commits_per_day",
    "cost_by_department", "cost_by_model", "cost_by_project", "cost_by_user", "cost_per_day",
    "cost_per_day_by_model", "data_status", "edits_by_language", "errors_by_type", "events_by_hour",
    "events_by_type", "events_per_day", "filter_options", "found_sessions_per_day",
    "headline_totals", "latency_by_model", "latency_per_day", "lines_of_code_per_day",
    "new_users_per_day", "prompts_per_day", "retention_cohorts", "session_duration_by_role",
    "session_list", "session_timeline", "sessions_per_day", "tokens_by_role", "tokens_per_day",
    "tokens_per_day_by_role", "tool_calls_by_tool", "tool_decisions_by_source", "user_activity",
    "user_calendar", "user_list", "user_models", "user_profile", "user_tools",
    "errors_per_day", "headline_latency",
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded(module_db: Database) -> Database:
    tool = {"tool_name": "Edit", "duration_ms": 5, "decision_source": "config"}
    load(
        module_db,
        make_request(department="Data Engineering", project="atlas"),
        make_request(timestamp=later(days=1), model="claude-unheard-of-1", cost_usd=None),
        make_event("user_prompt", timestamp=later(minutes=-1), prompt_length=12),
        make_event("api_error", timestamp=later(minutes=1), error_type="http_429", status_code=429),
        make_event("tool_decision", timestamp=later(minutes=2), decision="accept", **tool),
        make_event("tool_result", timestamp=later(minutes=3), is_success=True, **tool),
    )
    return module_db


@pytest.fixture
def some_events(loaded: Database) -> Database:
    """Return a store in which no question has an empty answer, and none is remembered."""
    bump(loaded, STORED)
    return loaded


@pytest.fixture(scope="module")
def empty(mongo_url: str) -> Database:
    return new_database(mongo_url)


def ask(name: str, db: Database, filters: Filters = JANUARY, **more: Any) -> Any:
    known = {"db": db, "filters": filters, "session_id": "session-a", "user_id": "user-ada", **more}
    parameters = inspect.signature(QUESTIONS[name]).parameters
    return QUESTIONS[name](**{key: known[key] for key in parameters if key in known})


def frame_of(answer: Any) -> pd.DataFrame | None:
    if isinstance(answer, pd.DataFrame):
        return answer
    parts = (getattr(answer, name, None) for name in ("items", "events"))
    return next((part for part in parts if isinstance(part, pd.DataFrame)), None)


def test_all_names_are_sorted_and_there() -> None:
    assert analytics.__all__ == sorted(analytics.__all__)
    assert set(QUESTIONS) >= ASKED_FOR
    assert {"connect", "Filters", "Totals"} <= set(analytics.__all__)


@EVERY
def test_no_question_is_named_like_a_module(name: str) -> None:
    assert QUESTIONS[name].__module__ != f"analytics.{name}"


@EVERY
def test_a_question_takes_the_store_and_the_scope_first(name: str) -> None:
    parameters = list(inspect.signature(QUESTIONS[name]).parameters.values())
    assert parameters[0].name == "db"
    assert name in {"data_status", *ONE_OF_MANY} or parameters[1].name == "filters"
    assert not any(isinstance(parameter.default, bool) for parameter in parameters)


@EVERY
def test_docstring_table_lists_the_declared_columns_with_units(name: str) -> None:
    assert_documented(QUESTIONS[name])


@EVERY
def test_docstring_leaves_to_the_package_what_all_questions_share(name: str) -> None:
    doc = FunctionDoc(QUESTIONS[name])
    parameters = [parameter.name for parameter in doc["Parameters"]]
    others = [*inspect.signature(QUESTIONS[name]).parameters]
    assert [*parameters] == [*dict.fromkeys(parameters)]
    assert {*others} - {"db", "filters"} <= {*parameters} <= {*others} - {"db"}
    assert not doc["See Also"]
    assert not doc["Examples"]
    assert "PyMongoError" not in str(doc["Raises"])


@EVERY
def test_docstring_names_no_collection_that_is_not_read(name: str) -> None:
    words = set(re.findall(r"``(\w+)``", inspect.getdoc(QUESTIONS[name])))
    assert words & COLLECTIONS <= {*QUESTIONS[name].reads}


@EVERY
def test_an_empty_store_and_a_full_one_give_the_declared_columns(
    name: str, some_events: Database, empty: Database
) -> None:
    if name in ONE_OF_MANY:
        answers = [ask(name, some_events)]
    else:
        answers = [ask(name, some_events), ask(name, some_events, QUIET), ask(name, empty)]
    for answer in answers:
        frame = frame_of(answer)
        if frame is None:
            fields = [field.name for field in dataclasses.fields(answer)]
            assert fields == list(QUESTIONS[name].columns)
        else:
            dtypes = {column: str(dtype) for column, dtype in frame.dtypes.items()}
            assert dtypes == dict(QUESTIONS[name].columns)
            assert isinstance(frame.index, pd.RangeIndex)


@EVERY
def test_there_is_something_to_see_in_a_full_store(name: str, some_events: Database) -> None:
    frame = frame_of(ask(name, some_events))
    assert frame is None or len(frame)


@EVERY
def test_a_second_call_is_remembered(name: str, some_events: Database, monkeypatch) -> None:
    ask(name, some_events)
    monkeypatch.setattr(type(some_events), "__getitem__", _reject)
    monkeypatch.setattr("analytics.question.POLL_SECONDS", 60)
    ask(name, some_events)


def _reject(_: Database, collection: str) -> None:
    raise AssertionError(f"{collection} was read again")


def note_collections(monkeypatch, database: type[Database], note: Callable[[str], Any]) -> None:
    """Pass the name of each collection that is asked for, in either way there is, to `note`."""
    for way in ("__getitem__", "get_collection"):
        plain = getattr(database, way)

        def noting(db, collection, *args, plain=plain, **options):
            note(collection)
            return plain(db, collection, *args, **options)

        monkeypatch.setattr(database, way, noting)


@EVERY
def test_a_rewrite_of_anything_it_reads_makes_it_look_again(
    name: str, some_events: Database, monkeypatch
) -> None:
    read: list[str] = []
    note_collections(monkeypatch, type(some_events), read.append)
    for collection in QUESTIONS[name].reads:
        ask(name, some_events)
        bump(some_events, [collection])
        read.clear()
        ask(name, some_events)
        assert set(read) - {"revisions"}


RARELY_READ = {"data_status": {"event_buckets"}}
"""Read only in a store of an older version that counted events of wrong clocks."""


@EVERY
def test_question_reads_its_declared_collections_and_nothing_else(
    name: str, some_events: Database, monkeypatch
) -> None:
    read: set[str] = set()
    note_collections(monkeypatch, type(some_events), read.add)
    ask(name, some_events, Filters(JANUARY.start, JANUARY.end + timedelta(days=1)))
    ask(name, some_events, search=SessionFilter(user_id="user-ada"))
    assert read - {"revisions"} == set(QUESTIONS[name].reads) - RARELY_READ.get(name, set())


@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - WHOLE_STORE - {"filter_options"}))
def test_role_without_users_selects_nothing(name: str, some_events: Database) -> None:
    no_users = Filters(JANUARY.start, JANUARY.end, roles=["astronaut"])
    answer = ask(name, some_events, no_users)
    quiet = ask(name, some_events, QUIET)
    frame, empty = frame_of(answer), frame_of(quiet)
    if frame is None:
        assert answer == quiet
    elif name == "user_list":
        assert frame.empty
    elif "day" in frame:
        assert not frame.drop(columns="day").fillna(0).any(axis=None)
    else:
        pd.testing.assert_frame_equal(frame, empty)


@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - WHOLE_STORE))
def test_filter_that_selects_all_users_is_no_filter(name: str, some_events: Database) -> None:
    options = analytics.filter_options(some_events, JANUARY)
    all_users = Filters(
        JANUARY.start,
        JANUARY.end,
        roles=options.roles,
        departments=options.departments,
        sources=options.sources,
    )
    frame, same = frame_of(ask(name, some_events)), frame_of(ask(name, some_events, all_users))
    if frame is not None:
        pd.testing.assert_frame_equal(frame, same)


@EVERY
def test_a_hundred_years_are_no_problem(name: str, some_events: Database) -> None:
    century = Filters(date(1990, 1, 1), date(2090, 1, 1))
    frame = frame_of(ask(name, some_events, century))
    short = frame_of(ask(name, some_events))
    if frame is not None and "day" not in frame:
        pd.testing.assert_frame_equal(frame, short)


def test_an_unknown_session_is_named(db: Database) -> None:
    with pytest.raises(SessionNotFound, match="session-nowhere"):
        analytics.session_timeline(db, "session-nowhere")


def test_an_unknown_person_is_named(db: Database) -> None:
    with pytest.raises(UserNotFound, match="missing@nowhere"):
        analytics.user_profile(db, "missing@nowhere")


def test_the_scope_of_the_example_holds_its_events() -> None:
    assert JANUARY.start <= NOON.date() < JANUARY.end - timedelta(days=1)
