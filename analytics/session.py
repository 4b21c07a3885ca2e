"""Session: one run of the agent, event by event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from pymongo.database import Database

from analytics.cost import labelled
from analytics.events import EVENT_READS, EVENTS, counted_events, event_frame
from analytics.question import question
from store.errors import SessionNotFound
from store.events.bucket import event_order

__all__ = ["SessionTimeline", "session_timeline"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SessionTimeline:
    """What `session_timeline` answers: the session's summary and its events."""

    session_id: str
    user_id: str
    name: str
    email: str | None = None
    role: str
    department: str
    level: str | None = None
    location: str | None = None
    project: str
    started_at: datetime
    ended_at: datetime
    duration_seconds: float
    prompts: int
    api_requests: int
    api_errors: int
    tool_calls: int
    tool_failures: int
    errors: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_creation_tokens: int
    total_tokens: int
    cost_usd: float
    unpriced_requests: int
    model: str | None = None
    terminal: str | None = None
    os: str | None = None
    client_version: str | None = None
    events: pd.DataFrame


@question(reads=EVENT_READS, columns=EVENTS)
def session_timeline(db: Database, session_id: str) -> SessionTimeline:
    """List the events of one session, with its sums.

    Parameters
    ----------
    session_id : str
        The session.

    Returns
    -------
    SessionTimeline
        The session's person, project, span and sums, and in ``events`` one row per
        event, in order of time. Missing values are blank.

        ===================== =================== ======= ======================
        column                dtype               unit    meaning
        ===================== =================== ======= ======================
        timestamp             datetime64[us, UTC] UTC     when
        event_type            str                         without the prefix of
                                                          the product
        session_id            str                         the session
        project               str                         what was worked on
        prompt_id             str                         what set it off
        model                 str                         model of a request
        input_tokens          Int64               tokens  of a request
        output_tokens         Int64               tokens  of a request
        cache_read_tokens     Int64               tokens  of a request
        cache_creation_tokens Int64               tokens  of a request
        total_tokens          Int64               tokens  sum of the four kinds
        cost_usd              float64             USD     of a request; blank if
                                                          its model has no price
        cost_basis            str                         "reported",
                                                          "list_price" or
                                                          "unpriced"
        duration_ms           float64             ms      how long it took
        tool_name             str                         tool called or asked
                                                          for
        is_success            boolean                     how it ended
        decision              str                         "accept" or "reject"
        decision_source       str                         who decided
        language              str                         of an edited file
        prompt_length         Int64               count   characters of the prompt
        command_name          str                         of a slash command
        error_type            str                         kind of failure
        error_message         str                         its first 300
                                                          characters
        status_code           Int64                       HTTP status
        source                str                         how it reached us
        event_id              str                         id in the store
        ===================== =================== ======= ======================

    Raises
    ------
    SessionNotFound
        If the store has no such session.

    Notes
    -----
    Read from ``event_buckets``, without the events that ``daily_duplicates`` marks as duplicates.
    """
    session = db["sessions"].find_one({"_id": session_id})
    if not session or "started_at" not in session:
        msg = f"there is no session {session_id!r}; session_list shows those there are."
        raise SessionNotFound(msg)
    events = sorted(counted_events(db, [session_id]), key=event_order)
    fields = {
        name: value
        for name, value in labelled(session).items()
        if name in SessionTimeline.__dataclass_fields__
    }
    return SessionTimeline(**{**fields, "events": event_frame(db, events)})
