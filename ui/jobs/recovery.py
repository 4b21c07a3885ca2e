"""Recover interrupted imports in the background, while pages are served."""

from __future__ import annotations

import logging
import threading

import streamlit as st

from analytics import connect
from store.connection import check_reachable
from store.failures import brief
from store.import_log import dead_runs, recover
from store.retries import pause_after

POLL_SECONDS = 5.0
"""How often to look for interrupted imports; it costs one small query."""

LONGEST_PAUSE_SECONDS = 300.0
"""Longest pause between attempts to recover an import."""

_STOP_SECONDS = 5.0

_log = logging.getLogger("tokenflow")
_running = threading.Event()
_closing = threading.Event()
_threads: list[threading.Thread] = []


def start() -> None:
    """Start the thread that looks for interrupted imports and recovers them."""
    _closing.clear()
    thread = threading.Thread(target=_watch, name="tokenflow-recovery", daemon=True)
    _threads.append(thread)
    thread.start()


def stop() -> None:
    """Stop the thread; a recovery that takes longer is left to the next start."""
    _closing.set()
    while _threads:
        _threads.pop().join(_STOP_SECONDS)


def show_recovery() -> None:
    """Warn on a page that its numbers may still change."""
    if _running.is_set():
        st.info(
            "An import was interrupted, or Tokenflow was updated: numbers are being recalculated "
            "and may change. Reload in a minute.",
            icon=":material/build:",
        )


def _watch() -> None:
    failures = 0
    pause = 0.0
    while not _closing.wait(pause):
        try:
            is_done = _recover()
            failures = 0 if is_done else failures + 1
            # An import that cannot be recovered has been logged; the others are done
            pause = min(2.0 ** (failures - 1), LONGEST_PAUSE_SECONDS) if failures else POLL_SECONDS
        except Exception as error:  # no other code would try again
            failures += 1
            pause = pause_after(error, failures)
            _log.warning("Interrupted imports cannot be recovered yet: %s", brief(error))
    _running.clear()


def _recover() -> bool:
    """Recover interrupted imports; return whether all of them are recovered."""
    db = connect()
    check_reachable(db)
    if dead_runs(db):
        _running.set()
        recover(db)
        _running.clear()
        return not dead_runs(db)
    return True
