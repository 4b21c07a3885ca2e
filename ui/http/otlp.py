"""Where Claude Code sends its telemetry: ``POST /v1/logs``, ``/v1/metrics`` and ``/v1/traces``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import anyio
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from analytics import connect
from ingest.otlp import writer
from ingest.otlp.decode import LOGS, METRICS, TRACES
from ingest.otlp.http import (
    LIMIT,
    Answer,
    NotTakenError,
    busy,
    receive,
    reject,
    too_large,
    unavailable,
)
from ingest.otlp.room import Room, Taker
from store.errors import StoreError

AT_ONCE = 64
"""Requests in work at once, most of them waiting for one write; pages and API have their own."""

MOST_WAITING = 64
"""Requests that may wait until others are answered."""

HELD_AT_ONCE = 3 * LIMIT
"""Bytes of all bodies that are held while they arrive and are read."""

UNCOUNTED = 64 * 1024
"""So many bytes of each body need no room: as many as the server itself reads ahead."""

SECONDS = 30.0
"""Longest time that a body may take to arrive."""


def routes() -> list[Route]:
    """Return the routes of each signal, and those that reject what is sent elsewhere."""
    paths = [f"/v1/{signal}" for signal in (LOGS, METRICS, TRACES)]
    others = ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]
    intake = _Intake()
    return [
        *(Route(path, intake.export, methods=["POST"]) for path in paths),
        *(Route(path, not_allowed, methods=others) for path in paths),
        Route("/v1/{path:path}", not_found, methods=["POST", *others]),
    ]


async def not_found(request: Request) -> Response:
    """Say that there is nothing here; else the app's own page would answer."""
    message = f"There is nothing at {request.scope['path']}; telemetry is sent to /v1/{LOGS}, "
    message += f"/v1/{METRICS} and /v1/{TRACES}."
    return JSONResponse({"error": message}, 404)


async def not_allowed(request: Request) -> Response:
    """Say that telemetry is sent here and not fetched; else the app's own page would answer."""
    message = f"Nothing can be read at {request.scope['path']}: telemetry is sent there by POST."
    return JSONResponse({"error": message}, 405, {"Allow": "POST"})


class _Intake:
    """The requests that are not answered yet: no more than can be in time."""

    def __init__(self) -> None:
        self._limiter = CapacityLimiter(AT_ONCE)
        self._held = Room(HELD_AT_ONCE)

    async def export(self, request: Request) -> Response:
        """Take one export request, whether its length was announced or it comes in chunks."""
        headers = dict(request.headers)
        if rejection := reject(headers):
            return _response(rejection)
        try:
            with self._held.taker(free=UNCOUNTED) as room:
                with anyio.fail_after(SECONDS):
                    body = await self._read(request, room)
                signal = request.scope["path"].rpartition("/")[2]
                work = partial(_receive, signal, headers, body)
                return _response(await anyio.to_thread.run_sync(work, limiter=self._limiter))
        except NotTakenError as error:
            return _response(error.answer(headers))
        except ClientDisconnect:
            return Response(status_code=400)  # no client reads it
        except TimeoutError:
            message = f"The body did not arrive within {SECONDS:.0f} seconds."
            return JSONResponse({"error": message}, 408, {"Connection": "close"})

    def _is_full(self) -> bool:
        return self._limiter.statistics().tasks_waiting >= MOST_WAITING or writer.is_busy()

    async def _read(self, request: Request, room: Taker) -> bytes:
        """Read the body; no further if it, or what waits altogether, gets too large."""
        body = bytearray()
        if self._is_full():
            raise NotTakenError(busy)
        async for chunk in request.stream():
            body += chunk
            if len(body) > LIMIT:
                raise NotTakenError(too_large)
            if self._is_full() or not room.holds(len(body)):
                raise NotTakenError(busy)
        return bytes(body)


def _receive(signal: str, headers: Mapping[str, str], body: bytes) -> Answer:
    try:
        return receive(connect(), signal, headers, body)
    except StoreError:
        return unavailable(headers)


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers, media_type=answer.content_type)
