"""The embedded server with real processes, some of which are killed."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.write_concern import WriteConcern

from store import connection
from store.connection import close, connect
from store.embedded.client import attach
from store.errors import StoreError
from tests.outages import PATIENCE, eventually, is_running, kill_server, state

ROOT = Path(__file__).parents[3]

CLIENT = """
import sys
from store.connection import connect
db = connect()
print("ready", db.client.address[1], flush=True)
for line in sys.stdin:
    print(eval(line), flush=True)
"""


class Client:
    """Another program that uses the store and runs commands line by line."""

    def __init__(self, directory):
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLIENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "TOKENFLOW_DATA_DIR": str(directory)},
        )

    def ready(self):
        word, port = self.process.stdout.readline().split()
        assert word == "ready"
        return int(port)

    def ask(self, expression):
        print(expression, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def kill(self):
        self.process.kill()
        self.end()


@pytest.fixture
def start(data_dir):
    clients = []

    def _start():
        clients.append(Client(data_dir))
        return clients[-1]

    yield _start
    for client in clients:
        if client.process.returncode is None:
            client.kill()


def starts(directory):
    return (directory / "server.log").read_text().count("INFO serving")


def journaled(collection):
    return collection.with_options(write_concern=WriteConcern(j=True))


def test_two_processes_share_one_store(start, data_dir):
    first, second = start(), start()
    assert first.ready() == second.ready()
    first.ask('db["notes"].insert_one({"_id": "a"})')
    assert second.ask('db["notes"].find_one()') == "{'_id': 'a'}"
    assert starts(data_dir) == 1


def test_four_processes_that_come_at_once_start_one_server(start, data_dir):
    clients = [start() for _ in range(4)]
    assert len({client.ready() for client in clients}) == 1
    assert starts(data_dir) == 1


def test_threads_that_come_at_once_get_one_handle(data_dir):
    handles = []
    threads = [threading.Thread(target=lambda: handles.append(connect())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(handle) for handle in handles}) == 1
    assert starts(data_dir) == 1


def test_the_server_outlives_its_starter_and_ends_after_the_last_client(start, data_dir):
    first = start()
    first.ready()
    second = start()
    second.ready()
    pid = state(data_dir)["pid"]
    first.end()
    time.sleep(4)
    assert second.ask("db.command('ping')") == "{'ok': 1.0}"
    second.end()
    assert eventually(lambda: not is_running(pid))
    assert not (data_dir / "server.json").exists()


def test_the_server_ends_after_its_client_was_killed(start, data_dir):
    client = start()
    client.ready()
    pid = state(data_dir)["pid"]
    client.kill()
    assert eventually(lambda: not is_running(pid))


def test_a_client_killed_while_it_starts_the_server_leaves_nothing_in_the_way(start, data_dir):
    client = start()
    assert eventually((data_dir / "server.log").exists)
    client.kill()
    assert connect()["notes"].find_one() is None
    assert starts(data_dir) == 1


def test_documents_survive_a_restart(data_dir):
    connect()["notes"].insert_one({"_id": "a"})
    pid = state(data_dir)["pid"]
    close()
    assert eventually(lambda: not is_running(pid))
    assert connect()["notes"].find_one() == {"_id": "a"}
    assert starts(data_dir) == 2


def test_a_killed_server_comes_back_with_all_that_was_journaled(data_dir):
    notes = journaled(connect()["notes"])
    for number in range(50):
        notes.insert_one({"_id": str(number)})
    kill_server(data_dir)
    assert {note["_id"] for note in connect()["notes"].find()} == {str(n) for n in range(50)}


def test_a_killed_server_comes_back_with_what_was_written_a_second_before(data_dir):
    connect()["notes"].insert_one({"_id": "a"})
    time.sleep(1.5)
    kill_server(data_dir)
    assert connect()["notes"].find_one() == {"_id": "a"}


def test_a_handle_from_before_the_crash_works_again_once_anybody_connects(start, data_dir):
    db = connect()
    journaled(db["notes"]).insert_one({"_id": "a"})
    kill_server(data_dir)
    start().ready()
    assert eventually(lambda: _answers(db))
    assert connect()["notes"].find_one() == {"_id": "a"}


def _answers(db):
    with contextlib.suppress(PyMongoError):
        return db["notes"].find_one() == {"_id": "a"}
    return False


def test_ctrl_c_in_the_terminal_reaches_the_client_only_and_the_server_stops_in_order(
    start, data_dir
):
    client = start()
    client.ready()
    pid = state(data_dir)["pid"]
    os.killpg(client.process.pid, signal.SIGINT)
    client.end()
    assert is_running(pid)
    assert eventually(lambda: not is_running(pid))
    assert (data_dir / "server.log").read_text().rstrip().endswith("INFO stopped")


def test_a_forked_child_opens_its_own_handle(data_dir):
    program = """
import os, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from store.connection import connect
db = connect()
db["notes"].insert_one({"_id": "parent"})
child = os.fork()
if child == 0:
    assert connect() is not db
    connect()["notes"].insert_one({"_id": "child"})
    raise SystemExit(0)
assert os.waitpid(child, 0)[1] == 0
print(sorted(note["_id"] for note in db["notes"].find()))
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert (run.stdout, run.stderr) == ("['child', 'parent']\n", "")


def test_the_credentials_are_for_the_owner_only(data_dir):
    connect()
    assert stat.S_IMODE((data_dir / "server.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((data_dir / "server.log").stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def test_client_without_credentials_is_rejected(data_dir):
    connect()
    with (
        MongoClient("127.0.0.1", state(data_dir)["port"]) as other,
        pytest.raises(OperationFailure),
    ):
        other["claude_analytics"]["notes"].find_one()


def test_unauthenticated_connection_does_not_keep_the_server(data_dir):
    connect()
    stored_state = state(data_dir)
    with socket.create_connection(("127.0.0.1", stored_state["control_port"])) as other:
        other.sendall(b"let me in\n")
        assert other.recv(64) == b""
    with socket.create_connection(("127.0.0.1", stored_state["control_port"])):
        close()
        assert eventually(lambda: not is_running(stored_state["pid"]))


@pytest.mark.parametrize(
    "left_behind",
    [b"", b"{", b"[]", b"\xff", b'{"control_port": "x"}', b'{"port": 99999999, "password": 1}'],
)
def test_a_damaged_state_file_is_ignored(data_dir, left_behind):
    data_dir.mkdir()
    (data_dir / "server.json").write_bytes(left_behind)
    connect()["notes"].insert_one({"_id": "a"})
    assert state(data_dir)["username"] == "tokenflow"


def test_stale_state_file_that_names_the_port_of_another_program_is_ignored(data_dir):
    data_dir.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=lambda: other.accept()[0].close(), daemon=True).start()
        port = other.getsockname()[1]
        left_behind = {"control_port": port, "port": port, "token": "t", "password": "p"}
        (data_dir / "server.json").write_text(json.dumps(left_behind))
        assert connect().client.address[1] != port


def test_state_file_damaged_while_the_server_runs_is_rewritten(start, data_dir):
    start().ready()
    pid = state(data_dir)["pid"]
    (data_dir / "server.json").write_text("{")
    connect()
    assert state(data_dir)["pid"] == pid
    assert starts(data_dir) == 1


def test_a_directory_that_is_removed_takes_its_server_along(start, data_dir):
    start().ready()
    pid = state(data_dir)["pid"]
    data_dir.rename(data_dir.with_name("moved"))
    connect()["notes"].insert_one({"_id": "a"})
    assert eventually(lambda: not is_running(pid))
    assert state(data_dir)["pid"] != pid


def test_directory_of_another_server_is_rejected_by_name(data_dir):
    command = [Path(sys.executable).with_name("secantusd-py"), "--port", "0"]
    command += ["--storage-path", data_dir / "store"]
    data_dir.mkdir()
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as other:
        assert eventually((data_dir / "store" / "WiredTiger.lock").exists)
        time.sleep(1)
        with pytest.raises(StoreError) as rejection:
            connect()
        other.terminate()
    assert str(rejection.value) == (
        f"the data directory {data_dir} is in use by a server that cannot be attached to; "
        "end that program, or set TOKENFLOW_DATA_DIR to another directory"
    )


def test_server_that_does_not_answer_is_rejected_by_name(start, data_dir, monkeypatch):
    monkeypatch.setattr("store.embedded.client.ATTACH_SECONDS", 0.3)
    monkeypatch.setattr("store.embedded.client.PATIENCE_SECONDS", 0.5)
    start().ready()
    pid = state(data_dir)["pid"]
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(StoreError, match="in use by a server that cannot be attached to"):
        connect()
    os.kill(pid, signal.SIGCONT)
    connection.close()  # else the verdict stands for a moment
    assert connect()["notes"].find_one() is None


def test_stopped_server_is_replaced(data_dir):
    connect()["notes"].insert_one({"_id": "a"})
    pid = state(data_dir)["pid"]
    os.kill(pid, signal.SIGTERM)
    assert eventually(lambda: not (data_dir / "server.json").exists())
    assert connect()["notes"].find_one() == {"_id": "a"}
    assert state(data_dir)["pid"] != pid


def test_the_log_is_bounded(data_dir):
    data_dir.mkdir()
    (data_dir / "server.log").write_bytes(b"x" * 3_000_000)
    connect()
    assert eventually(lambda: (data_dir / "server.log").stat().st_size < 1_000_000)


def test_store_that_cannot_be_opened_reports_cause_and_log(data_dir):
    data_dir.mkdir()
    (data_dir / "store").write_text("a file where the directory should be")
    with pytest.raises(
        StoreError, match=r"could not start \(status 1: FileExistsError.*server.log"
    ):
        connect()


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TOKENFLOW_DATA_DIR", str(tmp_path / "file" / "data"))
    with pytest.raises(StoreError, match=r"file/data .*set TOKENFLOW_DATA_DIR"):
        connect()


def test_python_without_the_embedded_store_gets_the_advice_to_set_mongo_url(data_dir, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StoreError, match="set MONGO_URL"):
        connect()
    assert not data_dir.exists()


def test_the_link_does_not_show_its_password(mongo_url, session_data_dir):
    link = attach(session_data_dir)
    assert link.url == mongo_url
    assert link.password not in repr(link)
    link.close()
