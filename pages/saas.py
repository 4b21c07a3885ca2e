"""SaaS: traffic and security findings of a web application (a separate data set)."""

import streamlit as st

import charts
from analytics import saas
from ui.components.card import Card, headline
from ui.components.caveats import caveats
from ui.components.figure import figure
from ui.components.format import percent, short
from ui.components.table import table
from ui.page import comparison, open_page
from ui.prefetch import prefetch
from ui.scope import EVERYTHING
from ui.sections import saas as section

page = open_page("SaaS", heading="SaaS traffic", freshness=section.freshness)
db, filters, today = page.db, page.filters, page.partial_day

available = saas.day_list(db, EVERYTHING)
section.guard_days(available, filters)
before = section.previous_days(available, filters)
prefetch(db, filters, saas.account_list, saas.requests_per_day, saas.security_events_per_day,
         saas.user_status, saas.token_reuse_after_revocation, saas.response_time_per_day,
         saas.requests_by_endpoint, saas.requests_by_status, saas.failed_logins_by_address,
         saas.sessions_by_country, saas.sessions_by_device, saas.security_findings)  # fmt: skip
prefetch(db, before, saas.requests_per_day, saas.security_events_per_day, saas.user_status,
         saas.token_reuse_after_revocation)  # fmt: skip

accounts, now = saas.account_list(db, filters), section.saas_summary(db, filters)
traffic, events = saas.requests_per_day(db, filters), saas.security_events_per_day(db, filters)
times, endpoints = saas.response_time_per_day(db, filters), saas.requests_by_endpoint(db, filters)

headline(
    now,
    before and section.saas_summary(db, before),
    [
        Card("Requests", "requests", trend=traffic["requests"]),
        Card("Error rate", "error_rate", percent, direction="less", is_ratio=True,
             trend=traffic["error_rate"].dropna(),
             detail=f"{short(now.errors)} of {short(now.requests)}",
             help="Status 400 or above, of all requests."),
        Card("Failed sign-ins", "failed_logins", trend=events["failed_logins"], direction="less"),
        Card("Revoked tokens", "token_reuses", trend=events["token_reuses"], direction="less",
             detail=f"{short(now.answered)} answered", help="Requests with a revoked token."),
        Card("Rate limited", "rate_limited", trend=events["rate_limited"], direction="less"),
        Card("Accounts with MFA", "mfa_share", percent, detail=f"of {short(now.accounts)}",
             help="Current accounts, whatever the period."),
    ],
    comparison(before),
)  # fmt: skip

with st.grid(2, min_column_width=380, gap="small"):
    figure("Requests per day", traffic, charts.saas_requests_per_day, partial_day=today)
    figure("Security events per day", events, charts.security_events_per_day, partial_day=today)
    figure("Response time per day", times, charts.latency_per_day,
           note="p50 and p95, accurate to 1%.")  # fmt: skip
    figure("Requests by status", saas.requests_by_status(db, filters), charts.requests_by_status)
    figure("Requests and failures by endpoint", endpoints, charts.requests_by_endpoint)
    figure("Response time by endpoint", endpoints, charts.response_time_by_endpoint,
           note="p50 to p95, accurate to 1%.")  # fmt: skip
    figure("Failed sign-ins by address", saas.failed_logins_by_address(db, filters),
           charts.failed_logins_by_address)  # fmt: skip
    figure("Sessions by country", saas.sessions_by_country(db, filters), charts.sessions_by_country)
    figure("Sessions by device", saas.sessions_by_device(db, filters), charts.sessions_by_device)
    figure("Accounts by status and role", saas.user_status(db, filters), charts.user_status)
table("Findings by severity",
      section.describe_findings(saas.security_findings(db, filters), accounts),
      "No findings.")  # fmt: skip
reuses = section.describe_reuses(saas.token_reuse_after_revocation(db, filters), accounts)
table("Revoked tokens in use", reuses, "None.")

caveats(["Only the period applies: this data set is not about Claude Code.",
         "Severity follows rules: a revoked token that got an answer is critical."])  # fmt: skip
