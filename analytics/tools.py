"""Tools: calls, permissions and edits of files."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import to_frame
from analytics.question import question
from analytics.shared import DECISIONS, EDITS, TOOLS

__all__ = [
    "code_edits_per_day",
    "edits_by_language",
    "tool_calls_by_tool",
    "tool_decisions_by_source",
]

TOOL_CALLS_BY_TOOL = {
    "tool_name": "str",
    "calls": "int64",
    "failures": "int64",
    "success_rate": "float64",
    "rejections": "int64",
    "p50_ms": "float64",
    "p95_ms": "float64",
}


_BY_TOOL = TOOLS.by("tool_name").select(
    "calls", "failures", "rejected", "p50_ms", "p95_ms", order="-calls"
)


@question(reads="daily_tools", columns=TOOL_CALLS_BY_TOOL)
def tool_calls_by_tool(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank tools by how often they are called, with how it ends.

    Returns
    -------
    pandas.DataFrame
        One row per tool that was called or rejected, most calls first; no rows if
        there was none.

        ============ ======= ======= ===========================================
        column       dtype   unit    meaning
        ============ ======= ======= ===========================================
        tool_name    str             tool as the agent names it
        calls        int64   count   tool calls, failed ones included
        failures     int64   count   tool calls that failed
        success_rate float64 0-1     1 - failures / calls, blank without calls
        rejections   int64   count   permissions rejected, by people or by rules
        p50_ms       float64 ms      half of the calls took at most this; blank
                                     if no duration is known
        p95_ms       float64 ms      95 % of the calls took at most this
        ============ ======= ======= ===========================================

    Notes
    -----
    Percentiles come from histograms that can be added up, at most 1 % off.
    """
    tools = _BY_TOOL.groups(db, filters)
    known = ({**tool, "rejections": tool["rejected"]} for tool in tools)
    frame = to_frame(known, TOOL_CALLS_BY_TOOL)
    called = frame["calls"].where(frame["calls"] > 0)
    return frame.assign(success_rate=1 - frame["failures"] / called)


TOOL_DECISIONS_BY_SOURCE = DECISIONS.by("decision_source").select("accepted", "rejected")


@question(reads="daily_decisions", columns=TOOL_DECISIONS_BY_SOURCE.columns)
def tool_decisions_by_source(db: Database, filters: Filters) -> pd.DataFrame:
    """Count granted and rejected tool permissions by who decided.

    Returns
    -------
    pandas.DataFrame
        One row per source of a decision, most decisions first; no rows if nothing
        was decided.

        =============== ====== ======= =========================================
        column          dtype  unit    meaning
        =============== ====== ======= =========================================
        decision_source str            ``config`` and ``hook`` are rules,
                                       ``user_*`` are people
        accepted        int64  count   permissions granted
        rejected        int64  count   permissions rejected
        =============== ====== ======= =========================================
    """
    sources = TOOL_DECISIONS_BY_SOURCE.groups(db, filters)
    sources.sort(key=lambda row: (-row["accepted"] - row["rejected"], row["decision_source"]))
    return to_frame(sources, TOOL_DECISIONS_BY_SOURCE.columns)


CODE_EDITS_PER_DAY = EDITS.by("day").select("edits", "accepted", "rejected")


@question(reads="daily_edits", columns=CODE_EDITS_PER_DAY.columns)
def code_edits_per_day(db: Database, filters: Filters) -> pd.DataFrame:
    """Count the edits of files on each day.

    Returns
    -------
    pandas.DataFrame
        One row per day in scope, in order, days without edits included.

        ======== ============== ======= ========================================
        column   dtype          unit    meaning
        ======== ============== ======= ========================================
        day      datetime64[us]         day in the reporting time zone
        edits    int64          count   calls of Edit, MultiEdit, Write or
                                        NotebookEdit
        accepted int64          count   permissions granted to these tools
        rejected int64          count   permissions rejected to these tools
        ======== ============== ======= ========================================
    """
    return CODE_EDITS_PER_DAY(db, filters)


EDITS_BY_LANGUAGE = EDITS.by("language").select("edits", "accepted", "rejected")


@question(reads="daily_edits", columns=EDITS_BY_LANGUAGE.columns)
def edits_by_language(db: Database, filters: Filters) -> pd.DataFrame:
    """Rank languages by how many files written in them are edited.

    Returns
    -------
    pandas.DataFrame
        One row per language with an edit or a decision, most edits first; no rows if
        there was none. Where the data names no language it stands under "unknown".

        ======== ====== ======= ================================================
        column   dtype  unit    meaning
        ======== ====== ======= ================================================
        language str            as reported by the client
        edits    int64  count   calls of Edit, MultiEdit, Write or NotebookEdit
        accepted int64  count   permissions granted to these tools
        rejected int64  count   permissions rejected to these tools
        ======== ====== ======= ================================================
    """
    languages = EDITS_BY_LANGUAGE.groups(db, filters)
    languages.sort(key=lambda row: (-row["edits"], -row["accepted"], row["language"]))
    return to_frame(languages, EDITS_BY_LANGUAGE.columns)
