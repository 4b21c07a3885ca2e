"""Tokenflow as a library: connect to a store, choose a scope, ask questions.

Every question takes ``(db, filters)`` and answers with a frame whose columns
never depend on the data, or with one value of named fields.

Examples
--------
>>> from datetime import date
>>> from analytics import Filters, connect, cost_by_model
>>> cost_by_model(connect(), Filters(date(2026, 11, 1), date(2026, 12, 1)))
"""

from analytics.activity import (
    active_time_per_day,
    activity_by_department,
    activity_by_weekday_hour,
    commits_per_day,
    events_by_hour,
    events_by_type,
    events_per_day,
    lines_of_code_per_day,
    prompts_per_day,
    sessions_per_day,
)
from analytics.cost import (
    cache_savings_per_day,
    cost_by_department,
    cost_by_model,
    cost_by_project,
    cost_by_user,
    cost_per_day,
    cost_per_day_by_model,
)
from analytics.data import DataStatus, FilterOptions, data_status, filter_options
from analytics.filters import Filters
from analytics.overview import Totals, headline_totals
from analytics.people import user_calendar, user_list
from analytics.person import UserProfile, user_activity, user_models, user_profile, user_tools
from analytics.reliability import (
    Latency,
    errors_by_type,
    errors_per_day,
    headline_latency,
    latency_by_model,
    latency_per_day,
)
from analytics.retention import active_users_per_day, new_users_per_day, retention_cohorts
from analytics.session import SessionTimeline, session_timeline
from analytics.session_filters import SessionFilter, found_sessions_per_day
from analytics.sessions import SessionPage, session_duration_by_role, session_list
from analytics.tokens import tokens_by_role, tokens_per_day, tokens_per_day_by_role
from analytics.tools import (
    code_edits_per_day,
    edits_by_language,
    tool_calls_by_tool,
    tool_decisions_by_source,
)
from store.connection import connect
from store.errors import (
    FilterError,
    SessionNotFound,
    StoreError,
    TokenflowError,
    UserNotFound,
)

__all__ = [
    "DataStatus",
    "FilterError",
    "FilterOptions",
    "Filters",
    "Latency",
    "SessionFilter",
    "SessionNotFound",
    "SessionPage",
    "SessionTimeline",
    "StoreError",
    "TokenflowError",
    "Totals",
    "UserNotFound",
    "UserProfile",
    "active_time_per_day",
    "active_users_per_day",
    "activity_by_department",
    "activity_by_weekday_hour",
    "cache_savings_per_day",
    "code_edits_per_day",
    "commits_per_day",
    "connect",
    "cost_by_department",
    "cost_by_model",
    "cost_by_project",
    "cost_by_user",
    "cost_per_day",
    "cost_per_day_by_model",
    "data_status",
    "edits_by_language",
    "errors_by_type",
    "errors_per_day",
    "events_by_hour",
    "events_by_type",
    "events_per_day",
    "filter_options",
    "found_sessions_per_day",
    "headline_latency",
    "headline_totals",
    "latency_by_model",
    "latency_per_day",
    "lines_of_code_per_day",
    "new_users_per_day",
    "prompts_per_day",
    "retention_cohorts",
    "session_duration_by_role",
    "session_list",
    "session_timeline",
    "sessions_per_day",
    "tokens_by_role",
    "tokens_per_day",
    "tokens_per_day_by_role",
    "tool_calls_by_tool",
    "tool_decisions_by_source",
    "user_activity",
    "user_calendar",
    "user_list",
    "user_models",
    "user_profile",
    "user_tools",
]
