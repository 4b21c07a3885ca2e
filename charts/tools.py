"""What the agent's tools do: calls, failures, permissions, edits."""

from __future__ import annotations

import altair as alt
import pandas as pd

from charts.labels import decider_label, tool_kind, tool_label
from charts.numbers import PERCENT, percent, short
from charts.palette import OUTCOMES, TOOL_KINDS, tool_kind_scale
from charts.ranking import (
    Row,
    behind_line,
    each_its_own,
    names_axis,
    ranked,
    told_apart,
    with_behind,
)
from charts.theme import LEGEND_HEIGHT, PADDING, ROW_HEIGHT

_RATE = alt.Tooltip("failure_rate:Q", title="Failed, of all calls", format=PERCENT)


def tool_calls_by_tool(frame: pd.DataFrame, limit: int = 15) -> alt.LayerChart:
    """Rank tools by calls, each in the colour of its kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``tool_name``, ``calls``, ``failures``, ``success_rate`` and ``rejections``.
    limit : int
        Most tools to draw; the rest is added up.
    """
    rows = _with_kind(frame)
    there_are = [kind for kind in (*TOOL_KINDS, "other") if kind in set(rows["kind"])]
    legend = alt.Legend(
        title=None, orient="bottom", symbolType="square", columns=4, padding=0, values=there_are
    )
    chart = ranked(
        rows,
        "tool_name",
        "calls",
        tooltip=[
            alt.Tooltip("kind:N", title="Kind"),
            alt.Tooltip("calls:Q", title="Calls", format=","),
            alt.Tooltip("share:Q", title="Share", format=PERCENT),
            alt.Tooltip("failures:Q", title="Failed", format=","),
            alt.Tooltip("rejections:Q", title="Refused before they ran", format=","),
        ],
        names=[tool_label(tool) for tool in rows["tool_name"]],
        color=alt.Color("kind:N", scale=tool_kind_scale(), legend=legend),
        limit=limit,
    )
    chart.height += LEGEND_HEIGHT
    return chart


def failure_rate_by_tool(frame: pd.DataFrame, limit: int = 10) -> alt.LayerChart:
    """Rank tools by the part of their calls that fails.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``tool_name``, ``calls`` and ``failures``.
    limit : int
        Most tools to draw.
    """
    failing = _with_kind(frame[frame["failures"] > 0])
    rows = failing.assign(failure_rate=failing["failures"] / failing["calls"])
    rows = rows.sort_values(["failure_rate", "calls"], ascending=False, kind="stable").head(limit)
    return ranked(
        rows,
        "tool_name",
        "failure_rate",
        tooltip=[
            _RATE,
            alt.Tooltip("failures:Q", title="Failed", format=","),
            alt.Tooltip("calls:Q", title="Calls", format=","),
        ],
        names=[tool_label(tool) for tool in rows["tool_name"]],
        color=alt.Color("kind:N", scale=tool_kind_scale(), legend=None),
        behind=_rate_of_calls,
    )


def rejections_by_tool(frame: pd.DataFrame, limit: int = 10) -> alt.LayerChart:
    """Rank tools by the permissions that were refused to them.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``tool_name``, ``calls`` and ``rejections``.
    limit : int
        Most tools to draw; the rest is added up.
    """
    refused = _with_kind(frame[frame["rejections"] > 0])
    rows = refused.sort_values("rejections", ascending=False, kind="stable")
    return ranked(
        rows,
        "tool_name",
        "rejections",
        tooltip=[
            alt.Tooltip("rejections:Q", title="Refused", format=","),
            alt.Tooltip("share:Q", title="Share", format=PERCENT),
            alt.Tooltip("calls:Q", title="Calls that ran", format=","),
        ],
        names=[tool_label(tool) for tool in rows["tool_name"]],
        color=alt.Color("kind:N", scale=tool_kind_scale(), legend=None),
        limit=limit,
    )


def tool_decisions_by_source(frame: pd.DataFrame) -> alt.LayerChart:
    """Stack granted and refused permissions by who decided.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``decision_source``, ``accepted`` and ``rejected``.
    """
    granted, refused = OUTCOMES
    named = frame.assign(name=told_apart([decider_label(s) for s in frame["decision_source"]]))
    named = named.rename(columns={"accepted": granted, "rejected": refused})
    totals = named.assign(decisions=named[granted] + named[refused])
    everything = max(int(totals["decisions"].sum()), 1)
    written = with_behind(
        totals,
        lambda row: f"{short(row['decisions'])}  ·  {percent(row['decisions'] / everything)}",
    )
    rows = written.drop(columns="decisions").melt(
        ["name", "behind"], [*OUTCOMES], var_name="outcome", value_name="decisions"
    )
    tooltip = [
        alt.Tooltip("name:N", title="Who decided"),
        alt.Tooltip("outcome:N", title="Outcome"),
        alt.Tooltip("decisions:Q", title="Decisions", format=","),
    ]
    legend = alt.Legend(title=None, orient="bottom", symbolType="square", padding=0)
    color = alt.Color("outcome:N", scale=alt.Scale(domain=[*OUTCOMES]), legend=legend)
    base = alt.Chart(rows)
    lines = base.mark_rect(opacity=0, aria=False).encode(y=behind_line(), tooltip=tooltip)
    bars = base.mark_bar(height=18, cornerRadiusEnd=3).encode(
        x=alt.X("decisions:Q", axis=None, stack="zero"),
        y=alt.Y("name:N", sort=None, axis=names_axis()),
        color=color,
        tooltip=tooltip,
    )
    return alt.LayerChart(
        layer=[lines, bars],
        resolve=each_its_own(),
        height=max(len(named), 3) * ROW_HEIGHT + 10 + LEGEND_HEIGHT,
        padding=PADDING,
        description=_refusals(int(named[refused].sum()), everything),
    )


def edits_by_language(frame: pd.DataFrame, limit: int = 8) -> alt.LayerChart:
    """Rank languages by edits.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``language``, ``edits``, ``accepted`` and ``rejected``.
    limit : int
        Most languages to draw; the rest is added up.
    """
    return ranked(
        frame,
        "language",
        "edits",
        tooltip=[
            alt.Tooltip("edits:Q", title="Edits", format=","),
            alt.Tooltip("share:Q", title="Share", format=PERCENT),
            alt.Tooltip("accepted:Q", title="Permissions granted", format=","),
            alt.Tooltip("rejected:Q", title="Permissions refused", format=","),
        ],
        limit=limit,
    )


def _with_kind(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(kind=[tool_kind(tool) for tool in frame["tool_name"]])


def _rate_of_calls(row: Row) -> str:
    return f"{percent(row['failure_rate'])}  ·  {short(row['failures'])} of {short(row['calls'])}"


def _refusals(refused: int, everything: int) -> str:
    return f"{short(refused)} of {short(everything)} were refused, {percent(refused / everything)}."
