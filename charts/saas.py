"""Charts of the web API of the SaaS data set."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.shared.countries import country_label
from charts.shared.labels import humanize, status_label
from charts.shared.numbers import PERCENT, percent, short
from charts.shared.palette import color_scale
from charts.shared.percentiles import percentile_ranges
from charts.shared.ranked import Row, ranked
from charts.shared.spec import ChartSpec, Spec, chart, field
from charts.shared.theme import legend_below
from charts.shared.time_series import peak, stacked_bars

SECURITY_EVENTS = {
    "failed_logins": "Failed sign-ins",
    "rate_limited": "Rate limited",
    "token_reuses": "Revoked token used",
    "requests_after_session_end": "After session end",
}
"""Columns of security events, and their names for readers."""

DEVICES = ("Desktop", "Mobile", "Tablet")

STATUS_CLASSES = ("2xx", "4xx", "5xx", "3xx")


@chart
def saas_requests_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw requests per day, stacked by outcome.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day``, ``requests``, ``errors`` and ``error_rate``.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    rows = frame.assign(answered=frame["requests"] - frame["errors"])
    return stacked_bars(
        rows,
        {"answered": "Successful", "errors": "Failed (4xx, 5xx)"},
        tooltip=[
            field("kind:N", title="Outcome"),
            field("amount:Q", title="Requests", format=","),
            field("requests:Q", title="Day total", format=","),
            field("error_rate:Q", title="Error rate", format=PERCENT),
        ],
        summary=peak(frame, "requests", "{:,.0f} requests".format),
        partial_day=partial_day,
    )


@chart
def security_events_per_day(frame: pd.DataFrame, partial_day: date | None = None) -> ChartSpec:
    """Draw security events per day, stacked by type.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``day`` and the four types.
    partial_day : date, optional
        A day that is not over: drawn paler.
    """
    rows = frame.assign(total=frame[[*SECURITY_EVENTS]].sum(axis="columns"))
    return stacked_bars(
        rows,
        SECURITY_EVENTS,
        tooltip=[
            field("kind:N", title="Type"),
            field("amount:Q", title="Events", format=","),
            field("total:Q", title="Day total", format=","),
        ],
        summary=peak(rows, "total", "{:,.0f} events".format),
        partial_day=partial_day,
    )


@chart
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
        tooltip=_count_and_share("requests", "Requests"),
        names=[status_label(code) for code in codes],
        color=field("kind:N", scale=color_scale(rows["kind"], STATUS_CLASSES), legend=None),
    )


@chart
def requests_by_endpoint(frame: pd.DataFrame, limit: int = 12) -> ChartSpec:
    """Rank endpoints by requests, with their error rates.

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
            *_count_and_share("requests", "Requests"),
            field("errors:Q", title="Errors", format=","),
            field("server_errors:Q", title="Server errors", format=","),
            field("rate_limited:Q", title="Rate limited", format=","),
        ],
        names=[*frame["endpoint"]],
        value_label=_requests_and_failures,
        limit=limit,
    )


@chart
def response_time_by_endpoint(frame: pd.DataFrame) -> ChartSpec:
    """Compare endpoints by response time.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``endpoint``, ``requests``, ``p50_ms`` and ``p95_ms``.
    """
    timed = frame.dropna(subset=["p50_ms"])
    return percentile_ranges(timed, "endpoint", "requests", [*timed["endpoint"]])


@chart
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
        tooltip=[*_count_and_share("failed_logins", "Failed sign-ins"), accounts],
        limit=limit,
    )


@chart
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
        tooltip=_count_and_share("sessions", "Sessions"),
        limit=limit,
    )


@chart
def sessions_by_device(frame: pd.DataFrame, limit: int = 10) -> ChartSpec:
    """Rank combinations of device, browser and system by sessions.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``device_type``, ``browser``, ``os`` and ``sessions``.
    limit : int
        Most combinations to draw; the rest is added up.
    """
    rows = frame.assign(device=frame["device_type"].map(humanize).astype("str"))
    devices = sorted(set(rows["device"]))
    return ranked(
        rows,
        "device_type",
        "sessions",
        tooltip=_count_and_share("sessions", "Sessions"),
        names=[
            f"{humanize(row['browser'])}, {humanize(row['os'])}" for row in frame.to_dict("records")
        ],
        color=field(
            "device:N", scale=color_scale(devices, DEVICES), legend=legend_below(values=devices)
        ),
        limit=limit,
    )


@chart
def user_status(frame: pd.DataFrame) -> ChartSpec:
    """Rank account statuses, with the accounts that have a second factor.

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
            *_count_and_share("users", "Accounts"),
            field("mfa_users:Q", title="With MFA", format=","),
        ],
        names=[humanize(f"{row['status']}_{row['role']}") for row in frame.to_dict("records")],
        value_label=lambda row: f"{short(row['users'])}  ·  {short(row['mfa_users'])} with MFA",
    )


def _count_and_share(value: str, title: str) -> list[Spec]:
    return [
        field(f"{value}:Q", title=title, format=","),
        field("share:Q", title="Share", format=PERCENT),
    ]


def _requests_and_failures(row: Row) -> str:
    rate = percent(row["errors"] / row["requests"])
    return f"{short(row['requests'])}  ·  {rate} failed"
