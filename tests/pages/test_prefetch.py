"""Each page declares for prefetching exactly the questions that it asks."""

from __future__ import annotations

import sys
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from analytics import Filters
from analytics.question import _Memory
from tests.pages.test_states import filled, grown, loaded
from ui import prefetch
from ui.scope import EVERYTHING

__all__ = ["filled", "grown", "loaded"]

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
ADDRESS = {"session": {"id": "ada-0"}, "person": {"id": "ada"}}
WITHOUT_PREFETCH = {"data", "person", "session", "sessions"}
"""Pages whose questions take more than filters, or are about the whole store."""

Query = tuple[str, Filters]


@dataclass
class Recorder:
    """Queries by where they come from: declared for prefetching, or asked by a page."""

    declared: set[Query] = field(default_factory=set)
    queried: set[Query] = field(default_factory=set)

    def clear(self) -> None:
        self.declared.clear()
        self.queried.clear()


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Record the queries of a page while they run as ever."""
    recorder = Recorder()
    submit, recall = prefetch._pool.submit, _Memory.recall

    def recording_submit(question: Any, db: Any, filters: Filters) -> Future[Any]:
        recorder.declared.add((question.__name__, filters))
        return submit(question, db, filters)

    def recording_recall(memory: _Memory, key: Any) -> Any:
        _, _, compute, *scope = key
        asked_by = Path(sys._getframe(2).f_code.co_filename)
        is_page = asked_by.is_relative_to(ROOT / "pages") or asked_by.is_relative_to(ROOT / "ui")
        if is_page and len(scope) == 1 and isinstance(scope[0], Filters):
            recorder.queried.add((compute.__name__, scope[0]))
        return recall(memory, key)

    monkeypatch.setattr(prefetch._pool, "submit", recording_submit)
    monkeypatch.setattr(_Memory, "recall", recording_recall)
    return recorder


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prefetches_exactly_the_questions_it_asks(grown, open_app, recorder, name):
    app = open_app(period="7")
    recorder.clear()
    for parameter, value in ADDRESS.get(name, {}).items():
        app.query_params[parameter] = value
    app.switch_page(f"../pages/{name}.py").run()
    assert not app.exception
    queried = {query for query in recorder.queried if query[1] != EVERYTHING}
    assert recorder.declared == queried
    assert len({filters for _, filters in queried}) == (0 if name in WITHOUT_PREFETCH else 2)
