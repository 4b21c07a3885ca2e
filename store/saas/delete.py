"""Delete the SaaS data set, and what was derived from it."""

from __future__ import annotations

import hashlib

from pymongo.database import Database

from store.import_log import open_import
from store.progress import Progress
from store.saas.day_index import DAY_INDEX
from store.saas.records import SAAS_RECORDS, read_records
from store.saas.refresh import raw_days, rebuild_saas


def delete_saas(db: Database, progress: Progress | None = None) -> int:
    """Delete the whole SaaS data set.

    One that is generated again has new ids and would only add to it. If the deletion
    is interrupted, the next start refreshes what is derived from the rest, and
    deleting again finishes it.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to write.
    progress : callable, optional
        Called with (days done, days in all, what is being done).

    Returns
    -------
    int
        Number of records deleted.

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached; repeating the call is safe.
    """
    fingerprint = hashlib.sha256(b"delete saas").hexdigest()
    entry = open_import(db, "delete saas", "deletion", fingerprint, 0)
    deleted = 0
    try:
        entry.declare_saas()
        days = raw_days(db)
        for name in SAAS_RECORDS:
            deleted += sum(1 for _ in read_records(db, name))
            db[name].delete_many({})
        # Last: a killed deletion must leave no record without an indexed day
        db[DAY_INDEX].delete_many({})
        rebuild_saas(db, days, entry.with_heartbeat(progress))
    except BaseException:
        entry.release()
        raise
    entry.close("done", {"deleted": deleted})
    return deleted
