"""Documents of raw events and metric points, as `event_buckets` and `metric_points` hold them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict


class Attribute(TypedDict):
    """An attribute that has no field of its own."""

    k: Annotated[str, "name of the attribute"]
    v: Annotated[Any, "its value: text, number, boolean or a list of them"]


class SharedFields(TypedDict, total=False):
    """Who sent an event and from where."""

    user_id: Annotated[str, "the user: account id, else e-mail address, else installation id"]
    email: Annotated[str, "e-mail address in lower case"]
    name: Annotated[str, "full name"]
    account_id: Annotated[str, "account id in its tagged form"]
    install_id: Annotated[str, "random id of one installation of the client"]
    organization_id: Annotated[str, "organization of the account"]
    department: Annotated[str, "department that the client sent"]
    team: Annotated[str, "team that the client sent"]
    level: Annotated[str, "seniority, such as L4"]
    location: Annotated[str, "place of work"]
    project: Annotated[str, "project name"]
    repository: Annotated[str, "repository as owner/name"]
    branch: Annotated[str, "version-control branch"]
    terminal: Annotated[str, "terminal program"]
    os: Annotated[str, "operating system"]
    os_version: Annotated[str, "version of the operating system"]
    arch: Annotated[str, "processor architecture"]
    host_name: Annotated[str, "name of the machine"]
    client_version: Annotated[str, "version of the client"]
    entrypoint: Annotated[str, "how the client was started, such as cli or sdk-py"]
    service_name: Annotated[str, "OpenTelemetry service.name"]
    product: Annotated[str, "product that sent the event, such as claude_code"]
    labels: Annotated[list[Attribute], "other attributes of the OpenTelemetry resource"]
    source: Annotated[str, "source that delivered the event first (`store.events.sources`)"]


class Event(SharedFields, total=False):
    """One thing that a client reported: a prompt, a model call, a tool call, an error."""

    id: Annotated[str, "derived from the content of the event, equal for every delivery of it"]
    timestamp: Annotated[datetime, "when it happened"]
    event_type: Annotated[str, "such as user_prompt, api_request, api_error, tool_result"]
    session_id: Annotated[str, "session that the event belongs to"]
    sources: Annotated[list[str], "all sources of the event, if there are several"]
    sequence: Annotated[int, "position within the session, counted by the client"]
    prompt_id: Annotated[str, "prompt that caused the event"]
    message_id: Annotated[str, "message of the model API"]
    request_id: Annotated[str, "request of the model API"]
    usage_key: Annotated[str, "equal in all reports of one call (`store.events.duplicates`)"]
    dedupe_rank: Annotated[list[int], "completeness of a report; the highest one counts"]
    is_sidechain: Annotated[bool, "whether the transcript of a sub-agent reported it"]
    model: Annotated[str, "model id, without the suffix for a long context"]
    is_long_context: Annotated[bool, "whether the model id had that suffix"]
    duration_ms: Annotated[int, "duration, milliseconds"]
    ttft_ms: Annotated[int, "time to the first token, milliseconds"]
    input_tokens: Annotated[int, "tokens sent that were neither read from nor written to a cache"]
    output_tokens: Annotated[int, "tokens produced by the model"]
    cache_read_tokens: Annotated[int, "tokens read from the prompt cache"]
    cache_creation_tokens: Annotated[int, "tokens written to the prompt cache"]
    cache_creation_1h_tokens: Annotated[int, "those of them that are cached for one hour"]
    cost_usd: Annotated[float, "cost that the client reported, US dollars"]
    speed: Annotated[str, "speed tier, such as fast"]
    effort: Annotated[str, "reasoning effort"]
    query_source: Annotated[str, "part of the client that called the model"]
    agent_name: Annotated[str, "sub-agent"]
    skill_name: Annotated[str, "skill"]
    plugin_name: Annotated[str, "plugin"]
    mcp_server: Annotated[str, "MCP server"]
    mcp_tool: Annotated[str, "tool of the MCP server"]
    tool_name: Annotated[str, "tool"]
    tool_use_id: Annotated[str, "one use of a tool"]
    is_success: Annotated[bool, "whether the tool, the sign-in or the like succeeded"]
    decision: Annotated[str, "permission for a tool: accept or reject"]
    decision_source: Annotated[str, "what decided: a rule, a hook, the user once or for good"]
    tool_input_bytes: Annotated[int, "size of the input of a tool, bytes"]
    tool_result_bytes: Annotated[int, "size of the result of a tool, bytes"]
    language: Annotated[str, "programming language of an edited file"]
    error_type: Annotated[str, "class of a failure"]
    error_message: Annotated[str, "message of a failure, at most 300 characters"]
    status_code: Annotated[int, "HTTP status of the model API"]
    attempt: Annotated[int, "number of the attempt"]
    prompt_length: Annotated[int, "length of the prompt, characters"]
    command_name: Annotated[str, "slash command"]
    command_source: Annotated[str, "where the slash command is defined"]
    extra: Annotated[list[Attribute], "attributes of the event that have no field of their own"]


class EventBucket(SharedFields, total=False):
    """All events of one session in one UTC hour.

    A field that all events share is stored once, in the bucket. Where events differ from it, they
    have it too: null for "this event has none".
    """

    _id: Annotated[str, "hour and session: 2026-01-31T09|<session_id>"]
    day: Annotated[str, "UTC date of the hour, YYYY-MM-DD"]
    session_id: Annotated[str, "session, or u:<user_id>#<digit> for events without one"]
    version: Annotated[int, "grows with each write; compared before the document is replaced"]
    mixed: Annotated[list[str], "shared fields on which the events differ"]
    events: Annotated[list[Event], "ordered by time, sequence and id"]


class Point(Event, total=False):
    """One point of a metric, as `write_points` takes it."""

    series: Annotated[str, "digest of the name of the metric and all attributes of the point"]
    metric: Annotated[str, "metric, without the prefix claude_code."]
    unit: Annotated[str, "unit of the value, as sent"]
    value: Annotated[float, "value, in that unit"]
    temporality: Annotated[Literal[1, 2], "1: change since the last point, 2: sum since the start"]
    is_monotonic: Annotated[bool, "whether the counter can only grow"]
    start_unix_nano: Annotated[int, "start of the span, nanoseconds since 1970"]
    time_unix_nano: Annotated[int, "end of the span, nanoseconds since 1970"]
    type: Annotated[str, "attribute `type` of the metric, such as input or added"]
    start_type: Annotated[str, "how the session began: fresh, resume or continue"]


class MetricSeries(SharedFields, total=False):
    """The points of one series: their common fields, and their spans and values side by side."""

    series: Annotated[str, "digest of the name of the metric and all attributes of its points"]
    metric: Annotated[str, "metric, without the prefix claude_code."]
    unit: Annotated[str, "unit of the values, as sent"]
    temporality: Annotated[Literal[1, 2], "1: change since the last point, 2: sum since the start"]
    is_monotonic: Annotated[bool, "whether the counter can only grow"]
    session_id: Annotated[str, "session, in a bucket without one"]
    type: Annotated[str, "attribute `type` of the metric, such as input or added"]
    model: Annotated[str, "model id"]
    is_long_context: Annotated[bool, "whether the model id had the suffix for a long context"]
    language: Annotated[str, "programming language"]
    decision: Annotated[str, "permission for a tool: accept or reject"]
    decision_source: Annotated[str, "what decided"]
    start_type: Annotated[str, "how the session began: fresh, resume or continue"]
    query_source: Annotated[str, "part of the client that called the model"]
    speed: Annotated[str, "speed tier, such as fast"]
    effort: Annotated[str, "reasoning effort"]
    tool_name: Annotated[str, "tool"]
    agent_name: Annotated[str, "sub-agent"]
    skill_name: Annotated[str, "skill"]
    plugin_name: Annotated[str, "plugin"]
    mcp_server: Annotated[str, "MCP server"]
    mcp_tool: Annotated[str, "tool of the MCP server"]
    extra: Annotated[list[Attribute], "attributes that have no field of their own"]
    starts: Annotated[list[int], "start of each span, nanoseconds since 1970"]
    times: Annotated[list[int], "end of each span, nanoseconds since 1970"]
    values: Annotated[list[float], "value of each point, in the unit"]


class MetricBucket(TypedDict, total=False):
    """All metric points of one session in one UTC hour."""

    _id: Annotated[str, "hour and session, as in event_buckets"]
    day: Annotated[str, "UTC date of the hour, YYYY-MM-DD"]
    session_id: Annotated[str, "session, or u:<user_id>#<digit> for points without one"]
    version: Annotated[int, "grows with each write; compared before the document is replaced"]
    series: Annotated[list[MetricSeries], "in the order of their attributes"]
