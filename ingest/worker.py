"""Read files into windows of documents, in a thread or, for much, in a process of its own.

Python computes in one thread at a time. Reading and mapping is the larger half of what loading
computes, so a process of its own gives it the other processor. It is this module run as a
program: it knows no store, gets on its input what to read, and writes what it read to its
output.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from ingest.events.attribution import Attributed
from ingest.files.source_file import Progress, SourceFile
from ingest.sources import SOURCES, Source
from store.batching import batches
from store.errors import TokenflowError
from store.prefetch import prefetch

Window = dict[str, list[Any]]
Plan = Sequence[tuple[SourceFile, Source]]
Read = Callable[[SourceFile, Source, Progress], Iterable[Window]]
"""Reads the next file of a plan; the progress callback gets the bytes of it that were consumed."""

WINDOW = 3_000
"""Documents in a window; some lie ready on both sides, at two kilobytes each."""

MUCH = 16 * 1024 * 1024
"""Bytes on disk from which a process of its own is worth the half second that it takes to start."""

GC_THRESHOLD = (200_000, 50, 50)
"""A load holds many dicts and no cycles: looking for these costs a fifth of the time."""

_ROOT = Path(__file__).resolve().parents[1]
_REPORT_SECONDS = 0.1


class ReaderError(TokenflowError):
    """The process that reads files ended before it had read them."""


def reading(plan: Plan, user: str | None = None) -> AbstractContextManager[Read]:
    """Return what reads the files of a plan, one after the other and in its order.

    Parameters
    ----------
    plan : sequence of (SourceFile, Source)
        What is to be read.
    user : str, optional
        Whose transcripts these are.
    """
    if sum(file.size for file, _ in plan) < MUCH or os.cpu_count() == 1:
        return nullcontext(_beside(user))
    return _apart(plan, user)


def windows(file: SourceFile, source: Source, user: str | None) -> Iterator[Window]:
    """Read a file and collect its documents by kind."""
    attributed = Attributed(source, user) if user else source
    for batch in batches(attributed.documents(file), WINDOW):
        window: Window = {}
        for kind, document in batch:
            window.setdefault(kind, []).append(document)
        yield window


def main() -> None:
    """Read what the input asks for, until the loader has gone."""
    # An interruption in the terminal reaches every process; the loader decides what to do
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*GC_THRESHOLD)
    files, user = pickle.load(sys.stdin.buffer)
    try:
        for path, name, source in files:
            _send_file(sys.stdout.buffer, _named(source), SourceFile(path, name), user)
    except BrokenPipeError:
        os._exit(1)  # the loader has gone, so there is nothing left to flush


def _beside(user: str | None) -> Read:
    def read(file: SourceFile, source: Source, on_progress: Progress) -> Iterable[Window]:
        return prefetch(windows(file.tracked(on_progress), source, user))

    return read


@contextmanager
def _apart(plan: Plan, user: str | None) -> Iterator[Read]:
    files = [(file.path, file.name, source.NAME) for file, source in plan]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "ingest.worker"],  # -P: not what lies in the current folder
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        try:
            yield _connected(process, files, user)
        finally:
            process.kill()


def _connected(process: subprocess.Popen[bytes], files: list[Any], user: str | None) -> Read:
    stdin, stdout = process.stdin, process.stdout
    assert stdin  # both are pipes
    assert stdout
    with stdin:
        pickle.dump((files, user), stdin)

    def read(_file: SourceFile, _source: Source, on_progress: Progress) -> Iterable[Window]:
        return prefetch(_received(process, stdout, on_progress))

    return read


def _received(
    process: subprocess.Popen[bytes], stdout: IO[bytes], on_progress: Progress
) -> Iterator[Window]:
    """Yield the windows of one file; None marks its end."""
    try:
        while (message := pickle.load(stdout)) is not None:
            if isinstance(message, int):
                on_progress(message)
            else:
                yield message
    except (EOFError, pickle.UnpicklingError):
        status = process.wait()
        msg = f"Reading ended early: the process that reads files ended with status {status}."
        raise ReaderError(msg) from None


def _send_file(sink: IO[bytes], source: Source, file: SourceFile, user: str | None) -> None:
    """Write the windows of one file, and now and then how much of it was consumed."""
    due = 0.0

    def consumed(count: int) -> None:
        nonlocal due
        if (now := time.monotonic()) >= due:
            due = now + _REPORT_SECONDS
            _send(sink, count)

    for window in windows(file.tracked(consumed), source, user):
        _send(sink, window)
    _send(sink, None)


def _send(sink: IO[bytes], message: Window | int | None) -> None:
    pickle.dump(message, sink, pickle.HIGHEST_PROTOCOL)
    sink.flush()


def _named(name: str) -> Source:
    return next(source for source in SOURCES if name == source.NAME)


if __name__ == "__main__":
    main()
