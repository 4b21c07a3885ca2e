"""Every question answered again, naively: plain pandas over a list of events.

Nothing here knows of buckets, rollups, sketches or pipelines. Speed and
elegance do not matter; being obviously right does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from analytics import Filters, SessionFilter

TOKENS = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens"]
CLIENT = ("repository", "terminal", "os", "client_version")
SCALARS = {
    "roles": "role", "departments": "department", "users": "user_id", "projects": "project",
    "repositories": "repository", "terminals": "terminal", "operating_systems": "os",
    "client_versions": "client_version",
}  # fmt: skip
OF_MODELS = (
    "api_requests",
    "api_errors",
    *TOKENS,
    "cost_usd",
    "unpriced_requests",
    "computed_cost_usd",
    "total_tokens",
)
OF_TOOLS = ("tool_calls", "tool_failures", "accepted", "rejected")
EDIT_TOOLS = {"Edit", "MultiEdit", "Write", "NotebookEdit"}

HAIKU_RATES = {
    "input_tokens": 1.0,
    "output_tokens": 5.0,
    "cache_read_tokens": 0.1,
    "cache_creation_tokens": 1.25,
}
"""US dollars per million tokens of claude-haiku-4-5, the only model here that has a price."""

ROLES = {
    "Data Engineering": "data_scientist",
    "Platform Engineering": "devops",
    "Backend Engineering": "senior_dev",
    None: "unknown",
}


class Oracle:
    """What the events say, in one reporting time zone."""

    def __init__(self, events: list[dict[str, Any]], zone: str) -> None:
        self.zone = ZoneInfo(zone)
        unique = {event["id"]: event for event in events}
        self.raw = sorted(unique.values(), key=lambda event: (event["timestamp"], event["id"]))
        self.events = pd.DataFrame([self._flat(event) for event in self.raw])
        self.sessions = pd.DataFrame(self._sessions())

    def _flat(self, event: dict[str, Any]) -> dict[str, Any]:
        local = event["timestamp"].astimezone(self.zone)
        kind = event["event_type"]
        cost = cost_of(event) if kind == "api_request" else 0.0
        failed = kind == "tool_result" and event.get("is_success") is False
        decided = kind == "tool_decision"
        return {
            **dict.fromkeys(TOKENS, 0),
            **{name: event.get(name) for name in ("session_id", "duration_ms", "tool_name")},
            **({name: event.get(name, 0) for name in TOKENS} if kind == "api_request" else {}),
            "timestamp": event["timestamp"],
            "event_type": kind,
            "day": local.date(),
            "hour": local.hour,
            "user_id": event.get("user_id", "unknown"),
            "email": event.get("email", ""),
            "role": ROLES[event.get("department")],
            "department": event.get("department", "unknown"),
            "source": event["source"],
            "model": event.get("model", "unknown"),
            "project": event.get("project") or event.get("repository") or "unknown",
            "sent_project": event.get("project"),
            **{name: event.get(name, "unknown") for name in CLIENT},
            "part_of": event.get("session_id") or f"u:{event.get('user_id', '-')}#{event['id'][0]}",
            "language": event.get("language", "unknown"),
            "decision_source": event.get("decision_source", "unknown"),
            "error_type": event.get("error_type", "tool_failed"),
            "events": 1,
            "prompts": int(kind == "user_prompt" and event.get("command_source") != "builtin"),
            "api_requests": int(kind == "api_request"),
            "api_errors": int(kind == "api_error"),
            "tool_calls": int(kind == "tool_result"),
            "tool_failures": int(failed),
            "errors": int(kind == "api_error" or failed),
            "accepted": int(decided and event.get("decision") == "accept"),
            "rejected": int(decided and event.get("decision") == "reject"),
            "is_edit": event.get("tool_name") in EDIT_TOOLS,
            "cost_usd": cost or 0.0,
            "unpriced_requests": int(cost is None),
            "computed_cost_usd": (cost or 0.0) if "cost_usd" not in event else 0.0,
        }

    def _sessions(self) -> list[dict[str, Any]]:
        sessions = []
        if self.events.empty:
            return sessions
        self.events["total_tokens"] = self.events[TOKENS].sum(axis=1)
        for session_id, events in self.events.groupby("session_id"):
            if not (events["prompts"].any() or events["api_requests"].any()):
                continue
            first, last = events["timestamp"].min(), events["timestamp"].max()
            one = events.iloc[0]
            projects = [*events["sent_project"].dropna()]
            projects += [name for name in events["project"] if name != "unknown"]
            first_known = {
                name: next((value for value in events[name] if value != "unknown"), "unknown")
                for name in CLIENT
            }
            versions = [name for name in events["client_version"] if name != "unknown"]
            requests = events[events["api_requests"] == 1]
            uses = [(-n, model) for model, n in requests["model"].value_counts().items()]
            sessions.append(
                {
                    "session_id": session_id,
                    "user_id": one["user_id"],
                    "email": one["email"],
                    "name": one["email"] or one["user_id"],
                    "project": (projects or ["unknown"])[0],
                    "model": min(uses)[1] if uses else None,
                    **first_known,
                    "client_version": (versions or ["unknown"])[-1],
                    "models": set(requests["model"]),
                    "tools": set(events[events["tool_calls"] == 1]["tool_name"].fillna("unknown")),
                    "role": one["role"],
                    "department": one["department"],
                    "sources": set(events["source"]),
                    "started_at": first,
                    "ended_at": last,
                    "day": first.astimezone(self.zone).date(),
                    "duration_seconds": (last - first).total_seconds(),
                    "events": len(events),
                    "prompts": events["prompts"].sum(),
                    "errors": events["errors"].sum(),
                    "total_tokens": events["total_tokens"].sum(),
                    "cost_usd": events["cost_usd"].sum(),
                    "unpriced_requests": events["unpriced_requests"].sum(),
                }
            )
        return sessions

    def seen(self, filters: Filters) -> pd.DataFrame:
        """Return the events in scope; what belongs to models and tools is that of the chosen."""
        seen = self.seen_whole(filters)
        for field, chosen, measures in (
            ("model", filters.models, OF_MODELS),
            ("tool_name", filters.tools, OF_TOOLS),
        ):
            if chosen and len(seen):
                seen = seen.copy()
                others = ~seen[field].fillna("unknown").isin(chosen)
                seen.loc[others, [name for name in measures if name in seen]] = 0
        return seen

    def seen_whole(self, filters: Filters) -> pd.DataFrame:
        """Return the events in scope with all that they report."""
        seen = self._in_scope(
            self.events,
            filters,
            lambda row: not filters.sources or row["source"] in filters.sources,
        )
        for kind, field, chosen in (
            ("api_requests", "model", filters.models),
            ("tool_calls", "tool_name", filters.tools),
        ):
            if chosen and len(seen):
                used = seen[(seen[kind] == 1) & seen[field].fillna("unknown").isin(chosen)]
                days = set(zip(used["part_of"], used["day"], strict=True))
                keep = [pair in days for pair in zip(seen["part_of"], seen["day"], strict=True)]
                seen = seen[pd.Series(keep, index=seen.index, dtype=bool)]
        return seen

    def started(self, filters: Filters) -> pd.DataFrame:
        """Return the sessions in scope."""
        return self._in_scope(
            self.sessions,
            filters,
            lambda row: all(
                not chosen or row[field] & set(chosen)
                for field, chosen in (
                    ("sources", filters.sources),
                    ("models", filters.models),
                    ("tools", filters.tools),
                )
            ),
        )

    def _in_scope(
        self, frame: pd.DataFrame, filters: Filters, has_rest: Callable[[Any], bool]
    ) -> pd.DataFrame:
        keep = [
            filters.start <= row["day"] < filters.end
            and (not filters.weekdays or row["day"].weekday() in filters.weekdays)
            and all(
                not getattr(filters, name) or row[field] in getattr(filters, name)
                for name, field in SCALARS.items()
            )
            and has_rest(row)
            for _, row in frame.iterrows()
        ]
        return frame[pd.Series(keep, index=frame.index, dtype=bool)]


Rows = list[dict[str, Any]]


def headline_totals(oracle: Oracle, filters: Filters) -> dict[str, Any]:
    seen, started = oracle.seen(filters), oracle.started(filters)
    names = [
        "events", "prompts", "api_requests", "api_errors", "tool_calls", "tool_failures", *TOKENS,
        "cost_usd", "computed_cost_usd", "unpriced_requests",
    ]  # fmt: skip
    totals = {name: seen[name].sum() if len(seen) else 0 for name in names}
    attempts = totals["api_requests"] + totals["api_errors"]
    prompt = totals["input_tokens"] + totals["cache_read_tokens"] + totals["cache_creation_tokens"]
    failed = totals["api_errors"] + totals["tool_failures"]
    tried = attempts + totals["tool_calls"]
    unpriced = seen[seen["unpriced_requests"] > 0] if len(seen) else seen
    return {
        **totals,
        "active_users": len(_active(seen)),
        "sessions": len(started),
        "total_tokens": sum(totals[name] for name in TOKENS),
        "unpriced_tokens": sum(_total(row) for _, row in unpriced.iterrows()),
        "error_rate": totals["api_errors"] / attempts if attempts else None,
        "success_rate": 1 - failed / tried if tried else None,
        "avg_session_seconds": started["duration_seconds"].mean() if len(started) else None,
        "cache_hit_ratio": totals["cache_read_tokens"] / prompt if prompt else None,
    }


def _per_day(*names: str) -> Callable[[Oracle, Filters], Rows]:
    def answer(oracle: Oracle, filters: Filters) -> Rows:
        seen = oracle.seen(filters)
        return [
            {"day": day, **{name: sum(_on(seen, day)[name]) for name in names}}
            for day in filters.days()
        ]

    return answer


events_per_day = _per_day("events")
prompts_per_day = _per_day("prompts")
tokens_per_day = _per_day(*TOKENS, "total_tokens")
cost_per_day = _per_day("cost_usd", "unpriced_requests")


def sessions_per_day(oracle: Oracle, filters: Filters) -> Rows:
    started = oracle.started(filters)
    return [{"day": day, "sessions": len(_on(started, day))} for day in filters.days()]


def code_edits_per_day(oracle: Oracle, filters: Filters) -> Rows:
    seen = _edits(oracle.seen_whole(filters))
    return [
        {
            "day": day,
            "edits": sum(_on(seen, day)["tool_calls"]),
            "accepted": sum(_on(seen, day)["accepted"]),
            "rejected": sum(_on(seen, day)["rejected"]),
        }
        for day in filters.days()
    ]


def latency_per_day(oracle: Oracle, filters: Filters) -> Rows:
    seen = _timed_requests(oracle.seen(filters))
    return [
        {
            "day": day,
            "api_requests": len(_on(seen, day)),
            **_percentiles(_on(seen, day)["duration_ms"]),
        }
        for day in filters.days()
    ]


def errors_per_day(oracle: Oracle, filters: Filters) -> Rows:
    seen = oracle.seen(filters)
    rows = []
    for day in filters.days():
        names = ("api_requests", "api_errors", "tool_calls", "tool_failures")
        totals = {name: int(_on(seen, day)[name].sum()) if len(seen) else 0 for name in names}
        attempts = totals["api_requests"] + totals["api_errors"]
        rate = totals["api_errors"] / attempts if attempts else None
        rows.append({"day": day, **totals, "error_rate": rate})
    return rows


def headline_latency(oracle: Oracle, filters: Filters) -> dict[str, Any]:
    seen = _timed_requests(oracle.seen(filters))
    return {"api_requests": len(seen), **_percentiles(seen["duration_ms"] if len(seen) else ())}


def tokens_per_day_by_role(oracle: Oracle, filters: Filters) -> Rows:
    return _grid(oracle.seen(filters), filters, "role", "total_tokens")


def cost_per_day_by_model(oracle: Oracle, filters: Filters) -> Rows:
    return _grid(oracle.seen(filters), filters, "model", "cost_usd")


def _by(
    dimension: str, names: list[str], *order: str, whole: bool = False
) -> Callable[[Oracle, Filters], Rows]:
    def answer(oracle: Oracle, filters: Filters) -> Rows:
        seen = oracle.seen_whole(filters) if whole else oracle.seen(filters)
        rows = []
        for value in _values(seen, dimension):
            part = seen[seen[dimension] == value]
            rows.append({dimension: value, **{name: sum(part[name]) for name in names}})
        return _largest_first([row for row in rows if row[names[0]]], *order)

    return answer


_SPENT = ["api_requests", "total_tokens", "cost_usd", "unpriced_requests"]
cost_by_model = _by("model", _SPENT, "cost_usd", "model")
cost_by_department = _by("department", _SPENT, "cost_usd", "department")
cost_by_project = _by("project", [*_SPENT, "prompts"], "cost_usd", "project")
cost_by_user = _by("user_id", [*_SPENT, "prompts"], "cost_usd", "user_id")


def tokens_by_role(oracle: Oracle, filters: Filters) -> Rows:
    names = ["api_requests", *TOKENS, "total_tokens", "cost_usd", "unpriced_requests"]
    rows = _by("role", names, "total_tokens", "role")(oracle, filters)
    return [
        {**row, "tokens_per_request": row["total_tokens"] / row["api_requests"]} for row in rows
    ]


def events_by_type(oracle: Oracle, filters: Filters) -> Rows:
    rows = _by("event_type", ["events"], "events", "event_type")(oracle, filters)
    return _with_share(rows, "events")


def errors_by_type(oracle: Oracle, filters: Filters) -> Rows:
    names = ["errors", "api_errors", "tool_failures"]
    rows = _by("error_type", names, "errors", "error_type", whole=True)(oracle, filters)
    return _with_share(rows, "errors")


def tool_decisions_by_source(oracle: Oracle, filters: Filters) -> Rows:
    seen = oracle.seen_whole(filters)
    rows = []
    for value in _values(seen, "decision_source"):
        part = seen[seen["decision_source"] == value]
        counts = {"accepted": sum(part["accepted"]), "rejected": sum(part["rejected"])}
        rows.append({"decision_source": value, "all": sum(counts.values()), **counts})
    return _largest_first([row for row in rows if row["all"]], "all", "decision_source")


def edits_by_language(oracle: Oracle, filters: Filters) -> Rows:
    seen = _edits(oracle.seen_whole(filters))
    rows = []
    for value in _values(seen, "language"):
        part = seen[seen["language"] == value]
        row = {"edits": sum(part["tool_calls"])}
        row |= {name: sum(part[name]) for name in ("accepted", "rejected")}
        if any(row.values()):
            rows.append({"language": value, **row})
    return sorted(rows, key=lambda row: (-row["edits"], -row["accepted"], row["language"]))


def tool_calls_by_tool(oracle: Oracle, filters: Filters) -> Rows:
    seen = oracle.seen(filters)
    rows = []
    for value in _values(seen, "tool_name"):
        part = seen[seen["tool_name"] == value]
        calls, failures = sum(part["tool_calls"]), sum(part["tool_failures"])
        rejections = sum(part["rejected"])
        if calls or rejections or sum(part["accepted"]):
            row = {"calls": calls, "failures": failures, "rejections": rejections}
            row["success_rate"] = 1 - failures / calls if calls else None
            durations = part[part["tool_calls"] > 0]["duration_ms"].dropna()
            rows.append({"tool_name": value, **row, **_percentiles(durations)})
    return _largest_first(rows, "calls", "tool_name")


def latency_by_model(oracle: Oracle, filters: Filters) -> Rows:
    seen = _timed_requests(oracle.seen(filters))
    rows = []
    for value in _values(seen, "model"):
        durations = seen[seen["model"] == value]["duration_ms"]
        rows.append({"model": value, "api_requests": len(durations), **_percentiles(durations)})
    return _largest_first(rows, "api_requests", "model")


def events_by_hour(oracle: Oracle, filters: Filters) -> Rows:
    seen = oracle.seen(filters)
    # A session with any event from a source in scope is looked at in that hour as a whole.
    return [
        {
            "hour": hour,
            "events": sum(seen["hour"] == hour) if len(seen) else 0,
            "sessions": _active_sessions(oracle, filters, hour),
        }
        for hour in range(24)
    ]


def _active_sessions(oracle: Oracle, filters: Filters, hour: int) -> int:
    seen = oracle.seen_whole(replace(filters, sources=()))
    if seen.empty:
        return 0
    seen = seen[seen["session_id"].notna()]
    count = 0
    for _, events in seen.groupby(["day", "session_id"]):
        sources = set(events["source"])
        if not filters.sources or sources & set(filters.sources):
            count += int((events["hour"] == hour).any())
    return count


def activity_by_weekday_hour(oracle: Oracle, filters: Filters) -> Rows:
    seen = oracle.seen(filters)
    at = [(row["day"].weekday(), row["hour"]) for _, row in seen.iterrows()]
    return [
        {"weekday": weekday, "hour": hour, "events": at.count((weekday, hour))}
        for weekday in range(7)
        for hour in range(24)
    ]


def activity_by_department(oracle: Oracle, filters: Filters) -> Rows:
    seen, started = oracle.seen(filters), oracle.started(filters)
    rows = []
    for value in _values(seen, "department") | _values(started, "department"):
        part = seen[seen["department"] == value] if len(seen) else seen
        sessions = sum(started["department"] == value) if len(started) else 0
        row = {"events": len(part), "active_users": len(_active(part)), "sessions": sessions}
        row["cost_usd"] = sum(part["cost_usd"]) if len(part) else 0.0
        row["unpriced_requests"] = sum(part["unpriced_requests"]) if len(part) else 0
        rows.append({"department": value, **row})
    return _largest_first(rows, "events", "department")


def cache_savings_per_day(oracle: Oracle, filters: Filters) -> Rows:
    seen = oracle.seen(filters)
    rows = []
    for day in filters.days():
        part = _on(seen, day)
        priced = [row for _, row in part.iterrows() if row["model"] == "claude-haiku-4-5"]
        reads, writes = (sum(row[name] for row in priced) / 1e6 for name in TOKENS[2:])
        rows.append(
            {
                "day": day,
                "cache_read_tokens": sum(part["cache_read_tokens"]),
                "cache_savings_usd": reads * (1.0 - 0.1),
                "cache_write_premium_usd": writes * (1.25 - 1.0),
                "unpriced_tokens": sum(part["cache_read_tokens"])
                - sum(row["cache_read_tokens"] for row in priced),
            }
        )
    return rows


def new_users_per_day(oracle: Oracle, filters: Filters) -> Rows:
    if oracle.events.empty:
        return [{"day": day, "new_users": 0} for day in filters.days()]
    prompts = oracle.events[oracle.events["prompts"] > 0]
    first = prompts.groupby("user_id")["day"].min() if len(prompts) else {}
    seen = oracle.seen(filters)
    return [
        {"day": day, "new_users": sum(first[user] == day for user in _active(_on(seen, day)))}
        for day in filters.days()
    ]


def session_duration_by_role(oracle: Oracle, filters: Filters) -> Rows:
    started = oracle.started(filters)
    rows = []
    for value in _values(started, "role"):
        seconds = sorted(started[started["role"] == value]["duration_seconds"])
        rows.append(
            {
                "role": value,
                "sessions": len(seconds),
                "avg_seconds": sum(seconds) / len(seconds),
                "p50_seconds": _nearest_rank(seconds, 50),
                "p95_seconds": _nearest_rank(seconds, 95),
            }
        )
    return _largest_first(rows, "sessions", "role")


def active_users_per_day(oracle: Oracle, filters: Filters) -> Rows:
    rows = []
    for day in filters.days():
        counts = {
            name: len(_active(oracle.seen(_ending(filters, day, span))))
            for name, span in (("dau", 1), ("wau", 7), ("mau", 28))
        }
        stickiness = counts["dau"] / counts["mau"] if counts["mau"] else None
        rows.append({"day": day, **counts, "stickiness": stickiness})
    return rows


def retention_cohorts(oracle: Oracle, filters: Filters) -> Rows:
    if oracle.events.empty:
        return []
    prompts = oracle.events[(oracle.events["prompts"] > 0)]
    prompts = prompts[prompts["user_id"] != "unknown"]
    weeks = {_monday(day) for day in filters.days()}
    last_day = max(oracle.events["day"])
    members: dict[date, set[str]] = {}
    for user, theirs in prompts.groupby("user_id"):
        first = theirs[theirs["day"] == theirs["day"].min()]
        day = first["day"].iloc[0]
        on_that_day = replace(filters, start=day, end=day + timedelta(days=1))
        if _monday(day) in weeks and user in _active(oracle.seen(on_that_day)):
            members.setdefault(_monday(day), set()).add(user)
    rows = []
    for cohort, users in sorted(members.items()):
        week = cohort
        while week <= last_day:
            row = {"cohort_week": cohort, "week_number": (week - cohort).days // 7}
            row["cohort_users"] = len(users)
            if last_day >= week + timedelta(days=6):
                back = prompts[prompts["day"].map(_monday) == week]
                row["retained_users"] = len(users & set(back["user_id"]))
                row["retention_rate"] = row["retained_users"] / len(users)
            rows.append(row)
            week += timedelta(days=7)
    return rows


def user_list(oracle: Oracle, filters: Filters) -> Rows:
    """Return only what a list of events can know: people who did something in scope."""
    seen, started = oracle.seen(filters), oracle.started(filters)
    rows = []
    for user in (_values(seen, "user_id") | _values(started, "user_id")) - {"unknown"}:
        part = seen[seen["user_id"] == user] if len(seen) else seen
        sessions = sum(started["user_id"] == user) if len(started) else 0
        names = ("prompts", "total_tokens", "cost_usd")
        row = {name: sum(part[name]) if len(part) else 0 for name in names}
        rows.append({"user_id": user, "sessions": sessions, **row})
    return rows


def user_calendar(oracle: Oracle, filters: Filters, user: str) -> Rows:
    seen, started = oracle.seen(filters), oracle.started(filters)
    theirs = seen[seen["user_id"] == user] if len(seen) else seen
    sessions = started[started["user_id"] == user] if len(started) else started
    return [
        {
            "day": day,
            "is_active": sum(_on(theirs, day)["prompts"]) > 0,
            "events": len(_on(theirs, day)),
            "prompts": sum(_on(theirs, day)["prompts"]),
            "sessions": len(_on(sessions, day)),
            "total_tokens": sum(_on(theirs, day)[TOKENS].sum(axis=1)),
            "cost_usd": sum(_on(theirs, day)["cost_usd"]),
            "unpriced_requests": sum(_on(theirs, day)["unpriced_requests"]),
        }
        for day in filters.days()
    ]


def found_sessions(oracle: Oracle, filters: Filters, search: SessionFilter) -> list[dict[str, Any]]:
    """Return the sessions in scope that a search means, each with its events."""
    sessions = []
    for session in oracle.started(filters).to_dict("records"):
        events = oracle.events[oracle.events["session_id"] == session["session_id"]]
        requests = events[events["api_requests"] == 1]
        failed = events[events["errors"] == 1]
        named = " ".join(session[name] for name in ("name", "email", "project", "session_id"))
        if (
            (not search.model or search.model in set(requests["model"]))
            and (not search.user_id or search.user_id == session["user_id"])
            and (not search.tool_name or search.tool_name in set(_calls(events)["tool_name"]))
            and (not search.error_type or search.error_type in set(failed["error_type"]))
            and (not search.is_failing or len(failed))
            and all(word.lower() in named.lower() for word in search.text.split())
        ):
            sessions.append({**session, "all": events})
    return sessions


def found_sessions_per_day(oracle: Oracle, filters: Filters, search: SessionFilter) -> Rows:
    all_sessions = found_sessions(oracle, filters, search)
    names = ("prompts", "duration_seconds", "total_tokens", "cost_usd", "errors")
    rows = []
    for day in filters.days():
        sessions = [session for session in all_sessions if session["day"] == day]
        sums = {name: sum(session[name] for session in sessions) for name in names}
        unpriced = sum(session["all"]["unpriced_requests"].sum() for session in sessions)
        rows.append({"day": day, "sessions": len(sessions), **sums, "unpriced_requests": unpriced})
    return rows


def user_models(oracle: Oracle, filters: Filters, user: str) -> Rows:
    rows = []
    sessions = _all_events(found_sessions(oracle, filters, SessionFilter(user_id=user)))
    for model, used in _grouped(sessions, "api_requests", "model"):
        sums = {name: used[name].sum() for name in ("total_tokens", "cost_usd")}
        counts = {"api_requests": len(used), "unpriced_requests": used["unpriced_requests"].sum()}
        if not filters.models or model in filters.models:
            of_model = {"model": model, "sessions": used["session_id"].nunique()}
            rows.append({**of_model, **counts, **sums})
    return sorted(rows, key=lambda row: (-round(row["cost_usd"], 9), row["model"]))


def user_tools(oracle: Oracle, filters: Filters, user: str) -> Rows:
    rows = []
    sessions = _all_events(found_sessions(oracle, filters, SessionFilter(user_id=user)))
    for tool, used in _grouped(sessions, "tool_calls", "tool_name"):
        if filters.tools and tool not in filters.tools:
            continue
        calls, failures = len(used), used["tool_failures"].sum()
        rows.append(
            {
                "tool_name": tool,
                "sessions": used["session_id"].nunique(),
                "calls": calls,
                "failures": failures,
                "success_rate": 1 - failures / calls,
            }
        )
    return sorted(rows, key=lambda row: (-row["calls"], row["tool_name"]))


def _all_events(sessions: list[dict[str, Any]]) -> pd.DataFrame | None:
    return pd.concat([session["all"] for session in sessions]) if sessions else None


def _grouped(events: pd.DataFrame | None, kind: str, dimension: str) -> Any:
    return () if events is None else events[events[kind] == 1].groupby(dimension)


def _calls(events: pd.DataFrame) -> pd.DataFrame:
    return events[events["tool_calls"] == 1]


def cost_of(event: dict[str, Any]) -> float | None:
    if "cost_usd" in event:
        return event["cost_usd"]
    if event["model"] != "claude-haiku-4-5":
        return None
    return sum(event.get(name, 0) * rate / 1e6 for name, rate in HAIKU_RATES.items())


def _total(row: Any) -> int:
    return sum(row[name] for name in TOKENS)


def _active(seen: pd.DataFrame) -> set[str]:
    return {row["user_id"] for _, row in seen.iterrows() if row["prompts"]} - {"unknown"}


def _ending(filters: Filters, day: date, span: int) -> Filters:
    start, end = day - timedelta(days=span - 1), day + timedelta(days=1)
    return replace(filters, start=start, end=end)


def _on(frame: pd.DataFrame, day: date) -> pd.DataFrame:
    columns = ["day", "prompts", "events", "duration_ms", "tool_calls", "accepted", "rejected"]
    columns += [*TOKENS, "total_tokens", "cost_usd", "unpriced_requests"]
    if frame.empty:
        return pd.DataFrame({name: [] for name in columns})
    return frame[frame["day"] == day]


def _values(frame: pd.DataFrame, name: str) -> set[str]:
    return set(frame[name].dropna()) if len(frame) else set()


def _edits(seen: pd.DataFrame) -> pd.DataFrame:
    return seen[seen["is_edit"]] if len(seen) else seen


def _timed_requests(seen: pd.DataFrame) -> pd.DataFrame:
    if seen.empty:
        return seen
    return seen[(seen["api_requests"] > 0) & seen["duration_ms"].notna()]


def _grid(seen: pd.DataFrame, filters: Filters, dimension: str, measure: str) -> Rows:
    seen = seen[seen["api_requests"] > 0] if len(seen) else seen
    return [
        {
            "day": day,
            dimension: value,
            measure: sum(_on(seen[seen[dimension] == value], day)[measure]),
        }
        for day in filters.days()
        for value in sorted(_values(seen, dimension))
    ]


def _percentiles(durations: Any) -> dict[str, float | None]:
    ordered = sorted(durations)
    return {"p50_ms": _nearest_rank(ordered, 50), "p95_ms": _nearest_rank(ordered, 95)}


def _nearest_rank(ordered: list[float], percent: int) -> float | None:
    """Return the smallest value that at least so many percent do not exceed."""
    for place, value in enumerate(ordered, start=1):
        if place * 100 >= percent * len(ordered):
            return value
    return None


def _largest_first(rows: Rows, measure: str, name: str) -> Rows:
    return sorted(rows, key=lambda row: (-row[measure], row[name]))


def _with_share(rows: Rows, measure: str) -> Rows:
    total = sum(row[measure] for row in rows)
    return [{**row, "share": row[measure] / total} for row in rows]


def _monday(day: date | datetime) -> date:
    return day - timedelta(days=day.weekday())
