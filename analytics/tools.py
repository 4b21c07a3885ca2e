"""Tools: calls, permissions and edits of files."""

from __future__ import annotations

import pandas as pd
from pymongo.database import Database

from analytics.filters import Filters
from analytics.frames import fill_days, to_frame
from analytics.question import question
from analytics.reliability import LATENCIES, merged
from analytics.scope import pick_rollup, rows_in_scope, sums
from analytics.shared import EDITS, edit_rows

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
    pipeline = [
        *rows_in_scope(filters),

        # One document per tool
        {"$group": {
            "_id": "$rows.tool_name",
            **sums("calls", "failures"),
            "rejections": {"$sum": "$rows.rejected"},
            **LATENCIES,
        }},

        {"$sort": {"calls": -1, "_id": 1}},
    ]  # fmt: skip
    tools = (
        merged(tool, "tool_name")
        for tool in pick_rollup(db, "daily_tools", filters).aggregate(pipeline)
    )
    frame = to_frame(tools, TOOL_CALLS_BY_TOOL)
    called = frame["calls"].where(frame["calls"] > 0)
    return frame.assign(success_rate=1 - frame["failures"] / called)


TOOL_DECISIONS_BY_SOURCE = {"decision_source": "str", "accepted": "int64", "rejected": "int64"}


@question(reads="daily_decisions", columns=TOOL_DECISIONS_BY_SOURCE)
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
    pipeline = [
        *rows_in_scope(filters),
        {"$group": {"_id": "$rows.decision_source", **sums("accepted", "rejected")}},
        {
            "$addFields": {
                "decision_source": "$_id",
                "decisions": {"$add": ["$accepted", "$rejected"]},
            }
        },
        {"$sort": {"decisions": -1, "_id": 1}},
    ]
    return to_frame(
        pick_rollup(db, "daily_decisions", filters).aggregate(pipeline), TOOL_DECISIONS_BY_SOURCE
    )


CODE_EDITS_PER_DAY = {"day": "datetime64[us]", **EDITS}


@question(reads="daily_edits", columns=CODE_EDITS_PER_DAY)
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
    return fill_days(edit_rows(db, filters).by_day(EDITS), filters, CODE_EDITS_PER_DAY)


EDITS_BY_LANGUAGE = {"language": "str", **EDITS}


@question(reads="daily_edits", columns=EDITS_BY_LANGUAGE)
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
    languages = edit_rows(db, filters).sum_by(("language",), EDITS)
    languages.sort(key=lambda row: (-row["edits"], -row["accepted"], row["language"]))
    return to_frame(languages, EDITS_BY_LANGUAGE)
