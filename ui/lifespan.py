"""What happens when the server starts and when it ends."""

from __future__ import annotations

import importlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import streamlit as st
from pymongo.errors import PyMongoError

from analytics.errors import StoreError

_log = logging.getLogger("tokenflow")

# The first visitor should not wait for these.
_HEAVY = ("pandas", "pyarrow", "altair", "pymongo", "charts", "analytics", "ui.figure", "ui.api")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Import what pages need, open the store, finish what a crash interrupted; close at the end."""
    await anyio.to_thread.run_sync(_prepare)
    yield
    await anyio.to_thread.run_sync(_finish)


def _prepare() -> None:
    for name in _HEAVY:
        importlib.import_module(name)
    from analytics.store.ledger import recover

    from analytics import connect

    try:
        recover(connect())
    except StoreError as error:
        # Pages say the same, and try again each time they are drawn.
        _log.warning("%s", error)
    except PyMongoError:
        _log.warning("The store could not be checked at start.", exc_info=True)


def _finish() -> None:
    from analytics.store.connection import close
    from ui.jobs import jobs

    jobs().close()
    close()
