"""Charts: a frame of :mod:`analytics` in, an Altair chart out.

Every function is pure: no store, no server, no Streamlit. In a notebook call
:func:`use_theme` once and display what they return; the pages draw the same
charts through :mod:`ui.figure`.
"""

from charts.breakdowns import events_by_type, tokens_by_role
from charts.days import cost_per_day, events_per_day, tokens_per_day
from charts.hours import events_by_hour
from charts.theme import use_theme

__all__ = [
    "cost_per_day",
    "events_by_hour",
    "events_by_type",
    "events_per_day",
    "tokens_by_role",
    "tokens_per_day",
    "use_theme",
]
