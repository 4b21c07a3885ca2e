"""Altair charts of the frames of :mod:`analytics`.

Every function is pure: no store, no server, no Streamlit. In a notebook, call :func:`use_theme`
once and display the charts. The pages draw the same charts through
:mod:`ui.components.figure`, from the `ChartSpec` that ``spec`` of each function returns.
"""

from charts.activity import (
    active_time_per_day,
    activity_by_weekday_hour,
    commits_per_day,
    events_by_hour,
    events_by_type,
    events_per_day,
    lines_of_code_per_day,
    sessions_per_day,
)
from charts.cost import (
    cache_savings_per_day,
    cost_by_department,
    cost_by_model,
    cost_by_project,
    cost_by_role,
    cost_by_user,
    cost_per_day,
    cost_per_day_by_model,
)
from charts.person import (
    activity_calendar,
    user_tokens_per_day,
)
from charts.reliability import (
    errors_by_type,
    errors_per_day,
    latency_by_model,
    latency_per_day,
)
from charts.retention import (
    active_users_per_day,
    new_users_per_day,
    retention_cohorts,
)
from charts.saas import (
    failed_logins_by_address,
    requests_by_endpoint,
    requests_by_status,
    response_time_by_endpoint,
    saas_requests_per_day,
    security_events_per_day,
    sessions_by_country,
    sessions_by_device,
    user_status,
)
from charts.session import (
    request_costs,
    request_tokens,
    session_lanes,
    time_spent,
)
from charts.sessions import (
    found_sessions_per_day,
    session_duration_by_role,
)
from charts.shared.theme import use_theme
from charts.tokens import (
    tokens_by_role,
    tokens_per_day,
)
from charts.tools import (
    code_edits_per_day,
    edits_by_language,
    failure_rate_by_tool,
    rejections_by_tool,
    tool_calls_by_tool,
    tool_decisions_by_source,
    tool_durations_by_tool,
    tools_used,
)

__all__ = [
    "active_time_per_day",
    "active_users_per_day",
    "activity_by_weekday_hour",
    "activity_calendar",
    "cache_savings_per_day",
    "code_edits_per_day",
    "commits_per_day",
    "cost_by_department",
    "cost_by_model",
    "cost_by_project",
    "cost_by_role",
    "cost_by_user",
    "cost_per_day",
    "cost_per_day_by_model",
    "edits_by_language",
    "errors_by_type",
    "errors_per_day",
    "events_by_hour",
    "events_by_type",
    "events_per_day",
    "failed_logins_by_address",
    "failure_rate_by_tool",
    "found_sessions_per_day",
    "latency_by_model",
    "latency_per_day",
    "lines_of_code_per_day",
    "new_users_per_day",
    "rejections_by_tool",
    "request_costs",
    "request_tokens",
    "requests_by_endpoint",
    "requests_by_status",
    "response_time_by_endpoint",
    "retention_cohorts",
    "saas_requests_per_day",
    "security_events_per_day",
    "session_duration_by_role",
    "session_lanes",
    "sessions_by_country",
    "sessions_by_device",
    "sessions_per_day",
    "time_spent",
    "tokens_by_role",
    "tokens_per_day",
    "tool_calls_by_tool",
    "tool_decisions_by_source",
    "tool_durations_by_tool",
    "tools_used",
    "use_theme",
    "user_status",
    "user_tokens_per_day",
]
