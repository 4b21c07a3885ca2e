"""What the agent's tools do: calls, failures, permissions, edits."""

from __future__ import annotations

import pandas as pd

from charts.shared.labels import decider_label, tool_kind, tool_label
from charts.shared.numbers import PERCENT, percent, short
from charts.shared.palette import OUTCOMES, TOOL_KINDS, tool_kind_scale
from charts.shared.ranked import (
    Row,
    deduplicate_labels,
    lines_spec,
    names_axis,
    ranked,
    value_label_lines,
    with_value_labels,
)
from charts.shared.spec import RANK, ChartSpec, charted, field, field_by_rank
from charts.shared.theme import legend_below

_RATE = field("failure_rate:Q", title="Failed, of all calls", format=PERCENT)


@charted
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
    there_are = [kind for kind in (*TOOL_KINDS, "other") if kind in set(rows["kind"])]
    return ranked(
        rows,
        "tool_name",
        "calls",
        tooltip=[
            field("kind:N", title="Kind"),
            field("calls:Q", title="Calls", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("failures:Q", title="Failed", format=","),
            field("rejections:Q", title="Refused before they ran", format=","),
        ],
        names=[tool_label(tool) for tool in rows["tool_name"]],
        color=field("kind:N", scale=tool_kind_scale(), legend=legend_below(4, values=there_are)),
        limit=limit,
    )


@charted
def failure_rate_by_tool(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
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
            field("failures:Q", title="Failed", format=","),
            field("calls:Q", title="Calls", format=","),
        ],
        names=[tool_label(tool) for tool in rows["tool_name"]],
        color=field("kind:N", scale=tool_kind_scale(), legend=None),
        behind=_rate_of_calls,
    )


@charted
def rejections_by_tool(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
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
            field("rejections:Q", title="Refused", format=","),
            field("share:Q", title="Share", format=PERCENT),
            field("calls:Q", title="Calls that ran", format=","),
        ],
        names=[tool_label(tool) for tool in rows["tool_name"]],
        color=field("kind:N", scale=tool_kind_scale(), legend=None),
        limit=limit,
    )


@charted
def tool_decisions_by_source(frame: pd.DataFrame) -> ChartSpec:
    """Stack granted and refused permissions by who decided.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``decision_source``, ``accepted`` and ``rejected``.
    """
    granted, refused = OUTCOMES
    named = frame.assign(
        name=deduplicate_labels([decider_label(s) for s in frame["decision_source"]])
    )
    named = named.rename(columns={"accepted": granted, "rejected": refused})
    totals = named.assign(decisions=named[granted] + named[refused])
    everything = max(int(totals["decisions"].sum()), 1)
    written = with_value_labels(
        totals,
        lambda row: f"{short(row['decisions'])}  ·  {percent(row['decisions'] / everything)}",
    )
    rows = written.drop(columns="decisions").melt(
        ["name", "behind", RANK], [*OUTCOMES], var_name="outcome", value_name="decisions"
    )
    tooltip = [
        field("name:N", title="Who decided"),
        field("outcome:N", title="Outcome"),
        field("decisions:Q", title="Decisions", format=","),
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
        lines_spec([value_label_lines(tooltip), bars], len(named), has_legend=True),
        _refusals(int(named[refused].sum()), everything),
    )


@charted
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
            field("accepted:Q", title="Permissions granted", format=","),
            field("rejected:Q", title="Permissions refused", format=","),
        ],
        limit=limit,
    )


def _with_kind(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(kind=[tool_kind(tool) for tool in frame["tool_name"]])


def _rate_of_calls(row: Row) -> str:
    return f"{percent(row['failure_rate'])}  ·  {short(row['failures'])} of {short(row['calls'])}"


def _refusals(refused: int, everything: int) -> str:
    return f"{short(refused)} of {short(everything)} were refused, {percent(refused / everything)}."
