"""Open the store: a MongoDB if ``MONGO_URL`` names one, else the embedded store."""

from __future__ import annotations

import atexit
import os
import re
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any, Literal, NamedTuple

import platformdirs
import pymongo
from bson.codec_options import CodecOptions
from pymongo import MongoClient, ReadPreference
from pymongo.database import Database
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    InvalidName,
    InvalidURI,
    OperationFailure,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from store.embedded.client import ServerHandle, attach
from store.errors import StoreError

__all__ = [
    "StoreKey",
    "check_reachable",
    "close",
    "connect",
    "data_directory",
    "resume",
    "store_address",
    "store_key",
    "store_kind",
]

DEFAULT_NAME = "claude_analytics"
CONTACT_SECONDS = 3.0
"""How long opening a store waits for it. A handle that is open already waits for the next primary
as long as the driver does, 30 s: an election takes 12."""

MAJORITY_MS = 30_000
"""How long a write waits for a majority; without a limit it waits for ever while there is none."""

SELECTION_OPTION = "serverSelectionTimeoutMS"
VERDICT_SECONDS = 1.5
"""How long a failure to reach a store is the answer to further attempts."""

_EMBEDDED = "embedded:"
UNAUTHORIZED = 13
AUTHENTICATION_FAILED = {18, 8000}  # the second is Atlas' own
CODECS: CodecOptions = CodecOptions(tz_aware=True, tzinfo=UTC)
HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?"
URL = re.compile(
    rf"(?P<scheme>mongodb(?:\+srv)?)://(?:[^@/?#]*@)?(?P<hosts>{HOST}(?:,{HOST})*)"
    r"(?:/[^@/?#]*)?(?:\?[^@]*)?"
)


@dataclass
class _Store:
    """A client, the store that it belongs to, and its open databases."""

    client: MongoClient
    kind: Literal["embedded", "mongodb"]
    address: str
    patience: float = CONTACT_SECONDS
    link: ServerHandle | None = None
    databases: dict[str, Database] = field(default_factory=dict)
    unreachable_until: float = 0.0

    def is_usable(self) -> bool:
        """Return whether the embedded server runs; the driver reconnects to a MongoDB by itself."""
        return self.link is None or self.link.is_alive()

    def reach(self) -> None:
        """Wait a short while for a store that is known to be away.

        Raises
        ------
        StoreError
            If it stays away. Costs nothing while it is there.
        """
        if not self.client.topology_description.has_writable_server():
            with _explained(self.address):
                self.ping()

    def ping(self) -> None:
        """Wait a short while for an answer; a failure holds for `VERDICT_SECONDS`.

        Raises
        ------
        pymongo.errors.ConnectionFailure
            If the store does not answer, or did not `VERDICT_SECONDS` ago.
        """
        if time.monotonic() < self.unreachable_until:
            raise ConnectionFailure(f"{self.address} did not answer a moment ago")
        try:
            _ping(self.client, self.patience)
        except (ConnectionFailure, ExecutionTimeout) as error:
            self.unreachable_until = time.monotonic() + VERDICT_SECONDS
            raise ConnectionFailure(str(error)) from None

    def close(self) -> None:
        # The driver ends its sessions at the server, and waits for one that is away
        with pymongo.timeout(CONTACT_SECONDS):
            self.client.close()
        if self.link is not None:
            self.link.close()


class StoreKey(NamedTuple):
    """Name a database for as long as the process lives, whatever becomes of its handles."""

    store: str
    name: str


_stores: dict[str, _Store] = {}
_failures: dict[StoreKey, tuple[float, StoreError]] = {}
_lock = threading.RLock()
_inherited: list[_Store] = []


def connect(url: str | None = None, name: str | None = None) -> Database:
    """Open the store.

    Repeated calls return the same handle at no cost, so call it wherever a
    handle is needed instead of passing one through a program. When the embedded
    server has crashed, the next call starts it again.

    Parameters
    ----------
    url : str, optional
        Address of a MongoDB; default ``MONGO_URL``. Empty means the embedded
        store in ``TOKENFLOW_DATA_DIR`` (default: the user's data directory).
    name : str, optional
        Name of the database; default ``DB_NAME``, else ``claude_analytics``.

    Returns
    -------
    pymongo.database.Database
        Instants come back aware, in UTC.

    Raises
    ------
    StoreError
        If the address is invalid, no server answers there, or the credentials are
        rejected. The message never shows a password.
    """
    url = os.environ.get("MONGO_URL", "") if url is None else url
    name = name or os.environ.get("DB_NAME") or DEFAULT_NAME
    return _current(StoreKey(url.strip() or f"{_EMBEDDED}{data_directory()}", name))


def data_directory() -> Path:
    """Return the directory of the files of the embedded store."""
    chosen = os.environ.get("TOKENFLOW_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(platformdirs.user_data_dir("tokenflow", appauthor=False))


def store_kind(db: Database) -> Literal["embedded", "mongodb"]:
    """Return the kind of store that a handle belongs to."""
    store = _store_of(db)
    return store.kind if store else "mongodb"


def store_address(db: Database) -> str:
    """Return where the store of a handle is, without credentials: a directory or a host."""
    store = _store_of(db)
    if store:
        return store.address
    return ",".join(f"{host}:{port}" for host, port in sorted(db.client.nodes))


def store_key(db: Database) -> StoreKey | None:
    """Return what `resume` needs to replace a handle; None if `connect` did not make it."""
    keys = (key for key, store in _stores.items() if store.client is db.client)
    return next((StoreKey(key, db.name) for key in keys), None)


def resume(key: StoreKey) -> Database | None:
    """Return the handle that is valid now, starting a crashed embedded server again.

    Returns
    -------
    pymongo.database.Database or None
        None if this process has closed the store.

    Raises
    ------
    StoreError
        As `connect`.
    """
    return _current(key) if key.store in _stores else None


def check_reachable(db: Database) -> None:
    """Raise at once, or after one server selection, while a store cannot be reached.

    Callers that meet an unreachable store wait for the same attempt, not each for its own in turn.

    Raises
    ------
    pymongo.errors.ConnectionFailure
        If it did not answer now, or `VERDICT_SECONDS` ago.
    """
    if store := _store_of(db):
        store.ping()
    else:
        _ping(db.client, CONTACT_SECONDS)


def close() -> None:
    """Close all handles of this process; the next ``connect`` opens new ones."""
    with _lock:
        _failures.clear()
        while _stores:
            _stores.popitem()[1].close()


def _store_of(db: Database) -> _Store | None:
    return next((store for store in _stores.values() if store.client is db.client), None)


def _current(key: StoreKey) -> Database:
    store = _stores.get(key.store)
    if store is not None and key.name in store.databases and store.is_usable():
        store.reach()
        return store.databases[key.name]
    with _lock:
        # Each attempt may take seconds: callers that waited for the lock get the result of the last
        failed_at, failure = _failures.get(key, (float("-inf"), None))
        if failure is not None and time.monotonic() - failed_at < VERDICT_SECONDS:
            raise StoreError(str(failure))
        try:
            return _database(key)
        except StoreError as error:
            _failures[key] = time.monotonic(), error
            raise


def _database(key: StoreKey) -> Database:
    store = _stores.get(key.store)
    if store is None or not store.is_usable():
        if store is not None:
            store.close()
        # An unusable store stays until another replaces it: it was not closed on purpose
        store = _stores[key.store] = _open(key.store)
    store.reach()
    if key.name not in store.databases:
        store.databases[key.name] = _ready(store, key.name)
    return store.databases[key.name]


def _open(key: str) -> _Store:
    if key.startswith(_EMBEDDED):
        return _open_embedded(Path(key.removeprefix(_EMBEDDED)))
    return _open_mongodb(key)


def _open_embedded(directory: Path) -> _Store:
    link = attach(directory)
    # No other primary replaces a server that died: a caller that finds it dead starts another
    patience_ms = int(CONTACT_SECONDS * 1000)
    client: MongoClient = MongoClient(link.url, serverSelectionTimeoutMS=patience_ms)
    return _Store(client, "embedded", str(directory), link=link)


def _open_mongodb(url: str) -> _Store:
    where = redact(url)
    with _explained(where):
        client = _client(url)
        patience = _patience(client, url)
        try:
            _ping(client, patience)
        except BaseException:
            client.close()
            raise
    return _Store(client, "mongodb", where, patience)


def _client(url: str) -> MongoClient:
    # The driver only warns of an option that it cannot read, quoting its value, and
    # continues without it: unsafe for an address with `tls=yes`.
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        if _names(url, "appname"):
            return MongoClient(url)
        return MongoClient(url, appname="tokenflow")


def _patience(client: MongoClient, url: str) -> float:
    """Return how long to wait for the store: as the address asks for, if it does."""
    if _names(url, SELECTION_OPTION):
        return client.options.server_selection_timeout
    return CONTACT_SECONDS


def _names(url: str, option: str) -> bool:
    return f"{option}=".lower() in url.lower()


def _ping(client: MongoClient, seconds: float) -> None:
    with pymongo.timeout(seconds):
        client.admin.command("ping")


def _ready(store: _Store, name: str) -> Database:
    from store.schema import ensure_schema

    with _explained(store.address):
        db = store.client.get_database(name, CODECS, **_guarantees(store.client))
        ensure_schema(db)
    return db


def _guarantees(client: MongoClient) -> dict[str, Any]:
    """Return where to read, and what must be true of a write, whatever the address asks for.

    Derived documents follow from what was just written: a secondary may not have it
    yet, and an election may undo what no majority has.
    """
    write_concern, read_concern = WriteConcern(), ReadConcern()
    hello = client.admin.command("hello")
    if "setName" in hello or hello.get("msg") == "isdbgrid":
        write_concern = WriteConcern("majority", wtimeout=MAJORITY_MS, j=True)
        read_concern = ReadConcern("majority")
    return {
        "read_preference": ReadPreference.PRIMARY,
        "write_concern": write_concern,
        "read_concern": read_concern,
    }


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Turn an error of opening a store into one line without credentials."""
    try:
        yield
    except InvalidName as error:
        raise StoreError(f"DB_NAME is not a valid database name: {error}") from None
    except OperationFailure as error:
        raise _rejected(where, error) from None
    except ConnectionFailure:
        raise _unreachable(where) from None
    except OSError as error:
        raise StoreError(
            f"cannot read {error.filename}, which MONGO_URL names; correct its path or permissions"
        ) from None
    except (ConfigurationError, InvalidURI, ValueError, TypeError, UserWarning):
        raise _unusable_address(where) from None


def _unreachable(where: str) -> StoreError:
    return StoreError(
        f"cannot reach the store at {where}; check that it runs and that MONGO_URL names it"
    )


def _rejected(where: str, error: OperationFailure) -> Exception:
    if error.timeout:
        return _unreachable(where)
    if error.code in AUTHENTICATION_FAILED:
        return StoreError(
            f"authentication failed at {where}; check user, password and authSource in MONGO_URL"
        )
    if error.code == UNAUTHORIZED:
        return StoreError(
            f"no right to use the database at {where}; give the user of MONGO_URL the role "
            "readWrite on it, or put a user into MONGO_URL"
        )
    return error


def _unusable_address(where: str) -> StoreError:
    if "+srv" in where:  # also what the driver raises if the name does not resolve
        return StoreError(
            f"cannot find the store at {where}; check the host name and the options in MONGO_URL"
        )
    return StoreError(
        "MONGO_URL is not a valid MongoDB address; write mongodb://user:password@host:27017/, "
        "percent-encode special characters in user and password, and check the options"
    )


def redact(url: str) -> str:
    """Return the part of an address that is not secret: scheme and hosts.

    Only a well-formed address is quoted: in any other, a password may be anywhere.
    """
    match = URL.fullmatch(url)
    return f"{match['scheme']}://{match['hosts']}" if match else "the address in MONGO_URL"


def _after_fork() -> None:
    """Leave the parent's handles to the parent; a child opens its own."""
    global _lock
    _lock = threading.RLock()
    _inherited.extend(_stores.values())  # not closed: that would write to the parent's sockets
    _stores.clear()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
