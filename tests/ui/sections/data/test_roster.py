from __future__ import annotations

from store.people.directory import apply_people
from ui.sections.data.roster import Preview

HEAD = b"email,full_name,department,office phone\n"


def test_preview_lists_new_and_changed_entries(db):
    apply_people(
        db,
        [
            {"email": "ada@example.com", "name": "Ada", "department": "Data"},
            {"email": "linus@example.com", "name": "Linus"},
        ],
    )
    rows = b"ada@example.com,Ada,Web,\ngrace@example.com,Grace,Web,\n"
    rows += b"linus@example.com,Linus,,\nno,,,\n"
    preview = Preview.of(db, HEAD + rows)
    assert preview.changes.to_dict("records") == [
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
    assert preview.unchanged == 1
    assert [row.reason for row in preview.rejected] == ["person without an e-mail address"]
    assert db["people"].count_documents({}) == 2


def test_preview_names_changes_of_other_columns(db):
    apply_people(db, [{"email": "ada@example.com", "name": "Ada"}])
    preview = Preview.of(db, HEAD + b"ada@example.com,Ada,,123\n")
    assert [*preview.changes["what"]] == ["other columns"]


def test_preview_of_another_file_is_none(db):
    assert Preview.of(db, b"Dear store\n") is None
    assert Preview.of(db, b"") is None
