"""Settings of one store: today the reporting time zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from pymongo.database import Database

from store.errors import FilterError
from store.revisions import bump

SETTINGS_ID = "settings"
DEFAULT_ZONE = "UTC"


def reporting_zone(db: Database) -> ZoneInfo:
    """Return the time zone in which days, hours and weekdays are counted."""
    settings = db["settings"].find_one({"_id": SETTINGS_ID}) or {}
    return ZoneInfo(settings.get("time_zone", DEFAULT_ZONE))


def set_reporting_zone(db: Database, name: str) -> None:
    """Choose the reporting time zone; the caller rebuilds the rollups afterwards.

    Raises
    ------
    FilterError
        If no time zone has that name.
    """
    checked_zone(name)
    db["settings"].update_one({"_id": SETTINGS_ID}, {"$set": {"time_zone": name}}, upsert=True)
    bump(db, ["settings"])


def checked_zone(name: str) -> str:
    """Return the name of a time zone; raise FilterError if there is none of that name."""
    if name not in available_timezones():
        msg = f"{name!r} is not a time zone; use a name such as 'Europe/Berlin' or 'UTC'."
        raise FilterError(msg)
    return name
