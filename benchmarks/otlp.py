"""How fast live telemetry is taken: eight clients, a real server, the embedded store.

``python -m benchmarks.otlp [--batch 512] [--records 60000] [--rate 3000] [--json]`` prints records
per second and how long answers took; without a rate the clients never pause. The budget: 3,000
records a second, 95 % of the answers within 250 ms.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.ingest.otlp_bodies import api_request, json_logs, protobuf_logs

CONNECTIONS = 8
SERVER = """
import uvicorn
from starlette.applications import Starlette
from analytics import connect
from ui.http.otlp import routes
connect()
uvicorn.run(Starlette(routes=routes()), port=0, log_level="info", access_log=False)
"""


def bodies(count: int, size: int, as_json: bool) -> list[bytes]:
    """Return bodies of eight people whose sessions last an hour with 200 records each."""
    make = json_logs if as_json else protobuf_logs
    start = datetime(2026, 1, 20, tzinfo=UTC)
    made = []
    for number in range(count):
        person, turn = number % CONNECTIONS, number // CONNECTIONS * size
        events = []
        for record in range(turn, turn + size):
            moment = start + timedelta(seconds=18 * (record % 4800), milliseconds=record % 1000)
            events.append(
                api_request(
                    record,
                    session__id=f"session-{person}-{record // 200}",
                    event__timestamp=moment.isoformat(),
                    request_id=f"req_{person}_{record}",
                )
            )
        made.append(make(*events))
    return made


def send(
    port: int,
    waiting: Iterator[tuple[float, bytes]],
    lock: threading.Lock,
    headers: dict[str, str],
    took: list[float],
) -> None:
    """Send bodies one after another over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while True:
        with lock:
            due, body = next(waiting, (0.0, b""))
        if not body:
            return
        time.sleep(max(0.0, due - time.perf_counter()))
        started_at = time.perf_counter()
        connection.request("POST", "/v1/logs", body, headers)
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - started_at)
        assert answer.status == 200, answer.status


def main() -> None:
    """Measure once and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--records", type=int, default=60_000)
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    made = bodies(options.records // options.batch, options.batch, options.json)
    kind = "json" if options.json else "x-protobuf"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        seconds, took = measure(
            Path(folder),
            made,
            {"Content-Type": f"application/{kind}"},
            options.batch / options.rate if options.rate else 0.0,
        )
    rate = len(made) * options.batch / seconds
    print(
        f"{kind}, batches of {options.batch}: {rate:,.0f} records/s, "
        f"p50 {statistics.median(took) * 1000:.0f} ms, "
        f"p95 {statistics.quantiles(took, n=20)[-1] * 1000:.0f} ms"
    )


def measure(
    folder: Path, made: list[bytes], headers: dict[str, str], pause: float
) -> tuple[float, list[float]]:
    """Return how long all of it took, and each answer; one body is due per pause."""
    environment = {**os.environ, "TOKENFLOW_DATA_DIR": str(folder), "MONGO_URL": ""}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], env=environment, stderr=subprocess.PIPE, text=True
    )
    port = next(int(line.split(":")[-1].split()[0]) for line in server.stderr if "http:" in line)
    took: list[float] = []
    now = time.perf_counter()
    waiting = ((now + number * pause, body) for number, body in enumerate(made))
    shared = (port, waiting, threading.Lock(), headers, took)
    threads = [threading.Thread(target=send, args=shared) for _ in range(CONNECTIONS)]
    started_at = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started_at
    server.terminate()
    server.communicate()
    for _ in range(100):  # the store's own process ends a little later
        if not (folder / "server.json").exists():
            break
        time.sleep(0.2)
    return seconds, took


if __name__ == "__main__":
    main()
