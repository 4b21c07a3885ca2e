"""Neither the server nor its pages call another computer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import DEMO_STORE
from tests.browser.servers import ROOT

pytestmark = pytest.mark.browser

NAMESPACE = ["unshare", "--net"]


@pytest.mark.timeout(900)
def test_the_whole_app_in_a_network_of_its_own(demo_store: Path):
    if not shutil.which("ip") or subprocess.run([*NAMESPACE, "true"], check=False).returncode:
        pytest.skip("a network namespace needs root, unshare and iproute2")
    tests = Path(__file__).with_name("isolated.py")
    options = ["-q", "-p", "no:cacheprovider"]
    environment = {name: v for name, v in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    done = subprocess.run(
        [*NAMESPACE, sys.executable, "-m", "pytest", *options, str(tests)],
        cwd=ROOT,
        env=environment | {DEMO_STORE: str(demo_store)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
