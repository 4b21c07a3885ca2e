"""Run the benchmarks: `python -m benchmarks [SECTION...] [--size small|full]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks import compare, growth, live, loading, pages, people, questions, sources, starting
from benchmarks.report import Table, conditions, write
from benchmarks.workspace import SIZES, Workspace, workspace

SECTIONS: dict[str, tuple[Callable[[Workspace], list[Table]], str]] = {
    "sources": (sources.sources, "loading every format, from the same telemetry"),
    "questions": (questions.questions, "every question, cold and warm"),
    "older": (compare.compare_with_older, "the older system's aggregations; minutes in full"),
    "duckdb": (compare.compare_with_duckdb, "the Overview page and DuckDB"),
    "start": (starting.start, "server start"),
    "pages": (pages.pages, "a browser's waits; needs a Chromium"),
    "events": (growth.more_events, "ten times the events; two minutes in full"),
    "days": (growth.more_days, "six times the days; two minutes in full"),
    "live": (live.live, "refresh after live events of 100 to 10,000 people; minutes"),
    "people": (people.people, "a year of 500 people; two minutes"),
}
ALWAYS = "load"
QUICK = ("questions", "older", "duckdb", "start")
RESULTS = Path(__file__).parent / "results.md"


def main(arguments: list[str]) -> int:
    """Run the chosen sections, print each table at once, write them all at the end."""
    options = _parser().parse_args(arguments)
    sections = options.sections or (QUICK if options.size == "small" else tuple(SECTIONS))
    started = perf_counter()
    tables = []
    with workspace(SIZES[options.size]) as space:
        for name, section in ((ALWAYS, loading.load), *((n, SECTIONS[n][0]) for n in sections)):
            print(f"... {name}", file=sys.stderr, flush=True)
            for table in section(space):
                print(table.markdown(), end="\n\n", flush=True)
                tables.append(table)
    command = " ".join(["python -m benchmarks", *arguments])
    print(conditions(command, perf_counter() - started))
    if options.output:
        write(options.output, tables, command, perf_counter() - started)
    return 0


def _parser() -> argparse.ArgumentParser:
    lines = [f"  {name:10} {summary}" for name, (_, summary) in SECTIONS.items()]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure loading and questions on a demo store in a temporary folder.",
        epilog="sections (loading is always measured):\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sections_help = "what to measure; a quick choice, or with --size full everything"
    parser.add_argument(
        "sections", nargs="*", choices=[*SECTIONS, []], metavar="SECTION", help=sections_help
    )
    sizes = "small: 45 k events, about a minute on an idle machine; full: 450 k, about half an hour"
    parser.add_argument("--size", choices=SIZES, default="small", help=sizes)
    parser.add_argument("--output", type=Path, default=RESULTS, help="file for the tables")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
