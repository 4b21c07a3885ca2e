"""All sums and costs anew from what is stored, as after a change of prices or time zone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from pymongo.database import Database

from analytics.store.ledger import open_import
from analytics.store.prices import Prices
from analytics.store.refresh import rebuild
from analytics.store.settings import checked_zone, set_reporting_zone

Progress = Callable[[int, int, str], None]

FORMAT = "recomputation"


def recompute(db: Database, zone: str = "", progress: Progress | None = None) -> None:
    """Make everything that is derived from events anew.

    It stands in the ledger before it writes: what a kill leaves half done, the
    next start completes.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    zone : str
        Reporting time zone from now on; empty to keep the one that is set.
    progress : callable, optional
        Called with (done, total, label). What it raises stops the run.

    Raises
    ------
    FilterError
        If no time zone has that name; nothing was written then.
    StoreError
        If the file with prices of one's own cannot be read; nothing was written then.
    """
    if zone:
        checked_zone(zone)
    Prices.load(db)
    name = f"Days in {zone}" if zone else "All sums anew"
    entry = open_import(db, name, FORMAT, hashlib.sha256(name.encode()).hexdigest(), 0)

    def report(done: int, total: int, label: str) -> None:
        entry.heartbeat()
        if progress:
            progress(done, total, f"summing up {label}: {done:,} of {total:,}")

    try:
        entry.intend_people()  # like a change of the directory, it has a say in every day
        if zone:
            set_reporting_zone(db, zone)
        rebuild(db, report)
        entry.close("done", {})
    except BaseException:
        entry.abandon()
        raise
