"""SaaS: the traffic of a web application, and what looks like an attack."""

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

page = open_page("SaaS", "What happens at the SaaS API?", fresh=section.saas_until)
db, filters, today = page.db, page.filters, page.partial_day

held = saas.day_list(db, EVERYTHING)
section.guard_days(held, filters)
before = section.previous_days(held, filters)
prefetch(db, filters, saas.account_list, saas.requests_per_day, saas.security_events_per_day,
         saas.user_status, saas.token_reuse_after_revocation, saas.response_time_per_day,
         saas.requests_by_endpoint, saas.requests_by_status, saas.failed_logins_by_address,
         saas.sessions_by_country, saas.sessions_by_device, saas.security_findings)  # fmt: skip
prefetch(db, before, saas.requests_per_day, saas.security_events_per_day, saas.user_status,
         saas.token_reuse_after_revocation)  # fmt: skip

section.say_what_applies(page.scope)
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
             help="Answered with 400 or more, of all requests."),
        Card("Failed sign-ins", "failed_logins", trend=events["failed_logins"], direction="less"),
        Card("Revoked tokens", "token_reuses", trend=events["token_reuses"], direction="less",
             detail=f"{short(now.answered)} answered", help="Requests with a revoked token."),
        Card("Rate limited", "rate_limited", trend=events["rate_limited"], direction="less"),
        Card("Accounts with MFA", "mfa_share", percent, detail=f"of {short(now.accounts)}",
             help="Accounts as they are now, whatever the period."),
    ],
    comparison(before),
)  # fmt: skip

with st.grid(2, min_column_width=380, gap="small"):
    figure("How much is asked each day?", traffic, charts.saas_requests_per_day, partial_day=today)
    figure("What looks wrong each day?", events, charts.security_events_per_day, partial_day=today)
    figure("How long do answers take each day?", times, charts.latency_per_day,
           note="Approximate percentiles: at most 1 % off.")  # fmt: skip
    figure("How are requests answered?", saas.requests_by_status(db, filters),
           charts.requests_by_status)  # fmt: skip
    figure("What is asked for, and what fails?", endpoints, charts.requests_by_endpoint)
    figure("Which endpoints are slow?", endpoints, charts.response_time_by_endpoint,
           note="From half of the answers to 95 % of them; at most 1 % off.")  # fmt: skip
    figure("Where do failed sign-ins come from?", saas.failed_logins_by_address(db, filters),
           charts.failed_logins_by_address)  # fmt: skip
    figure("Where do people sign in?", saas.sessions_by_country(db, filters),
           charts.sessions_by_country)  # fmt: skip
    figure("With what do they work?", saas.sessions_by_device(db, filters),
           charts.sessions_by_device)  # fmt: skip
    figure("Who has an account?", saas.user_status(db, filters), charts.user_status)
table("What looks like an attack or a gap, worst first?",
      section.findings_told(saas.security_findings(db, filters), accounts),
      "Nothing looks wrong.")  # fmt: skip
table("Whose revoked tokens are still used?",
      section.reuses_told(saas.token_reuse_after_revocation(db, filters), accounts),
      "None.")  # fmt: skip

caveats(["Only the period applies: this data has no roles, departments or sources.",
         "Severity is a rule: a revoked token that got an answer is critical."])  # fmt: skip
