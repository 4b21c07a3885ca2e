"""Where Claude Code sends its telemetry: ``POST /v1/logs``, ``/v1/metrics`` and ``/v1/traces``."""

from __future__ import annotations

from collections.abc import Mapping

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from analytics import connect
from analytics.errors import StoreError
from ingest.otlp import LOGS, METRICS, TRACES
from ingest.receiver import (
    LIMIT,
    Answer,
    NotTakenError,
    busy,
    receive,
    refuse,
    too_large,
    unavailable,
)
from ingest.room import Room, Taker

HELD_AT_ONCE = 3 * LIMIT
"""Bytes of all bodies that are held while they arrive and are read."""

UNCOUNTED = 64 * 1024
"""So many bytes of each body need no room: as many as the server itself reads ahead."""

SECONDS = 30.0
"""Longest time that a body may take to arrive."""

_held = Room(HELD_AT_ONCE)


def routes() -> list[Route]:
    """Return the routes of each signal, and those that refuse what is sent elsewhere."""
    paths = [f"/v1/{signal}" for signal in (LOGS, METRICS, TRACES)]
    others = ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return [
        *(Route(path, export, methods=["POST"]) for path in paths),
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


async def export(request: Request) -> Response:
    """Take one export request, whether its length was announced or it comes in chunks."""
    headers = dict(request.headers)
    if refusal := refuse(headers):
        return _response(refusal)
    with _held.taker(free=UNCOUNTED) as room:
        try:
            with anyio.fail_after(SECONDS):
                body = await _body(request, room)
        except NotTakenError as error:
            return _response(error.answer(headers))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except TimeoutError:
            message = f"The body did not arrive within {SECONDS:.0f} seconds."
            return JSONResponse({"error": message}, 408, {"Connection": "close"})
        signal = request.scope["path"].rpartition("/")[2]
        return _response(await anyio.to_thread.run_sync(_receive, signal, headers, body))


async def _body(request: Request, room: Taker) -> bytes:
    """Read the body; no further if it is larger than allowed, or than there is room for."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > LIMIT:
            raise NotTakenError(too_large)
        if not room.holds(len(held)):
            raise NotTakenError(busy)
    return bytes(held)


def _receive(signal: str, headers: Mapping[str, str], body: bytes) -> Answer:
    try:
        return receive(connect(), signal, headers, body)
    except StoreError:
        return unavailable(headers)


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers, media_type=answer.content_type)
