"""What imports refused, and why."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.frames import to_frame
from analytics.question import question

__all__ = ["rejects_by_reason"]

REJECTS_BY_REASON = {
    "reason": "str",
    "import_name": "str",
    "records": "int64",
    "line": "Int64",
    "excerpt": "str",
    "refused_at": "datetime64[us, UTC]",
}


@question(reads=("imports", "rejects"), columns=REJECTS_BY_REASON)
def rejects_by_reason(db: Database) -> pd.DataFrame:
    """List why records were refused, with one example each.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.

    Returns
    -------
    pandas.DataFrame
        One row per import and reason, latest first; no rows if nothing was refused.

        =========== =================== ===== =======================================
        column      dtype               unit  meaning
        =========== =================== ===== =======================================
        reason      str                       why, the same words for all of them
        import_name str                       file or stream that had them
        records     int64               count how many there were
        line        Int64                     line of the first of them, if known
        excerpt     str                       how the first of them begins
        refused_at  datetime64[us, UTC] UTC   when they were met
        =========== =================== ===== =======================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    data_status : The imports themselves, with their counts.

    Notes
    -----
    Source: collections ``imports`` and ``rejects``, as they are now.

    Examples
    --------
    >>> rejects_by_reason(db).columns.to_list()[:3]
    ['reason', 'import_name', 'records']
    """
    names = {entry["_id"]: entry["name"] for entry in db["imports"].find({}, {"name": 1})}
    # One refused record of each reason is enough to recognise it; the others stay in the store.
    found = db["rejects"].find({}, {"rows": {"$slice": 1}}).sort([("at", -1), ("_id", 1)])
    rows = (
        {
            "reason": document["reason"],
            "import_name": names.get(document["import_id"], ""),
            "records": document["count"],
            "refused_at": document["at"],
            **next(iter(document["rows"]), {}),
        }
        for document in found
    )
    return to_frame(rows, REJECTS_BY_REASON)
