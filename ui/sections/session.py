"""Session page: heading, facts, headline numbers, frames of its charts and events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import SessionNotFound, SessionTimeline, session_timeline
from charts.session import LANES
from charts.shared.labels import decider_label, error_label, humanize, system_label, tool_label
from charts.shared.model_names import model_label
from charts.shared.palette import TOKEN_KINDS, UNNAMED
from ui.components.caveats import COST_HELP, excluded
from ui.components.format import (
    NOTHING,
    exact,
    literal,
    milliseconds,
    money,
    plural,
    seconds,
    short,
)
from ui.components.labels import verbatim
from ui.components.time_zone import at, in_zone
from ui.scope import Scope

Event = Mapping[Any, Any]

PERSON = "../pages/person.py"

_PROMPTS, _REQUESTS, _TOOLS, _FAILURES, _PERMISSIONS, _OTHER = LANES
_LANES = {
    "user_prompt": _PROMPTS,
    "api_request": _REQUESTS,
    "tool_result": _TOOLS,
    "tool_decision": _PERMISSIONS,
}


def heading(db: Database) -> str:
    """Return project and start of the session that the address names; empty if there is none."""
    try:
        session = session_timeline(db, st.query_params.get("id", ""))
    except SessionNotFound:
        return ""
    project = "Session" if session.project in UNNAMED else session.project
    return f"{project} · {at(session.started_at, Scope.current().zone_name)}"


def about(session: SessionTimeline, zone: str) -> None:
    """Draw the facts about the session."""
    with st.container(border=True):
        with st.grid(4, min_column_width=150, gap="medium"):
            _fact("Person", _person(session), [session.email, _position(session)])
            place = f"{at(session.started_at, zone)} \N{EN DASH} {_until(session, zone)}"
            _fact("When", place, [f"{seconds(session.duration_seconds)}, in {zone}"])
            system = session.os and system_label(session.os)
            _fact("Project", verbatim(session.project), [session.terminal, system])
            version = f"Claude Code {session.client_version}" if session.client_version else None
            _fact("Main model", model_label(session.model or NOTHING), [version])
        if session.user_id != "unknown":
            st.page_link(
                PERSON,
                label=f"View {literal(session.name)}",
                icon=":material/person:",
                query_params={"id": session.user_id},
            )


def measures(session: SessionTimeline) -> None:
    """Draw the headline numbers of the session."""
    failed = f"{exact(session.tool_failures)} failed"
    cards = (
        ("Duration", seconds(session.duration_seconds), ""),
        ("Prompts", exact(session.prompts), ""),
        ("Requests", exact(session.api_requests), f"{exact(session.api_errors)} failed"),
        ("Tool calls", exact(session.tool_calls), failed),
        ("Tokens", short(session.total_tokens), exact(session.total_tokens)),
        ("Cost", money(session.cost_usd), COST_HELP),
    )
    with st.grid(len(cards), min_column_width=150, gap="small"):
        for label, value, note in cards:
            st.metric(label, value, help=note or None, border=True, height="stretch")
    if note := excluded(session.unpriced_requests):
        st.caption(note)


def lanes(events: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return start, end, lane and description of each event."""
    local = in_zone(events, zone)["timestamp"]
    # Clients report at the end
    took = pd.to_timedelta(events["duration_ms"].fillna(0), unit="ms")
    records = events.to_dict("records")
    return pd.DataFrame(
        {
            "began": (local - took).astype("datetime64[ms]"),
            "ended": local.astype("datetime64[ms]"),
            "lane": [_lane(event) for event in records],
            "what": [_what(event) for event in records],
            "took": [_took(event) for event in records],
            "outcome": [_outcome(event) for event in records],
        }
    )


def requests(events: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return the requests of a session, numbered in order."""
    answered = events[events["event_type"] == "api_request"].reset_index(drop=True)
    clock = in_zone(answered, zone)["timestamp"].dt.strftime("%H:%M:%S")
    counts = answered[[*TOKEN_KINDS, "total_tokens"]].fillna(0).astype("int64")
    return counts.assign(
        request=range(1, len(answered) + 1),
        clock=clock,
        model=answered["model"].fillna("unknown"),
        cost_usd=answered["cost_usd"].fillna(0.0),
    )


def tools(events: pd.DataFrame) -> pd.DataFrame:
    """Return how often each tool was called and failed, most calls first."""
    ended = events[events["event_type"] == "tool_result"]
    failed = (~ended["is_success"].fillna(value=True)).astype("int64")
    by_tool = ended.assign(failures=failed, tool_name=ended["tool_name"].fillna("unknown"))
    counted = by_tool.groupby("tool_name", as_index=False).agg(
        calls=("failures", "size"), failures=("failures", "sum")
    )
    return counted.sort_values(["calls", "tool_name"], ascending=[False, True], ignore_index=True)


def time_spent(events: pd.DataFrame) -> pd.DataFrame:
    """Return the total duration of requests and tool calls by model and tool, longest first."""
    timed = events[events["event_type"].isin(["api_request", "tool_result"])]
    names = timed["tool_name"].fillna(timed["model"]).fillna("unknown")
    spent = timed.assign(used=names, duration_ms=timed["duration_ms"].fillna(0))
    summed = spent.groupby("used", as_index=False).agg(
        duration_ms=("duration_ms", "sum"), calls=("duration_ms", "size")
    )
    longest_first = summed.sort_values(["duration_ms", "used"], ascending=[False, True])
    return longest_first[longest_first["duration_ms"] > 0].reset_index(drop=True)


def events_table(events: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return the events with local times and display names, without ids."""
    records = events.to_dict("records")
    return pd.DataFrame(
        {
            "time": in_zone(events, zone)["timestamp"].dt.strftime("%-d %b, %H:%M:%S"),
            "event": [humanize(event["event_type"]) for event in records],
            "what": [_what(event) for event in records],
            "outcome": [_outcome(event) for event in records],
            "took": [_took(event) for event in records],
            "total_tokens": events["total_tokens"],
            "cost_usd": events["cost_usd"],
        }
    )


def _fact(label: str, value: str, details: Iterable[str | None]) -> None:
    with st.container(gap=None):
        st.caption(label)
        st.markdown(f"**{literal(value)}**")
        if text := " · ".join(filter(None, details)):
            st.caption(literal(text))


def _person(session: SessionTimeline) -> str:
    return "Unknown" if session.user_id == "unknown" else session.name


def _position(session: SessionTimeline) -> str:
    known = (session.role, session.department, session.level, session.location)
    return ", ".join(humanize(part) for part in known if part and part != "unknown")


def _until(session: SessionTimeline, zone: str) -> str:
    first, last = at(session.started_at, zone), at(session.ended_at, zone)
    return last.rpartition(", ")[2] if first[:-5] == last[:-5] else last


def _lane(event: Event) -> str:
    if event["event_type"] == "api_error" or _has_failed(event):
        return _FAILURES
    return _LANES.get(event["event_type"], _OTHER)


def _has_failed(event: Event) -> bool:
    return event["event_type"] == "tool_result" and event["is_success"] is False


def _what(event: Event) -> str:
    """Describe an event in a few words."""
    kind = event["event_type"]
    if kind == "user_prompt":
        if command := _text(event["command_name"]):
            return f"/{command.removeprefix('/')}"
        length = event["prompt_length"]
        return "Prompt" if pd.isna(length) else f"Prompt of {plural(length, 'character')}"
    if tool := _text(event["tool_name"]):
        language = _text(event["language"])
        return f"{tool_label(tool)} ({language})" if language else tool_label(tool)
    if model := _text(event["model"]):
        return model_label(model)
    return humanize(kind)


def _outcome(event: Event) -> str:
    if event["event_type"] == "tool_decision":
        return _decision(event)
    if event["event_type"] == "api_error" or _has_failed(event):
        # A denied tool never ran: its result has only the decision
        if _text(event["decision"]) == "reject":
            return _decision(event)
        return error_label(_text(event["error_type"]) or "unknown")
    return "OK" if event["is_success"] is True else ""


def _decision(event: Event) -> str:
    outcome = "Granted" if _text(event["decision"]) == "accept" else "Denied"
    return f"{outcome} \N{EN DASH} {decider_label(_text(event['decision_source']) or 'unknown')}"


def _took(event: Event) -> str:
    if pd.isna(event["duration_ms"]):
        return ""
    return milliseconds(event["duration_ms"])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
