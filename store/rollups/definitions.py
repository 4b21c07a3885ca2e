"""Every measure, dimension, part of a fact and rollup, declared once.

A fact is one session on one local day (`store.rollups.facts`). Its rows have scalar dimensions, and
parts: lists of what the sender did by model, tool and so on. A rollup adds up the facts of a day by
role, department, source and its own dimensions. Writer, schema, questions and documentation read
these declarations.
"""

from __future__ import annotations

from typing import NamedTuple


class Measure(NamedTuple):
    """A number that is counted, and what it means."""

    name: str
    meaning: str
    unit: str = "count"
    dtype: str = "int64"


class Dimension(NamedTuple):
    """What distinguishes rows."""

    name: str
    meaning: str
    filter: str = ""
    """Name of its values in `analytics.Filters`; empty if no filter selects them."""


class Part(NamedTuple):
    """A list in a row of a fact: one entry per combination of its dimensions."""

    name: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    histogram: str = ""
    """Name of the histogram that each entry ends with, if it has one."""


class RollupType(NamedTuple):
    """A rollup: which rows its days have."""

    name: str
    meaning: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    part: str = ""
    """Part of facts whose entries are added up; empty for measures of the whole row."""


HOURS = tuple(f"h{hour:02}" for hour in range(24))
SESSION_HOURS = tuple(f"s{hour:02}" for hour in range(24))

TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")
"""The four kinds of tokens, which never overlap."""

MEASURES = {
    measure.name: measure
    for measure in (
        Measure("events", "events of every type"),
        Measure("prompts", "prompts, built-in commands excluded"),
        Measure("api_requests", "API requests, failed ones excluded"),
        Measure("api_errors", "API requests that failed"),
        Measure("tool_calls", "tool calls, failed ones included"),
        Measure("tool_failures", "tool calls that failed"),
        Measure("accepted", "permissions granted"),
        Measure("rejected", "permissions rejected, by people or by rules"),
        Measure("input_tokens", "sent, neither read from nor written to the cache", "tokens"),
        Measure("output_tokens", "produced by the model", "tokens"),
        Measure("cache_read_tokens", "read from the cache", "tokens"),
        Measure("cache_creation_tokens", "written to the cache", "tokens"),
        Measure("total_tokens", "sum of the four kinds", "tokens"),
        Measure("cost_usd", "as reported by the client, else at list price", "USD", "float64"),
        Measure("computed_requests", "API requests whose cost is computed at list price"),
        Measure("computed_cost_usd", "the part of cost_usd at list price", "USD", "float64"),
        Measure(
            "unpriced_requests", "API requests whose model has no price; they add nothing to cost"
        ),
        Measure("unpriced_tokens", "tokens of those requests", "tokens"),
        Measure("calls", "tool calls, failed ones included"),
        Measure("failures", "tool calls that failed"),
        Measure("edits", "calls of Edit, MultiEdit, Write or NotebookEdit"),
        Measure("errors", "failures"),
        Measure("value", "sum, in the unit of the metric", "", "float64"),
        Measure("sessions", "sessions that started in the range"),
        Measure("duration_seconds", "durations of sessions, added up", "seconds", "float64"),
        Measure("latency", "durations of API requests", "ms", "object"),
        Measure("durations", "durations of tool calls", "ms", "object"),
        *(Measure(name, f"events in local hour {hour}") for hour, name in enumerate(HOURS)),
        *(
            Measure(name, f"sessions with events in local hour {hour}")
            for hour, name in enumerate(SESSION_HOURS)
        ),
    )
}
"""Every measure of facts and rollups, by name."""

DIMENSIONS = {
    dimension.name: dimension
    for dimension in (
        Dimension("role", "role of the user on that day", "roles"),
        Dimension("department", "department of the user on that day", "departments"),
        Dimension("source", "source of the events", "sources"),
        Dimension("user_id", "the user", "users"),
        Dimension("project", "project, else repository, else unknown", "projects"),
        Dimension("repository", "repository as owner/name", "repositories"),
        Dimension("terminal", "terminal program", "terminals"),
        Dimension("os", "operating system", "operating_systems"),
        Dimension("client_version", "version of the client", "client_versions"),
        Dimension("model", "model id", "models"),
        Dimension("tool_name", "tool", "tools"),
        Dimension("event_type", "type of the events"),
        Dimension("decision_source", "what decided: a rule, a hook, the user once or for good"),
        Dimension("language", "programming language of the edited file"),
        Dimension("error_type", "class of the failure"),
        Dimension("hour", "local hour"),
        Dimension("metric", "metric, without the prefix claude_code."),
        Dimension("type", "attribute `type` of the metric, such as input or added"),
        Dimension("decision", "permission for a tool: accept or reject"),
        Dimension("start_type", "how the session began: fresh, resume or continue"),
        Dimension("dimension", "a dimension that filters select by"),
    )
}
"""Every dimension of facts and rollups, by name."""

SCOPE = ("role", "department", "source")
"""Dimensions of the rows of every rollup."""

SENDER = (
    *("user_id", *SCOPE),
    *("project", "repository", "terminal", "os", "client_version"),
)
"""Scalar dimensions of a row of a fact: who did something, and with what."""

_REQUESTS = ("api_requests", "api_errors", *TOKENS, "total_tokens", "cost_usd")
_BASIS = ("computed_requests", "computed_cost_usd", "unpriced_requests", "unpriced_tokens")

PARTS = {
    part.name: part
    for part in (
        Part("models", ("model",), (*_REQUESTS, *_BASIS), "latency"),
        Part("tools", ("tool_name",), ("calls", "failures", "accepted", "rejected"), "durations"),
        Part("decisions", ("decision_source",), ("accepted", "rejected")),
        Part("languages", ("language",), ("edits", "accepted", "rejected")),
        Part("errors", ("error_type", "event_type"), ("errors",)),
        Part("types", ("event_type",), ("events",)),
        Part("hours", ("hour",), ("events",)),
        Part(
            "metrics",
            ("metric", "type", "model", "language", "decision", "decision_source", "start_type"),
            ("value",),
        ),
    )
}
"""The lists of a row of a fact, by name."""

USAGE = (
    *("events", "prompts", *_REQUESTS, *_BASIS),
    *("tool_calls", "tool_failures", "accepted", "rejected", *HOURS),
)
"""Measures of a whole row of a fact."""

_SPENT = ("prompts", "api_requests", "total_tokens", "cost_usd", "unpriced_requests")

ROLLUPS = {
    rollup.name: rollup
    for rollup in (
        RollupType(
            "daily_usage", "Everything that adds up over events, and events by hour.", (), USAGE
        ),
        RollupType(
            "daily_models", "API requests by model, with their durations.",
            ("model",), PARTS["models"].measures, "models",
        ),
        RollupType(
            "daily_tools", "Tool calls by tool, with their durations.",
            ("tool_name",), PARTS["tools"].measures, "tools",
        ),
        RollupType(
            "daily_decisions", "Permissions for tools by what decided.",
            ("decision_source",), PARTS["decisions"].measures, "decisions",
        ),
        RollupType(
            "daily_edits", "Code edits by programming language.",
            ("language",), PARTS["languages"].measures, "languages",
        ),
        RollupType(
            "daily_errors", "Failures by class and type of event.",
            ("error_type", "event_type"), PARTS["errors"].measures, "errors",
        ),
        RollupType(
            "daily_events", "Events by type.", ("event_type",), PARTS["types"].measures, "types"
        ),
        RollupType(
            "daily_metrics", "Changes of OpenTelemetry counters; never added to sums of events.",
            PARTS["metrics"].dimensions, PARTS["metrics"].measures, "metrics",
        ),
        RollupType("daily_projects", "Prompts and cost by project.", ("project",), _SPENT),
        RollupType(
            "daily_users", "Events, prompts and cost by user.", ("user_id",), ("events", *_SPENT)
        ),
    )
}  # fmt: skip
"""The rollups that add up the facts of a day, by collection."""
