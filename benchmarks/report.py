"""Tables, and the lines that say where and how they were measured."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

PACKAGES = ("secantusdb", "pymongo", "pandas", "orjson", "duckdb", "streamlit")


@dataclass(frozen=True)
class Table:
    """Results of one section."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    note: str = ""

    def markdown(self) -> str:
        """Return the table as Markdown, numbers to the right."""
        cells = [tuple(map(shown, row)) for row in self.rows]
        widths = [max(map(len, column)) for column in zip(self.columns, *cells, strict=True)]
        right = [_are_numbers(column) for column in zip(*self.rows, strict=True)]
        rules = [
            "-" * (width - 1) + (":" if r else "-") for width, r in zip(widths, right, strict=True)
        ]
        lines = [_line(row, widths, right) for row in (self.columns, rules, *cells)]
        note = ["", self.note] if self.note else []
        return "\n".join([f"## {self.title}", "", *lines, *note])


@dataclass(frozen=True)
class Times:
    """Milliseconds that the same call took again and again."""

    values: tuple[float, ...]

    @property
    def best(self) -> float:
        """The time that other programs disturbed least."""
        return min(self.values)

    @property
    def median(self) -> float:
        """The time to expect on this machine as busy as it was."""
        return statistics.median(self.values)


def timed(call: Callable[[], Any], repeats: int, before: Callable[[], Any] | None = None) -> Times:
    """Time a call several times, each time after something else was done."""
    times = []
    for _ in range(repeats):
        if before:
            before()
        started = perf_counter()
        call()
        times.append((perf_counter() - started) * 1e3)
    return Times(tuple(times))


def shown(value: Any) -> str:
    """Return a number short enough to compare by eye."""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def write(path: Path, tables: Iterable[Table], command: str, seconds: float) -> None:
    """Write all tables, and what they hold for."""
    parts = ["# Results", conditions(command, seconds), *(table.markdown() for table in tables)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def conditions(command: str, seconds: float) -> str:
    """Say on what machine, with what versions and under what load it was measured."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    lines = [
        f"- `{command}`, {seconds:.0f} s, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- {platform.system()} {platform.machine()}, {os.cpu_count()} cores ({_processor()}), "
        f"load average {load} (1, 5, 15 minutes) at the end",
        f"- Python {platform.python_version()}, "
        + ", ".join(f"{name} {version}" for name in PACKAGES if (version := _version(name))),
        "- Milliseconds unless said otherwise; `min` is what an idle machine comes near to, "
        "the median what this one did with everything else that ran on it.",
    ]
    return "\n".join(lines)


def _are_numbers(column: Iterable[Any]) -> bool:
    return all(isinstance(value, int | float) or value == "" for value in column)


def _line(row: Iterable[str], widths: list[int], right: list[bool]) -> str:
    cells = [
        cell.rjust(width) if is_right else cell.ljust(width)
        for cell, width, is_right in zip(row, widths, right, strict=True)
    ]
    return f"| {' | '.join(cells)} |"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
