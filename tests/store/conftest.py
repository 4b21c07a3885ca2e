"""A server to be killed, for tests of outages."""

from __future__ import annotations

import socket

import pytest

from store.connection import close
from tests.replica_set import ReplicaSet


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def replica_set(closed_port, tmp_path):
    """Return a server that reports to be a replica set, as the MongoDB of a team does."""
    with ReplicaSet(closed_port, tmp_path) as server:
        yield server
        close()
