import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generators import SaasPlan, generate_saas

from .conftest import END

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "../shared/samples/saas/synthetic_saas_dataset.json.gz"


def test_the_same_seed_makes_the_same_bytes_in_any_process(tmp_path):
    lines = []
    for hash_seed in ("1", "2"):
        folder = tmp_path / hash_seed
        command = [sys.executable, "-m", "generators", "saas", "--users=30", "--requests=500"]
        command += ["--seed=3", "--end=2026-11-22", "--output", str(folder)]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        lines.append(hashlib.sha256((folder / "synthetic_saas_dataset.json").read_bytes()).digest())

    assert lines[0] == lines[1]


def test_the_shape_is_the_predecessors(dataset):
    if not SAMPLE.exists():
        pytest.skip("the predecessor's sample is not beside this checkout")
    sample = json.loads(gzip.decompress(SAMPLE.read_bytes()))

    assert list(dataset) == list(sample)
    for name, rows in sample.items():
        assert all(list(row) == list(rows[0]) for row in dataset[name])
        kinds = {key: {type(row[key]) for row in rows} for key in rows[0]}
        for row in dataset[name]:
            assert all(type(row[key]) in kinds[key] | {type(None)} for key in row)


@pytest.mark.parametrize(("users", "requests", "days"), [(1, 1, 1), (1, 40, 1), (50, 7, 400)])
def test_small_plans_work(tmp_path, users, requests, days):
    (path,) = generate_saas(SaasPlan(1, users, requests, days, END), tmp_path).files
    made = json.loads(path.read_text())

    assert len(made["users"]) == users
    assert len(made["requests"]) == requests
    assert made["sessions"]


def test_counts_and_progress_are_reported(tmp_path):
    seen = []
    made = generate_saas(SaasPlan(1, 5, 80, 2, END), tmp_path, progress=lambda *at: seen.append(at))

    assert (made.people, made.events, made.sessions) == (5, 80, 10)
    assert seen[-1] == (4, 4)
