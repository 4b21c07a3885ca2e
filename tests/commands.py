"""Commands that the product may send to a store, and a listener that reports all others.

The lists are what MongoDB 4.2 and later, Amazon DocumentDB, Azure DocumentDB and the embedded
store all understand. Adding to them is a decision about which stores the product runs on.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import bson
from pymongo import monitoring

COMMANDS = frozenset({
    "aggregate", "count", "createIndexes", "delete", "drop", "endSessions", "find", "findAndModify",
    "getMore", "hello", "insert", "killCursors", "ping", "saslContinue", "saslStart", "update",
})  # fmt: skip
"""Not `distinct`, whose answer must fit one reply of 16 MB; nothing that needs a transaction."""

STAGES = frozenset({
    "$addFields", "$group", "$limit", "$match", "$replaceRoot", "$skip", "$sort",
    "$unwind",
})  # fmt: skip
"""Not `$set`, which Amazon DocumentDB lacks; nothing that writes or joins."""

EXPRESSIONS = frozenset({
    # accumulators
    "$max", "$min", "$push", "$sum",
    # expressions
    "$cond", "$divide", "$eq", "$gt", "$ne",
    # conditions
    "$and", "$exists", "$gte", "$in", "$lt", "$lte", "$nin", "$options", "$or", "$regex",
    # projections
    "$slice",
})  # fmt: skip
"""In filters, stages and projections. Not `$addToSet`, which is quadratic in the embedded store."""

UPDATES = frozenset({"$inc", "$max", "$set", "$setOnInsert"})
"""In updates, which are of one document, by its `_id`."""

OPTIONS = frozenset({
    # of reading
    "batchSize", "collection", "cursor", "filter", "fields", "limit", "pipeline", "projection",
    "query", "readConcern", "singleBatch", "skip", "sort",
    # of writing
    "bypassDocumentValidation", "deletes", "documents", "indexes", "new", "ordered", "remove",
    "update", "updates", "upsert", "writeConcern",
    # of all
    "$clusterTime", "$db", "$readPreference", "lsid", "maxTimeMS", "txnNumber",
    # of closing
    "cursors",
})  # fmt: skip
"""Fields of commands. Not `autocommit`: no transactions; not `hint`, `collation` or `let`."""

UPDATE_OPTIONS = frozenset({"q", "u", "upsert", "multi", "limit"})

MAX_DOCUMENT_BYTES = 8_000_000
"""Half of what a document may weigh, so that a day twice as busy still fits."""

GUARDED = {"event_buckets": 15_000_000, "metric_points": 15_000_000}
"""Collections whose writer counts bytes itself, and how much it lets in."""

MAX_REPLY_BYTES = 1_000_000
"""What an answer without a cursor may weigh; one with a cursor comes in batches."""

_PRODUCT = frozenset(
    {
        "analytics",
        "charts",
        "generators",
        "ingest",
        "pages",
        "store",
        "streamlit_app",
        "tokenflow",
        "ui",
    }
)
_OTHERS = frozenset({"tests", "benchmarks"})


class Listener(monitoring.CommandListener):
    """Record the commands of the product, and faults in them; those of tests are not checked."""

    def __init__(self, *, is_strict: bool = False) -> None:
        self.problems: list[str] = []
        self.seen: dict[str, set[str]] = {"commands": set(), "stages": set(), "operators": set()}
        self._is_strict = is_strict
        self._watched = threading.local()

    def take_problems(self) -> list[str]:
        """Return the problems met since the last call."""
        problems, self.problems = self.problems, []
        return problems

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self._watched.is_ours = self._is_strict or _is_sent_by_product()
        if self._watched.is_ours:
            self._look_at(event.command_name, event.command)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        # pymongo reports both in the thread that sends
        if not getattr(self._watched, "is_ours", False) or "cursor" in event.reply:
            return
        if (size := len(bson.encode(event.reply))) > MAX_REPLY_BYTES:
            self._object(event.command_name, f"is answered by {size:,} bytes without a cursor")

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass

    def _look_at(self, name: str, command: Mapping[str, Any]) -> None:
        if name not in COMMANDS:
            self._object(name, "is not in the list of commands")
            return
        self._allow(name, "option", [key for key in command if key != name], OPTIONS)
        self.seen["commands"].add(name)
        for stage in command.get("pipeline", ()):
            self._allow(name, "stage", stage, STAGES)
            self.seen["stages"].update(stage)
            if stage.keys() <= STAGES:
                self._allow_operators(name, list(stage.values()), EXPRESSIONS)
        for part in ("filter", "projection", "query"):
            self._allow_operators(name, command.get(part), EXPRESSIONS)
        self._look_at_writes(name, command)

    def _look_at_writes(self, name: str, command: Mapping[str, Any]) -> None:
        collection = command.get(name)
        for document in command.get("documents", ()):
            self._weigh(name, collection, document)
        for delete in command.get("deletes", ()):
            self._allow(name, "option", delete, UPDATE_OPTIONS)
            self._allow_operators(name, delete["q"], EXPRESSIONS)
        for update in command.get("updates", ()):
            self._allow(name, "option", update, UPDATE_OPTIONS)
            self._look_at_update(name, collection, update["q"], update["u"])
        if name == "findAndModify":
            self._look_at_update(name, collection, command["query"], command["update"])

    def _look_at_update(
        self, name: str, collection: Any, query: Mapping[str, Any], update: Any
    ) -> None:
        # On a sharded cluster, a write to one document must name it
        if not isinstance(query.get("_id"), str):
            self._object(name, f"changes a document without naming its _id: {str(query)[:100]}")
        self._allow_operators(name, query, EXPRESSIONS)
        if isinstance(update, list):
            self._object(name, "updates by a pipeline")
            return
        self._weigh(name, collection, update)
        if operators := [key for key in update if key.startswith("$")]:
            self._allow(name, "update operator", operators, UPDATES)
            self.seen["operators"].update(operators)

    def _allow_operators(self, name: str, expression: Any, allowed: frozenset[str]) -> None:
        operators = set(_operators(expression))
        self._allow(name, "operator", operators, allowed)
        self.seen["operators"] |= operators

    def _allow(self, name: str, what: str, used: Any, allowed: frozenset[str]) -> None:
        for part in used:
            if part not in allowed:
                self._object(name, f"uses the {what} {part}")

    def _weigh(self, name: str, collection: Any, document: Mapping[str, Any]) -> None:
        limit = GUARDED.get(collection, MAX_DOCUMENT_BYTES)
        if (size := len(bson.encode(document))) > limit:
            self._object(name, f"writes {size:,} bytes into one document of {collection}")

    def _object(self, name: str, what: str) -> None:
        self.problems.append(f"{name} {what}")


def _operators(expression: Any) -> Iterator[str]:
    if isinstance(expression, Mapping):
        for key, value in expression.items():
            if key.startswith("$"):
                yield key
            if key != "$literal":  # what it holds is no expression
                yield from _operators(value)
    elif isinstance(expression, list | tuple):
        for item in expression:
            yield from _operators(item)


def _is_sent_by_product() -> bool:
    """Return whether the nearest caller that is not the driver belongs to the product."""
    frame = sys._getframe(2)
    while frame is not None:
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if package in _PRODUCT:
            return True
        if package in _OTHERS:
            return False
        frame = frame.f_back
    return False
