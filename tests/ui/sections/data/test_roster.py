from __future__ import annotations

from store.people.directory import apply_people
from ui.sections.data.roster import Preview

HEAD = b"email,full_name,department,office phone\n"


def test_what_a_directory_would_change_is_told_row_by_row(db):
    apply_people(
        db,
        [
            {"email": "ada@example.com", "name": "Ada", "department": "Data"},
            {"email": "linus@example.com", "name": "Linus"},
        ],
    )
    rows = b"ada@example.com,Ada,Web,\ngrace@example.com,Grace,Web,\n"
    rows += b"linus@example.com,Linus,,\nno,,,\n"
    found = Preview.of(db, HEAD + rows)
    assert found.changes.to_dict("records") == [
        {
            "change": "New",
            "email": "grace@example.com",
            "name": "Grace",
            "what": "department: Web",
        },
        {
            "change": "Changed",
            "email": "ada@example.com",
            "name": "Ada",
            "what": "department: Data → Web",
        },
    ]
    assert found.unchanged == 1
    assert [row.reason for row in found.rejected] == ["person without an e-mail address"]
    assert db["people"].count_documents({}) == 2


def test_a_change_in_other_columns_is_told_as_such(db):
    apply_people(db, [{"email": "ada@example.com", "name": "Ada"}])
    found = Preview.of(db, HEAD + b"ada@example.com,Ada,,123\n")
    assert [*found.changes["what"]] == ["other columns"]


def test_what_is_no_directory_is_not_previewed(db):
    assert Preview.of(db, b"Dear store\n") is None
    assert Preview.of(db, b"") is None
