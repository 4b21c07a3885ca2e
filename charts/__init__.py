"""Charts: a frame of :mod:`analytics` in, an Altair chart out.

Every function is pure: no store, no server, no Streamlit. In a notebook call
:func:`use_theme` once and display what they return; the pages draw the same
charts through :mod:`ui.figure`.
"""

from charts.breakdowns import events_by_type, tokens_by_role
from charts.costs import (
    cache_savings_per_day,
    cost_by_department,
    cost_by_model,
    cost_by_project,
    cost_by_role,
    cost_by_user,
    cost_per_day_by_model,
)
from charts.days import cost_per_day, events_per_day, tokens_per_day
from charts.hours import events_by_hour
from charts.people import activity_calendar, cost_by_person, user_models, user_tools
from charts.sessions import (
    found_sessions_per_day,
    request_costs,
    request_tokens,
    session_lanes,
    session_tools,
)
from charts.theme import use_theme

__all__ = [
    "activity_calendar",
    "cache_savings_per_day",
    "cost_by_department",
    "cost_by_model",
    "cost_by_person",
    "cost_by_project",
    "cost_by_role",
    "cost_by_user",
    "cost_per_day",
    "cost_per_day_by_model",
    "events_by_hour",
    "events_by_type",
    "events_per_day",
    "found_sessions_per_day",
    "request_costs",
    "request_tokens",
    "session_lanes",
    "session_tools",
    "tokens_by_role",
    "tokens_per_day",
    "use_theme",
    "user_models",
    "user_tools",
]
