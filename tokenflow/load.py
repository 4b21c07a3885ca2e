"""The command ``tokenflow load``, which ``python -m ingest`` runs too."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.events.sources import DELETABLE
from tokenflow.command import GOOD, SOME_REJECTED, Command, reporting

if TYPE_CHECKING:
    from ingest.counts import Summary


@click.command(
    cls=Command,
    example="tokenflow load telemetry_logs.jsonl.gz --people employees.csv",
    epilog="Exit status: 0 all good, 1 some records rejected, 2 nothing could be done.",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--people",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="Directory of people, applied first",
)
@click.option(
    "--user",
    metavar="USER",
    help="E-mail or id of the user whose transcripts these are; transcripts name no user",
)
@click.option(
    "--replace",
    type=click.Choice(DELETABLE),
    metavar="SOURCE",
    help=f"Delete the events of one source before loading: {', '.join(DELETABLE)}",
)
@click.option("--dry-run", is_flag=True, help="Read everything, write nothing")
@click.option(
    "--zone",
    metavar="NAME",
    default="",
    help="Count days in this time zone from now on, such as Europe/Berlin; rebuilds",
)
@click.option(
    "--recompute",
    is_flag=True,
    help="Rebuild all sums and costs, as `tokenflow rebuild` does; needs no PATH",
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object")
@click.option(
    "--progress",
    type=click.Choice(["bar", "json", "none"]),
    default="bar",
    help="A bar on a terminal (default), lines of JSON for programs, or nothing",
)
def load(
    paths: tuple[Path, ...],
    people: Path | None,
    user: str | None,
    replace: str | None,
    dry_run: bool,
    zone: str,
    recompute: bool,
    as_json: bool,
    progress: str,
) -> int:
    """Load files and folders into the store, each record once.

    Formats are recognised by content: CloudWatch Logs batches, OpenTelemetry Collector files and
    saved OTLP bodies, Claude Code transcripts, CSV directories of people, the tables of the older
    dashboard, the SaaS data set. Plain, gzip or zstd.
    """
    from ingest.counts import Summary
    from ingest.load import load as load_files
    from ingest.rebuild import recompute as rebuild
    from store.connection import connect
    from store.settings import checked_zone

    is_rebuild = recompute or bool(zone)
    if not paths and not is_rebuild:
        raise click.UsageError("name at least one PATH, or --recompute")
    if zone:
        checked_zone(zone)  # before files are read, which may take long
    counts = Summary()
    with reporting(progress, unit="B") as report, rare_collections():
        db = connect()
        if paths:
            counts = load_files(
                db, paths, people=people, replace=replace, dry_run=dry_run, user=user,
                progress=report,
            )  # fmt: skip
        if is_rebuild and not dry_run:
            counts.add(rebuild(db, zone, report))
    click.echo(json.dumps(counts.as_dict()) if as_json else _summary(counts, dry_run))
    return SOME_REJECTED if counts.rejected else GOOD


def _summary(counts: Summary, dry_run: bool) -> str:
    lines = [
        f"read      {counts.read:>12,}",
        f"inserted  {counts.inserted:>12,}",
        f"changed   {counts.changed:>12,}",
        f"unchanged {counts.unchanged:>12,}",
        f"rejected  {counts.rejected:>12,}",
        *(f"  {count:>10,}  {reason}" for reason, count in counts.reasons.most_common()),
        *(f"skipped   {count:>12,}  {what}" for what, count in counts.skipped.most_common()),
    ]
    if dry_run:
        lines.append("dry run: nothing was written")
    return "\n".join(lines)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect garbage as rarely as loading needs it."""
    from ingest.worker import GC_THRESHOLD

    before = gc.get_threshold()
    gc.set_threshold(*GC_THRESHOLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
