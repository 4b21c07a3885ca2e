"""Charts: a frame of :mod:`analytics` in, an Altair chart out.

Every function is pure: no store, no server, no Streamlit. In a notebook call
:func:`use_theme` once and display what they return. The pages draw the same
charts through :mod:`ui.components.figure`, from what each is made of: its ``draw`` returns
the rows and the Vega-Lite spec that Altair makes the chart of.
"""

from charts.activity import (
    active_time_per_day,
    active_users_per_day,
    activity_by_weekday_hour,
    code_edits_per_day,
    commits_per_day,
    events_by_hour,
    lines_of_code_per_day,
    new_users_per_day,
    retention_cohorts,
    sessions_per_day,
)
from charts.cost import (
    cache_savings_per_day,
    cost_by_department,
    cost_by_model,
    cost_by_project,
    cost_by_role,
    cost_by_user,
    cost_per_day_by_model,
)
from charts.durations import (
    latency_by_model,
    latency_per_day,
    response_time_by_endpoint,
    session_duration_by_role,
    tool_durations_by_tool,
)
from charts.overview import (
    cost_per_day,
    events_by_type,
    events_per_day,
    tokens_by_role,
    tokens_per_day,
)
from charts.person import activity_calendar, user_tokens_per_day
from charts.reliability import errors_by_type, errors_per_day
from charts.saas import (
    failed_logins_by_address,
    requests_by_endpoint,
    requests_by_status,
    saas_requests_per_day,
    security_events_per_day,
    sessions_by_country,
    sessions_by_device,
    user_status,
)
from charts.sessions import (
    found_sessions_per_day,
    request_costs,
    request_tokens,
    session_lanes,
    time_spent,
    tools_used,
)
from charts.shared.theme import use_theme
from charts.tools import (
    edits_by_language,
    failure_rate_by_tool,
    rejections_by_tool,
    tool_calls_by_tool,
    tool_decisions_by_source,
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
