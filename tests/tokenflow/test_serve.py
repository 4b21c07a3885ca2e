"""The commands that serve, as processes of their own."""

from __future__ import annotations

import json
import os
import socket
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.ingest.otlp_bodies import api_request, json_logs
from tests.tokenflow.processes import connect_as, free_port, get, serving

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(mongo_url, db):
    return os.environ | {"MONGO_URL": mongo_url, "DB_NAME": db.name, "PYTHONPATH": str(ROOT)}


def command(name):
    return [sys.executable, "-P", "-m", "tokenflow", name]


def events(db):
    return sum(row["events"] for day in db["daily_usage"].find({}) for row in day["rows"])


def test_receive_takes_telemetry_and_serves_no_pages(environment, db, tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with serving(command("receive"), port, tmp_path, environment) as process:
        body = json_logs(*(api_request(number) for number in range(3)))
        request = urllib.request.Request(
            f"{url}/v1/logs", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert (answer.status, json.loads(answer.read())) == (200, {})
            assert answer.headers["x-content-type-options"] == "nosniff"
        status, health = get(f"{url}/api/health")
        assert (status, json.loads(health)["status"]) == (200, "ok")
        for path in ("/", "/cost", "/_stcore/health", "/api/v1/cost_per_day"):
            status, body = get(url + path)
            assert (status, json.loads(body)) == (404, {"error": f"There is nothing at {path}."})
        assert get(f"{url}/v1/logs")[0] == 405
    # Rollups of what it took are refreshed before it ends, and nothing of it is left open
    assert process.returncode == 0
    assert events(db) == 3
    assert db["imports"].find_one({"state": "open"}) is None
    log = (tmp_path / "server.log").read_text("utf-8")
    assert log.strip() == f"Receiving OTLP at {url}"


def test_serve_has_the_configuration_of_the_app_wherever_it_is_started(environment, tmp_path):
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text('[server]\nallowedHosts = ["elsewhere"]\n')
    (tmp_path / "streamlit_app.py").write_text("raise SystemExit('not ours')\n")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with serving(command("serve"), port, tmp_path, environment) as process:
        assert b"<html" in get(url)[1]
        assert json.loads(get(f"{url}/api/health")[1])["status"] == "ok"
        # What the application allows, not what happens to lie in the current folder
        statuses = [connect_as(port, host) for host in ("127.0.0.1", "elsewhere")]
        assert statuses == [101, 403]
    assert process.returncode == 0
    assert "Traceback" not in (tmp_path / "server.log").read_text("utf-8")


@pytest.mark.parametrize("name", ["demo", "serve", "receive"])
def test_a_port_in_use_is_one_line_before_anything_is_done(tokenflow, db, name):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = tokenflow(name, "--port", port)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"tokenflow: cannot listen on 127.0.0.1:{port}: Address already in use; "
        "choose another with --port\n"
    )


@pytest.mark.parametrize("name", ["demo", "serve", "receive"])
@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_one_line(tokenflow, name, port):
    done = tokenflow(name, "--port", port)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("tokenflow: Invalid value for '--port'")
    assert done.stderr.count("\n") == 1
