"""Commands that the product sends to its store, and faults that the listener of all tests reports.

`tests/conftest.py` fails every test in which the product sends anything outside of
`tests/commands.py`. Here the whole product sends all that it ever sends.
"""

from __future__ import annotations

import inspect
from datetime import date

import pytest
from pymongo import MongoClient, monitoring

import analytics
from analytics import Filters, saas
from analytics.data import rejects_by_reason
from ingest.load import load
from ingest.otlp import writer
from ingest.otlp.writer import Batch, otlp_writer
from ingest.rebuild import recompute
from ingest.record_kinds import EVENT
from store.delete import delete_source
from store.import_log import open_import, recover
from store.prices.overrides import remove_rate, save_rate
from store.schema import ensure_schema
from tests.commands import COMMANDS, EXPRESSIONS, STAGES, UPDATES, Listener
from tests.factories import make_request
from tests.ingest.good_files import good_files, write

JANUARY = Filters(date(2026, 1, 1), date(2026, 2, 1))
CHOSEN = Filters(
    date(2025, 12, 30), date(2026, 2, 2), ["Data Engineer"], ["Data Engineering"], ["cloudwatch"]
)
RATE = {
    "models": ["claude-unheard-of-1"],
    "usd_per_million": dict.fromkeys(
        ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read"), 1.0
    ),
}


def run_all_questions(db):
    """Run each question with plain and with narrow filters, without its cache."""
    session = db["sessions"].find_one({"day": {"$exists": True}})
    known = {"session_id": session["_id"], "user_id": session["user_id"]}
    for module in (analytics, saas):
        for name in module.__all__:
            if not hasattr(question := getattr(module, name), "reads"):
                continue
            for filters in (JANUARY, CHOSEN):
                arguments = {"db": db, "filters": filters, **known}
                parameters = inspect.signature(question).parameters
                question.__wrapped__(
                    **{key: arguments[key] for key in parameters if key in arguments}
                )
    rejects_by_reason(db)
    search = analytics.SessionFilter(
        model="m", user_id="ada", project="unknown", tool_name="Edit", is_failing=True, text="a b"
    )
    analytics.session_list(db, CHOSEN, page=2, page_size=1, sort="cost_usd", search=search)
    analytics.found_sessions_per_day(db, CHOSEN, search)


def test_product_sends_only_listed_commands(listener, db, tmp_path):
    for name, content in good_files().items():
        write(tmp_path / "files", name, content)
    people = tmp_path / "files" / "employees.csv"
    load(db, [tmp_path / "files"], people=people, user="ada@example.com")
    load(db, [tmp_path / "files"], people=people, replace="cloudwatch")
    load(db, [tmp_path / "files"], dry_run=True)
    otlp_writer(db).store(Batch.of([(EVENT, make_request(source="otlp"))]))
    writer.close()
    save_rate(db, "own", RATE)
    remove_rate(db, "own")
    recompute(db, "Asia/Kathmandu")
    run_all_questions(db)
    db["settings"].update_one({"_id": "settings"}, {"$set": {"schema_version": 3}})
    ensure_schema(db)
    open_import(db, "killed", "otlp", "", 0).release()
    assert recover(db) == 2
    for source in ("collector", "transcript", "saas"):
        assert delete_source(db, source)
    assert listener.take_problems() == []
    # The lists have nothing unused. The driver sends some commands itself, or only to a cluster.
    driver = {"endSessions", "getMore", "hello", "killCursors", "ping", "saslContinue", "saslStart"}
    assert listener.seen["commands"] - driver == COMMANDS - driver
    assert listener.seen["stages"] == STAGES
    # Only of a day that needs several documents: see test_day_parts
    assert listener.seen["operators"] >= (EXPRESSIONS | UPDATES) - {"$max"}


def aggregate(*stages):
    return {"aggregate": "sessions", "pipeline": list(stages), "cursor": {}}


def update(query, changed, **more):
    return {"update": "sessions", "updates": [{"q": query, "u": changed, **more}]}


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ({"distinct": "sessions", "key": "day"}, "is not in the list of commands"),
        ({"listCollections": 1}, "is not in the list of commands"),
        ({"find": "sessions", "filter": {"$where": "1"}}, "uses the operator $where"),
        ({"find": "sessions", "filter": {}, "hint": "day_1"}, "uses the option hint"),
        (
            {"find": "sessions", "filter": {"$or": [{"day": {"$elemMatch": {"a": 1}}}]}},
            "uses the operator $elemMatch",
        ),
        (aggregate({"$set": {"a": 1}}), "uses the stage $set"),
        (aggregate({"$facet": {"a": [{"$match": {"a": 1}}]}}), "uses the stage $facet"),
        (
            aggregate({"$group": {"_id": "$day", "users": {"$addToSet": "$user_id"}}}),
            "uses the operator $addToSet",
        ),
        (
            aggregate({"$addFields": {"a": {"$cond": [{"$gt": [{"$abs": "$a"}, 1]}, 1, 2]}}}),
            "uses the operator $abs",
        ),
        ({**aggregate(), "allowDiskUse": True}, "uses the option allowDiskUse"),
        (update({"_id": "a"}, {"$push": {"rows": 1}}), "uses the update operator $push"),
        (update({"_id": "a"}, [{"$addFields": {"b": 1}}]), "updates by a pipeline"),
        (update({"day": "2026-01-20"}, {"$set": {"b": 1}}), "without naming its _id"),
        (
            update({"_id": "a"}, {"$set": {"b.$[one]": 1}}, arrayFilters=[{"one": 1}]),
            "uses the option arrayFilters",
        ),
        (
            update({"_id": "a"}, {"_id": "a", "rows": ["x" * 8_000_001]}),
            "into one document of sessions",
        ),
        (
            {"insert": "sessions", "documents": [{"_id": "a", "rows": ["x" * 8_000_001]}]},
            "into one document of sessions",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_listener_objects_to_what_is_not_listed(command, problem):
    strict = Listener(is_strict=True)
    name = next(iter(command))
    strict.started(
        monitoring.CommandStartedEvent({**command, "$db": "test"}, "test", 1, ("h", 1), 1)
    )
    (reported,) = strict.take_problems()
    assert reported.startswith(name)
    assert problem in reported


def test_the_listener_objects_to_a_large_answer_without_a_cursor(mongo_url, db):
    strict = Listener(is_strict=True)
    db["notes"].insert_many({"_id": f"{number}{'x' * 2000}"} for number in range(600))
    with MongoClient(mongo_url, event_listeners=[strict]) as client:
        list(client[db.name]["notes"].find({}))
        assert strict.take_problems() == []
        client[db.name]["notes"].distinct("_id")
    command, answer = strict.take_problems()
    assert command == "distinct is not in the list of commands"
    assert answer.endswith("bytes without a cursor")
