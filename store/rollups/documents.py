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


class HoursRow(SessionScopeFields, total=False):
    """Sessions by local hour."""


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


class ValuesRow(TypedDict):
    """The values of a dimension, 200 at most."""

    dimension: Annotated[str, "field of the rows"]
    values: Annotated[list[str], "values, in order"]


class Sent(TypedDict, total=False):
    """The sender: each field of the first event of the day that has it."""

    user_id: Annotated[str, "the user"]
    email: Annotated[str, "e-mail address"]
    name: Annotated[str, "full name"]
    department: Annotated[str, "department that the client sent"]
    level: Annotated[str, "seniority, such as L4"]
    location: Annotated[str, "place of work"]
    project: Annotated[str, "project name"]
    repository: Annotated[str, "repository as owner/name"]
    terminal: Annotated[str, "terminal program"]
    os: Annotated[str, "operating system"]


class FactRow(TypedDict, total=False):
    """What one sender did in a session on a day."""

    user_id: Annotated[str, "the user"]
    role: Annotated[str, "role of the user on that day"]
    department: Annotated[str, "department of the user on that day"]
    source: Annotated[str, "source of the events (`store.events.sources`)"]
    project: Annotated[str, "project, else repository, else unknown"]
    repository: Annotated[str, "repository as owner/name"]
    terminal: Annotated[str, "terminal program"]
    os: Annotated[str, "operating system"]
    client_version: Annotated[str, "version of the client"]
    events: Annotated[int, "events of every type, without duplicates"]
    prompts: Annotated[int, "prompts, built-in commands excluded"]
    total_tokens: Annotated[int, "tokens of all four kinds"]
    cost_usd: Annotated[float, "cost, US dollars"]
    models: Annotated[list[str], "models with requests that succeeded"]
    tools: Annotated[list[str], "tools with calls that ended"]
    emails: Annotated[list[str], "e-mail addresses, where they are not that of `sent`"]
    lists: Annotated[str, "JSON: the entries of each part (`store.rollups.definitions.PARTS`)"]
    others: Annotated[dict[str, int], "by dimension, values of the lists added up under (other)"]


class Fact(TypedDict, total=False):
    """One session on one local day; very many senders make further parts."""

    _id: Annotated[str, "day|session|, or day|session||n for its n-th further part"]
    day: Annotated[str, "local day, YYYY-MM-DD"]
    session_id: Annotated[str, "session, or u:<user_id>#<digit> for events without one"]
    started_at: Annotated[datetime, "first event of the day"]
    ended_at: Annotated[datetime, "last event of the day"]
    first_prompt_at: Annotated[datetime, "first prompt of the day that counts"]
    sources: Annotated[list[str], "sources that delivered events"]
    sent: Annotated[Sent, "the sender, for the session as a whole"]
    client_version: Annotated[str, "latest version of the client"]
    rows: Annotated[Sequence[FactRow], "by sender, in the order of their first event"]
    parts: Annotated[int, "documents of the fact, where it has more than one"]
    fence: Annotated[int, "fencing token of the writer (`store.fencing`)"]


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
    repository: Annotated[str, "repository as owner/name"]
    day: Annotated[str, "local day on which the session started, YYYY-MM-DD"]
    hour: Annotated[int, "local hour in which it started, 0 to 23"]
    weekday: Annotated[int, "weekday of that day, 0 is Monday"]
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
    "daily_hours": HoursRow,
    "daily_sessions": SessionsRow,
    "daily_user_sessions": UserSessionsRow,
    "daily_duplicates": DuplicatesRow,
    "daily_others": OthersRow,
    "daily_values": ValuesRow,
}
"""The row of each daily rollup that is no plain sum of facts (`store.rollups.definitions`)."""
