"""The commands about what is stored: ``tokenflow status``, ``delete`` and ``rebuild``."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

import click

from store.events.sources import DELETABLE, SAAS
from tokenflow.command import GOOD, SOME_REJECTED, Command, reporting

if TYPE_CHECKING:
    from analytics import DataStatus


@click.command(cls=Command, example="tokenflow status --json")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object")
def status(as_json: bool) -> None:
    """Show what is stored, where it came from and how fresh it is."""
    from analytics import connect, data_status
    from ui.http.api import plain

    report = data_status(connect())
    click.echo(json.dumps(plain(report), default=datetime.isoformat) if as_json else _lines(report))


@click.command(cls=Command, example="tokenflow delete synthetic")
@click.argument("source", type=click.Choice(DELETABLE), metavar="SOURCE")
@click.option("--yes", is_flag=True, help="Delete without asking")
def delete(source: str, yes: bool) -> None:
    """Delete what one source delivered, and all numbers made from it.

    Sources: cloudwatch, synthetic, otlp, collector, transcript, legacy, manual, saas.
    """
    from analytics import connect, data_status
    from store.delete import delete_source

    db = connect()
    if not yes:
        stored = _stored(data_status(db), source)
        click.echo(f"The store {db.name} holds {stored} of {source}.", err=True)
        if not _agrees(f"Delete all of {source}? This cannot be undone."):
            raise click.ClickException("nothing was deleted; --yes deletes without asking")
    with reporting(unit="days") as report:
        deleted = delete_source(db, source, report)
    if not deleted:
        raise click.ClickException(f"there is nothing of {source} in {db.name} to delete")
    click.echo(f"deleted {deleted:,}")


@click.command(
    cls=Command,
    example="tokenflow rebuild --zone Europe/Berlin",
    epilog="Exit status: 0 all good, 1 some events were left out, 2 nothing could be done.",
)
@click.option(
    "--zone",
    metavar="NAME",
    default="",
    help="Count days in this time zone from now on, such as Europe/Berlin",
)
def rebuild(zone: str) -> int:
    """Rebuild all sums and costs from the stored events.

    Needed after a change of prices; with --zone, after a change of the time zone.
    """
    from ingest.rebuild import recompute
    from store.connection import connect
    from store.settings import reporting_zone

    db = connect()
    with reporting() as report:
        counts = recompute(db, zone, report)
    click.echo(f"rebuilt {db.name}, days in {reporting_zone(db)}")
    for reason, count in counts.reasons.most_common():
        click.echo(f"left out {count:,}: {reason}")
    return SOME_REJECTED if counts.rejected else GOOD


def _stored(report: DataStatus, source: str) -> str:
    if source == SAAS:
        counts = report.collections.set_index("collection")["documents"]
        records = counts[counts.index.str.startswith("saas_")].sum()
        return f"{records:,} records"
    events = report.sources.loc[report.sources["source"] == source, "events"].sum()
    return f"{events:,} events"


def _agrees(question: str) -> bool:
    try:
        return click.confirm(question, err=True)
    except click.Abort:  # Ctrl-C, or there is nothing to read an answer from
        click.echo(err=True)
        return False


def _lines(report: DataStatus) -> str:
    counts = dict(
        zip(report.collections["collection"], report.collections["documents"], strict=True)
    )
    lines = [
        f"store      {report.store_kind} at {report.store_address}",
        f"database   {report.database}",
        f"time zone  {report.time_zone}",
        f"events     {report.sources['events'].sum():,}{_span(report)}",
        *(f"  {row.source:<12} {row.events:,}" for row in report.sources.itertuples()),
        f"sessions   {counts['sessions']:,}",
        f"users      {counts['users']:,}",
        f"imports    {counts['imports']:,}, {report.unfinished_imports:,} of them unfinished",
        f"rejected   {report.rejects:,}",
    ]
    if counts["saas_requests"]:
        lines.append(f"SaaS       {counts['saas_requests']:,} requests")
    return "\n".join(lines)


def _span(report: DataStatus) -> str:
    if not (report.first_timestamp and report.last_timestamp):
        return ""
    return (
        f", {report.first_timestamp:%Y-%m-%d %H:%M} to {report.last_timestamp:%Y-%m-%d %H:%M} UTC"
    )
