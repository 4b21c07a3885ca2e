"""The app in Streamlit's test runner, on a store of the test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pymongo.database import Database
from streamlit.testing.v1 import AppTest

from tests.factories import NOON, load, make_event, make_request
from ui.jobs.runner import jobs

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "ui" / "main.py"

Open = Callable[..., AppTest]

PEOPLE = {
    "ada": ("Data Engineering", "L3"),
    "grace": ("Platform Engineering", "L5"),
    "linus": ("Backend Engineering", "L8"),
}


def load_team(db: Database) -> None:
    """Load three people, each active on two days a fortnight apart."""
    events = []
    for weeks in (0, 2):
        for hour, (name, (department, level)) in enumerate(PEOPLE.items()):
            common = {
                "timestamp": NOON - timedelta(weeks=weeks, hours=hour),
                "session_id": f"{name}-{weeks}",
                "user_id": name,
                "email": f"{name}@example.com",
                "department": department,
                "level": level,
            }
            events += [make_event("user_prompt", **common), make_request(**common)]
            events.append(make_event("api_error", error_type="http_429", **common))
    load(db, *events)


@pytest.fixture
def team(db: Database) -> Database:
    """Return a store with three people, each active on two days a fortnight apart."""
    load_team(db)
    return db


@pytest.fixture
def unpriced(team: Database) -> Database:
    """Return the team's store with one request of a model that has no price."""
    load(team, make_request(model="claude-unheard-of-1", cost_usd=None, department="Frontend"))
    return team


@pytest.fixture
def open_app(mongo_url: str, db_name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens the app at a page, with parameters of the address."""
    monkeypatch.setenv("MONGO_URL", mongo_url)
    monkeypatch.setenv("DB_NAME", db_name)
    jobs.cache_clear()
    yield _open
    jobs().close()
    jobs.cache_clear()


def _open(page: str = "", **params: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(SCRIPT), default_timeout=60)
    for name, value in params.items():
        app.query_params[name] = value
    if page:
        app.switch_page(f"../pages/{page}.py")
    return app.run()


def metrics(app: AppTest) -> dict[str, str]:
    """Return the headline numbers by label."""
    return {metric.label: metric.value.replace("\xa0", " ") for metric in app.metric}


def texts(app: AppTest) -> str:
    """Return everything that is written on the page."""
    kinds = (app.title, app.header, app.subheader, app.markdown, app.caption, app.code, app.info)
    return shown("\n".join(element.value for kind in kinds for element in kind))


def shown(markdown: str) -> str:
    """Return text as readers see it, without the escapes of Markdown."""
    literal = re.sub(r":color\[(.+?)\]", r"\1", re.sub(r"\\(?=[^\w\s])", "", markdown))
    return literal.replace("\xa0", " ")


def written(app: AppTest) -> list[str]:
    """Return the HTML on the page: text alternatives of charts, sparklines."""
    return [html.proto.body for html in app.get("html")]
