"""What ``pip install .`` gives, in an empty environment outside the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.tokenflow.processes import connect_as, free_port, get, serving

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
INSTALLED = PROJECT["tool"]["hatch"]["build"]["only-include"]
TOOLS = {"benchmarks", "docs", "examples", "tests"}

CELL = """
from datetime import date, timedelta
from analytics import Filters, connect, cost_per_day
end = date.today() + timedelta(days=1)
frame = cost_per_day(connect(), Filters(end - timedelta(days=100), end))
assert list(frame) == ["day", "cost_usd", "unpriced_requests"], list(frame)
assert frame["cost_usd"].sum() > 0
"""

PAGE = """
from pathlib import Path
from streamlit.testing.v1 import AppTest
import ui
app = AppTest.from_file(Path(ui.__file__).with_name("main.py"), default_timeout=120).run()
assert not app.exception, app.exception
assert [title.value for title in app.title] == ["Overview"], app.title
"""


@dataclass(frozen=True)
class Installation:
    """An environment with nothing but Tokenflow and what it needs."""

    programs: Path
    environment: dict[str, str]

    def python(self, code: str, folder: Path) -> None:
        """Run code as a notebook in a folder would."""
        done = subprocess.run(
            [self.programs / "python", "-c", code],
            cwd=folder, env=self.environment, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    requirements = PROJECT["build-system"]["requires"]
    probe = uv("pip", "install", "--target", folder / "probe", *requirements, check=False)
    if probe.returncode:
        _give_up(f"no package index can be reached: {probe.stderr}")
    uv("build", "--wheel", "--out-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installation(wheel, tmp_path_factory):
    """Return an environment that the wheel is installed in, with the versions of the lock file."""
    folder = tmp_path_factory.mktemp("installation")
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    versions = folder / "versions.txt"
    uv(
        "export", "--locked", "--no-default-groups", "--no-emit-project", "--no-hashes",
        "--output-file", versions,
    )  # fmt: skip
    uv("venv", "--python", sys.executable, folder / "env")
    uv("pip", "install", "--python", programs / "python", "--constraint", versions, wheel)
    own = ("PYTHON", "VIRTUAL_ENV", "STREAMLIT_")
    variables = {name: text for name, text in os.environ.items() if not name.startswith(own)}
    return Installation(programs, variables | {"TOKENFLOW_DATA_DIR": str(folder / "data")})


def uv(*arguments, check=True):
    """Run uv, which ``make test`` brings along."""
    program = shutil.which("uv") or shutil.which("uv", path=Path(sys.executable).parent)
    if not program:
        _give_up("there is no uv: make brings one")
    done = subprocess.run(
        [program, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def _give_up(reason):
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def test_everything_that_is_no_tool_is_installed():
    there = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[!.]*/**/*.py")}
    there |= {path.name for path in ROOT.glob("*.py")}
    assert there - TOOLS == {name for name in INSTALLED if not name.startswith(".")}


def test_the_checks_look_at_everything_that_is_installed():
    tools = PROJECT["tool"]
    folders = {name for name in INSTALLED if "." not in name}
    assert set(tools["mypy"]["files"]) == folders | {"streamlit_app.py"}
    # Pages are scripts: nothing can import them
    assert set(tools["importlinter"]["root_packages"]) == folders - {"pages"}


@pytest.mark.timeout(900)
def test_the_wheel_holds_every_file_and_no_other(wheel):
    expected = {
        path.relative_to(ROOT).as_posix()
        for name in INSTALLED
        for path in (ROOT / name, *(ROOT / name).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert {"store/prices/prices.toml", ".streamlit/config.toml", "pages/overview.py"} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


@pytest.mark.timeout(900)
def test_demo_serves_the_app_and_a_notebook_reads_its_data(installation, tmp_path):
    # Another project, with folders that have the names of ours
    project = tmp_path / "project"
    for name in ("analytics", "generators", "ingest", "ui"):
        (project / name).mkdir(parents=True)
        (project / name / "__init__.py").write_text("raise SystemExit('not ours')\n")
    (project / "streamlit_app.py").write_text("raise SystemExit('not ours')\n")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(installation.programs / "tokenflow"), "demo"]
    with serving(command, port, project, installation.environment) as process:
        health = json.loads(get(f"{url}/api/health")[1])
        assert (health["status"], health["store"]["kind"]) == ("ok", "embedded")
        assert health["data_until"]
        assert b"<html" in get(url)[1]
        assert [connect_as(port, host) for host in ("localhost", "elsewhere")] == [101, 403]
        notebook = replace(
            installation, environment=installation.environment | {"DB_NAME": "tokenflow_demo"}
        )
        notebook.python(CELL, tmp_path)
        notebook.python(PAGE, tmp_path)
    log = (project / "server.log").read_text("utf-8")
    assert process.returncode == 0, log
    assert "Traceback" not in log
