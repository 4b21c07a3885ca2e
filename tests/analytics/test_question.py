"""The memory of questions: what is remembered, for how long, and for whom."""

from __future__ import annotations

import dataclasses
import gc
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from pymongo.database import Database

from analytics import Filters
from analytics.question import _Memory, question
from store.connection import connect
from store.revisions import bump

DAY = Filters(date(2026, 1, 20), date(2026, 1, 21))
OTHER_DAY = Filters(date(2026, 1, 21), date(2026, 1, 22))
COLUMNS = {"number": "int64"}


def make_question(answer: Any = None, reads: str = "daily_usage") -> Any:
    """Return a question that counts how often it was computed."""
    calls: list[Any] = []

    @question(reads=reads, columns=COLUMNS)
    def counted(db: Database, filters: Filters, page: int = 1) -> Any:
        calls.append((filters, page))
        return answer() if answer else pd.DataFrame({"number": [len(calls)]})

    return SimpleNamespace(ask=counted, calls=calls)


def test_a_second_call_is_remembered(db: Database) -> None:
    it = make_question()
    first, second = it.ask(db, DAY), it.ask(db, DAY)
    pd.testing.assert_frame_equal(first, second)
    assert len(it.calls) == 1


def test_a_warm_call_takes_less_than_a_millisecond(db: Database) -> None:
    it = make_question()
    it.ask(db, DAY)
    times = []
    for _ in range(200):
        start = time.perf_counter()
        it.ask(db, DAY)
        times.append(time.perf_counter() - start)
    assert sorted(times)[len(times) // 2] < 0.001


def test_calls_in_quick_succession_do_not_each_ask_the_store(db: Database, monkeypatch) -> None:
    it = make_question()
    read: list[str] = []
    plain = type(db).__getitem__
    monkeypatch.setattr(
        type(db), "__getitem__", lambda db, name: read.append(name) or plain(db, name)
    )
    for _ in range(200):
        it.ask(db, DAY)
    assert 0 < len(read) < 100


def test_another_scope_or_argument_is_another_question(db: Database) -> None:
    it = make_question()
    for arguments in [(DAY,), (OTHER_DAY,), (DAY, 2), (DAY,)]:
        it.ask(db, *arguments)
    assert it.calls == [(DAY, 1), (OTHER_DAY, 1), (DAY, 2)]


def test_how_an_argument_is_passed_makes_no_difference(db: Database) -> None:
    it = make_question()
    it.ask(db, DAY)
    it.ask(db, DAY, 1)
    it.ask(db, filters=DAY, page=1)
    assert len(it.calls) == 1
    it.ask(db, DAY, page=2)
    assert it.calls == [(DAY, 1), (DAY, 2)]


def test_two_questions_with_the_same_arguments_are_not_mixed_up(db: Database) -> None:
    one, two = make_question(lambda: "one"), make_question(lambda: "two")
    assert (one.ask(db, DAY), two.ask(db, DAY)) == ("one", "two")


def test_another_database_has_its_own_answers(db: Database) -> None:
    it = make_question()
    it.ask(db, DAY)
    it.ask(db.client[f"{db.name}_other"], DAY)
    assert len(it.calls) == 2


def test_a_rewrite_of_what_is_read_is_seen_at_once(db: Database) -> None:
    it = make_question()
    it.ask(db, DAY)
    bump(db, ["daily_usage"])
    assert it.ask(db, DAY)["number"].to_list() == [2]


def test_a_rewrite_of_something_else_changes_nothing(db: Database) -> None:
    it = make_question()
    it.ask(db, DAY)
    bump(db, ["daily_tools"])
    it.ask(db, DAY)
    assert len(it.calls) == 1


def test_a_rewrite_by_another_process_is_seen_soon(db: Database) -> None:
    it = make_question()
    it.ask(db, DAY)
    counters = {"_id": "revisions"}
    db["revisions"].update_one(counters, {"$inc": {"daily_usage": 1}}, upsert=True)
    deadline = time.monotonic() + 5
    while len(it.calls) == 1 and time.monotonic() < deadline:
        it.ask(db, DAY)
        time.sleep(0.01)
    assert len(it.calls) == 2


def test_an_exception_is_not_remembered(db: Database) -> None:
    outcomes = iter([ValueError("no luck"), "answer"])

    def answer() -> str:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    it = make_question(answer)
    with pytest.raises(ValueError, match="no luck"):
        it.ask(db, DAY)
    assert it.ask(db, DAY) == "answer"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frame: frame.__setitem__("number", 99),
        lambda frame: frame.__setitem__("new", 99),
        lambda frame: frame.loc.__setitem__((0, "number"), 99),
        lambda frame: frame.pop("number"),
        lambda frame: setattr(frame, "columns", ["x"]),
        lambda frame: setattr(frame.index, "name", "spoiled"),
        lambda frame: setattr(frame.columns, "name", "spoiled"),
        lambda frame: frame.attrs.update(spoiled=True),
    ],
)
def test_a_caller_cannot_spoil_the_answer_for_the_next_one(db: Database, spoil) -> None:
    it = make_question()
    spoil(it.ask(db, DAY))
    frame = it.ask(db, DAY)
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"number": [1]}))
    assert frame.attrs == {}
    assert frame.index.name is None
    assert frame.columns.name is None
    assert len(it.calls) == 1


def test_numpy_views_of_an_answer_cannot_be_written(db: Database) -> None:
    it = make_question()
    with pytest.raises(ValueError, match="read-only"):
        it.ask(db, DAY)["number"].to_numpy()[0] = 99


@dataclasses.dataclass(frozen=True)
class Page:
    items: pd.DataFrame
    total: int


def test_frames_inside_an_answer_are_protected_too(db: Database) -> None:
    it = make_question(lambda: Page(pd.DataFrame({"number": [1]}), total=1))
    items = it.ask(db, DAY).items
    items.loc[0, "number"] = 99
    again = it.ask(db, DAY)
    assert (again.items.loc[0, "number"], again.total) == (1, 1)
    assert len(it.calls) == 1


def test_callers_at_the_same_time_wait_for_one_computation(db: Database) -> None:
    barrier = threading.Barrier(8)

    def slow() -> str:
        time.sleep(0.1)
        return "answer"

    it = make_question(slow)

    def call(_: int) -> Any:
        barrier.wait()
        return it.ask(db, DAY)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(call, range(8)))
    assert answers == ["answer"] * 8
    assert len(it.calls) == 1


def test_different_questions_do_not_wait_for_each_other(db: Database) -> None:
    both_inside = threading.Barrier(2)
    it = make_question(lambda: both_inside.wait(timeout=10))
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda scope: it.ask(db, scope), [DAY, OTHER_DAY]))
    assert sorted(answers) == [0, 1]


def test_after_a_failed_computation_those_who_waited_try_themselves(db: Database) -> None:
    barrier = threading.Barrier(4)
    failures = iter([True, False, False, False])

    def answer() -> str:
        time.sleep(0.05)
        if next(failures):
            raise ValueError("no luck")
        return "answer"

    it = make_question(answer)

    def call(_: int) -> Any:
        barrier.wait()
        try:
            return it.ask(db, DAY)
        except ValueError:
            return "failed"

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(call, range(4)))
    assert answers == ["answer", "answer", "answer", "failed"]
    assert len(it.calls) == 2


def test_many_threads_and_rewrites_never_show_an_older_answer(db: Database) -> None:
    written = {"number": 0}
    it = make_question(lambda: written["number"])
    stop = threading.Event()
    went_back: list[tuple[int, int]] = []

    def read() -> None:
        seen = 0
        while not stop.is_set():
            answer = it.ask(db, DAY)
            if answer < seen:
                went_back.append((seen, answer))
            seen = answer

    with ThreadPoolExecutor(4) as threads:
        for _ in range(4):
            threads.submit(read)
        for number in range(1, 30):
            written["number"] = number
            bump(db, ["daily_usage"])
        stop.set()
    assert went_back == []
    assert it.ask(db, DAY) == 29


def test_only_so_many_answers_are_kept_and_the_oldest_goes_first() -> None:
    memory = _Memory(limit=2)
    first = memory.recall("first")
    second = memory.recall("second")
    assert memory.recall("first") is first
    third = memory.recall("third")
    assert memory.recall("first") is first
    assert memory.recall("third") is third
    assert len(memory) == 2
    assert memory.recall("second") is not second


def test_large_answers_are_kept_in_small_numbers_of_their_own(db: Database) -> None:
    computed = []

    @question(reads="daily_usage", columns={}, max_answers=2)
    def ask(db: Database, number: int) -> int:
        computed.append(number)
        return number

    for number in (1, 2, 1, 3, 1, 2):
        ask(db, number)
    assert computed == [1, 2, 3, 2]


def test_a_client_that_is_gone_leaves_no_answers_to_a_later_one(
    mongo_url: str, db_name: str
) -> None:
    from pymongo import MongoClient

    it = make_question()
    for _ in range(3):
        client: MongoClient = MongoClient(mongo_url)
        it.ask(client[db_name], DAY)
        client.close()
        del client
        gc.collect()
    assert len(it.calls) == 3


def test_handles_of_one_server_share_their_answers(mongo_url: str) -> None:
    name = f"test_{uuid.uuid4().hex[:12]}"
    it = make_question()
    it.ask(connect(mongo_url, name), DAY)
    it.ask(connect(mongo_url, name), DAY)
    connect(mongo_url, name).client.drop_database(name)
    assert len(it.calls) == 1


def test_question_has_its_name_collections_and_columns() -> None:
    ask = make_question(reads="daily_tools").ask
    assert (ask.__name__, ask.reads, ask.columns) == ("counted", ("daily_tools",), COLUMNS)
