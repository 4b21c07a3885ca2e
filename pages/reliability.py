"""Reliability: what fails, and how long people wait."""

import streamlit as st

import analytics
import charts
from ui.components.card import Card, headline
from ui.components.caveats import caveats
from ui.components.drilldown import open_sessions
from ui.components.figure import figure
from ui.components.format import ABOUT, exact, milliseconds, percent, short
from ui.components.table import table
from ui.page import open_page
from ui.prefetch import prefetch
from ui.scope import EVERYTHING
from ui.sections.reliability import error_summary, with_labels

page = open_page("Reliability", "What fails, and how slow is it?")
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
days, waits = analytics.errors_per_day(db, filters), analytics.latency_per_day(db, filters)
errors, known = analytics.errors_by_type(db, filters), waits.dropna()

headline(
    now,
    before,
    [
        Card("Error rate", "error_rate", percent, trend=days["error_rate"].dropna(),
             direction="less", is_ratio=True,
             detail=f"{short(now.api_errors)} of {short(now.attempts)}",
             help=f"API requests that failed ({exact(now.api_errors)}) of all that were made "
             f"({exact(now.attempts)})."),
        Card("Failed tool calls", "tool_failure_rate", percent, direction="less", is_ratio=True,
             trend=(days["tool_failures"] / days["tool_calls"]).dropna(),
             detail=f"{short(now.tool_failures)} of {short(now.tool_calls)}",
             help=f"{exact(now.tool_failures)} of {exact(now.tool_calls)} tool calls."),
        Card("Failures", "failures", trend=days["api_errors"] + days["tool_failures"],
             direction="less", detail=f"{percent(now.success_rate or 0)} succeed",
             help="Requests and tool calls together."),
        Card("Typical request", "p50_ms", milliseconds, trend=known["p50_ms"],
             direction="less", prefix=ABOUT, help="p50: half of the API requests took less."),
        Card("Slow request", "p95_ms", milliseconds, trend=known["p95_ms"],
             direction="less", prefix=ABOUT, help="p95: 95% of the API requests took less."),
    ],
    page.comparison,
)  # fmt: skip

with st.grid(2, min_column_width=380, gap="small"):
    figure("How much fails each day?", days, charts.errors_per_day, partial_day=today,
           on_pick=open_sessions("day"))  # fmt: skip
    figure("What are the failures?", errors, charts.errors_by_type,
           on_pick=open_sessions("errors", column="error_type"))  # fmt: skip
    figure("How long do requests take each day?", waits, charts.latency_per_day,
           note="Approximate percentiles: at most 1 % off.")  # fmt: skip
    figure("Which models answer fast?", analytics.latency_by_model(db, filters),
           charts.latency_by_model,
           note="From half of the requests to 95 % of them. Approximate: at most 1 % off.",
           models=analytics.filter_options(db, EVERYTHING).models,
           on_pick=open_sessions("model"))  # fmt: skip
table("Every kind of failure", with_labels(errors), "Nothing failed in this period.")

caveats([
    "A retry is a request of its own: one prompt can fail twice and still be answered.",
    "A refused permission is no failure; the page Tools counts those.",
    "p50 and p95 come from histograms that can be added up: at most 1 % off. They count requests "
    "that were answered; how long failed ones took is not in them.",
])  # fmt: skip
