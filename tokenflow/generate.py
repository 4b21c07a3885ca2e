"""The command ``tokenflow generate``, which ``python -m generators`` runs too."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tokenflow.command import Group, Progress, reporting

if TYPE_CHECKING:
    from generators.telemetry import Generated

Callback = TypeVar("Callback", bound=Callable[..., Any])


class _Day(click.ParamType):
    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"must look like 2026-11-22, not {value!r}", param, ctx)


def _yesterday() -> date:
    from generators.plan import yesterday

    return yesterday()


def _shared(callback: Callback) -> Callback:
    """Add the options that every data set has."""
    for option in (
        click.option(
            "--progress",
            type=click.Choice(["auto", "json", "none"]),
            default="auto",
            help="A bar on a terminal (default), lines of JSON for programs, or nothing",
        ),
        click.option(
            "--end",
            type=_Day(),
            default=_yesterday,
            show_default="yesterday, so that no data lies in the future",
            help="Last day (UTC)",
        ),
        click.option("--seed", default=42, show_default=True, help="Same seed and end, same bytes"),
        click.option(
            "--output",
            type=click.Path(path_type=Path),
            metavar="DIR",
            required=True,
            help="Folder to write to",
        ),
    ):
        callback = option(callback)
    return callback


@click.group(cls=Group, example="tokenflow generate telemetry --output data")
def generate() -> None:
    """Make synthetic data, the same for a seed."""


@generate.command(example="tokenflow generate telemetry --users 20 --sessions 500 --output data")
@_shared
@click.option("--users", default=100, show_default=True, help="People in the team")
@click.option("--sessions", default=5000, show_default=True, help="About 90 events each")
@click.option("--days", default=60, show_default=True, help="Length of the period")
@click.option("--gzip", is_flag=True, help="Write telemetry_logs.jsonl.gz")
def telemetry(
    users: int,
    sessions: int,
    days: int,
    gzip: bool,
    seed: int,
    end: date,
    output: Path,
    progress: str,
) -> None:
    """Make Claude Code telemetry of a team, and its directory."""
    from generators.plan import Plan
    from generators.telemetry import generate_telemetry

    def write(report: Progress | None) -> Generated:
        plan = Plan(seed, users, sessions, days, end)
        return generate_telemetry(plan, output, compress=gzip, progress=report)

    _run(write, output, progress, "events")


@generate.command(example="tokenflow generate saas --users 200 --requests 20000 --output saas")
@_shared
@click.option("--users", default=500, show_default=True, help="Accounts")
@click.option("--requests", default=25_000, show_default=True, help="HTTP requests")
@click.option("--days", default=30, show_default=True, help="Length of the period")
def saas(
    users: int, requests: int, days: int, seed: int, end: date, output: Path, progress: str
) -> None:
    """Make sign-ins and requests of a web application."""
    from generators.plan import SaasPlan
    from generators.saas import generate_saas

    def write(report: Progress | None) -> Generated:
        plan = SaasPlan(seed, users, requests, days, end)
        return generate_saas(plan, output, progress=report)

    _run(write, output, progress, "requests")


def _run(
    write: Callable[[Progress | None], Generated], output: Path, progress: str, unit: str
) -> None:
    from generators.plan import PlanError

    try:
        with reporting(progress) as report:
            generated = write(report)
    except PlanError as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        reason = error.strerror or error
        raise click.ClickException(f"cannot write to {output}: {reason}") from None
    if progress == "json":
        click.echo(json.dumps(_counts(generated, unit)))
    else:
        click.echo(_summary(generated, unit))


def _counts(generated: Generated, unit: str) -> dict[str, object]:
    return {
        "files": [str(path) for path in generated.files],
        unit: generated.events,
        "sessions": generated.sessions,
        "people": generated.people,
        "incidents": [str(incident) for incident in generated.incidents],
    }


def _summary(generated: Generated, unit: str) -> str:
    counts = f"{generated.events:,} {unit}, {generated.sessions:,} sessions"
    return "\n".join(
        (
            f"{counts}, {generated.people:,} people",
            *(f"wrote {path}" for path in generated.files),
            *(f"contains {incident}" for incident in generated.incidents),
        )
    )
