from __future__ import annotations

import pytest

from store.people.directory import apply_people
from store.rollups.refresh import refresh_people
from tests.ui.apps import metrics, texts


@pytest.fixture
def staff(team):
    """Return the team's store with a directory that knows Ada and somebody never seen."""
    rows = [
        {"email": "ada@example.com", "name": "Ada Lovelace", "department": "Data Engineering"},
        {"email": "never@example.com", "name": "Never Seen", "role": "tech_lead"},
    ]
    refresh_people(team, apply_people(team, rows).touched)
    return team


def names(app) -> list[str]:
    return list(app.dataframe[-1].value["name"])


def test_everybody_is_listed_the_silent_and_the_unlisted_marked(staff, open_app):
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
        "grace@example.com": "Active, not in the directory",
        "linus@example.com": "Active, not in the directory",
        "Never Seen": "Never active",
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [("LOVE", ["Ada Lovelace"]), ("tech lead never", ["Never Seen"]), ("nobody", None)],
)
def test_words_find_people(staff, open_app, typed, found):
    app = open_app("people", period="7")
    app.text_input(key="who").set_value(typed).run()
    if found:
        assert names(app) == found
    else:
        assert "Nobody is like that" in texts(app)


def test_a_kind_of_people_can_be_shown_alone(staff, open_app):
    assert names(open_app("people", period="7", show="never")) == ["Never Seen"]


def test_one_person_is_enough(team, open_app):
    app = open_app("people", role="devops", period="7")
    assert not app.exception
    assert metrics(app)["People"] == "1"
