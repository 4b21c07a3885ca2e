"""What holds for every command."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys

import click
import pytest

from tokenflow.cli import cli
from tokenflow.command import Command

HEAVY = {"altair", "generators", "ingest", "numpy", "pandas", "pymongo", "streamlit", "tqdm"}
UNREACHABLE = "mongodb://me:secret@127.0.0.1:9/?serverSelectionTimeoutMS=100"


def walk(command, path=()):
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from walk(child, (*path, name))


COMMANDS = dict(walk(cli))


def test_these_are_the_commands():
    assert [" ".join(path) for path in COMMANDS] == [
        "", "demo", "serve", "receive", "load", "generate", "generate telemetry", "generate saas",
        "rebuild", "delete", "status",
    ]  # fmt: skip


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_command_has_a_help_with_an_example_that_can_be_typed(tokenflow, path):
    done = tokenflow(*path, "--help")
    assert (done.exit_code, done.stderr) == (0, "")
    example = COMMANDS[path].example
    assert f"Example:\n  {example}\n" in done.stdout
    program, *arguments = shlex.split(example)
    assert (program, tuple(arguments[: len(path)])) == ("tokenflow", path)
    with COMMANDS[path].make_context("tokenflow", arguments[len(path) :]):
        pass


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_summary_in_the_list_of_commands_is_whole(path):
    assert not COMMANDS[path].get_short_help_str(limit=66).endswith("...")


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("wrong", ["--no-such-option", "--prot=1"])
def test_a_wrong_option_is_answered_in_one_line(tokenflow, path, wrong):
    done = tokenflow(*path, wrong)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("tokenflow: No such option")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("path", [(), ("generate",)], ids=" ".join)
def test_a_group_alone_lists_its_commands(tokenflow, path):
    done = tokenflow(*path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Commands:" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("load", "{file}"),
        ("load", "--recompute"),
        ("rebuild",),
        ("delete", "synthetic"),
        ("delete", "synthetic", "--yes"),
        ("status",),
        ("status", "--json"),
    ],
    ids=" ".join,
)
def test_a_store_that_does_not_answer_is_one_line_without_a_password(
    tokenflow, telemetry, monkeypatch, arguments
):
    monkeypatch.setenv("MONGO_URL", UNREACHABLE)
    done = tokenflow(*(part.format(file=telemetry) for part in arguments))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("tokenflow: cannot reach the store at mongodb://127.0.0.1:9;")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (FileNotFoundError(2, "No such file or directory", "gone"), 2, "t: gone: No such file"),
        (click.ClickException("two\nlines"), 2, "t: two lines\n"),
        (KeyboardInterrupt(), 130, "t: interrupted; run it again"),
        (KeyError("a fault of our own"), 2, "KeyError: 'a fault of our own'\n"),
    ],
)
def test_no_failure_has_the_status_of_rejected_records(capsys, error, status, line):
    def fail():
        raise error

    with pytest.raises(SystemExit) as stop:
        Command("t", callback=fail, example="t").main([])
    assert stop.value.code == status
    assert line in capsys.readouterr().err


def test_help_waits_for_nothing_heavy():
    code = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print(json.dumps([*sys.modules]), file=sys.stderr))\n"
        "from tokenflow.cli import main\n"
        "sys.argv = ['tokenflow', '--help']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "Commands:" in done.stdout
    assert not HEAVY & set(json.loads(done.stderr))


@pytest.mark.skipif(os.name != "posix", reason="terminals are a matter of POSIX")
@pytest.mark.parametrize("arguments", [("load", "{file}"), ("rebuild",)], ids=" ".join)
def test_progress_on_a_terminal_goes_to_the_standard_error(mongo_url, db, telemetry, arguments):
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    os.set_blocking(ours, False)
    done = subprocess.run(
        [sys.executable, "-m", "tokenflow", *(part.format(file=telemetry) for part in arguments)],
        env=os.environ | {"MONGO_URL": mongo_url, "DB_NAME": db.name},
        stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=120,
    )  # fmt: skip
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0, shown
    assert "it/s" in shown or "B/s" in shown
    assert "\r" not in done.stdout
