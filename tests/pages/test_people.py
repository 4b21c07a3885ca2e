from __future__ import annotations

import pytest

from store.people.directory import apply_people
from store.rollups.refresh import refresh_people
from tests.ui.apps import metrics, texts


@pytest.fixture
def staff(team):
    """Return the team's store with a roster of Ada and a person who was never active."""
    rows = [
        {"email": "ada@example.com", "name": "Ada Lovelace", "department": "Data Engineering"},
        {"email": "never@example.com", "name": "Never Seen", "role": "tech_lead"},
    ]
    refresh_people(team, apply_people(team, rows).touched)
    return team


def names(app) -> list[str]:
    return list(app.dataframe[-1].value["name"])


def test_people_are_listed_with_their_status(staff, open_app):
    app = open_app("people", period="7")
    assert not app.exception
    assert metrics(app) == {
        "People": "4",
        "Active": "3",
        "Inactive": "0",
        "Never active": "1",
        "Not in roster": "2",
    }
    rows = app.dataframe[-1].value.set_index("name")
    assert dict(rows["status"]) == {
        "Ada Lovelace": "Active",
        "grace@example.com": "Active, not in roster",
        "linus@example.com": "Active, not in roster",
        "Never Seen": "Never active",
    }


@pytest.mark.parametrize(
    ("search", "matches"),
    [("LOVE", ["Ada Lovelace"]), ("tech lead never", ["Never Seen"]), ("missing", None)],
)
def test_search_finds_people_by_words(staff, open_app, search, matches):
    app = open_app("people", period="7")
    app.text_input(key="who").set_value(search).run()
    if matches:
        assert names(app) == matches
    else:
        assert "No people match" in texts(app)
        app.button(key="clear-people").click().run()
        assert len(names(app)) == 4


def test_people_of_one_status(staff, open_app):
    assert names(open_app("people", period="7", show="never")) == ["Never Seen"]


def test_one_person(team, open_app):
    app = open_app("people", role="devops", period="7")
    assert not app.exception
    assert metrics(app)["People"] == "1"
