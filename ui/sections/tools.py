"""Tools page: headline numbers, labels of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from charts.shared.labels import tool_kind, tool_label

if TYPE_CHECKING:
    import pandas as pd

EDITORS = ("Edit", "MultiEdit", "Write", "NotebookEdit")


@dataclass(frozen=True)
class ToolSummary:
    """Headline numbers of all tools."""

    calls: int
    failures: int
    decisions: int
    denials: int
    manual_decisions: int
    edits: int

    @property
    def success_rate(self) -> float | None:
        """Share of the calls that did not fail; None without calls."""
        return 1 - self.failures / self.calls if self.calls else None


def tool_summary(tools: pd.DataFrame, decisions: pd.DataFrame) -> ToolSummary:
    """Add up the results of `tool_calls_by_tool` and `tool_decisions_by_source`."""
    made = decisions["accepted"] + decisions["rejected"]
    by_users = decisions["decision_source"].str.startswith("user_")
    return ToolSummary(
        calls=int(tools["calls"].sum()),
        failures=int(tools["failures"].sum()),
        decisions=int(made.sum()),
        denials=int(decisions["rejected"].sum()),
        manual_decisions=int(made[by_users].sum()),
        edits=int(tools.loc[tools["tool_name"].isin(EDITORS), "calls"].sum()),
    )


def with_labels(tools: pd.DataFrame) -> pd.DataFrame:
    """Replace tool names by display names, and add what each tool is for."""
    kinds = [tool_kind(tool) for tool in tools["tool_name"]]
    names = [tool_label(tool) for tool in tools["tool_name"]]
    rest = tools.drop(columns="tool_name")
    named: pd.DataFrame = rest.assign(tool=names, kind=kinds)
    return named[["tool", "kind", *rest.columns]]
