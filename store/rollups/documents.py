"""Documents derived from events: rows of daily and monthly rollups, sessions and users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, TypedDict

Row = Mapping[str, Any]
"""A row of any rollup."""


class Rollup(TypedDict, total=False):
    """The rows of one local day; a day too large for one document has further parts."""

    _id: Annotated[str, "local day YYYY-MM-DD, or day|n for its n-th further part"]
    day: Annotated[str, "local day, YYYY-MM-DD"]
    rows: Annotated[Sequence[Row], "rows of the day"]
    parts: Annotated[int, "documents of the day, where it has more than one"]
    fence: Annotated[int, "fencing token of the writer (`store.fencing`)"]


class MonthlyRollup(Rollup, total=False):
    """The rows of one month, added up over its days."""

    _id: Annotated[str, "month YYYY-MM, or month|n for its n-th further part"]
    day: Annotated[str, "first day of the month, YYYY-MM-DD"]


class ScopeFields(TypedDict, total=False):
    """What rows are filtered by."""

    role: Annotated[str, "role of the user on that day"]
    department: Annotated[str, "department of the user on that day"]
    source: Annotated[str, "source of the events (`store.events.sources`)"]


class SessionScopeFields(TypedDict, total=False):
    """What rows of sessions are filtered by."""

    role: Annotated[str, "role of the user on that day"]
    department: Annotated[str, "department of the user on that day"]
    sources: Annotated[list[str], "sources of the events of the sessions"]


class TokenFields(TypedDict, total=False):
    """The four kinds of tokens, which never overlap."""

    input_tokens: Annotated[int, "tokens sent that were neither read from nor written to a cache"]
    output_tokens: Annotated[int, "tokens produced by the model"]
    cache_read_tokens: Annotated[int, "tokens read from the prompt cache"]
    cache_creation_tokens: Annotated[int, "tokens written to the prompt cache"]
    total_tokens: Annotated[int, "sum of the four kinds"]


class CostFields(TypedDict, total=False):
    """What model calls cost."""

    api_requests: Annotated[int, "model calls that succeeded"]
    cost_usd: Annotated[float, "cost, US dollars: as reported, else at list price"]
    unpriced_requests: Annotated[int, "model calls without a known price, not in cost_usd"]


class HistogramFields(TypedDict, total=False):
    """Durations as a histogram (`store.histogram`)."""

    buckets: Annotated[list[int], "numbers of the bins that are not empty"]
    counts: Annotated[list[int], "durations in each of these bins"]


class UsageRow(ScopeFields, TokenFields, CostFields, total=False):
    """Everything that adds up over events, and events by local hour."""

    events: Annotated[int, "events"]
    prompts: Annotated[int, "prompts that a user submitted, without built-in commands"]
    api_errors: Annotated[int, "model calls that failed"]
    computed_requests: Annotated[int, "model calls whose cost is computed at list price"]
    computed_cost_usd: Annotated[float, "the part of cost_usd at list price, US dollars"]
    unpriced_tokens: Annotated[int, "tokens of model calls without a known price"]
    tool_calls: Annotated[int, "finished tool calls"]
    tool_failures: Annotated[int, "tool calls that failed"]
    accepted: Annotated[int, "tool uses that were permitted"]
    rejected: Annotated[int, "tool uses that were not permitted"]


class HoursRow(SessionScopeFields, total=False):
    """Sessions by local hour."""


class EventsRow(ScopeFields, total=False):
    """Events by type."""

    event_type: Annotated[str, "type of the events"]
    events: Annotated[int, "events"]


class ModelsRow(ScopeFields, TokenFields, CostFields, total=False):
    """Model calls by model."""

    model: Annotated[str, "model id"]
    api_errors: Annotated[int, "model calls that failed"]
    computed_cost_usd: Annotated[float, "the part of cost_usd at list price, US dollars"]


class LatencyRow(ScopeFields, HistogramFields, total=False):
    """Durations of model calls by model."""

    model: Annotated[str, "model id"]
    api_requests: Annotated[int, "model calls with a duration"]


class ToolsRow(ScopeFields, HistogramFields, total=False):
    """Tool calls by tool, with their durations."""

    tool_name: Annotated[str, "tool"]
    calls: Annotated[int, "finished calls"]
    failures: Annotated[int, "calls that failed"]
    accepted: Annotated[int, "uses that were permitted"]
    rejected: Annotated[int, "uses that were not permitted"]


class DecisionsRow(ScopeFields, total=False):
    """Permissions for tools by what decided."""

    decision_source: Annotated[str, "what decided: a rule, a hook, the user once or for good"]
    accepted: Annotated[int, "uses that were permitted"]
    rejected: Annotated[int, "uses that were not permitted"]


class EditsRow(ScopeFields, total=False):
    """Code edits by programming language."""

    language: Annotated[str, "programming language of the edited file"]
    edits: Annotated[int, "finished calls of edit tools"]
    accepted: Annotated[int, "edits that were permitted"]
    rejected: Annotated[int, "edits that were not permitted"]


class ErrorsRow(ScopeFields, total=False):
    """Failures by class and type of event."""

    error_type: Annotated[str, "class of the failure"]
    event_type: Annotated[str, "api_error or tool_result"]
    errors: Annotated[int, "failures"]


class ProjectsRow(ScopeFields, CostFields, total=False):
    """Prompts and cost by project."""

    project: Annotated[str, "project, else repository, else unknown"]
    prompts: Annotated[int, "prompts that a user submitted, without built-in commands"]
    total_tokens: Annotated[int, "tokens of all four kinds"]


class ActiveRow(ScopeFields, total=False):
    """Users with at least one prompt."""

    users: Annotated[list[str], "ids of the users"]


class UsersRow(ScopeFields, total=False):
    """Sums by user: the n-th value of each list belongs to the n-th user."""

    user_id: Annotated[list[str], "ids of the users, in order"]
    events: Annotated[list[int], "events"]
    prompts: Annotated[list[int], "prompts, without built-in commands"]
    api_requests: Annotated[list[int], "model calls that succeeded"]
    total_tokens: Annotated[list[int], "tokens of all four kinds"]
    cost_usd: Annotated[list[float], "cost, US dollars"]
    unpriced_requests: Annotated[list[int], "model calls without a known price"]


class MetricsRow(ScopeFields, total=False):
    """Changes of OpenTelemetry counters; never added to sums of events."""

    metric: Annotated[str, "metric, without the prefix claude_code."]
    type: Annotated[str, "attribute `type` of the metric, such as input or added"]
    model: Annotated[str, "model id"]
    language: Annotated[str, "programming language"]
    decision: Annotated[str, "permission for a tool: accept or reject"]
    decision_source: Annotated[str, "what decided"]
    start_type: Annotated[str, "how the session began: fresh, resume or continue"]
    value: Annotated[float, "sum, in the unit of the metric"]


class SessionsRow(SessionScopeFields, total=False):
    """Sessions that started on the day."""

    sessions: Annotated[int, "sessions with a prompt or a model call"]
    durations: Annotated[list[float], "duration of each of them, seconds"]
    duration_seconds: Annotated[float, "sum of the durations, seconds"]
    prompts: Annotated[int, "prompts, without built-in commands"]
    total_tokens: Annotated[int, "tokens of all four kinds"]
    cost_usd: Annotated[float, "cost, US dollars"]
    unpriced_requests: Annotated[int, "model calls without a known price"]
    errors: Annotated[int, "model and tool calls that failed"]


class UserSessionsRow(SessionScopeFields, total=False):
    """Sessions by user: the n-th value of each list belongs to the n-th user."""

    user_id: Annotated[list[str], "ids of the users, in order"]
    sessions: Annotated[list[int], "sessions that started on the day"]


class DuplicatesRow(TypedDict):
    """An event that does not count because another reports the same (`store.events.duplicates`)."""

    bucket_id: Annotated[str, "its document in event_buckets"]
    id: Annotated[str, "its id"]


class OthersRow(TypedDict):
    """How much of a dimension is added up under "(other)" (`store.rollups.grouping`)."""

    dimension: Annotated[str, "field of the rows"]
    values: Annotated[int, "distinct values under (other)"]


class ModelUse(TypedDict):
    """What one session did with one model."""

    model: Annotated[str, "model id"]
    api_requests: Annotated[int, "model calls that succeeded"]
    total_tokens: Annotated[int, "tokens of all four kinds"]
    unpriced_requests: Annotated[int, "model calls without a known price"]
    cost_usd: Annotated[float, "cost, US dollars"]


class ToolUse(TypedDict):
    """What one session did with one tool."""

    tool_name: Annotated[str, "tool"]
    calls: Annotated[int, "finished calls"]
    failures: Annotated[int, "calls that failed"]


class PersonFields(TypedDict, total=False):
    """Who a user is on a day: from the directory, else from the events."""

    role: Annotated[str, "role from the directory, else derived from department and level"]
    role_basis: Annotated[str, "where the role comes from: directory, derived or unknown"]
    department: Annotated[str, "department"]
    level: Annotated[str, "seniority, such as L4"]
    location: Annotated[str, "place of work"]
    name: Annotated[str, "full name"]
    is_listed: Annotated[bool, "whether the directory has an entry for the user"]


class Session(PersonFields, TokenFields, CostFields, total=False):
    """The sums of one session; only `_id` and `fence` once its events are deleted."""

    _id: Annotated[str, "session, or u:<user_id>#<digit> for events without one"]
    session_id: Annotated[str, "the same"]
    user_id: Annotated[str, "the user"]
    email: Annotated[str, "e-mail address"]
    project: Annotated[str, "project, else repository, else unknown"]
    day: Annotated[str, "local day on which the session started, YYYY-MM-DD"]
    hour: Annotated[int, "local hour in which it started, 0 to 23"]
    started_at: Annotated[datetime, "first event"]
    ended_at: Annotated[datetime, "last event"]
    duration_seconds: Annotated[float, "from the first event to the last, seconds"]
    first_prompt_at: Annotated[datetime, "first prompt that counts"]
    events: Annotated[int, "events, without duplicates"]
    prompts: Annotated[int, "prompts, without built-in commands"]
    api_errors: Annotated[int, "model calls that failed"]
    tool_calls: Annotated[int, "finished tool calls"]
    tool_failures: Annotated[int, "tool calls that failed"]
    errors: Annotated[int, "api_errors + tool_failures"]
    model: Annotated[str, "model with the most calls"]
    models: Annotated[list[str], "all models"]
    model_uses: Annotated[list[ModelUse], "by model"]
    tool_uses: Annotated[list[ToolUse], "by tool"]
    error_types: Annotated[list[str], "classes of failures"]
    terminal: Annotated[str, "terminal program"]
    os: Annotated[str, "operating system"]
    client_version: Annotated[str, "latest version of the client"]
    sources: Annotated[list[str], "sources that delivered events"]
    is_counted: Annotated[bool, "whether it counts as a session: it has a prompt or a model call"]
    fence: Annotated[int, "fencing token of the writer (`store.fencing`)"]


class User(PersonFields, total=False):
    """One user, or a person of the directory without events; only `_id` and `fence` once gone."""

    _id: Annotated[str, "the user"]
    user_id: Annotated[str, "the same"]
    email: Annotated[str, "e-mail address"]
    first_seen_at: Annotated[datetime, "first event"]
    last_seen_at: Annotated[datetime, "last event"]
    first_prompt_day: Annotated[str, "local day of the first prompt, YYYY-MM-DD"]
    is_seen: Annotated[bool, "whether the user has events"]
    fence: Annotated[int, "fencing token of the writer (`store.fencing`)"]


ROWS: dict[str, type] = {
    "daily_usage": UsageRow,
    "daily_hours": HoursRow,
    "daily_events": EventsRow,
    "daily_models": ModelsRow,
    "daily_latency": LatencyRow,
    "daily_tools": ToolsRow,
    "daily_decisions": DecisionsRow,
    "daily_edits": EditsRow,
    "daily_errors": ErrorsRow,
    "daily_projects": ProjectsRow,
    "daily_active": ActiveRow,
    "daily_users": UsersRow,
    "daily_metrics": MetricsRow,
    "daily_sessions": SessionsRow,
    "daily_user_sessions": UserSessionsRow,
    "daily_duplicates": DuplicatesRow,
    "daily_others": OthersRow,
}
"""The row of each daily rollup. Totals and months have the same fields, those of a scope apart."""
