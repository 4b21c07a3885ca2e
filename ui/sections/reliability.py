"""Reliability page: headline numbers, labels of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics import Latency, Totals
from charts.shared.labels import error_label

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ErrorSummary:
    """Failures of requests and tool calls, and the latency of requests."""

    api_errors: int
    attempts: int
    error_rate: float | None
    tool_failures: int
    tool_calls: int
    success_rate: float | None
    p50_ms: float | None
    p95_ms: float | None

    @property
    def failures(self) -> int:
        """Failed requests and failed tool calls."""
        return self.api_errors + self.tool_failures

    @property
    def tool_failure_rate(self) -> float | None:
        """Share of the tool calls that failed; None without calls."""
        return self.tool_failures / self.tool_calls if self.tool_calls else None


def error_summary(totals: Totals, latency: Latency) -> ErrorSummary:
    """Combine the results of two questions."""
    return ErrorSummary(
        api_errors=totals.api_errors,
        attempts=totals.api_requests + totals.api_errors,
        error_rate=totals.error_rate,
        tool_failures=totals.tool_failures,
        tool_calls=totals.tool_calls,
        success_rate=totals.success_rate,
        p50_ms=latency.p50_ms,
        p95_ms=latency.p95_ms,
    )


def with_labels(errors: pd.DataFrame) -> pd.DataFrame:
    """Add the display name of each failure."""
    names = [error_label(error) for error in errors["error_type"]]
    named: pd.DataFrame = errors.assign(failure=names)
    return named[["failure", *errors.columns]]
