"""What comes out of the work: edits, lines of code, commits, and the time it took."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.days import bars, marked, peak
from charts.drawing import Drawing, charted, field
from charts.numbers import SPACE
from charts.theme import SHORT_NUMBER, legend_below, value_axis

LINES = {"added": "Added", "removed": "Removed"}
COMMITS = {"commits": "Commits", "pull_requests": "Pull requests"}
ACTIVE = {"user_seconds": "People", "cli_seconds": "Agent"}

_HOURS = f"format(datum.value, '~s') + '{SPACE}h'"


@charted
def code_edits_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> Drawing:
    """Draw how many edits of files each day had.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``edits``, ``accepted`` and ``rejected``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return bars(
        marked(frame, partial_day),
        y=field("edits:Q", axis=value_axis()),
        tooltip=[
            field("edits:Q", title="Edits", format=","),
            field("accepted:Q", title="Permissions granted", format=","),
            field("rejected:Q", title="Permissions refused", format=","),
        ],
        words=peak(frame, "edits", "{:,.0f} edits".format),
    )


@charted
def lines_of_code_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> Drawing:
    """Draw the lines of code that were added and removed on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``added`` and ``removed``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _two(frame, LINES, SHORT_NUMBER, partial_day)


@charted
def commits_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> Drawing:
    """Draw the commits and pull requests that the agent made on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``commits`` and ``pull_requests``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    return _two(frame, COMMITS, SHORT_NUMBER, partial_day)


@charted
def active_time_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> Drawing:
    """Draw how long people and the agent were active on each day.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``user_seconds`` and ``cli_seconds``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    hours = frame.assign(**{name: frame[name] / 3600 for name in ACTIVE})
    return _two(hours, ACTIVE, _HOURS, partial_day, ",.1f")


def _two(
    frame: pd.DataFrame,
    kinds: dict[str, str],
    label_expr: str,
    partial_day: date | None,
    digits: str = ",.0f",
) -> Drawing:
    """Stack two columns per day, each in its own colour."""
    named = frame.rename(columns=kinds)
    rows = named.melt(["day"], list(kinds.values()), var_name="kind", value_name="amount")
    total = frame.assign(amount=frame[[*kinds]].sum(axis="columns"))
    return bars(
        marked(rows, partial_day),
        y=field("amount:Q", axis=value_axis(label_expr), stack="zero"),
        tooltip=[
            field("kind:N", title=" "),
            field("amount:Q", title="Amount", format=digits),
        ],
        words=peak(total, "amount", f"{{:{digits}}}".format),
        color=field("kind:N", scale={"domain": [*kinds.values()]}, legend=legend_below(columns=2)),
    )
