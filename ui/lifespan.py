"""What happens when the server starts and when it ends."""

from __future__ import annotations

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import streamlit as st

# The first visitor should not wait for these.
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
    """Import what pages need, begin to finish what a crash interrupted; close at the end."""
    await anyio.to_thread.run_sync(_prepare)
    from ui.jobs import recovery

    # A repair may take a minute on a large store; the pages come at once and say that it runs.
    recovery.start()
    yield
    await anyio.to_thread.run_sync(_finish)


def _prepare() -> None:
    for name in _HEAVY:
        importlib.import_module(name)
    # Streamlit collects garbage after every run of the script, and no message leaves meanwhile:
    # 50 ms and more if that looks at all modules as well
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
