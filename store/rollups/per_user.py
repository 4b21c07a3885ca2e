"""Pack rows by user into columns: one row per scope, with a list for each measure.

A store takes the same time for a row of one user as for one of fifty. So users with the same role,
department and source share a row: the n-th value of each list belongs to the n-th user.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, Any]
SumsByUser = dict[str, dict[str, Any]]

PEOPLE_ROLLUPS = {
    "daily_users": (
        "events",
        "prompts",
        "api_requests",
        "total_tokens",
        "cost_usd",
        "unpriced_requests",
    ),
    "daily_user_sessions": ("sessions",),
}
"""Rollups by user, and their measures."""

USER = "user_id"
_SCOPE = ("role", "department", "source", "sources")


def pack_columns(rollup: str, rows: Iterable[Row]) -> list[Row]:
    """Turn rows of one user and scope each into the rows of a rollup by user."""
    measures = PEOPLE_ROLLUPS[rollup]
    return sum_by(
        {
            **{name: row[name] for name in _SCOPE if name in row},
            USER: [row[USER]],
            **{name: [row.get(name, 0)] for name in measures},
        }
        for row in rows
    )


def sum_by(rows: Iterable[Row]) -> list[Row]:
    """Add up the measures of the same user in the same scope.

    Parameters
    ----------
    rows : iterable of dict
        Role, department and source (or sources), and one list for each other field, users among
        them; all rows have the same fields.

    Returns
    -------
    list of dict
        One such row per scope; rows and users are in order.
    """
    scopes: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        scopes[tuple(_hashable(row[name]) for name in _SCOPE if name in row)].append(row)
    return [_one_row(same) for _, same in sorted(scopes.items())]


def sums_by_user(rows: Iterable[Mapping[str, Any]], measures: Iterable[str]) -> SumsByUser:
    """Add up columns over all scopes: the sum of each user, by measure."""
    sums: dict[str, Any] = {name: defaultdict(int) for name in measures}
    for row in rows:
        for name, sum_of in sums.items():
            for user, value in zip(row[USER], row[name], strict=True):
                sum_of[user] += value
    return sums


def _one_row(rows: list[Row]) -> Row:
    scope = {name: value for name, value in rows[0].items() if name in _SCOPE}
    measures = [name for name in rows[0] if name not in (*_SCOPE, USER)]
    sums = sums_by_user(rows, measures)
    users = sorted(sums[measures[0]])
    # Sums of floats drift in the last digits; a billionth of a dollar is exact enough.
    lists = {name: [round(sums[name][user], 9) for user in users] for name in measures}
    return {**scope, USER: users, **lists}


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
