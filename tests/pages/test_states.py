"""Every page in every state of a store: what it shows, and which next step it offers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import pytest
from pymongo.database import Database

from tests.factories import later, load, make_event, make_request, new_database
from tests.saas_factories import NOON, identity, load_saas, make
from tests.ui.apps import load_team, metrics, shown, texts, written

Load = Callable[[Database], None]

DAY = ["2026-01-20", "2026-01-20"]
QUIET_DAYS = ["2026-01-08", "2026-01-09"]
SESSION, PERSON = {"id": "ada-0"}, {"id": "ada"}


@dataclass(frozen=True)
class Expected:
    """Contents of a page.

    Attributes
    ----------
    heading : str
        Its title.
    headline : tuple of str
        The labels of its numbers, in order.
    alone : mapping
        Some of these numbers in a store with one person and one session.
    params : mapping
        Query parameters of the page.
    charts : int
        The fewest charts of the page with data.
    """

    heading: str
    headline: tuple[str, ...]
    alone: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    charts: int = 1


EXPECTED = {
    "overview": Expected(
        "Overview",
        ("Active users", "Sessions", "Prompts", "Tokens", "Cost", "Error rate"),
        {"Active users": "1", "Sessions": "1", "Cost": "$0.50", "Error rate": "0%"},
        charts=6,
    ),
    "cost": Expected(
        "Cost",
        ("Cost", "Per active user", "Per session", "Per 1,000 prompts", "Cache savings"),
        {"Cost": "$0.50", "Per active user": "$0.50", "Per 1,000 prompts": "$500"},
        charts=7,
    ),
    "activity": Expected(
        "Activity",
        ("Active users", "New users", "Stickiness", "Sessions", "Average session", "File edits"),
        {"Active users": "1", "New users": "1", "Average session": "5.0 min"},
        charts=7,
    ),
    "tools": Expected(
        "Tools",
        ("Tool calls", "Success rate", "Denials", "Manual decisions", "File edits"),
        {"Tool calls": "0", "Success rate": "\N{EM DASH}"},
        charts=6,
    ),
    "reliability": Expected(
        "Reliability",
        ("Error rate", "Tool failure rate", "Failures", "Latency p50", "Latency p95"),
        {"Error rate": "0%", "Tool failure rate": "\N{EM DASH}", "Failures": "0"},
        charts=4,
    ),
    "sessions": Expected(
        "Sessions",
        ("Sessions", "Prompts", "Average session", "Tokens", "Cost", "Failures"),
        {"Sessions": "1", "Average session": "5.0 min", "Failures": "0"},
        charts=0,
    ),
    "session": Expected(
        "Session · Tue 20 Jan 2026, 12:00",
        ("Duration", "Prompts", "Requests", "Tool calls", "Tokens", "Cost"),
        {"Duration": "5.0 min", "Prompts": "1", "Requests": "1", "Cost": "$0.50"},
        SESSION,
    ),
    "people": Expected(
        "People",
        ("People", "Active", "Inactive", "Never active", "Not in roster"),
        {"People": "1", "Active": "1", "Inactive": "0"},
    ),
    "person": Expected(
        "ada@example.com",
        ("Active days", "Sessions", "Prompts", "Tokens", "Cost"),
        {"Active days": "1", "Sessions": "1", "Prompts": "1", "Tokens": "370"},
        PERSON,
    ),
    "saas": Expected(
        "SaaS traffic",
        ("Requests", "Error rate", "Failed sign-ins", "Revoked tokens", "Rate limited",
         "Accounts with MFA"),
        {"Requests": "1", "Error rate": "0%", "Failed sign-ins": "0"},
        charts=10,
    ),
    "data": Expected(
        "Data",
        ("Events", "Sessions", "Active users", "Rejected records"),
        {"Events": "2", "Sessions": "1", "Active users": "1"},
        charts=0,
    ),
}  # fmt: skip

WELCOMING = [name for name in EXPECTED if name not in ("saas", "data")]
FILTERED = [name for name in WELCOMING if name not in ("session", "person")]
EVERY = pytest.mark.parametrize("name", EXPECTED)


def load_filled(db) -> None:
    """Load the team with every outcome of tools, and SaaS data."""
    load_team(db)
    mine = {"session_id": "ada-0", "user_id": "ada", "email": "ada@example.com"}
    load(
        db,
        make_event("tool_decision", tool_name="Bash", decision="reject",
                   decision_source="user_reject", timestamp=later(minutes=1), **mine),
        make_event("tool_result", tool_name="Bash", is_success=False, error_type="ShellError",
                   duration_ms=40, timestamp=later(minutes=2), **mine),
        make_event("tool_result", tool_name="Edit", is_success=True, language="Python",
                   duration_ms=40, timestamp=later(minutes=3), **mine),
    )  # fmt: skip
    token = {"token_id": identity("tokens", 1), "session_id": identity("sessions", 1)}
    load_saas(
        db,
        make("users", 1),
        make("sessions", 1, user_id=identity("users", 1), duration_seconds=60),
        make("tokens", 1, user_id=identity("users", 1), revoked=True, revoked_at=NOON),
        make("requests", 1, timestamp=later(hours=1), response_time_ms=20, **token),
        make("audit_logs", 1, action="login_failed", user_id=identity("users", 1)),
    )


def load_alone(db) -> None:
    """Load one person, one session and one SaaS request."""
    mine = {"session_id": "ada-0", "user_id": "ada", "email": "ada@example.com"}
    load(db, make_event("user_prompt", **mine), make_request(timestamp=later(minutes=5), **mine))
    load_saas(db, make("users", 1), make("requests", 1, response_time_ms=20))


def load_grown(db) -> None:
    """Load what fills a store, and a week before in which Ada was alone."""
    load_filled(db)
    mine = {"session_id": "ada-1", "user_id": "ada", "email": "ada@example.com",
            "department": "Data Engineering", "level": "L3"}  # fmt: skip
    load(
        db,
        make_event("user_prompt", timestamp=later(days=-7), **mine),
        make_event("user_prompt", timestamp=later(days=-7, hours=1), **mine),
        make_request(timestamp=later(days=-7), **mine),
        make_event("tool_result", tool_name="Bash", is_success=True, timestamp=later(days=-7),
                   **mine),
    )  # fmt: skip
    load_saas(
        db,
        make("requests", 2, timestamp=later(days=-13)),
        make("requests", 3, timestamp=later(days=-7)),
    )


@pytest.fixture(scope="module")
def loaded(mongo_url) -> Callable[[Load], Database]:
    """Return a function that loads a store once for all tests: pages only read it."""

    @cache
    def loaded(load_into: Load) -> Database:
        db = new_database(mongo_url)
        load_into(db)
        return db

    return loaded


@pytest.fixture
def filled(open_app, loaded, monkeypatch) -> None:
    """Let the app open the filled store."""
    monkeypatch.setenv("DB_NAME", loaded(load_filled).name)


@pytest.fixture
def alone(open_app, loaded, monkeypatch) -> None:
    """Let the app open the store of one person."""
    monkeypatch.setenv("DB_NAME", loaded(load_alone).name)


@pytest.fixture
def grown(open_app, loaded, monkeypatch) -> None:
    """Let the app open the filled store with a week before."""
    monkeypatch.setenv("DB_NAME", loaded(load_grown).name)


def assert_shows(app, expected: Expected) -> None:
    """Check the structure of a page, whatever its numbers are."""
    assert not app.exception
    assert shown(app.title[0].value) == expected.heading
    assert len(app.get("bidi_component")) == 1, "no way to copy the link"
    assert tuple(metrics(app)) == expected.headline
    unreadable = [text for text in metrics(app).values() if text in ("", "nan", "None", "inf")]
    assert unreadable == []
    titles = [chart.proto.alt for chart in app.get("vega_lite_chart")]
    assert len(titles) >= expected.charts
    assert all(titles)
    sentences = [html for html in written(app) if html.startswith("<p")]
    assert len(sentences) >= expected.charts
    assert all(sentence.endswith(".</p>") for sentence in sentences)


def buttons(app) -> list[str]:
    return [button.label for button in app.button]


@pytest.mark.parametrize("name", WELCOMING)
def test_welcome_offers_three_ways_to_start_in_an_empty_store(db, open_app, name):
    app = open_app(name, **EXPECTED[name].params)
    assert not app.exception
    assert "No telemetry yet. Three ways to start:" in texts(app)
    assert "Load demo data" in buttons(app)
    assert "CLAUDE_CODE_ENABLE_TELEMETRY=1" in texts(app)
    assert [link.proto.label for link in app.get("page_link")] == ["Choose files"]
    assert not app.metric


def test_saas_page_offers_demo_data_in_an_empty_store(db, open_app):
    app = open_app("saas")
    assert not app.exception
    assert "No SaaS data yet" in texts(app)
    assert "tokenflow generate saas" in texts(app)
    assert "Load SaaS demo data" in buttons(app)
    assert not app.metric


def test_data_page_of_an_empty_store_shows_zeros_and_ways_to_add_data(db, open_app):
    app = open_app("data")
    assert not app.exception
    assert {*metrics(app).values()} == {"0"}
    assert {"Generate and load", "Import"} <= {*buttons(app)}
    assert "CLAUDE_CODE_ENABLE_TELEMETRY=1" in texts(app)
    assert "Delete…" not in buttons(app)


@EVERY
def test_page_of_a_filled_store(filled, open_app, name):
    assert_shows(open_app(name, **EXPECTED[name].params), EXPECTED[name])


@EVERY
def test_page_of_one_day(filled, open_app, name):
    app = open_app(name, range=DAY, **EXPECTED[name].params)
    assert_shows(app, EXPECTED[name])
    is_bound_to_the_period = name not in ("session", "data")
    assert ("20 Jan 2026** (1 day)" in texts(app)) == is_bound_to_the_period


@EVERY
def test_page_of_one_person(alone, open_app, name):
    app = open_app(name, **EXPECTED[name].params)
    assert_shows(app, EXPECTED[name])
    assert metrics(app).items() >= EXPECTED[name].alone.items()


@pytest.mark.parametrize(
    ("name", "label", "change"),
    [
        ("overview", "Sessions", "+200%"),
        ("cost", "Cost", "+200%"),
        ("activity", "Active users", "+200%"),
        ("tools", "Tool calls", "+100%"),
        ("reliability", "Error rate", "+50.0 pp"),
        ("sessions", "Sessions", "+200%"),
        ("people", "Active", "+200%"),
        ("person", "Prompts", "-50%"),
        ("saas", "Requests", "-50%"),
    ],
)
def test_changes_are_against_the_previous_period(grown, open_app, name, label, change):
    app = open_app(name, period="7", **EXPECTED[name].params)
    assert_shows(app, EXPECTED[name])
    changes = {metric.label: metric.delta.replace("\xa0", " ") for metric in app.metric}
    assert changes[label] == change
    assert "vs. previous 7 days (7 Jan \N{EN DASH} 13 Jan 2026)." in texts(app)


@pytest.mark.parametrize("name", ["overview", "reliability", "saas"])
def test_sparkline_of_a_rate_shows_rates(grown, open_app, name):
    app = open_app(name, period="30")
    rates = re.findall(r'alt="Per day: ([\d.]+)% to ([\d.]+)%"', "".join(written(app)))
    assert rates, "no sparkline is in percent"
    assert all(0 <= float(least) <= float(most) <= 100 for least, most in rates)


@pytest.mark.parametrize("name", FILTERED)
def test_no_match_offers_to_reset_the_filters(filled, open_app, name):
    app = open_app(name, range=QUIET_DAYS)
    assert not app.exception
    assert app.title[0].value == EXPECTED[name].heading
    assert "Nothing matches these filters" in texts(app)
    assert "Last event: 20 Jan 2026." in texts(app).replace("\N{NO-BREAK SPACE}", " ")
    assert not app.metric
    app.button(key="reset-page").click().run()
    assert_shows(app, EXPECTED[name])


@EVERY
def test_unreachable_store_is_explained_with_the_next_step(open_app, monkeypatch, name):
    monkeypatch.setenv(
        "MONGO_URL", "mongodb://someone:hunter2@127.0.0.1:9/?serverSelectionTimeoutMS=200"
    )
    app = open_app(name, **EXPECTED[name].params)
    assert not app.exception
    assert "Database unavailable" in texts(app)
    assert "127.0.0.1:9" in texts(app)
    assert "hunter2" not in texts(app)
    assert "check that this MongoDB is running" in texts(app)
    assert buttons(app) == ["Try again"]
    assert not app.metric
