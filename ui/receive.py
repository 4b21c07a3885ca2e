"""The OTLP receiver as a server by itself, without pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from ui import api, otlp_routes, repair
from ui.access import AccessControl
from ui.headers import SecurityHeaders


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Finish what a crash interrupted in the background; sum up and close at the end."""
    repair.start()
    yield
    await anyio.to_thread.run_sync(_finish)


def _finish() -> None:
    from analytics.store.connection import close
    from ingest import live

    repair.stop()
    live.close()
    close()


app = Starlette(
    routes=[
        *otlp_routes.routes(),
        Route("/api/health", api.health),
        Route("/{path:path}", api.not_found),
    ],
    middleware=[Middleware(SecurityHeaders), Middleware(AccessControl)],
    lifespan=lifespan,
)
