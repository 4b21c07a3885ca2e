"""Work that outlives a page: loading data sets, importing files, deleting sources.

One job at a time per server. It runs in a thread that knows nothing of
Streamlit, so reruns, reloads and closed tabs do not touch it; pages look at it
whenever they are drawn.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import orjson

_log = logging.getLogger("tokenflow")

_ROOT = Path(__file__).resolve().parents[2]

State = Literal["running", "done", "failed", "cancelled"]


class Cancelled(Exception):  # noqa: N818 - reads as what happened
    """The job was asked to stop."""


class Failed(Exception):  # noqa: N818 - reads as what happened
    """A step of a job could not be done; the text says why."""


@dataclass
class Job:
    """One piece of work, as the pages see it.

    Attributes
    ----------
    title : str
        What is done, for a reader.
    step : str
        What it does right now.
    fraction : float, optional
        How much of the step is done; None while nobody knows.
    state : str
        ``running``, then ``done``, ``failed`` or ``cancelled``.
    message : str
        Why it failed.
    counts : dict
        What an import counted: read, inserted, changed, unchanged, rejected.
    """

    title: str
    key: str = field(default_factory=lambda: secrets.token_hex(4))
    step: str = ""
    fraction: float | None = None
    state: State = "running"
    message: str = ""
    counts: dict[str, Any] = field(default_factory=dict)
    started_at: float = field(default_factory=time.time)
    ended_at: float | None = None

    @property
    def is_running(self) -> bool:
        """Tell whether it is not over."""
        return self.state == "running"


class Runner:
    """What a job may do: run commands, report how far it is, notice that it should stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.folder = Path()
        self._stop = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def step(self, title: str) -> None:
        """Begin the next step; stops here if the job was cancelled."""
        self.check()
        self.job.step, self.job.fraction = title, None

    def check(self) -> None:
        """Stop here if the job was cancelled."""
        if self._stop.is_set():
            raise Cancelled

    def report(self, done: int, total: int, label: str) -> None:
        """Say how far the step is; stops here if the job was cancelled."""
        self.check()
        self._show({"done": done, "total": total, "label": label})

    def command(self, arguments: Sequence[str], accepts: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """Run one of our commands to its end and return the last object that it printed.

        Parameters
        ----------
        arguments : sequence of str
            What follows ``python -m``.
        accepts : tuple of int
            Exit statuses that are a success.

        Raises
        ------
        Failed
            With the command's last line of text, if it ends with another status or no result.
        """
        process = self._start(arguments)
        result, said = self._follow(process)
        status = process.wait()
        self.check()
        # A program that died of an error of its own may end with any status, but has no result
        if status not in accepts or not result or "done" in result:
            _log.warning("%s ended with status %s: %s", arguments[0], status, " | ".join(said))
            raise Failed(
                self._retold(said[-1]) if said else f"{arguments[0]} ended with status {status}."
            )
        return result

    def _retold(self, said: str) -> str:
        """Repeat what a command said, with uploaded files by their names, not where they lie."""
        return re.sub(rf"{re.escape(str(self.folder))}/(?:\w+/)?", "", said)

    def stop(self) -> None:
        """Ask the job to stop; a running command is terminated, which the store survives."""
        with self._lock:
            self._stop.set()
            if self._process and self._process.poll() is None:
                self._process.terminate()

    def _start(self, arguments: Sequence[str]) -> subprocess.Popen[str]:
        with self._lock:
            self.check()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", *arguments],  # -P: not what lies in the current folder
                env={**os.environ, "PYTHONPATH": str(_ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        return self._process

    def _follow(self, process: subprocess.Popen[str]) -> tuple[dict[str, Any], deque[str]]:
        """Read what a command prints: objects are progress or its result, the rest is text."""
        result: dict[str, Any] = {}
        said: deque[str] = deque(maxlen=20)
        with process.stdout or open(os.devnull) as lines:
            for line in lines:
                try:
                    told = orjson.loads(line)
                except orjson.JSONDecodeError:
                    said.append(line.strip())
                    continue
                result = told
                self._show(told)
        return result, said

    def _show(self, told: Mapping[str, Any]) -> None:
        if total := told.get("total"):
            self.job.fraction = min(told.get("done", 0) / total, 1.0)
        if label := told.get("label"):
            # Not `capitalize`: it would write the names in it small
            self.job.step = str(label)[:1].upper() + str(label)[1:]


Work = Callable[[Runner], None]


class Jobs:
    """The one job of this server, and the last one that ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runner: Runner | None = None
        self._thread: threading.Thread | None = None

    @property
    def latest(self) -> Job | None:
        """The running job, else the last one; None if there was none since the start."""
        return self._runner.job if self._runner else None

    def start(self, title: str, work: Work) -> Job | None:
        """Begin a job; None, and nothing happens, while another one runs."""
        with self._lock:
            if self.latest and self.latest.is_running:
                return None
            runner = self._runner = Runner(Job(title))
            self._thread = threading.Thread(target=_run, args=(runner, work), daemon=True)
            self._thread.start()
            return runner.job

    def cancel(self) -> None:
        """Ask the running job to stop."""
        if self._runner:
            self._runner.stop()

    def close(self, timeout: float = 5.0) -> None:
        """Stop the running job and wait until it has; for the end of the server."""
        self.cancel()
        if self._thread:
            self._thread.join(timeout)


@cache
def jobs() -> Jobs:
    """Return the registry of this server; the same for every visitor."""
    return Jobs()


def _run(runner: Runner, work: Work) -> None:
    job = runner.job
    try:
        with tempfile.TemporaryDirectory(prefix="tokenflow-") as folder:
            runner.folder = Path(folder)
            work(runner)
        job.state = "done"
    except Cancelled:
        job.state = "cancelled"
    except Failed as error:
        job.message, job.state = str(error), "failed"
    finally:
        job.ended_at = time.time()
        if job.is_running:
            # Unforeseen: the thread's own report goes to the log, and the page says so.
            job.message, job.state = "It stopped unexpectedly; the log says why.", "failed"
