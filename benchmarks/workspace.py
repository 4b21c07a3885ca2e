"""A store for benchmarks: synthetic data, a data directory and a server to watch."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time, sleep

from pymongo.database import Database

from analytics import Filters, connect, filter_options
from store import connection

LAST_DAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Size:
    """A team, and for how long it worked."""

    users: int
    sessions: int
    days: int


SIZES = {"small": Size(30, 500, 30), "full": Size(100, 5000, 60)}


@dataclass
class Cost:
    """What a piece of work took."""

    seconds: float = 0.0
    own_cpu: float = 0.0
    server_cpu: float = 0.0


@dataclass
class Workspace:
    """Where one run of the benchmarks keeps its files and its stores.

    Parameters
    ----------
    home : Path
        Folder that goes when the run ends.
    size : Size
        How much data is made.
    """

    home: Path
    size: Size

    @property
    def log(self) -> Path:
        """The file of synthetic telemetry."""
        return self.home / "telemetry_logs.jsonl"

    @property
    def people(self) -> Path:
        """The file of synthetic people."""
        return self.home / "employees.csv"

    def generate(self) -> Cost:
        """Make the data, in a process of its own as people do."""
        with self.watched() as cost:
            run(
                "generators", "telemetry", "--seed", "42", "--end", LAST_DAY.isoformat(),
                "--users", str(self.size.users), "--sessions", str(self.size.sessions),
                "--days", str(self.size.days), "--output", str(self.home), "--progress", "none",
            )  # fmt: skip
        return cost

    def database(self, name: str) -> Database:
        """Return a database of the benchmark's own server."""
        return connect(name=name)

    @contextlib.contextmanager
    def watched(self) -> Iterator[Cost]:
        """Add up what the work inside takes: time, our CPU time and the server's."""
        cost = Cost()
        own, server, started = _own_cpu(), self.server_cpu(), perf_counter()
        yield cost
        cost.seconds = perf_counter() - started
        cost.own_cpu = _own_cpu() - own
        cost.server_cpu = self.server_cpu() - server

    def server_cpu(self) -> float:
        """Return the CPU seconds that the store's server has used so far."""
        state = self.home / "data" / "server.json"
        return cpu_of(json.loads(state.read_text())["pid"]) if state.exists() else 0.0

    def wait_for_the_server(self) -> None:
        """Return when it has ended, which is a moment after its last client."""
        deadline = perf_counter() + 60
        while (self.home / "data" / "server.json").exists() and perf_counter() < deadline:
            sleep(0.2)
        sleep(1)

    def disk_bytes(self) -> int:
        """Return how much the stores of this run take on disk."""
        return sum(file.stat().st_size for file in (self.home / "data").rglob("*.wt"))


@contextlib.contextmanager
def workspace(size: Size) -> Iterator[Workspace]:
    """Open a workspace; the user's own store is neither read nor written."""
    with tempfile.TemporaryDirectory(prefix="tokenflow-bench-", ignore_cleanup_errors=True) as home:
        os.environ.pop("MONGO_URL", None)
        os.environ["TOKENFLOW_DATA_DIR"] = str(Path(home) / "data")
        space = Workspace(Path(home), size)
        try:
            yield space
        finally:
            connection.close()
            space.wait_for_the_server()


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a process has used so far; 0 where the system has no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(module: str, *arguments: str, **environment: str) -> str:
    """Run one of our commands and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, **environment}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def whole(db: Database) -> Filters:
    """Return the scope of everything that a store holds."""
    options = filter_options(db, Filters(LAST_DAY, LAST_DAY + timedelta(days=1)))
    if options.first_day is None or options.last_day is None:
        raise SystemExit("The store is empty: nothing to measure.")
    return Filters(options.first_day, options.last_day + timedelta(days=1))


def utc_days(db: Database) -> list[str]:
    """Return the UTC days that a store may hold events of, without reading them all."""
    filters = whole(db)
    first = filters.start - timedelta(days=1)
    count = (filters.end - first).days + 1
    return [str(first + timedelta(days=n)) for n in range(count)]


def _own_cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime
