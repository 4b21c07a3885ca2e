from .activity import events_by_type, events_per_day, prompts_per_day, sessions_per_day
from .adoption import active_users_per_day, retention_cohorts
from .choices import FilterOptions, filter_options
from .cost import cost_by_model, cost_per_day, cost_per_day_by_model
from .diary import user_activity
from .errors import (
    FilterError,
    SessionNotFound,
    StoreError,
    TokenflowError,
    UserNotFound,
)
from .filters import Filters
from .finding import SessionSearch, found_sessions_per_day
from .habits import user_models, user_tools
from .latency import latency_by_model, latency_per_day
from .newcomers import new_users_per_day
from .outcomes import Latency, errors_per_day, headline_latency
from .output import active_time_per_day, commits_per_day, lines_of_code_per_day
from .people import user_calendar, user_list
from .profiles import UserProfile, user_profile
from .reliability import errors_by_type
from .rhythm import activity_by_department, activity_by_weekday_hour, events_by_hour
from .savings import cache_savings_per_day
from .sessions import SessionPage, session_duration_by_role, session_list
from .spend import cost_by_department, cost_by_project, cost_by_user
from .status import DataStatus, data_status
from .store.connection import connect
from .timeline import SessionTimeline, session_timeline
from .tools import (
    code_edits_per_day,
    edits_by_language,
    tool_calls_by_tool,
    tool_decisions_by_source,
)
from .totals import Totals, headline_totals
from .usage import tokens_by_role, tokens_per_day, tokens_per_day_by_role

__all__ = [
    "DataStatus",
    "FilterError",
    "FilterOptions",
    "Filters",
    "Latency",
    "SessionNotFound",
    "SessionPage",
    "SessionSearch",
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
