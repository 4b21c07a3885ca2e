"""Start and shutdown of the server."""

from __future__ import annotations

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import streamlit as st

# Imported at the start, so that the first visitor does not wait for them
_HEAVY = (
    "pandas",
    "pyarrow",
    "pymongo",
    "charts",
    "analytics",
    "ui.components.figure",
    "ui.http.api",
)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Import what pages need and start the recovery of interrupted imports; close at the end."""
    await anyio.to_thread.run_sync(_prepare)
    from ui.jobs import recovery

    # Recovery may take a minute on a large store; pages are served meanwhile, with a note
    recovery.start()
    yield
    await anyio.to_thread.run_sync(_finish)


def _prepare() -> None:
    for name in _HEAVY:
        importlib.import_module(name)
    # Streamlit collects garbage after every run of the script and blocks messages meanwhile:
    # for 50 ms and more if the modules are scanned as well
    gc.collect()
    gc.freeze()


def _finish() -> None:
    from ingest.otlp import writer
    from store.connection import close
    from ui.jobs import recovery
    from ui.jobs.runner import jobs

    recovery.stop()
    jobs().close()
    writer.close()
    close()
