"""Sessions of the web application, by country and device."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.saas.days import rows_of_days
from analytics.scope import sums

__all__ = ["sessions_by_country", "sessions_by_device"]

SESSIONS_BY_COUNTRY = {
    "country": "str",
    "sessions": "int64",
    "share": "float64",
    "active_sessions": "int64",
    "avg_seconds": "float64",
}

_COUNTED = ("sessions", "active_sessions", "timed_sessions", "duration_seconds")


@question(reads="saas_daily_countries", columns=SESSIONS_BY_COUNTRY)
def sessions_by_country(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank countries by the sessions that started there.

    Returns
    -------
    pandas.DataFrame
        One row per country, most sessions first; no rows without sessions.

        =============== ======= ======= ==========================================
        column          dtype   unit    meaning
        =============== ======= ======= ==========================================
        country         str             as recorded, or "unknown"
        sessions        int64   count   sessions, by the day they started
        share           float64 0-1     part of all sessions in scope
        active_sessions int64   count   those that were still open at the import
        avg_seconds     float64 seconds mean duration so far; blank if not known
        =============== ======= ======= ==========================================
    """
    pipeline = [
        *rows_of_days(filters),

        # One document per country
        {"$group": {"_id": "$rows.country", **sums(*_COUNTED)}},

        {"$sort": {"sessions": -1, "_id": 1}},

        {"$addFields": {
            "country": "$_id",
            "avg_seconds": {"$cond": [
                {"$gt": ["$timed_sessions", 0]},
                {"$divide": ["$duration_seconds", "$timed_sessions"]},
                None,
            ]},
        }},
    ]  # fmt: skip
    frame = to_frame(db["saas_daily_countries"].aggregate(pipeline), SESSIONS_BY_COUNTRY)
    return frame.assign(share=frame["sessions"] / max(1, frame["sessions"].sum()))


SESSIONS_BY_DEVICE = {
    "device_type": "str",
    "browser": "str",
    "os": "str",
    "sessions": "int64",
    "share": "float64",
    "active_sessions": "int64",
}


@question(reads="saas_daily_devices", columns=SESSIONS_BY_DEVICE)
def sessions_by_device(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank devices, browsers and systems by the sessions that used them.

    Returns
    -------
    pandas.DataFrame
        One row per device, browser and system that occur together, most sessions
        first; no rows without sessions.

        =============== ======= ======= ==========================================
        column          dtype   unit    meaning
        =============== ======= ======= ==========================================
        device_type     str             such as ``desktop``, or "unknown"
        browser         str             as recorded, or "unknown"
        os              str             as recorded, or "unknown"
        sessions        int64   count   sessions, by the day they started
        share           float64 0-1     part of all sessions in scope
        active_sessions int64   count   those that were still open at the import
        =============== ======= ======= ==========================================
    """
    device = {name: f"$rows.{name}" for name in ("device_type", "browser", "os")}
    pipeline = [
        *rows_of_days(filters),

        # One document per device, browser and system
        {"$group": {"_id": device, **sums("sessions", "active_sessions")}},

        {"$sort": {"sessions": -1, **{f"_id.{name}": 1 for name in device}}},

        {"$addFields": {name: f"$_id.{name}" for name in device}},
    ]  # fmt: skip
    frame = to_frame(db["saas_daily_devices"].aggregate(pipeline), SESSIONS_BY_DEVICE)
    return frame.assign(share=frame["sessions"] / max(1, frame["sessions"].sum()))
