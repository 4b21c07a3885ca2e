"""Use of revoked tokens."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.saas.days import rows_of_days
from analytics.scope import sums

__all__ = ["token_reuse_after_revocation"]

TOKEN_REUSE_AFTER_REVOCATION = {
    "user_id": "str",
    "tokens": "int64",
    "requests": "int64",
    "succeeded": "int64",
    "first_at": "datetime64[us, UTC]",
    "last_at": "datetime64[us, UTC]",
}


@question(reads="saas_daily_security", columns=TOKEN_REUSE_AFTER_REVOCATION)
def token_reuse_after_revocation(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank accounts by requests made with a token after it was revoked.

    Returns
    -------
    pandas.DataFrame
        One row per account whose tokens were used so, most requests first; no rows if
        none was. A blank account stands for tokens of unknown accounts.

        ========= =================== ======= ====================================
        column    dtype               unit    meaning
        ========= =================== ======= ====================================
        user_id   str                         account that the tokens belong to
        tokens    int64               count   revoked tokens that were used
        requests  int64               count   requests made with them
        succeeded int64               count   those answered with less than 400:
                                              the revocation did not hold
        first_at  datetime64[us, UTC]         first of them in scope
        last_at   datetime64[us, UTC]         last of them in scope
        ========= =================== ======= ====================================

    Notes
    -----
    Requests are joined with their tokens when the rollup is made; a token that will be revoked
    later, or at an unknown moment, is not misused yet.
    """
    span = {"first_at": {"$min": "$rows.first_at"}, "last_at": {"$max": "$rows.last_at"}}
    pipeline = [
        *rows_of_days(filters, where={"rows.finding": "token_reuse"}),

        # One document per token
        {"$group": {
            "_id": {"user_id": "$rows.user_id", "token": "$rows.subject"},
            **sums("events", "succeeded"),
            **span,
        }},

        # One document per account
        {"$group": {
            "_id": "$_id.user_id",
            "tokens": {"$sum": 1},
            "requests": {"$sum": "$events"},
            "succeeded": {"$sum": "$succeeded"},
            "first_at": {"$min": "$first_at"},
            "last_at": {"$max": "$last_at"},
        }},

        {"$sort": {"requests": -1, "_id": 1}},

        {"$addFields": {"user_id": "$_id"}},
    ]  # fmt: skip
    return to_frame(db["saas_daily_security"].aggregate(pipeline), TOKEN_REUSE_AFTER_REVOCATION)
