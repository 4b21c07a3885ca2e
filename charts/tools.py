"""Charts of tools: calls, failures, durations, permissions, edits."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.shared.labels import decider_label, tool_kind, tool_label
from charts.shared.numbers import PERCENT, percent, short
from charts.shared.palette import OUTCOMES, TOOL_KINDS, tool_kind_scale
from charts.shared.percentiles import percentile_ranges
from charts.shared.ranked import (
    Row,
    deduplicate_labels,
    lines_spec,
    names_axis,
    ranked,
    value_label_lines,
    with_value_labels,
)
from charts.shared.spec import RANK, ChartSpec, chart, field, field_by_rank
from charts.shared.theme import legend_below
from charts.shared.time_series import count_bars

_PERMISSIONS = (
    field("accepted:Q", title="Permissions granted", format=","),
    field("rejected:Q", title="Permissions denied", format=","),
)


@chart
def tool_calls_by_tool(frame: pd.DataFrame, limit: int = 15) -> ChartSpec:
    """Rank tools by calls, each in the colour of its kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``tool_name``, ``calls``, ``failures``, ``success_rate`` and ``rejections``.
    limit : int
        Most tools to draw; the rest is added up.
    """
    rows = _with_kind(frame)
    present = [kind for kind in (*TOOL_KINDS, "other") if kind in set(rows["kind"])]
    return ranked(
        rows,
        "tool_name",
        "calls",
        tooltip=[
            field("kind:N", title="Kind"),
            field("calls:Q", title="Calls", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("failures:Q", title="Failures", format=","),
            field("rejections:Q", title="Denials", format=","),
        ],
        names=[tool_label(tool) for tool in rows["tool_name"]],
        color=field("kind:N", scale=tool_kind_scale(), legend=legend_below(4, values=present)),
        limit=limit,
    )


@chart
def tools_used(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
    """Rank the tools of a session or a person by calls, each in the colour of its kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``tool_name``, ``calls`` and ``failures``.
    limit : int
        Most tools to draw; the rest is added up.
    """
    return ranked(
        frame.assign(kind=[tool_kind(tool) for tool in frame["tool_name"]]),
        "tool_name",
        "calls",
        tooltip=[
            field("kind:N", title="Kind"),
            field("calls:Q", title="Calls", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("failures:Q", title="Failures", format=","),
        ],
        names=[tool_label(tool) for tool in frame["tool_name"]],
        color=field("kind:N", scale=tool_kind_scale(), legend=None),
        value_label=_calls_and_failures,
        limit=limit,
    )


@chart
def tool_durations_by_tool(frame: pd.DataFrame, limit: int = 15) -> ChartSpec:
    """Compare tools by the duration of their calls, each in the colour of its kind.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``tool_name``, ``calls``, ``p50_ms`` and ``p95_ms``.
    limit : int
        Tools to draw: those called most.
    """
    timed = frame.dropna(subset=["p50_ms"]).head(limit)
    rows = timed.assign(kind=[tool_kind(tool) for tool in timed["tool_name"]])
    names = [tool_label(tool) for tool in rows["tool_name"]]
    color = field("kind:N", scale=tool_kind_scale(), legend=None)
    return percentile_ranges(rows, "tool_name", "calls", names, color)


@chart
def failure_rate_by_tool(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
    """Rank tools by failure rate.

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
            field("failure_rate:Q", title="Failure rate", format=PERCENT),
            field("failures:Q", title="Failures", format=","),
            field("calls:Q", title="Calls", format=","),
        ],
        names=[tool_label(tool) for tool in rows["tool_name"]],
        color=field("kind:N", scale=tool_kind_scale(), legend=None),
        value_label=_rate_of_calls,
    )


@chart
def rejections_by_tool(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
    """Rank tools by denied permissions.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``tool_name``, ``calls`` and ``rejections``.
    limit : int
        Most tools to draw; the rest is added up.
    """
    denied = _with_kind(frame[frame["rejections"] > 0])
    rows = denied.sort_values("rejections", ascending=False, kind="stable")
    return ranked(
        rows,
        "tool_name",
        "rejections",
        tooltip=[
            field("rejections:Q", title="Denials", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("calls:Q", title="Calls", format=","),
        ],
        names=[tool_label(tool) for tool in rows["tool_name"]],
        color=field("kind:N", scale=tool_kind_scale(), legend=None),
        limit=limit,
    )


@chart
def tool_decisions_by_source(frame: pd.DataFrame) -> ChartSpec:
    """Stack granted and denied permissions by who decided.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``decision_source``, ``accepted`` and ``rejected``.
    """
    granted, denied = OUTCOMES
    names = [decider_label(source) for source in frame["decision_source"]]
    totals = frame.assign(
        name=deduplicate_labels(names), total=frame["accepted"] + frame["rejected"]
    ).rename(columns={"accepted": granted, "rejected": denied})
    everything = max(int(totals["total"].sum()), 1)
    labelled = with_value_labels(
        totals, lambda row: f"{short(row['total'])}  ·  {percent(row['total'] / everything)}"
    )
    rows = labelled.melt(
        ["name", "value_label", "total", RANK],
        [*OUTCOMES],
        var_name="outcome",
        value_name="decisions",
    )
    tooltip = [
        field("name:N", title="Decided by"),
        field("outcome:N", title="Decision"),
        field("decisions:Q", title="Decisions", format=","),
        field("total:Q", title="Total", format=","),
    ]
    legend = legend_below(padding=0)
    bars = {
        "mark": {"type": "bar", "height": 18, "cornerRadiusEnd": 3},
        "encoding": {
            "x": field("decisions:Q", axis=None, stack="zero"),
            "y": field_by_rank("name:N", axis=names_axis()),
            "color": field("outcome:N", scale={"domain": [*OUTCOMES]}, legend=legend),
            "tooltip": tooltip,
        },
    }
    return ChartSpec(
        rows,
        lines_spec([value_label_lines(tooltip), bars], len(totals), has_legend=True),
        _denials(int(totals[denied].sum()), everything),
    )


@chart
def code_edits_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw file edits per day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``edits``, ``accepted`` and ``rejected``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return count_bars(frame, "edits", "Edits", partial_day, *_PERMISSIONS)


@chart
def edits_by_language(frame: pd.DataFrame, limit: int = 8) -> ChartSpec:
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
            field("edits:Q", title="Edits", format=","),
            field("share:Q", title="Share", format=PERCENT),
            *_PERMISSIONS,
        ],
        limit=limit,
    )


def _with_kind(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(kind=[tool_kind(tool) for tool in frame["tool_name"]])


def _rate_of_calls(row: Row) -> str:
    return f"{percent(row['failure_rate'])}  ·  {short(row['failures'])} of {short(row['calls'])}"


def _calls_and_failures(row: Row) -> str:
    failed = f"  ·  {short(row['failures'])} failed" if row["failures"] else ""
    return short(row["calls"]) + failed


def _denials(denied: int, everything: int) -> str:
    return f"Denied: {short(denied)} of {short(everything)}, {percent(denied / everything)}."
