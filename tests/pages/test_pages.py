"""What every page file must be: short, and free of queries and frames."""

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
def test_a_page_asks_questions_and_imports_no_engine(page):
    assert not imported(page) & {"pandas", "pymongo", "altair", "ingest", "generators"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_opens_with_its_question(page):
    assert "open_page(" in page.read_text("utf-8")


def test_only_the_frame_and_the_command_line_catch_everything():
    broad = [
        str(path.relative_to(ROOT))
        for folder in ("analytics", "charts", "generators", "ingest", "pages", "tokenflow", "ui")
        for path in (ROOT / folder).rglob("*.py")
        if "except Exception" in path.read_text("utf-8")
    ]
    assert broad == ["tokenflow/command.py", "ui/page.py"]
