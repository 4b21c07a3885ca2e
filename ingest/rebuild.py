"""Rebuild all rollups and costs from the stored events, as after a change of prices or zone."""

from __future__ import annotations

import hashlib
from itertools import product

from pymongo.database import Database

from ingest.counts import Summary
from ingest.events.clock import BEFORE_CLAUDE_CODE, IN_THE_FUTURE, wrong_time
from ingest.files.json_records import Reject
from ingest.sinks.store import STORED, close_import
from store.import_log import open_import
from store.prices.table import Prices
from store.progress import Progress
from store.rollups.refresh import rebuild
from store.settings import checked_zone, set_reporting_zone
from store.time_bounds import utc_day_bounds

FORMAT = "recomputation"


def recompute(db: Database, zone: str = "", progress: Progress | None = None) -> Summary:
    """Rebuild everything that is derived from events.

    Events with a time that no right clock shows, which older versions stored, stay
    in the store and are left out of all rollups: counted and listed as rejected.

    It stands in the import log before it writes, so that the next start completes
    what a kill leaves half done.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    zone : str
        Reporting time zone from now on; empty to keep the one that is set.
    progress : callable, optional
        Called with (done, total, label). What it raises stops the run.

    Returns
    -------
    Summary
        What was left out.

    Raises
    ------
    FilterError
        If no time zone has that name; nothing was written then.
    StoreError
        If the file with price overrides cannot be read; nothing was written then.
    """
    if zone:
        checked_zone(zone)
    Prices.load(db)
    name = f"Days in {zone}" if zone else "Rebuild of all rollups"
    entry = open_import(db, name, FORMAT, hashlib.sha256(name.encode()).hexdigest(), 0)

    def report(done: int, total: int, label: str) -> None:
        entry.heartbeat()
        if progress:
            progress(done, total, f"refreshing {label}: {done:,} of {total:,}")

    try:
        entry.declare_people()  # like a change of the directory, it affects every day
        if zone:
            set_reporting_zone(db, zone)
        rebuild(db, report)
        left_out = _left_out(db)
        close_import(db, entry, left_out, "done")
    except BaseException:
        entry.release()
        raise
    return left_out


def _left_out(db: Database) -> Summary:
    """Count the events and metric points that lie outside of the days that a right clock shows."""
    first, last = utc_day_bounds()
    counts = Summary()
    outside = {BEFORE_CLAUDE_CODE: {"$lt": first}, IN_THE_FUTURE: {"$gt": last}}
    for kind, (reason, days) in product(STORED.values(), outside.items()):
        for bucket in db[kind.collection].find({"day": days}):
            for event in kind.unpack(bucket):
                counts.reject(Reject(0, reason, wrong_time(event["timestamp"], event)))
    return counts
