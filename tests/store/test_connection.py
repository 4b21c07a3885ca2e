import functools
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pymongo
import pytest
from pymongo import MongoClient, monitoring
from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError

from analytics import data_status
from ingest.load import load as load_files
from store import connection
from store.connection import (
    CONTACT_SECONDS,
    check_reachable,
    close,
    connect,
    redact,
    resume,
    store_address,
    store_key,
    store_kind,
)
from store.errors import StoreError
from store.events.write import write_events
from store.fencing import write_fenced
from store.import_log import recover
from store.saas.records import TOKENS
from store.saas.write import write_records
from tests.factories import dump, load, make_request
from tests.ingest.batches import batch, jsonl, session
from tests.outages import StoreServer, kill_server
from tests.saas_factories import identity

ROOT = Path(__file__).parents[2]
SECRET = "hunter2"


class Commands(monitoring.CommandListener):
    """Keeps every command that is sent."""

    def __init__(self):
        self.sent = []

    def started(self, event):
        self.sent.append((event.command_name, event.command))

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


@pytest.fixture
def commands(monkeypatch):
    """Listen to the clients that `connect` makes."""
    commands = Commands()
    client = functools.partial(MongoClient, event_listeners=[commands])
    monkeypatch.setattr(connection, "MongoClient", client)
    return commands


WEAK = [
    "",
    "readPreference=secondary",
    "readPreference=secondaryPreferred&maxStalenessSeconds=120",
    "readPreference=nearest&readPreferenceTags=dc:ny",
    "w=1",
    "w=0",
    "w=1&journal=false&wtimeoutMS=1",
    "readConcernLevel=local",
    "readConcernLevel=available&w=1&journal=false&readPreference=secondary",
]
"""Options of an address that would weaken the consistency of derived documents."""

DURABLE = {"w": "majority", "j": True, "wtimeout": 30_000}


def test_replica_set_is_read_at_its_primary_by_majority_whatever_the_address_asks_for(
    replica_set, db_name, commands
):
    for options in WEAK:
        db = connect(f"{replica_set.url}/?{options}", db_name)
        load(db, make_request(project=options))
        recover(db)
        data_status(db)
    reads = [command for name, command in commands.sent if name in ("find", "aggregate", "count")]
    writes = [
        command for name, command in commands.sent if name in ("insert", "update", "findAndModify")
    ]
    assert {str(command.get("$readPreference")) for command in reads + writes} == {"None"}
    assert {command["readConcern"]["level"] for command in reads} == {"majority"}
    assert [command["writeConcern"] for command in writes] == [DURABLE] * len(writes) != []


@pytest.mark.parametrize("options", WEAK)
def test_a_server_on_its_own_is_asked_for_what_it_does_by_default(
    options, mongo_url, db_name, commands
):
    db = connect(f"{mongo_url}&{options}".rstrip("&"), db_name)
    del commands.sent[:]
    load(db, make_request())
    data_status(db)
    for name in ("$readPreference", "readConcern", "writeConcern"):
        assert [command[name] for _, command in commands.sent if name in command] == []
    db.client.drop_database(db_name)
    close()


def test_a_write_without_a_majority_is_no_success(replica_set, db_name):
    db = connect(replica_set.url, db_name)
    timed_out = {"code": 64, "codeName": "WriteConcernTimeout", "errmsg": "no majority"}
    data = {"failCommands": ["insert", "update"], "writeConcernError": timed_out}
    for write in (
        lambda: write_events(db, [make_request()]),
        lambda: write_fenced(db, "daily_usage", [{"_id": "2026-01-20"}], 1, stored=()),
        lambda: write_fenced(db, "daily_usage", [{"_id": "2026-01-20"}], 2),
        lambda: write_records(db, TOKENS, [{"id": identity("tokens", 1)}]),
    ):
        db.client.admin.command("configureFailPoint", "failCommand", mode="alwaysOn", data=data)
        with pytest.raises(BulkWriteError):
            write()
        db.client.admin.command("configureFailPoint", "failCommand", mode="off")


def test_an_open_store_is_waited_for_as_long_as_an_election_takes(mongo_url, db_name, db):
    assert db.client.options.server_selection_timeout == 30
    assert db.client.options.retry_writes
    patient = connect(f"{mongo_url}&serverSelectionTimeoutMS=45000&retryWrites=false", db_name)
    assert patient.client.options.server_selection_timeout == 45
    assert not patient.client.options.retry_writes


def test_a_load_outlives_a_primary_that_is_away_for_longer_than_first_contact(
    replica_set, db_name, tmp_path
):
    telemetry = tmp_path / "telemetry.jsonl"
    telemetry.write_bytes(jsonl(*(
        batch(*session(f"s{number}", events=50, offset_ms=number * 7_200_000))
        for number in range(60)
    )))  # fmt: skip
    undisturbed = connect(replica_set.url, f"{db_name}_undisturbed")
    load_files(undisturbed, [telemetry])
    expected = dump(undisturbed)
    close()
    for moment in ("event_buckets", "daily_usage", "sessions"):
        db = connect(replica_set.url, f"{db_name}_{moment}")
        with ThreadPoolExecutor(1) as loader:
            loading = loader.submit(load_files, db, [telemetry])
            with MongoClient(replica_set.url) as watcher:
                while not watcher[db.name][moment].find_one({}):
                    assert not loading.done()
            replica_set.kill()
            time.sleep(CONTACT_SECONDS + 1.5)
            replica_set.start()
            loading.result(120)
        assert dump(db) == expected
        assert db["imports"].find_one({"state": "open"}) is None


def test_an_open_store_that_is_away_is_said_as_soon_as_one_that_never_answered(
    replica_set, db_name
):
    db = connect(replica_set.url, db_name)
    assert connect(replica_set.url, db_name) is db
    replica_set.kill()
    for _ in range(2):  # the first may still have to notice
        started = time.monotonic()
        with pytest.raises((StoreError, PyMongoError)), pymongo.timeout(4):
            connect(replica_set.url, db_name)["notes"].find_one()
    assert time.monotonic() - started < 6
    with pytest.raises(StoreError, match="cannot reach the store at mongodb://127"):
        connect(replica_set.url, db_name)
    replica_set.start()
    time.sleep(connection.VERDICT_SECONDS)  # until then callers get the last result
    assert connect(replica_set.url, db_name) is db
    assert db["notes"].find_one() is None


def test_repeated_calls_return_the_same_handle(mongo_url, db_name, db):
    assert connect(mongo_url, db_name) is db


def test_a_repeated_call_costs_next_to_nothing(mongo_url, db_name, db):
    started = time.perf_counter()
    for _ in range(1000):
        connect(mongo_url, db_name)
    assert time.perf_counter() - started < 0.5


def test_two_names_are_two_databases_of_one_client(mongo_url, db, db_name):
    other = connect(mongo_url, f"{db_name}_other")
    assert other.name != db.name
    assert other.client is db.client
    other.client.drop_database(other.name)


def test_the_environment_chooses_address_and_name(mongo_url, monkeypatch, db, db_name):
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db_name)
    assert connect() is db


def test_nothing_set_means_the_embedded_store_and_claude_analytics(data_dir):
    db = connect()
    assert (db.name, store_kind(db), store_address(db)) == (
        "claude_analytics",
        "embedded",
        str(data_dir),
    )


def test_an_empty_address_means_the_embedded_store(data_dir, monkeypatch):
    monkeypatch.setenv("MONGO_URL", " ")
    assert store_kind(connect()) == "embedded"


def test_address_has_no_credentials(db, mongo_url):
    parts = urlsplit(mongo_url)
    assert store_kind(db) == "mongodb"
    assert store_address(db) == f"mongodb://{parts.hostname}:{parts.port}"


def test_instants_come_back_aware_and_in_utc(db):
    moment = datetime(2026, 1, 20, 13, 30, tzinfo=UTC)
    db["notes"].insert_one({"_id": "a", "at": moment})
    stored = db["notes"].find_one()["at"]
    assert stored == moment
    assert stored.utcoffset().total_seconds() == 0


def test_a_closed_handle_is_replaced_by_the_next_call(data_dir):
    before = connect()
    close()
    assert connect() is not before


def test_unreachable_address_is_reported_in_one_line(closed_port):
    url = f"mongodb://alice:{SECRET}@127.0.0.1:{closed_port}/?authSource=admin"
    started = time.monotonic()
    with pytest.raises(StoreError) as rejection:
        connect(url)
    assert time.monotonic() - started < 6
    assert str(rejection.value) == (
        f"cannot reach the store at mongodb://127.0.0.1:{closed_port}; "
        "check that it runs and that MONGO_URL names it"
    )


def test_all_who_wait_for_a_store_that_is_down_get_one_verdict(closed_port):
    url = f"mongodb://127.0.0.1:{closed_port}"

    def fail():
        with pytest.raises(StoreError, match="cannot reach the store"):
            connect(url)

    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        for attempt in [pool.submit(fail) for _ in range(8)]:
            attempt.result()
    assert time.monotonic() - started < CONTACT_SECONDS + 2


def test_a_store_that_went_away_is_found_out_once(tmp_path):
    server = StoreServer(tmp_path / "mongodb")
    server.start()
    db = connect(server.url)
    check_reachable(db)
    server.kill()
    started = time.monotonic()
    for _ in range(5):
        with pytest.raises(ConnectionFailure):
            check_reachable(db)
    assert time.monotonic() - started < CONTACT_SECONDS + 2
    server.start()
    time.sleep(connection.VERDICT_SECONDS)
    check_reachable(db)
    close()
    server.kill()


def test_a_handle_is_replaced_until_the_store_is_closed(data_dir):
    db = connect()
    key = store_key(db)
    kill_server(data_dir)
    resumed = resume(key)
    assert resumed is not db
    assert resume(key) is connect() is resumed
    assert store_key(resumed) == key
    close()
    assert resume(key) is None


def test_a_wrong_password_is_said_in_one_line(mongo_url):
    parts = urlsplit(mongo_url)
    url = mongo_url.replace(parts.password, SECRET)
    with pytest.raises(StoreError) as rejection:
        connect(url)
    assert str(rejection.value) == (
        f"authentication failed at mongodb://127.0.0.1:{parts.port}; "
        "check user, password and authSource in MONGO_URL"
    )


def test_missing_credentials_are_said_in_one_line(mongo_url):
    url = f"mongodb://127.0.0.1:{urlsplit(mongo_url).port}"
    with pytest.raises(StoreError, match=r"no right to use the database at mongodb://127\.0\.0\.1"):
        connect(url)


def test_an_impossible_name_is_named(mongo_url):
    with pytest.raises(StoreError, match="DB_NAME is not a valid database name"):
        connect(mongo_url, "a.b")


@pytest.mark.parametrize(
    "url",
    [
        f"mongodb://alice:{SECRET}",
        f"mongodb://alice:{SECRET}@",
        f"mongodb://alice:a@b{SECRET}@host/",
        f"mongodb://alice:a/b{SECRET}@host:27017/",
        f"mongodb://alice:a%zz{SECRET}@host:port/",
        f"mongodb:/alice:{SECRET}@host",
        f"alice:{SECRET}@host:27017",
        f"postgres://alice:{SECRET}@host/",
        f"mongodb://host/?tls={SECRET}",
        f"mongodb://host/?{SECRET}=1",
        f"mongodb://host/?authMechanism=MONGODB-AWS&authMechanismProperties={SECRET}",
        f"mongodb://[::1/{SECRET}",
    ],
)
def test_invalid_address_is_rejected_without_quoting_it(url):
    with pytest.raises(StoreError, match="MONGO_URL is not a valid MongoDB address") as rejection:
        connect(url)
    assert SECRET not in str(rejection.value)
    assert "\n" not in str(rejection.value)


def test_a_certificate_that_is_missing_is_named(tmp_path):
    missing = tmp_path / "ca.pem"
    with pytest.raises(StoreError, match=rf"cannot read {missing}, which MONGO_URL names"):
        connect(f"mongodb://alice:{SECRET}@host/?tls=true&tlsCAFile={missing}")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"mongodb://alice:{SECRET}@db.example:27017/x?y=z", "mongodb://db.example:27017"),
        ("mongodb://a:1,b:2,c/?replicaSet=r", "mongodb://a:1,b:2,c"),
        (f"mongodb+srv://alice:hunter%32{SECRET}@x.example/", "mongodb+srv://x.example"),
        ("mongodb://[::1]:27017", "mongodb://[::1]:27017"),
        (f"mongodb://h/?tlsCertificateKeyFilePassword=a@{SECRET}", "the address in MONGO_URL"),
        (f"mongodb://alice:?{SECRET}@h", "the address in MONGO_URL"),
    ],
)
def test_only_scheme_and_hosts_of_an_address_are_shown(url, shown):
    assert redact(url) == shown


def test_a_program_that_only_connects_ends_without_a_word(mongo_url, db_name):
    program = f"from store.connection import connect; connect({mongo_url!r}, {db_name!r})"
    run = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
