"""What all questions promise, held against those about the SaaS data set."""

from __future__ import annotations

import inspect
import re
from datetime import date

import pandas as pd
import pytest

from analytics import Filters, saas
from store.revisions import bump
from store.saas.records import SAAS_RECORDS
from store.saas.refresh import SAAS_DERIVED
from store.schema import COLLECTIONS
from tests.analytics.docstrings import assert_documented
from tests.factories import new_database
from tests.saas_factories import NOON, identity, load_saas, make

QUESTIONS = {name: getattr(saas, name) for name in saas.__all__}
EVERY = pytest.mark.parametrize("name", QUESTIONS)
JANUARY = Filters(date(2026, 1, 1), date(2026, 2, 1))
QUIET = Filters(date(1999, 1, 1), date(1999, 1, 4))


@pytest.fixture(scope="module")
def loaded(module_db):
    token = {"token_id": identity("tokens", 1), "session_id": identity("sessions", 1)}
    load_saas(
        module_db,
        make("users", 1, failed_login_attempts=2),
        make("sessions", 1, started_at=NOON, duration_seconds=60, is_active=True),
        make("tokens", 1, user_id=identity("users", 1), revoked=True, revoked_at=NOON),
        make("requests", 1, timestamp=NOON.replace(hour=13), response_time_ms=20, **token),
        make("requests", 2, status_code=429, rate_limited=True),
        make("audit_logs", 1, action="login_failed", user_id=identity("users", 1)),
    )
    return module_db


@pytest.fixture
def filled(loaded):
    """Return a store in which every question has something to say, and none is remembered."""
    bump(loaded, COLLECTIONS)
    return loaded


@pytest.fixture(scope="module")
def empty(mongo_url):
    return new_database(mongo_url)


def test_all_names_are_sorted_and_questions():
    assert saas.__all__ == sorted(saas.__all__)
    assert all(hasattr(question, "reads") for question in QUESTIONS.values())


@EVERY
def test_a_question_takes_the_store_and_the_scope_and_nothing_else(name):
    assert list(inspect.signature(QUESTIONS[name]).parameters) == ["db", "filters"]


@EVERY
def test_docstring_table_lists_the_declared_columns_with_units(name):
    assert_documented(QUESTIONS[name])


@EVERY
def test_docstring_names_no_collection_that_is_not_read(name):
    words = set(re.findall(r"``(\w+)``", inspect.getdoc(QUESTIONS[name])))
    assert words & {*SAAS_DERIVED, *SAAS_RECORDS} <= {*QUESTIONS[name].reads}


@EVERY
def test_an_empty_store_gives_the_declared_columns(name, empty):
    frame = QUESTIONS[name](empty, QUIET)
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == dict(
        QUESTIONS[name].columns
    )
    assert isinstance(frame.index, pd.RangeIndex)
    assert "day" in frame or frame.empty


@EVERY
def test_a_full_store_gives_the_declared_columns(name, filled):
    frame = QUESTIONS[name](filled, JANUARY)
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == dict(
        QUESTIONS[name].columns
    )
    assert isinstance(frame.index, pd.RangeIndex)
    numbers = frame.select_dtypes("number").drop(columns="status_code", errors="ignore")
    assert numbers.fillna(0).to_numpy().sum() > 0


@EVERY
def test_only_the_days_of_the_scope_apply(name, filled):
    narrow = Filters(JANUARY.start, JANUARY.end, roles=["tech_lead"], sources=["cloudwatch"])
    pd.testing.assert_frame_equal(QUESTIONS[name](filled, narrow), QUESTIONS[name](filled, JANUARY))


@EVERY
def test_question_reads_its_declared_collections_and_keeps_the_answer(name, filled, monkeypatch):
    read = []
    plain = type(filled).__getitem__
    monkeypatch.setattr(
        type(filled),
        "__getitem__",
        lambda db, collection: read.append(collection) or plain(db, collection),
    )
    QUESTIONS[name](filled, JANUARY)
    assert set(read) - {"revisions"} == set(QUESTIONS[name].reads)
    read.clear()
    QUESTIONS[name](filled, JANUARY)
    assert set(read) <= {"revisions"}
    bump(filled, QUESTIONS[name].reads)
    QUESTIONS[name](filled, JANUARY)
    assert set(read) >= set(QUESTIONS[name].reads)


@EVERY
def test_a_hundred_years_are_no_problem(name, filled):
    century = QUESTIONS[name](filled, Filters(date(1990, 1, 1), date(2090, 1, 1)))
    if "day" not in century:
        pd.testing.assert_frame_equal(century, QUESTIONS[name](filled, JANUARY))
