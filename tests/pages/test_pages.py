"""Structure of every page file: short, without queries and frames."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return {name.split(".")[0] for name in names}


def test_there_are_pages():
    assert PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_is_at_most_eighty_lines(page):
    assert len(page.read_text("utf-8").splitlines()) <= 80


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_imports_no_engine(page):
    assert not imported(page) & {"pandas", "pymongo", "altair", "ingest", "generators"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_calls_open_page(page):
    assert "open_page(" in page.read_text("utf-8")


def test_only_known_modules_catch_every_exception():
    folders = ("analytics", "charts", "generators", "ingest", "pages", "store", "tokenflow", "ui")
    broad = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "except Exception" in path.read_text("utf-8")
    }
    assert broad == {
        "ingest/otlp/writer.py",  # the thread that updates the rollups
        "store/import_log.py",  # one import that cannot be recovered
        "tokenflow/command.py",  # the last guard of a command: its exit status
        "ui/jobs/recovery.py",  # the thread that recovers imports
        "ui/page.py",  # the last guard of a page
    }
