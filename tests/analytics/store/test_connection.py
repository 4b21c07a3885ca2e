import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient

from analytics.errors import StoreError
from analytics.store.connection import close, connect, redact, store_address, store_kind

ROOT = Path(__file__).parents[3]
SECRET = "hunter2"


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture
def replica_set(closed_port, tmp_path):
    """Stand in for a MongoDB of a team: a server that says it is a replica set."""
    command = [Path(sys.executable).with_name("secantusd-py"), "--port", str(closed_port)]
    command += ["--storage-path", tmp_path / "replica"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        url = f"mongodb://127.0.0.1:{closed_port}"
        with MongoClient(url, serverSelectionTimeoutMS=20_000) as client:
            client.admin.command("ping")
        yield url
        close()
        server.terminate()


def test_a_replica_set_is_asked_for_majorities(replica_set, db_name):
    db = connect(replica_set, db_name)
    assert db.write_concern.document == {"w": "majority"}
    assert db.read_concern.level == "majority"
    db["notes"].insert_one({"_id": "a"})
    assert db["notes"].find_one() == {"_id": "a"}


def test_concerns_in_the_address_win(replica_set, db_name):
    db = connect(f"{replica_set}/?w=1&readConcernLevel=local", db_name)
    assert db.write_concern.document == {"w": 1}
    assert db.read_concern.level == "local"


def test_a_standalone_server_is_asked_for_no_majority(db):
    assert db.write_concern.document == {}
    assert db.read_concern.level is None


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


def test_an_address_is_told_without_credentials(db, mongo_url):
    parts = urlsplit(mongo_url)
    assert store_kind(db) == "mongodb"
    assert store_address(db) == f"mongodb://{parts.hostname}:{parts.port}"


def test_instants_come_back_aware_and_in_utc(db):
    moment = datetime(2026, 1, 20, 13, 30, tzinfo=UTC)
    db["notes"].insert_one({"_id": "a", "at": moment})
    found = db["notes"].find_one()["at"]
    assert found == moment
    assert found.utcoffset().total_seconds() == 0


def test_a_closed_handle_is_replaced_by_the_next_call(data_dir):
    before = connect()
    close()
    assert connect() is not before


def test_an_address_where_nobody_answers_is_said_in_one_line(closed_port):
    url = f"mongodb://alice:{SECRET}@127.0.0.1:{closed_port}/?authSource=admin"
    started = time.monotonic()
    with pytest.raises(StoreError) as refusal:
        connect(url)
    assert time.monotonic() - started < 6
    assert str(refusal.value) == (
        f"cannot reach the store at mongodb://127.0.0.1:{closed_port}; "
        "check that it runs and that MONGO_URL names it"
    )


def test_a_wrong_password_is_said_in_one_line(mongo_url):
    parts = urlsplit(mongo_url)
    url = mongo_url.replace(parts.password, SECRET)
    with pytest.raises(StoreError) as refusal:
        connect(url)
    assert str(refusal.value) == (
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
def test_an_invalid_address_is_refused_without_quoting_it(url):
    with pytest.raises(StoreError, match="MONGO_URL is not a valid MongoDB address") as refusal:
        connect(url)
    assert SECRET not in str(refusal.value)
    assert "\n" not in str(refusal.value)


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
    program = f"from analytics.store.connection import connect; connect({mongo_url!r}, {db_name!r})"
    run = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
