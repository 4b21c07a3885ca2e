"""The web API of the SaaS data set: its traffic, its answers, what looks wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from charts.overview import bars, marked, peak
from charts.shared.countries import country_label
from charts.shared.labels import status_label
from charts.shared.numbers import PERCENT, percent, short
from charts.shared.palette import color_scale
from charts.shared.ranked import Row, ranked
from charts.shared.spec import ChartSpec, Spec, charted, field
from charts.shared.theme import legend_below, value_axis, words

SECURITY_EVENTS = {
    "failed_logins": "Failed sign-ins",
    "rate_limited": "Rate limited",
    "token_reuses": "Revoked token used",
    "requests_after_session_end": "After session end",
}
"""What looks wrong, and its name for readers."""

DEVICES = ("Desktop", "Mobile", "Tablet")
STATUS_CLASSES = ("2xx", "4xx", "5xx", "3xx")


@charted
def saas_requests_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw requests per day, those that failed apart.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``requests``, ``errors`` and ``error_rate``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    answered, failed = names = ("Answered", "Failed (400 or more)")
    counted = frame.assign(**{answered: frame["requests"] - frame["errors"]})
    named = counted.rename(columns={"errors": failed})
    kept = ["day", "requests", "error_rate"]
    rows = named.melt(kept, [*names], var_name="outcome", value_name="counted")
    return bars(
        marked(rows, partial_day),
        y=field("counted:Q", axis=value_axis(), stack="zero"),
        tooltip=[
            field("outcome:N", title="Outcome"),
            field("counted:Q", title="Requests", format=","),
            field("requests:Q", title="All requests", format=","),
            field("error_rate:Q", title="Failed, of all", format=PERCENT),
        ],
        words=peak(frame, "requests", "{:,.0f} requests".format),
        color=_colored("outcome:N", names),
    )


@charted
def security_events_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw what looks wrong on each day, stacked by what it is.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and the four kinds.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    kinds = [*SECURITY_EVENTS.values()]
    named = frame.rename(columns=SECURITY_EVENTS)
    rows = named.melt(["day"], kinds, var_name="kind", value_name="counted")
    everything = frame.assign(counted=frame[[*SECURITY_EVENTS]].sum(axis="columns"))
    return bars(
        marked(rows, partial_day),
        y=field("counted:Q", axis=value_axis(), stack="zero"),
        tooltip=[
            field("kind:N", title="What"),
            field("counted:Q", title="How often", format=","),
        ],
        words=peak(everything, "counted", "{:,.0f} of them".format),
        color=_colored("kind:N", kinds),
    )


@charted
def requests_by_status(frame: pd.DataFrame) -> ChartSpec:
    """Rank HTTP statuses, each in the colour of its class.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``status_code`` and ``requests``.
    """
    codes = [None if pd.isna(code) else int(code) for code in frame["status_code"]]
    rows = frame.assign(
        status_code=pd.Series([str(code or "unknown") for code in codes], dtype="str"),
        kind=[f"{code // 100}xx" if code else "unknown" for code in codes],
    )
    return ranked(
        rows,
        "status_code",
        "requests",
        tooltip=_counts("requests", "Requests"),
        names=[status_label(code) for code in codes],
        color=field("kind:N", scale=color_scale(rows["kind"], STATUS_CLASSES), legend=None),
    )


@charted
def requests_by_endpoint(frame: pd.DataFrame, limit: int = 12) -> ChartSpec:
    """Rank endpoints by requests, with what of them failed.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``endpoint``, ``requests``, ``errors``, ``server_errors`` and ``rate_limited``.
    limit : int
        Most endpoints to draw; the rest is added up.
    """
    return ranked(
        frame,
        "endpoint",
        "requests",
        tooltip=[
            *_counts("requests", "Requests"),
            field("errors:Q", title="Failed", format=","),
            field("server_errors:Q", title="Failed by the server", format=","),
            field("rate_limited:Q", title="Rate limited", format=","),
        ],
        names=[*frame["endpoint"]],
        behind=_requests_and_failures,
        limit=limit,
    )


@charted
def failed_logins_by_address(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
    """Rank addresses by failed sign-ins.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``ip_address``, ``failed_logins`` and ``accounts``.
    limit : int
        Most addresses to draw; the rest is added up.
    """
    rows = frame.assign(ip_address=frame["ip_address"].fillna("unknown"))
    accounts = field("accounts:Q", title="Accounts tried", format=",")
    return ranked(
        rows,
        "ip_address",
        "failed_logins",
        tooltip=[*_counts("failed_logins", "Failed sign-ins"), accounts],
        limit=limit,
    )


@charted
def sessions_by_country(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
    """Rank countries by sessions.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``country`` and ``sessions``.
    limit : int
        Most countries to draw; the rest is added up.
    """
    return ranked(
        frame,
        "country",
        "sessions",
        names=[country_label(country) for country in frame["country"]],
        tooltip=_counts("sessions", "Sessions"),
        limit=limit,
    )


@charted
def sessions_by_device(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
    """Rank combinations of device, browser and system by sessions.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``device_type``, ``browser``, ``os`` and ``sessions``.
    limit : int
        Most combinations to draw; the rest is added up.
    """
    rows = frame.assign(device=frame["device_type"].map(words).astype("str"))
    devices = sorted(set(rows["device"]))
    return ranked(
        rows,
        "device_type",
        "sessions",
        tooltip=_counts("sessions", "Sessions"),
        names=[f"{words(row['browser'])}, {words(row['os'])}" for row in frame.to_dict("records")],
        color=field(
            "device:N", scale=color_scale(devices, DEVICES), legend=legend_below(values=devices)
        ),
        limit=limit,
    )


@charted
def user_status(frame: pd.DataFrame) -> ChartSpec:
    """Rank kinds of accounts, with who of them has a second factor.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``status``, ``role``, ``users``, ``mfa_users`` and ``mfa_share``.
    """
    return ranked(
        frame,
        "status",
        "users",
        tooltip=[
            *_counts("users", "Accounts"),
            field("mfa_users:Q", title="With a second factor", format=","),
        ],
        names=[words(f"{row['status']}_{row['role']}") for row in frame.to_dict("records")],
        behind=lambda row: f"{short(row['users'])}  ·  {short(row['mfa_users'])} with MFA",
    )


def _counts(value: str, title: str) -> list[Spec]:
    return [
        field(f"{value}:Q", title=title, format=","),
        field("share:Q", title="Share", format=PERCENT),
    ]


def _requests_and_failures(row: Row) -> str:
    rate = percent(row["errors"] / row["requests"])
    return f"{short(row['requests'])}  ·  {rate} failed"


def _colored(shorthand: str, names: Iterable[str]) -> Spec:
    """Give each name its colour and a legend below."""
    return field(shorthand, scale={"domain": [*names]}, legend=legend_below(columns=2))
