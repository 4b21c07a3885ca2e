"""Who a person was on a day."""

from __future__ import annotations

from analytics.store.directory import Directory, apply_people, compare_people
from analytics.store.revisions import revision

ADA = {
    "_id": "ada@example.com",
    "email": "ada@example.com",
    "name": "Ada",
    "department": "Data Engineering",
    "level": "L5",
}


def test_the_directory_goes_before_what_the_client_sent():
    person = Directory([ADA]).person(
        {"email": "ada@example.com", "department": "Sales", "location": "London"}, "2026-01-20"
    )
    assert (person.department, person.location, person.name) == (
        "Data Engineering",
        "London",
        "Ada",
    )


def test_a_role_of_the_directory_is_not_derived():
    person = Directory([{**ADA, "role": "founder"}]).person(
        {"email": "ada@example.com"}, "2026-01-20"
    )
    assert (person.role, person.role_basis) == ("founder", "directory")


def test_a_role_from_the_rule_says_so():
    person = Directory([ADA]).person({"email": "ada@example.com"}, "2026-01-20")
    assert (person.role, person.role_basis) == ("data_scientist", "derived")


def test_somebody_unknown_is_unknown():
    person = Directory([]).person({"email": "who@example.com"}, "2026-01-20")
    assert (person.role, person.department, person.role_basis, person.is_listed) == (
        "unknown",
        "unknown",
        "unknown",
        False,
    )


def test_a_person_is_also_found_by_user_id():
    directory = Directory([{**ADA, "user_id": "uuid-1"}])
    assert directory.person({"user_id": "uuid-1"}, "2026-01-20").name == "Ada"


def test_what_held_until_a_day_stays_true_for_the_days_before():
    entry = {
        **ADA,
        "role": "tech_lead",
        "history": [
            {"until_day": "2026-02-01", "role": "junior_dev"},
            {"until_day": "2026-03-01", "role": "senior_dev"},
        ],
    }
    directory = Directory([entry])
    roles = [
        directory.person({"email": "ada@example.com"}, day).role
        for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")
    ]
    assert roles == ["junior_dev", "senior_dev", "senior_dev", "tech_lead"]


def test_applying_rows_tells_what_changed_and_keeps_what_they_do_not_mention(db):
    first = apply_people(db, [{"email": "Ada@Example.com ", "name": "Ada", "level": "L5"}])
    assert first.added == ["ada@example.com"]
    second = apply_people(
        db, [{"email": "ada@example.com", "level": "L6"}, {"email": "bob@example.com"}]
    )
    assert (second.changed, second.added) == (["ada@example.com"], ["bob@example.com"])
    assert db["people"].find_one({"_id": "ada@example.com"})["name"] == "Ada"
    third = apply_people(db, [{"email": "ada@example.com", "level": "L6"}])
    assert third.touched == []


def test_a_preview_writes_nothing(db):
    change = compare_people(db, [{"email": "ada@example.com"}])
    assert change.added == ["ada@example.com"]
    assert list(db["people"].find({})) == []
    assert revision(db, ["people"]) == (0,)
