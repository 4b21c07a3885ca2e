"""The example notebook runs from top to bottom, on a store with data."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.factories import later, load, make_event, make_request

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def notebook(module_db, mongo_url):
    """Run the notebook against a store of two days and return it with its outputs."""
    load(
        module_db,
        make_event("user_prompt"),
        make_request(),
        make_request(timestamp=later(days=1), cost_usd=0.25),
    )
    book = nbformat.read(PROJECT / "examples" / "usage.ipynb", as_version=4)
    own = {"MONGO_URL": mongo_url, "DB_NAME": module_db.name, "PYTHONPATH": str(PROJECT)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the Jupyter client's own, about its sockets
        client = NotebookClient(book, timeout=120, kernel_name="python3")
        client.execute(cwd=str(PROJECT), env=os.environ | own)
    return book


def test_every_cell_runs_and_the_numbers_are_those_of_the_store(notebook):
    outputs = {
        cell["id"]: cell["outputs"] for cell in notebook.cells if cell["cell_type"] == "code"
    }
    texts = [
        output["data"]["text/plain"]
        for of_one_cell in outputs.values()
        for output in of_one_cell
        if output["output_type"] == "execute_result"
    ]
    assert any("api_requests=2" in text and "cost_usd=0.75" in text for text in texts)
    assert any("cost $0.75, in the period before $0.00" in text for text in texts)


def test_three_charts_are_drawn(notebook):
    drawn = [
        output
        for cell in notebook.cells
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
        if any("vega" in kind or "vegaEmbed" in shown for kind, shown in texts(output))
    ]
    assert len(drawn) == 3


def texts(output):
    return [(kind, str(shown)) for kind, shown in output.get("data", {}).items()]


def test_it_asks_five_questions():
    text = (PROJECT / "examples" / "usage.ipynb").read_text(encoding="utf-8")
    questions = (
        "headline_totals(",
        "cost_per_day(db",
        "cost_by_model(db",
        "tokens_by_role(db",
        "events_by_hour(db",
    )
    assert all(question in text for question in questions)
