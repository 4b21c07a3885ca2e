"""The same answers as the pages, as JSON: ``GET /api/health`` and ``GET /api/v1/<question>``."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from typing import Any

import anyio
import orjson
import pandas as pd
from pymongo.database import Database
from pymongo.errors import PyMongoError
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import analytics
from analytics import Filters, connect, data_status, filter_options
from analytics.question import needs_only_scope
from store.connection import check_reachable
from store.errors import FilterError, StoreError
from store.import_log import pending_events
from store.settings import reporting_zone
from ui.filters import FILTERS, select
from ui.scope import EVERYTHING

PARAMETERS = ("start", "end", *FILTERS)

LONGEST = timedelta(days=3_700)
"""Ten years: more days than any store has, few enough to be answered at once."""

_OTHERS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

STOPPED = "The store stopped answering."

# Telemetry has threads of its own; health answers while all questions are slow
_questions_at_once = anyio.CapacityLimiter(8)
_health_at_once = anyio.CapacityLimiter(2)

Ask = Callable[[Database, Filters], Any]


@cache
def questions() -> Mapping[str, Ask]:
    """Return every public question that needs nothing but a store and a scope."""
    public = {name: getattr(analytics, name) for name in analytics.__all__}
    return {name: ask for name, ask in public.items() if needs_only_scope(ask)}


def routes() -> list[Route]:
    """Return the routes of the API; the last one answers for everything that is not there."""
    return [
        Route("/api/health", health),
        Route("/api/v1/{question}", answer),
        *(
            Route(path, not_allowed, methods=_OTHERS)
            for path in ("/api/health", "/api/v1/{question}")
        ),
        Route("/api/{path:path}", not_found, methods=["GET", *_OTHERS]),
    ]


async def health(_request: Request) -> Response:
    """Report whether the store answers, its kind and its latest event."""
    return await anyio.to_thread.run_sync(_health, limiter=_health_at_once)


async def answer(request: Request) -> Response:
    """Ask a question in the scope that the parameters name."""
    name = request.path_params["question"]
    ask = questions().get(name)
    if ask is None:
        known = ", ".join(sorted(questions()))
        return _json({"error": f"There is no question {name!r}. There are: {known}."}, 404)
    run = partial(_answer, name, ask, request.query_params)
    return await anyio.to_thread.run_sync(run, limiter=_questions_at_once)


async def not_allowed(request: Request) -> Response:
    """Say that answers are only read here."""
    answer = _json({"error": f"{request.scope['path']} is only read, by GET."}, 405)
    answer.headers["Allow"] = "GET, HEAD"
    return answer


async def not_found(request: Request) -> Response:
    """Say that there is nothing here."""
    return _json({"error": f"There is nothing at {request.scope['path']}."}, 404)


def filters_of(params: QueryParams, first: date, end: date) -> Filters:
    """Read a scope from the parameters of a request.

    Raises
    ------
    FilterError
        If a parameter is unknown, given twice, no day, or the range has no or too many days.
    """
    for name in params:
        if name not in PARAMETERS:
            raise FilterError(f"{name!r} is not a parameter; there are: {', '.join(PARAMETERS)}.")
    selected = {key: params.getlist(key) for key in FILTERS}
    filters = select(_day(params, "start", first), _day(params, "end", end), selected)
    if filters.end - filters.start > LONGEST:
        raise FilterError(f"start and end are more than {LONGEST.days} days apart.")
    return filters


def plain(value: Any) -> Any:
    """Turn an answer into what JSON can say: a frame is a list of rows, a blank is null."""
    if isinstance(value, pd.DataFrame):
        return [plain(row) for row in value.to_dict("records")]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp):
        # A day has no zone and is written as one
        return value.isoformat() if value.tzinfo else value.date().isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _answer(name: str, ask: Ask, params: QueryParams) -> Response:
    try:
        db = connect()
        check_reachable(db)
        filters = filters_of(params, *_whole_store(db))
        body = {"question": name, "filters": plain(filters), "result": plain(ask(db, filters))}
        return _json(body)
    except FilterError as error:
        return _json({"error": str(error)}, 400)
    except StoreError as error:
        return _json({"error": str(error)}, 503)
    except PyMongoError:
        return _json({"error": STOPPED}, 503)


def _health() -> Response:
    try:
        db = connect()
        check_reachable(db)
        pending = pending_events(db)
        status = data_status(db)
        zone = reporting_zone(db).key
    except StoreError as error:
        return _json({"status": "store unavailable", "error": str(error)}, 503)
    except PyMongoError:
        return _json({"status": "store unavailable", "error": STOPPED}, 503)
    store = {"kind": status.store_kind, "address": status.store_address}
    return _json(
        {
            "status": "ok",
            "store": store,
            "revision": status.revision,
            "time_zone": zone,
            "data_until": plain(status.last_timestamp),
            "pending_events": pending,
        }
    )


def _whole_store(db: Database) -> tuple[date, date]:
    options = filter_options(db, EVERYTHING)
    today = datetime.now(UTC).astimezone(reporting_zone(db)).date()
    end = (options.last_day or today) + timedelta(days=1)
    return max(options.first_day or today, end - LONGEST), end


def _day(params: QueryParams, name: str, default: date) -> date:
    given = params.getlist(name)
    if len(given) > 1:
        raise FilterError(f"{name} is given {len(given)} times.")
    if not given:
        return default
    try:
        return date.fromisoformat(given[0])
    except ValueError:
        raise FilterError(f"{name}={given[0]!r} is not a day; write 2026-01-31.") from None


def _json(body: Any, status: int = 200) -> Response:
    content = orjson.dumps(body, default=str, option=orjson.OPT_SERIALIZE_NUMPY)
    headers = {"Cache-Control": "no-store"}
    return Response(content, status, headers, media_type="application/json")
