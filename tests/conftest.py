"""Shared fixtures: one embedded server, a fresh database per test."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pymongo import monitoring
from pymongo.database import Database

from tests.commands import Listener

if sys.dont_write_bytecode:
    # Tests start hundreds of processes: what one has compiled is for the next, kept apart from
    # the sources, beside which nothing is to be written
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile(
    "tokenflow",
    deadline=None,  # a busy machine is not a bug
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# CI runs the same examples each time; a developer runs new ones.
settings.register_profile("ci", settings.get_profile("tokenflow"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "tokenflow")

# Before anything is imported that might read them: tests do not touch a developer's store.
for variable in (
    *("MONGO_URL", "DB_NAME", "TOKENFLOW_DATA_DIR", "TOKENFLOW_PRICES"),
    *("TOKENFLOW_ALLOWED_HOSTS", "TOKENFLOW_INSECURE", "STREAMLIT_SERVER_ADDRESS"),
):
    os.environ.pop(variable, None)

# The listener sees every client of every test
_listener = Listener()
monitoring.register(_listener)


@pytest.fixture(scope="session")
def session_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data directory of the session's embedded server."""
    return tmp_path_factory.mktemp("tokenflow")


@pytest.fixture(scope="session")
def mongo_url(session_data_dir: Path) -> Iterator[str]:
    """Return the address of the session's embedded server, fit for ``MONGO_URL``."""
    from store import connection
    from store.embedded import client

    link = client.attach(session_data_dir)
    yield link.url
    connection.close()
    link.close()


@pytest.fixture(autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch) -> None:
    """Hide the developer's store from tests, and keep servers out of the home directory."""
    for variable in ("MONGO_URL", "DB_NAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TOKENFLOW_DATA_DIR", str(tmp_path_factory.getbasetemp() / "stray"))


@pytest.fixture(autouse=True)
def _only_listed_commands() -> Iterator[None]:
    """Fail a test in which the product sends a command that is not listed."""
    yield
    assert _listener.take_problems() == []


@pytest.fixture
def listener() -> Listener:
    """Return the listener of all commands, cleared."""
    for names in _listener.seen.values():
        names.clear()
    return _listener


@pytest.fixture
def db_name() -> str:
    """Return a database name that no other test uses."""
    return f"test_{uuid.uuid4().hex[:12]}"


@pytest.fixture
def db(mongo_url: str, db_name: str) -> Database:
    """Return an empty database with the current schema.

    It is left to the end of the server: dropping it costs as much as a small load.
    """
    from store.connection import connect

    return connect(mongo_url, db_name)


@pytest.fixture(scope="module")
def module_db(mongo_url: str) -> Database:
    """Return an empty database that the tests of a module share; they only read what it holds."""
    from tests.factories import new_database

    return new_database(mongo_url)


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch) -> Iterator[Path]:
    """Return a separate data directory, set in the environment."""
    from store import connection

    directory = tmp_path / "data"
    monkeypatch.setenv("TOKENFLOW_DATA_DIR", str(directory))
    yield directory
    connection.close()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their length: their content, such as a time, may differ by process."""
    return f"{argname} of {len(val)} bytes" if isinstance(val, bytes) else None


# What shares servers runs on one worker, side by side, and the longest starts first
UNITS = (
    "tests/browser/",
    "tests/ingest/test_kill.py",
    "tests/browser/test_network.py",
    "tests/browser/test_loading.py",
    "tests/analytics/test_contract.py",
    "tests/ui/http/test_otlp.py",
    "tests/test_server_access.py",
    "tests/store/embedded/test_client.py",
    "tests/ingest/test_fuzz.py",
    "tests/store/test_connection.py",
    "tests/pages/test_states.py",
    "tests/ingest/sinks/test_dry_run.py",
)


def _unit(nodeid: str) -> str:
    """Return what a test is distributed with: its module, unless listed with more."""
    module = nodeid.partition("::")[0]
    return max((unit for unit in UNITS if nodeid.startswith(unit)), key=len, default=module)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the listed units first, after the order has been made random."""
    place = {unit: index for index, unit in enumerate(UNITS)}
    items.sort(key=lambda item: place.get(_unit(item.nodeid), len(UNITS)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Distribute whole units instead of single tests, in the order of the collection."""
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _unit(nodeid)

    config.option.loadscopereorder = False
    return Units(config, log)
