"""Names, bars and amounts stay level with each other when the numbers of a chart change."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from functools import partial

import pandas as pd
import pytest

import charts
from tests.browser.lines import is_short_for, lines
from tests.browser.pages import Paths
from tests.browser.servers import Server
from tests.browser.visits import Open, Visit

pytestmark = pytest.mark.browser

# Title: the question that the chart answers, and what draws it
ANSWERS = {
    "overview": {
        "Tokens by role": ("tokens_by_role", charts.tokens_by_role),
        "Events by type": ("events_by_type", charts.events_by_type),
    },
    "cost": {
        "Cost by model": ("cost_by_model", charts.cost_by_model),
        "Cost by role": ("tokens_by_role", charts.cost_by_role),
        "Cost by department": ("cost_by_department", charts.cost_by_department),
        "Cost by project": ("cost_by_project", charts.cost_by_project),
        "Top spenders": ("cost_by_user", charts.cost_by_user),
    },
    "activity": {
        "Session length by role": (
            "session_duration_by_role",
            charts.session_duration_by_role,
        ),
        "File edits by language": (
            "edits_by_language",
            partial(charts.edits_by_language, limit=7),
        ),
    },
    "tools": {
        "Calls by tool": ("tool_calls_by_tool", charts.tool_calls_by_tool),
        "Duration by tool": ("tool_calls_by_tool", charts.tool_durations_by_tool),
        "Failure rate by tool": ("tool_calls_by_tool", charts.failure_rate_by_tool),
        "Denials by tool": ("tool_calls_by_tool", charts.rejections_by_tool),
        "Permission decisions": ("tool_decisions_by_source", charts.tool_decisions_by_source),
        "File edits by language": ("edits_by_language", charts.edits_by_language),
    },
    "reliability": {
        "Failures by cause": ("errors_by_type", charts.errors_by_type),
        "Latency by model": ("latency_by_model", charts.latency_by_model),
    },
    "people": {"Top spenders": ("cost_by_user", charts.cost_by_user)},
    # The API does not answer for this data set: only what stands beside what is compared.
    # It has no departments to filter by
    "saas": {},
}

LAST_WEEK, LAST_MONTH = {"start": "2026-09-24"}, {"start": "2026-09-01"}
BACKEND = {"department": "Backend Engineering"}

CHANGES = [
    (("Period", "Last 7 days"), LAST_WEEK),
    (("Department", "Backend Engineering"), LAST_WEEK | BACKEND),
    (("Period", "Last 30 days"), LAST_MONTH | BACKEND),
]
"""Filters that are changed in turn, each with all parameters of the API that are set then.

Each change keeps the number of lines, so that the browser only moves them.
"""


@pytest.mark.parametrize("name", ANSWERS)
def test_names_bars_and_amounts_stay_on_one_line_after_filter_changes(
    demo: Server, paths: Paths, open_tab: Open, name: str
):
    seen = open_tab(demo).go(demo.url + paths[name])
    for (label, value), scope in CHANGES:
        if (label, name) == ("Department", "saas"):
            continue
        seen.choose_period(value) if label == "Period" else seen.choose(label, value)
        _assert_shows(seen, _answers(demo, name, scope), f"{name}, then {value}")
    seen.all_is_well()


def _answers(server: Server, page: str, scope: dict[str, str]) -> dict[str, pd.DataFrame]:
    """Return the expected lines of the charts of a page, drawn from results of the API."""
    return {
        title: chart(_ask(server, question, scope)).data
        for title, (question, chart) in ANSWERS[page].items()
    }


def _ask(server: Server, question: str, scope: dict[str, str]) -> pd.DataFrame:
    query = urllib.parse.urlencode({"end": "2026-10-01", **scope})
    with urllib.request.urlopen(f"{server.url}/api/v1/{question}?{query}", timeout=60) as answer:
        return pd.DataFrame(json.load(answer)["result"])


def _assert_shows(seen: Visit, answers: dict[str, pd.DataFrame], where: str) -> None:
    # The page is idle before Vega has moved everything
    end = time.monotonic() + 5
    while (wrong := _wrong(seen, answers)) and time.monotonic() < end:
        seen.page.wait_for_timeout(100)
    assert not wrong, f"{where}: {wrong}"


def _wrong(seen: Visit, answers: dict[str, pd.DataFrame]) -> list[str]:
    drawn = lines(seen.page)
    wrong = [f"{title}: {line}" for title, chart in drawn.items() for line in chart.displaced()]
    for title, rows in answers.items():
        expected = rows.drop_duplicates("name")
        chart = drawn[title]
        pairs = [
            *zip(chart.names, expected["name"], strict=False),
            *zip(chart.amounts, expected["value_label"], strict=False),
        ]
        is_whole = len(chart.names) == len(chart.amounts) == len(expected)
        if not is_whole or not all(is_short_for(shown, text) for shown, text in pairs):
            wrong.append(f"{title}: {chart.names} {chart.amounts}, not {pairs}")
    return wrong
