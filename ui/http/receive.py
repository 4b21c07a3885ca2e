"""The OTLP receiver as a server by itself, without pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from ui.http import api, otlp
from ui.http.access import AccessControl
from ui.http.security_headers import SecurityHeaders
from ui.jobs import recovery


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Recover interrupted imports in the background; update rollups and close at the end."""
    recovery.start()
    yield
    await anyio.to_thread.run_sync(_finish)


def _finish() -> None:
    from ingest.otlp import writer
    from store.connection import close

    recovery.stop()
    writer.close()
    close()


app = Starlette(
    routes=[
        *otlp.routes(),
        Route("/api/health", api.health),
        Route("/{path:path}", api.not_found),
    ],
    middleware=[Middleware(SecurityHeaders), Middleware(AccessControl)],
    lifespan=lifespan,
)
