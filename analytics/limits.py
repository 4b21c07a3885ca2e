"""What the limits of the store did: values grouped as other, documents not written."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.frames import to_frame
from analytics.question import question
from analytics.scope import Stage
from analytics.store.failures import FAILURES
from analytics.store.grouping import OTHERS
from analytics.store.saas_fold import SAAS_OTHERS

__all__ = ["grouped_values", "unwritten_documents"]

GROUPED_VALUES = {"dimension": "str", "values": "int64", "days": "int64"}


@question(reads=(OTHERS, SAAS_OTHERS), columns=GROUPED_VALUES)
def grouped_values(db: Database) -> pd.DataFrame:
    """Tell which dimensions had so many values on a day that the rarest are added up.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.

    Returns
    -------
    pandas.DataFrame
        One row per dimension, in their order; no rows if all values are told apart.

        ========= ======= ======= =================================================
        column    dtype   unit    meaning
        ========= ======= ======= =================================================
        dimension str             such as "model" or "tool_name"
        values    int64   count   values that stand under "(other)" on the day that
                                  has most of them
        days      int64   count   days with such values
        ========= ======= ======= =================================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects the pipeline.

    See Also
    --------
    data_status : What the store holds.

    Notes
    -----
    Source: rollups ``daily_others`` and ``saas_daily_others``, complete up to their last refresh.

    Examples
    --------
    >>> grouped_values(db)["dimension"].to_list()
    []
    """
    pipeline: list[Stage] = [
        {"$unwind": "$rows"},

        # One document per dimension
        {
            "$group": {
                "_id": "$rows.dimension",
                "values": {"$max": "$rows.values"},
                "days": {"$sum": 1},
            }
        },

        {"$addFields": {"dimension": "$_id"}},
    ]  # fmt: skip
    found = [row for name in (OTHERS, SAAS_OTHERS) for row in db[name].aggregate(pipeline)]
    return to_frame(sorted(found, key=lambda row: str(row["_id"])), GROUPED_VALUES)


UNWRITTEN_DOCUMENTS = {
    "collection": "str",
    "document": "str",
    "code": "str",
    "failed_at": "datetime64[us, UTC]",
}


@question(reads=FAILURES, columns=UNWRITTEN_DOCUMENTS)
def unwritten_documents(db: Database) -> pd.DataFrame:
    """List the documents that the store did not take; their numbers are missing or old.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.

    Returns
    -------
    pandas.DataFrame
        One row per document, in the order of their names; no rows if all is written.

        ========== =================== ==== ======================================
        column     dtype               unit meaning
        ========== =================== ==== ======================================
        collection str                      where it belongs
        document   str                      its ``_id``, of a rollup the day
        code       str                      the store's error code, or the kind of
                                            error where it was not sent
        failed_at  datetime64[us, UTC] UTC  when it was tried last
        ========== =================== ==== ======================================

    Raises
    ------
    pymongo.errors.PyMongoError
        If the store cannot be reached.

    See Also
    --------
    data_status : What the store holds.

    Notes
    -----
    Source: collection ``failures``, as it is now.

    Examples
    --------
    >>> len(unwritten_documents(db))
    0
    """
    rows = ({**entry, "failed_at": entry["at"]} for entry in db[FAILURES].find({}).sort("_id", 1))
    return to_frame(rows, UNWRITTEN_DOCUMENTS)
