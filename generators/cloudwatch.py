"""Where events go: CloudWatch batches in order of time, written while they come.

A batch holds one to ten events (uniform, as in the predecessor's data), of whichever sessions ran
then, and never crosses midnight UTC, so that ``year``, ``month`` and ``day`` hold for all of it.
"""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np

from generators.plan import DAY_MS
from generators.quantities import Ints

LOG_STREAM = "tokenflow-generator"
MOST_EVENTS = 10

_HEAD = (
    '{"messageType": "DATA_MESSAGE", "owner": "123456789012", '
    f'"logGroup": "/claude-code/telemetry", "logStream": "{LOG_STREAM}", '
    '"subscriptionFilters": ["logs-to-s3"], "logEvents": ['
)
_TAIL = '], "year": %d, "month": %d, "day": %d}\n'


class Batches:
    """Sorts events of overlapping sessions and writes them in batches.

    Parameters
    ----------
    file : binary file
        Open for writing.
    rng : numpy.random.Generator
        Draws the sizes.
    """

    def __init__(self, file: BinaryIO, rng: np.random.Generator) -> None:
        self._file = file
        self._rng = rng
        self._times: Ints = np.zeros(0, np.int64)
        self._lines: list[str] = []
        self.events = 0

    def add(self, times: Ints, lines: list[str]) -> None:
        """Take events, in any order."""
        self._times = np.concatenate((self._times, times))
        self._lines += lines

    def write_before(self, at_ms: float) -> None:
        """Write what is older than an instant; nothing older may come later."""
        order = np.argsort(self._times, kind="stable")
        times = self._times[order]
        ready = int(np.searchsorted(times, at_ms))
        lines = [self._lines[place] for place in order.tolist()]
        self._write(times[:ready], lines[:ready])
        self._times, self._lines = times[ready:], lines[ready:]

    def _write(self, times: Ints, lines: list[str]) -> None:
        days = times // DAY_MS
        cuts = np.flatnonzero(np.diff(days, prepend=-1, append=-1))
        for first, last in zip(cuts.tolist(), cuts[1:].tolist(), strict=False):
            day = datetime.fromtimestamp(int(days[first]) * DAY_MS / 1000, UTC)
            tail = _TAIL % (day.year, day.month, day.day)
            sizes = np.cumsum(self._rng.integers(1, MOST_EVENTS + 1, last - first)).tolist()
            self._write_day(lines[first:last], sizes, tail)
        self.events += len(lines)

    def _write_day(self, lines: list[str], ends: list[int], tail: str) -> None:
        start, texts = 0, []
        for end in ends:
            texts.append(f"{_HEAD}{', '.join(lines[start:end])}{tail}")
            start = end
            if end >= len(lines):
                break
        self._file.write("".join(texts).encode("ascii"))


@contextmanager
def open_log(path: Path) -> Iterator[BinaryIO]:
    """Open a log for writing, compressed if its name ends so; it appears when it is complete."""
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("wb", buffering=1 << 20) as file:
        if path.suffix == ".gz":
            # Neither name nor time in the header: same data, same bytes
            with gzip.GzipFile("", "wb", 1, file, 0) as compressed:
                yield compressed  # type: ignore[misc]
        else:
            yield file
    unfinished.replace(path)
