"""Reliability: failures and latency of requests and tool calls."""

import streamlit as st

import analytics
import charts
from ui.components.card import Card, headline
from ui.components.caveats import caveats
from ui.components.drilldown import filter_by, open_sessions
from ui.components.figure import figure
from ui.components.format import ABOUT, exact, milliseconds, percent, short
from ui.components.table import table
from ui.page import open_page
from ui.prefetch import prefetch
from ui.sections.reliability import error_summary, with_labels

page = open_page("Reliability")
db, filters, today = page.db, page.filters, page.partial_day
prefetch(db, filters, analytics.headline_totals, analytics.headline_latency,
         analytics.errors_per_day, analytics.latency_per_day, analytics.errors_by_type,
         analytics.latency_by_model)  # fmt: skip
prefetch(db, page.previous, analytics.headline_totals, analytics.headline_latency)

totals = analytics.headline_totals(db, filters)
page.guard(totals.events)
now = error_summary(totals, analytics.headline_latency(db, filters))
before = page.previous and error_summary(
    analytics.headline_totals(db, page.previous), analytics.headline_latency(db, page.previous)
)
days, latency = analytics.errors_per_day(db, filters), analytics.latency_per_day(db, filters)
errors, measured = analytics.errors_by_type(db, filters), latency.dropna()

headline(
    now,
    before,
    [
        Card("Error rate", "error_rate", percent, trend=days["error_rate"].dropna(),
             direction="less", is_ratio=True,
             detail=f"{short(now.api_errors)} of {short(now.attempts)}",
             help=f"{exact(now.api_errors)} of {exact(now.attempts)} API requests failed."),
        Card("Tool failure rate", "tool_failure_rate", percent, direction="less", is_ratio=True,
             trend=(days["tool_failures"] / days["tool_calls"]).dropna(),
             detail=f"{short(now.tool_failures)} of {short(now.tool_calls)}",
             help=f"{exact(now.tool_failures)} of {exact(now.tool_calls)} tool calls failed."),
        Card("Failures", "failures", trend=days["api_errors"] + days["tool_failures"],
             direction="less", detail=f"{percent(now.success_rate or 0)} succeed",
             help="Failed API requests and tool calls."),
        Card("Latency p50", "p50_ms", milliseconds, trend=measured["p50_ms"],
             direction="less", prefix=ABOUT, help="Median: half of the API requests took less."),
        Card("Latency p95", "p95_ms", milliseconds, trend=measured["p95_ms"],
             direction="less", prefix=ABOUT, help="95% of the API requests took less."),
    ],
    page.comparison,
)  # fmt: skip

with st.grid(2, min_column_width=380, gap="small"):
    figure("Failures per day", days, charts.errors_per_day, partial_day=today,
           on_pick=open_sessions("day"))  # fmt: skip
    figure("Failures by cause", errors, charts.errors_by_type,
           on_pick=open_sessions("errors", column="error_type"))  # fmt: skip
    figure("Latency per day", latency, charts.latency_per_day,
           note="p50 and p95, accurate to 1%.")  # fmt: skip
    figure("Latency by model", analytics.latency_by_model(db, filters), charts.latency_by_model,
           note="p50 to p95, accurate to 1%.",
           models=page.scope.options.models,
           on_pick=filter_by("model"))  # fmt: skip
table("Failures", with_labels(errors), "No failures in this period.")

caveats([
    "A retry counts as a request of its own: one prompt can fail twice and still be answered.",
    "A denied permission is not a failure; see Tools for denials.",
    "p50 and p95 come from mergeable histograms, accurate to 1%. They cover answered requests "
    "only.",
])  # fmt: skip
