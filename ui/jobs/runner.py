"""Background jobs of the server: loading data sets, importing files, deleting sources.

One job at a time per server. It runs in a thread without Streamlit, so reruns,
reloads and closed tabs do not affect it; pages show its state when they are drawn.
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


class Cancelled(Exception):  # noqa: N818 - names the outcome
    """The job was asked to stop."""


class Failed(Exception):  # noqa: N818 - names the outcome
    """A step of a job failed; the message is the reason."""


@dataclass
class Job:
    """State of a job, as pages show it.

    Attributes
    ----------
    title : str
        What it does: "Loading demo data".
    done : str
        What it has done at the end: "Demo data loaded".
    step : str
        Current step.
    fraction : float, optional
        Completed part of the step; None if unknown.
    state : str
        ``running``, then ``done``, ``failed`` or ``cancelled``.
    message : str
        Why it failed, or what its cancellation left.
    counts : dict
        Counts of an import: read, inserted, changed, unchanged, rejected.
    """

    title: str
    done: str = ""
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
        """Whether it has not ended."""
        return self.state == "running"


class Runner:
    """Tools of a job: run commands, report progress, notice a cancellation."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.folder = Path()
        self._stop = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def step(self, title: str) -> None:
        """Start the next step; raise `Cancelled` if the job was cancelled."""
        self.check()
        self.job.step, self.job.fraction = title, None

    def check(self) -> None:
        """Raise `Cancelled` if the job was cancelled."""
        if self._stop.is_set():
            raise Cancelled

    def report(self, done: int, total: int, label: str) -> None:
        """Report the progress of the step; raise `Cancelled` if the job was cancelled."""
        self.check()
        self._show({"done": done, "total": total, "label": label})

    def command(self, arguments: Sequence[str], accepts: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """Run a command of this project and return the last object that it printed.

        Parameters
        ----------
        arguments : sequence of str
            Arguments after ``python -m``.
        accepts : tuple of int
            Exit statuses of success.

        Raises
        ------
        Failed
            With the last line of text, if the command ends with another status or without result.
        """
        process = self._start(arguments)
        result, messages = self._follow(process)
        status = process.wait()
        self.check()
        # A crashed program may end with any status, but has no result
        if status not in accepts or not result or "done" in result:
            _log.warning("%s ended with status %s: %s", arguments[0], status, " | ".join(messages))
            last = messages[-1] if messages else f"{arguments[0]} ended with status {status}."
            raise Failed(self._without_paths(last))
        return result

    def _without_paths(self, message: str) -> str:
        """Shorten the paths of uploaded files in a message to their names."""
        return re.sub(rf"{re.escape(str(self.folder))}/(?:\w+/)?", "", message)

    def stop(self) -> None:
        """Cancel the job; a running command is terminated, which is safe for the store."""
        with self._lock:
            self._stop.set()
            if self._process and self._process.poll() is None:
                self._process.terminate()

    def _start(self, arguments: Sequence[str]) -> subprocess.Popen[str]:
        with self._lock:
            self.check()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", *arguments],  # -P: no modules of the current folder
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
        """Read the output of a command: objects are progress or its result, the rest is text."""
        result: dict[str, Any] = {}
        messages: deque[str] = deque(maxlen=20)
        with process.stdout or open(os.devnull) as lines:
            for line in lines:
                try:
                    result = orjson.loads(line)
                except orjson.JSONDecodeError:
                    messages.append(line.strip())
                else:
                    self._show(result)
        return result, messages

    def _show(self, progress: Mapping[str, Any]) -> None:
        label = str(progress.get("label", ""))
        # Steps after the last file count in their label: all bytes are read by then
        if counts := re.search(r"(\d+) of (\d+)$", label.replace(",", "")):
            self.job.fraction = int(counts[1]) / int(counts[2])
        elif total := progress.get("total"):
            self.job.fraction = min(progress.get("done", 0) / total, 1.0)
        if label:
            # Not `capitalize`: it would lower-case the names in it
            self.job.step = label[:1].upper() + label[1:]


Work = Callable[[Runner], None]


class Jobs:
    """The running or the latest job of this server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runner: Runner | None = None
        self._thread: threading.Thread | None = None

    @property
    def latest(self) -> Job | None:
        """The running job, else the last one; None if there was none since the start."""
        return self._runner.job if self._runner else None

    def start(self, title: str, work: Work, done: str = "") -> Job | None:
        """Start a job; return None, without effect, while another one is running."""
        with self._lock:
            if self.latest and self.latest.is_running:
                return None
            runner = self._runner = Runner(Job(title, done or title))
            self._thread = threading.Thread(target=_run, args=(runner, work), daemon=True)
            self._thread.start()
            return runner.job

    def cancel(self) -> None:
        """Cancel the running job."""
        if self._runner:
            self._runner.stop()

    def close(self, timeout: float = 5.0) -> None:
        """Cancel the running job and wait for its end; for the shutdown of the server."""
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
            # An unforeseen error: the thread reports it to the log
            job.message, job.state = "It stopped unexpectedly; the log has the reason.", "failed"
