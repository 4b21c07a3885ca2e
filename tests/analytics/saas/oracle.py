"""The same questions, answered from the raw records by naive pandas."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analytics import Filters
from tests.saas_factories import Dataset


class Oracle:
    """All records of a data set as frames, and the days in scope."""

    def __init__(self, dataset: Dataset, filters: Filters, zone: str) -> None:
        self.days = [pd.Timestamp(day) for day in filters.days()]
        self.zone = ZoneInfo(zone)
        self.users = _frame(dataset["users"], "user_id")
        self.tokens = _frame(dataset["tokens"], "token_id")
        self.all_sessions = _frame(dataset["sessions"], "session_id")
        self.sessions = self._in_scope(self.all_sessions, "started_at")
        self.requests = self._in_scope(_frame(dataset["requests"], "request_id"), "timestamp")
        self.audits = self._in_scope(_frame(dataset["audit_logs"], "event_id"), "timestamp")

    def _in_scope(self, frame: pd.DataFrame, moment: str) -> pd.DataFrame:
        if frame.empty:
            return frame.assign(day=pd.Series(dtype="datetime64[us]"))
        local = frame[moment].dt.tz_convert(self.zone)
        frame = frame.assign(day=local.dt.tz_localize(None).dt.normalize())
        return frame[frame["day"].isin(self.days)]

    def per_day(self, count: Callable[[pd.DataFrame], float], frame: pd.DataFrame) -> list[float]:
        """Measure each day on its own."""
        return [count(frame[frame["day"] == day]) for day in self.days]

    def findings(self) -> list[dict]:
        """Every suspicious event, one by one, in the plainest way."""
        findings = []
        failed = self.audits[self.audits["action"] == "login_failed"] if len(self.audits) else []
        for _, entry in pd.DataFrame(failed).iterrows():
            findings.append(
                _event("failed_login", entry, entry["ip_address"], entry["user_id"], False)
            )
        for _, request in self.requests.iterrows():
            is_success = 0 < _status(request) < 400
            for _, token in self.tokens.iterrows():
                if (
                    token["id"] == request["token_id"]
                    and request["timestamp"] > token["revoked_at"]
                ):
                    findings.append(
                        _event("token_reuse", request, token["id"], token["user_id"], is_success)
                    )
            for _, session in self.all_sessions.iterrows():
                is_over = not session["is_active"] and request["timestamp"] > _end(session)
                if session["id"] == request["session_id"] and is_over:
                    kind = "request_after_session_end"
                    findings.append(
                        _event(kind, request, session["id"], session["user_id"], is_success)
                    )
            if request["rate_limited"]:
                findings.append(
                    _event("rate_limited", request, request["session_id"], None, is_success)
                )
        return findings


def failed(requests: pd.DataFrame) -> int:
    """Count requests answered with 400 or more."""
    return sum(_status(request) >= 400 for _, request in requests.iterrows())


def nearest_rank(values: pd.Series, share: float) -> float:
    """Return the value that so large a share of all is at most."""
    known = sorted(values.dropna())
    return known[int(np.ceil(share * len(known) - 1e-9)) - 1] if known else np.nan


def _event(finding: str, record: pd.Series, subject: object, user: object, success: bool) -> dict:
    return {
        "finding": finding,
        "day": record["day"],
        "at": record["timestamp"],
        "subject": subject if isinstance(subject, str) else None,
        "user_id": user if isinstance(user, str) else None,
        "succeeded": success,
    }


def _status(request: pd.Series) -> float:
    status = request["status_code"]
    return 0 if pd.isna(status) else status


def _end(session: pd.Series) -> pd.Timestamp:
    return session["last_activity_at"]


def _frame(records: list[dict], id_field: str) -> pd.DataFrame:
    frame = pd.DataFrame(records).rename(columns={id_field: "id"})
    for name in frame.columns:
        if name.endswith("_at") or name == "timestamp":
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame
