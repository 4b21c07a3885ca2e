from __future__ import annotations

import dataclasses
import threading
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from analytics import Filters
from analytics.question import question
from ui.prefetch import _pool, asking_ahead
from ui.scope import Scope

JANUARY = Filters(date(2026, 1, 11), date(2026, 1, 21))
LONGER = Filters(date(2026, 1, 1), date(2026, 1, 21))
A_WHILE = 10


def make_question():
    """Return a question that tells which threads computed it, and of what."""
    told = SimpleNamespace(
        threads=[], filters=[], done=threading.Event(), go=threading.Event(), error=None
    )
    told.go.set()

    @question(reads="daily_usage", columns={"number": "int64"})
    def asked(db, filters):
        told.threads.append(threading.current_thread().name)
        told.filters.append(filters)
        told.done.set()
        assert told.go.wait(A_WHILE)
        if told.error:
            raise told.error
        return pd.DataFrame({"number": [1]})

    return SimpleNamespace(ask=asked, **vars(told), told=told)


@pytest.fixture
def scope(db):
    return Scope(
        db=db,
        filters=JANUARY,
        today=date(2026, 1, 20),
        zone_name="UTC",
        roles=(),
        departments=(),
        sources=(),
        first_day=date(2026, 1, 1),
        last_at=None,
    )


def draw(page, scope, *questions):
    with asking_ahead(page, scope):
        for it in questions:
            it.ask(scope.db, scope.filters)


def other(scope, role):
    return dataclasses.replace(scope, filters=dataclasses.replace(scope.filters, roles=(role,)))


def end_early(page, scope, begun):
    """Draw a page that fails as soon as somebody has begun to ask ahead."""
    with asking_ahead(page, scope):
        for it in begun:
            assert it.told.done.wait(A_WHILE)
        raise RuntimeError


def test_what_a_page_asked_is_asked_ahead_of_other_filters(scope, request):
    first, second = make_question(), make_question()
    draw(request.node.name, scope, first, second)
    narrowed = other(scope, "devops")
    second.told.done.clear()
    with asking_ahead(request.node.name, narrowed):
        assert second.told.done.wait(A_WHILE), "nobody asked ahead"
        second.ask(narrowed.db, narrowed.filters)
    assert first.told.filters[-1] == second.told.filters[-1] == narrowed.filters
    assert second.told.threads[-1].startswith("asking-ahead")
    assert len(second.told.threads) == 2, "the page computed it once more"


def test_the_period_before_is_asked_ahead_too(scope, request):
    it = make_question()
    with asking_ahead(request.node.name, scope):
        it.ask(scope.db, scope.previous())
    narrowed = other(scope, "devops")
    it.told.done.clear()
    with asking_ahead(request.node.name, narrowed):
        assert it.told.done.wait(A_WHILE)
    assert it.told.filters[-1] == narrowed.previous()


def test_a_period_that_is_not_there_is_not_asked_for(scope, request):
    before, now = make_question(), make_question()
    with asking_ahead(request.node.name, scope):
        before.ask(scope.db, scope.previous())
        now.ask(scope.db, scope.filters)
    longer = dataclasses.replace(scope, filters=LONGER)
    assert longer.previous() is None
    now.told.done.clear()
    with asking_ahead(request.node.name, longer):
        assert now.told.done.wait(A_WHILE)
    assert before.told.filters == [scope.previous()]


def test_what_fails_ahead_fails_where_the_page_asks(scope, request):
    it = make_question()
    draw(request.node.name, scope, it)
    it.told.error = ValueError("no answer")
    it.told.done.clear()
    narrowed = other(scope, "devops")
    with asking_ahead(request.node.name, narrowed):
        assert it.told.done.wait(A_WHILE)
        with pytest.raises(ValueError, match="no answer"):
            it.ask(narrowed.db, narrowed.filters)


def test_a_page_that_ends_early_leaves_nothing_to_ask(scope, request):
    slow = [make_question(), make_question()]  # one for each thread
    never = make_question()
    draw(request.node.name, scope, *slow, never)
    for it in slow:
        it.told.done.clear()
        it.told.go.clear()
    with pytest.raises(RuntimeError):
        end_early(request.node.name, other(scope, "devops"), slow)
    for it in slow:
        it.told.go.set()
    meeting = threading.Barrier(len(slow))
    for arrived in [_pool.submit(meeting.wait, A_WHILE) for _ in slow]:
        arrived.result()  # both threads are free again
    assert len(never.told.threads) == 1


def test_another_page_has_other_habits(scope, request):
    it = make_question()
    draw(request.node.name, scope, it)
    draw(f"not-{request.node.name}", other(scope, "devops"))
    assert len(it.told.threads) == 1
