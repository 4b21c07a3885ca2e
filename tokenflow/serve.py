"""The commands that serve: ``tokenflow serve``, ``receive`` and ``demo``."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tokenflow.command import Command, reporting
from tokenflow.load import rare_collections

HOST = "127.0.0.1"
APP = Path(__file__).parents[1] / "streamlit_app.py"
"""Beside the packages, in the checkout as well as where they are installed."""

DEMO_DATABASE = "tokenflow_demo"

Callback = TypeVar("Callback", bound=Callable[..., Any])


def _port(default: int, variable: str | None = None) -> Callable[[Callback], Callback]:
    return click.option(
        "--port",
        envvar=variable,
        type=click.IntRange(1, 65_535),
        default=default,
        show_default=True,
        help="Port to listen on",
    )


@click.command(cls=Command, example="tokenflow serve --port 8501")
@_port(8501, "STREAMLIT_SERVER_PORT")
def serve(port: int) -> None:
    """Serve the pages, the JSON API and the OTLP receiver."""
    _listen(port).close()
    _serve(port)


@click.command(cls=Command, example="tokenflow demo --port 8501")
@_port(8501, "STREAMLIT_SERVER_PORT")
def demo(port: int) -> None:
    """Serve the demo data of a small team.

    It is made and loaded into a database of its own first, in place of what is there.
    """
    _listen(port).close()  # before the data is made, which takes longer
    os.environ["DB_NAME"] = DEMO_DATABASE
    _load_demo()
    _serve(port)


@click.command(cls=Command, example="tokenflow receive --port 4318")
@_port(4318)
def receive(port: int) -> None:
    """Receive OTLP only, in a process beside the app.

    For large teams, which run several. It answers POST /v1/logs, /v1/metrics and /v1/traces,
    and GET /api/health.
    """
    with _listen(port) as listener:
        import uvicorn

        from ui.http.receive import app

        click.echo(f"Receiving OTLP at http://{HOST}:{port}", err=True)
        config = uvicorn.Config(app, log_level="warning", access_log=False, ws="none")
        server = uvicorn.Server(config)
        _until_interrupted(lambda: server.run([listener]))


def _load_demo() -> None:
    from tempfile import TemporaryDirectory

    from generators.plan import Plan
    from generators.telemetry import generate_telemetry
    from ingest.load import load
    from store.connection import connect

    plan = Plan(users=40, sessions=1000, days=90)
    with TemporaryDirectory(prefix="tokenflow-") as folder, rare_collections():
        click.echo(f"Making demo data: {plan.users} users, {plan.days} days", err=True)
        with reporting(unit="sessions") as report:
            made = generate_telemetry(plan, Path(folder), progress=report)
        click.echo(f"Loading {made.events:,} events", err=True)
        log, people = made.files
        with reporting(unit="B") as report:
            load(connect(), [log], people, replace="synthetic", progress=report)


def _serve(port: int) -> None:
    from streamlit.web.cli import main as streamlit

    arguments = ["run", str(APP), "--server.port", str(port)]
    _until_interrupted(lambda: streamlit.main(arguments, "streamlit", standalone_mode=False))


def _until_interrupted(run: Callable[[], None]) -> None:
    try:
        run()
    except (KeyboardInterrupt, click.Abort):
        return  # how a server is meant to end


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise click.ClickException(
            f"cannot listen on {HOST}:{port}: {reason}; choose another with --port"
        ) from None
