"""The command line: ``python -m ingest PATH...`` loads files of any known format.

``python -m ingest --recompute`` makes sums and costs anew from what is stored,
``--zone NAME`` with the days of another time zone.
"""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
from bson.errors import BSONError
from pymongo.errors import PyMongoError
from tqdm import tqdm

from analytics.errors import TokenflowError
from analytics.store.connection import connect
from analytics.store.failures import brief
from analytics.store.settings import checked_zone
from ingest.load import load
from ingest.reader import GC_THRESHOLD
from ingest.recompute import recompute
from ingest.sources import SOURCES
from ingest.summary import Summary

GOOD, SOME_REJECTED, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 130
REPLACEABLE = (
    "cloudwatch", "synthetic", "otlp", "collector", "transcript", "legacy", "manual", "saas",
)  # fmt: skip

Progress = Callable[[int, int, str], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Load what the command line names; return the exit status."""
    options = parse(arguments)
    try:
        summary = _load(options)
    except (TokenflowError, OSError, PyMongoError, BSONError) as error:
        print(f"ingest: {_one_line(error)}", file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt:
        print("ingest: interrupted; run it again, nothing will double", file=sys.stderr)
        return INTERRUPTED
    print(orjson.dumps(summary.as_dict()).decode() if options.json else report(summary, options))
    return SOME_REJECTED if summary.rejected else GOOD


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    formats = "; ".join(source.DESCRIPTION for source in SOURCES)
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description=f"Load files into the store, once each record. Known formats: {formats}.",
        epilog="Exit status: 0 all good, 1 some records rejected, 2 nothing could be done.",
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="file or folder")
    parser.add_argument("--people", type=Path, help="CSV directory of people, applied first")
    parser.add_argument(
        "--replace", choices=REPLACEABLE, metavar="SOURCE",
        help=f"delete the events of one source before loading: {', '.join(REPLACEABLE)}",
    )  # fmt: skip
    parser.add_argument(
        "--user", metavar="WHO",
        help="e-mail or id of the person whose transcripts these are; they name nobody",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="read everything, write nothing")
    parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")
    parser.add_argument(
        "--progress", choices=("bar", "json", "none"), default="bar",
        help="a bar on a terminal (default), lines of JSON for programs, or nothing",
    )  # fmt: skip
    parser.add_argument(
        "--recompute", action="store_true",
        help="make all sums and costs anew, as after a change of prices; needs no PATH",
    )  # fmt: skip
    parser.add_argument(
        "--zone", metavar="NAME", default="",
        help="count days in this time zone from now on, such as Europe/Berlin; recomputes",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    options.recompute = options.recompute or bool(options.zone)
    if not options.paths and not options.recompute:
        parser.error("name at least one PATH, or --recompute")
    return options


def report(summary: Summary, options: argparse.Namespace) -> str:
    """Tell the counts in a few lines."""
    lines = [
        f"read      {summary.read:>12,}",
        f"inserted  {summary.inserted:>12,}",
        f"changed   {summary.changed:>12,}",
        f"unchanged {summary.unchanged:>12,}",
        f"rejected  {summary.rejected:>12,}",
        *(f"  {count:>10,}  {reason}" for reason, count in summary.reasons.most_common()),
    ]
    lines += [f"skipped   {count:>12,}  {what}" for what, count in summary.skipped.most_common()]
    if options.dry_run:
        lines.append("dry run: nothing was written")
    return "\n".join(lines)


def _load(options: argparse.Namespace) -> Summary:
    def run(progress: Progress | None) -> Summary:
        if options.zone:
            checked_zone(options.zone)  # before files are read, which may take long
        db = connect()
        summary = Summary()
        if options.paths:
            summary = load(
                db,
                options.paths,
                people=options.people,
                replace=options.replace,
                dry_run=options.dry_run,
                user=options.user,
                progress=progress,
            )
        if options.recompute and not options.dry_run:
            summary.add(recompute(db, options.zone, progress))
        return summary

    if options.progress == "json":
        return run(_json_line)
    if options.progress == "none" or not sys.stderr.isatty():
        return run(None)
    with tqdm(unit="B", unit_scale=True, file=sys.stderr) as bar:
        return run(lambda done, total, label: _move(bar, done, total, label))


def _json_line(done: int, total: int, label: str) -> None:
    line = orjson.dumps({"done": done, "total": total, "label": label}).decode()
    print(line, flush=True)


def _move(bar: tqdm, done: int, total: int, label: str) -> None:
    bar.total = total
    bar.set_description_str(label, refresh=False)
    bar.update(done - bar.n)


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, PyMongoError | BSONError):
        return brief(error)
    return " ".join(str(error).split())


if __name__ == "__main__":
    gc.set_threshold(*GC_THRESHOLD)
    # Being asked to end is an interruption like any other: leave no lease behind
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
