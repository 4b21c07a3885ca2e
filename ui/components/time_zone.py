"""Instants in the reporting time zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from ui.components.format import SPACE


def in_zone(frame: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Convert the instants of a frame to local times, which no browser converts again."""
    instants = frame.select_dtypes("datetimetz").columns
    local = {name: frame[name].dt.tz_convert(zone).dt.tz_localize(None) for name in instants}
    return frame.assign(**local)


def at(value: datetime, zone: str) -> str:
    """Format an instant with its weekday: Sun 22 Nov 2026, 14:05."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{local:%a}{SPACE}{local.day}{SPACE}{local:%b}{SPACE}{local:%Y}, {local:%H:%M}"
