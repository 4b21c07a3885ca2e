"""What all commands share: exit statuses, errors in one line, progress."""

from __future__ import annotations

import json
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import click
from click.exceptions import NoArgsIsHelpError

GOOD, SOME_REJECTED, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 130


class Progress(Protocol):
    """Takes how far a command is: done, total, and what is being done."""

    def __call__(self, done: int, total: int, label: str = "", /) -> None:
        """Report one step."""


class Command(click.Command):
    """A command that states in one line why it failed; its callback returns the exit status.

    Parameters
    ----------
    example : str
        A command line for the help.
    """

    def __init__(self, *args: Any, example: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example, then what else follows the options."""
        with formatter.section("Example"):
            formatter.write_text(self.example)
        super().format_epilog(ctx, formatter)

    def main(
        self,
        args: Any = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command and end the process, or what stands for it in a test."""
        program = prog_name or self.name or ""

        def run() -> int | None:
            status: int | None = super(Command, self).main(
                args, program, complete_var, standalone_mode=False, **extra
            )
            return status

        if not standalone_mode:
            return run()
        sys.exit(_exit_status(run, program.rpartition(" ")[2]))


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command

    def list_commands(self, _context: click.Context) -> list[str]:
        """Name the commands in the order in which they were added."""
        return list(self.commands)


def start(command: Command, program: str | None = None) -> None:
    """Run a command with the arguments of this process.

    Parameters
    ----------
    command : Command
        What to run.
    program : str, optional
        Command line in the help; by default the name of the command.
    """
    # A request to end is an interruption like any other: leave no lease behind
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    command.main(prog_name=program)


@contextmanager
def reporting(style: str = "auto", unit: str = "it") -> Iterator[Progress | None]:
    """Report progress on the standard error where it is a terminal, else not at all.

    Parameters
    ----------
    style : str
        "json" for lines of JSON on the standard output, "none" for nothing.
    unit : str
        What is counted.
    """
    if style == "json":
        yield _print_line
    elif style == "none" or not sys.stderr.isatty():
        yield None
    else:
        from tqdm import tqdm

        with tqdm(unit=unit, unit_scale=True, leave=False, file=sys.stderr) as bar:

            def move(done: int, total: int, label: str = "", /) -> None:
                bar.total = total
                bar.set_description_str(label, refresh=False)
                bar.update(done - bar.n)

            yield move


def _print_line(done: int, total: int, label: str = "", /) -> None:
    line = {"done": done, "total": total} | ({"label": label} if label else {})
    print(json.dumps(line), flush=True)


def _exit_status(run: Callable[[], int | None], program: str) -> int:
    try:
        return run() or GOOD
    except NoArgsIsHelpError as error:
        error.show()
    except click.Abort:
        _say(program, "interrupted; run it again, nothing will double")
        return INTERRUPTED
    except click.ClickException as error:
        _say(program, error.format_message())
    except _foreseen() as error:
        _say(program, _reason(error))
    except Exception:
        # Python's own status for it is 1, which means that records were rejected
        traceback.print_exc()
    return NOTHING_DONE


def _foreseen() -> tuple[type[Exception], ...]:
    """Return the errors whose text is written for users; imported when there is one."""
    from bson.errors import BSONError
    from pymongo.errors import PyMongoError

    from store.errors import TokenflowError

    return TokenflowError, OSError, PyMongoError, BSONError


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    from bson.errors import BSONError
    from pymongo.errors import PyMongoError

    from store.failures import brief

    return brief(error) if isinstance(error, PyMongoError | BSONError) else str(error)


def _say(program: str, message: str) -> None:
    click.echo(f"{program}: {' '.join(message.split())}", err=True)
