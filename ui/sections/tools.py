"""The headline of the Tools page, and what its table calls each tool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from charts.shared.labels import tool_kind, tool_label

if TYPE_CHECKING:
    import pandas as pd

EDITORS = ("Edit", "MultiEdit", "Write", "NotebookEdit")


@dataclass(frozen=True)
class ToolSummary:
    """All tools together."""

    calls: int
    failures: int
    decisions: int
    refused: int
    asked: int
    edits: int

    @property
    def success_rate(self) -> float | None:
        """Part of the calls that did not fail; None without calls."""
        return 1 - self.failures / self.calls if self.calls else None


def tool_summary(tools: pd.DataFrame, decisions: pd.DataFrame) -> ToolSummary:
    """Add up the answers of `tool_calls_by_tool` and `tool_decisions_by_source`."""
    decided = decisions["accepted"] + decisions["rejected"]
    by_people = decisions["decision_source"].str.startswith("user_")
    return ToolSummary(
        calls=int(tools["calls"].sum()),
        failures=int(tools["failures"].sum()),
        decisions=int(decided.sum()),
        refused=int(decisions["rejected"].sum()),
        asked=int(decided[by_people].sum()),
        edits=int(tools.loc[tools["tool_name"].isin(EDITORS), "calls"].sum()),
    )


def with_labels(tools: pd.DataFrame) -> pd.DataFrame:
    """Call each tool as people do, and say what it is for."""
    kinds = [tool_kind(tool) for tool in tools["tool_name"]]
    names = [tool_label(tool) for tool in tools["tool_name"]]
    rest = tools.drop(columns="tool_name")
    named: pd.DataFrame = rest.assign(tool=names, kind=kinds)
    return named[["tool", "kind", *rest.columns]]
