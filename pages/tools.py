"""Tools: calls, failures, durations and permission decisions by tool."""

import streamlit as st

import analytics
import charts
from ui.components.card import Card, headline
from ui.components.caveats import caveats
from ui.components.drilldown import filter_by
from ui.components.figure import figure
from ui.components.format import percent, short
from ui.components.table import table
from ui.page import open_page
from ui.prefetch import prefetch
from ui.sections.tools import tool_summary, with_labels

page = open_page("Tools")
db, filters, today = page.db, page.filters, page.partial_day
prefetch(db, filters, analytics.headline_totals, analytics.tool_calls_by_tool,
         analytics.tool_decisions_by_source, analytics.code_edits_per_day, analytics.errors_per_day,
         analytics.edits_by_language)  # fmt: skip
prefetch(db, page.previous, analytics.tool_calls_by_tool, analytics.tool_decisions_by_source)

page.guard(analytics.headline_totals(db, filters).events)
tools = analytics.tool_calls_by_tool(db, filters)
decisions = analytics.tool_decisions_by_source(db, filters)
edits, days = analytics.code_edits_per_day(db, filters), analytics.errors_per_day(db, filters)
now = tool_summary(tools, decisions)
before = page.previous and tool_summary(
    analytics.tool_calls_by_tool(db, page.previous),
    analytics.tool_decisions_by_source(db, page.previous),
)

headline(
    now,
    before,
    [
        Card("Tool calls", "calls", trend=days["tool_calls"]),
        Card("Success rate", "success_rate", percent, direction="more", is_ratio=True,
             trend=(1 - days["tool_failures"] / days["tool_calls"]).dropna(),
             detail=f"{short(now.failures)} failed", help="Calls that did not fail, of all calls."),
        Card("Denials", "denials", direction="less", detail=f"of {short(now.decisions)}",
             help="Permissions denied by users, rules or hooks before the tool ran."),
        Card("Manual decisions", "manual_decisions", detail=f"of {short(now.decisions)}",
             help="Permissions that users granted or denied themselves."),
        Card("File edits", "edits", trend=edits["edits"]),
    ],
    page.comparison,
)  # fmt: skip

with st.grid(2, min_column_width=380, gap="small"):
    by_tool = filter_by("tool")
    figure("Calls by tool", tools, charts.tool_calls_by_tool, on_pick=by_tool)
    figure(
        "Duration by tool",
        tools,
        charts.tool_durations_by_tool,
        note="p50 to p95, accurate to 1%.",
        on_pick=by_tool,
    )
    figure("Failure rate by tool", tools, charts.failure_rate_by_tool, on_pick=by_tool)
    figure("Denials by tool", tools, charts.rejections_by_tool, on_pick=by_tool)
    figure("Permission decisions", decisions, charts.tool_decisions_by_source)
    figure(
        "File edits by language", analytics.edits_by_language(db, filters), charts.edits_by_language
    )
table("Tools", with_labels(tools), "No tool calls in this period.")

caveats([
    "A denial is not a failure: the tool never ran.",
    "Durations are percentiles from histograms, accurate to 1%. They include waiting for the user "
    "where a tool asks a question.",
    "Languages are those the client reported; edits without one count as Unknown.",
])  # fmt: skip
