"""The command ``tokenflow``.

The modules of this package import what a command works with inside the command, so that
``tokenflow --help`` does not wait for pandas, pymongo and Streamlit.
"""

import click

from tokenflow.command import Group, start
from tokenflow.data import delete, rebuild, status
from tokenflow.generate import generate
from tokenflow.load import load
from tokenflow.serve import demo, receive, serve


@click.group(
    "tokenflow",
    cls=Group,
    example="tokenflow demo",
    epilog="Exit status: 0 all good, 1 some records rejected, 2 nothing could be done.",
)
@click.version_option(package_name="tokenflow")
def cli() -> None:
    """See how a team uses Claude Code."""


for command in (demo, serve, receive, load, generate, rebuild, delete, status):
    cli.add_command(command)


def main() -> None:
    """Run what the command line names; the entry point of the installed command."""
    start(cli)
