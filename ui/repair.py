"""Finish what a crash or an update left half done, while the pages are served already."""

from __future__ import annotations

import logging
import threading

import streamlit as st
from pymongo.errors import PyMongoError

from analytics import connect
from analytics.errors import StoreError
from analytics.store.failures import brief
from analytics.store.ledger import dead_imports, recover

_log = logging.getLogger("tokenflow")
_running = threading.Event()


def start() -> None:
    """Look for interrupted imports in the background and make their sums true again."""
    threading.Thread(target=_repair, name="tokenflow-repair", daemon=True).start()


def show_repair() -> None:
    """Say on a page that its numbers may still change."""
    if _running.is_set():
        st.info(
            "An import was interrupted, or Tokenflow was updated: the sums are being made anew. "
            "Numbers may change until that is done; reload in a minute.",
            icon=":material/build:",
        )


def _repair() -> None:
    try:
        db = connect()
        if dead_imports(db):
            _running.set()
            recover(db)
    except StoreError as error:
        # Pages say the same, and try again each time they are drawn.
        _log.warning("%s", error)
    except PyMongoError as error:
        _log.warning("The store could not be checked at start: %s", brief(error))
    finally:
        _running.clear()
