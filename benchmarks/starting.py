"""How long a command waits for the embedded server before it has its first answer."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.report import Table, Times
from benchmarks.workspace import Workspace
from store import connection

REPEATS = 3
_FIRST_ANSWER = """
from time import perf_counter
from analytics import connect, data_status
started = perf_counter()
db = connect(name="ours")
db.command("ping")
connected = perf_counter()
data_status(db)
print(1e3 * (connected - started), 1e3 * (perf_counter() - started))
"""


def start(space: Workspace) -> list[Table]:
    """Start the server on the store that holds everything, again and again."""
    connection.close()
    times = []
    for _ in range(REPEATS):
        space.wait_for_the_server()
        done = subprocess.run(
            [sys.executable, "-c", _FIRST_ANSWER], capture_output=True, text=True, check=True
        )
        times.append(tuple(map(float, done.stdout.split())))
    connected, answered = (Times(values) for values in zip(*times, strict=True))
    rows = [
        ("connected", connected.best, connected.median),
        ("first answer", answered.best, answered.median),
    ]
    note = "No other process uses the store, so a server starts. Budget: 4,000 ms."
    return [Table("Server start", ("until", "min", "median"), rows, note)]
