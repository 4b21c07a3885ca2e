"""A real Chromium on a real server. Without a Chromium: a failure in CI, a skip elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.pages import Paths, paths_of
from tests.browser.servers import ROOT, STREAMLIT, Server, running
from tests.browser.visits import Open, Tabs, Visit

# The same data on every day, and none of it recent
TELEMETRY = "telemetry --users 12 --sessions 200 --days 70 --seed 42 --end 2026-09-30"
SAAS = "saas --users 60 --requests 3000 --seed 42 --end 2026-09-30"

DEMO_STORE = "TOKENFLOW_TEST_DEMO_STORE"
"""The variable that gives a process inside a test the demo store of the run."""


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data directory of a store with both demo data sets, made once per run."""
    if given := os.environ.get(DEMO_STORE):
        return Path(given)
    shared = tmp_path_factory.getbasetemp()
    folder = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "demo-store"
    with FileLock(f"{folder}.lock"):
        if not (folder / "complete").exists():
            _generate(folder)
            # The store's server holds it for as long as it runs
            with FileLock(folder / "data" / "server.lock", timeout=30):
                (folder / "complete").touch()
    return folder / "data"


@pytest.fixture(scope="package")
def demo(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start the app on a copy of the demo store; tests change nothing there."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(demo_store, folder / "data")
    with running(STREAMLIT, folder) as started:
        yield started


@pytest.fixture(scope="package")
def paths(demo: Server) -> Paths:
    """Return the address of each page on the server with demo data."""
    return paths_of(demo)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """Start the app on an empty store of the test."""
    with running(STREAMLIT, tmp_path) as started:
        yield started


# Chromium runs for this folder's tests only: while Playwright runs, its event loop occupies
# the thread, and other tests start loops of their own.


@pytest.fixture(scope="package")
def tabs() -> Iterator[Tabs]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        started = _launch(playwright)
        yield Tabs(started)
        started.close()


@pytest.fixture
def open_tab(tabs: Tabs) -> Iterator[Open]:
    """Return a function that opens a tab on a server, on a computer of its own."""
    taken: list[Visit] = []

    def take(server: Server, **options) -> Visit:
        taken.append(tabs.take(server, **options))
        return taken[-1]

    yield take
    for seen in taken:
        tabs.give_back(seen)


# Chromium itself looks for updates; `visit` records the requests of pages.
ARGUMENTS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


def _generate(folder: Path) -> None:
    for dataset in (TELEMETRY, SAAS):
        _run(folder, ["generators", *dataset.split(), "--output", str(folder)])
    files = [str(folder / name) for name in ("telemetry_logs.jsonl", "synthetic_saas_dataset.json")]
    _run(folder, ["ingest", *files, "--people", str(folder / "employees.csv")])


def _run(folder: Path, command: list[str]) -> None:
    subprocess.run(
        [sys.executable, "-m", *command, "--progress", "none"],
        cwd=ROOT,
        env={**os.environ, "TOKENFLOW_DATA_DIR": str(folder / "data")},
        check=True,
        capture_output=True,
    )


def _launch(playwright: Playwright) -> Browser:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path or Path(playwright.chromium.executable_path).exists():
        return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    reason = "no Chromium: set CHROMIUM, install chromium, or run `playwright install chromium`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
