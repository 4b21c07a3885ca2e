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
from ingest.receiver import LIMIT, Answer, receive, refuse, too_large, unavailable


def routes() -> list[Route]:
    """Return the routes of each signal: one that takes requests, one that refuses the others."""
    paths = [f"/v1/{signal}" for signal in (LOGS, METRICS, TRACES)]
    others = ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return [
        *(Route(path, export, methods=["POST"]) for path in paths),
        *(Route(path, not_allowed, methods=others) for path in paths),
    ]


async def not_allowed(request: Request) -> Response:
    """Say that telemetry is sent here and not fetched; else the app's own page would answer."""
    message = f"Nothing can be read at {request.scope['path']}: telemetry is sent there by POST."
    return JSONResponse({"error": message}, 405, {"Allow": "POST"})


async def export(request: Request) -> Response:
    """Take one export request, whether its length was announced or it comes in chunks."""
    headers = dict(request.headers)
    if refusal := refuse(headers):
        return _response(refusal)
    try:
        body = await _body(request)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    if body is None:
        return _response(too_large(headers))
    signal = request.scope["path"].rpartition("/")[2]
    return _response(await anyio.to_thread.run_sync(_receive, signal, headers, body))


async def _body(request: Request) -> bytes | None:
    """Read the body; None, and no further, if it is larger than allowed."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > LIMIT:
            return None
    return bytes(held)


def _receive(signal: str, headers: Mapping[str, str], body: bytes) -> Answer:
    try:
        return receive(connect(), signal, headers, body)
    except StoreError:
        return unavailable(headers)


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers, media_type=answer.content_type)
