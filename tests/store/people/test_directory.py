"""The directory of people."""

from __future__ import annotations

from store.overlay import Overlay
from store.people.directory import (
    Directory,
    apply_people,
    changed_entry,
    compare_people,
    dry_run_people,
    entry_on,
)
from store.revisions import revision

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


def test_derived_role_has_its_basis():
    person = Directory([ADA]).person({"email": "ada@example.com"}, "2026-01-20")
    assert (person.role, person.role_basis) == ("data_scientist", "derived")


def test_user_without_any_field_is_unknown():
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


def test_applied_rows_report_changes_and_leave_other_fields(db):
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


def on(entry, day):
    position = entry_on(entry, day)
    return position.get("role") or "", position.get("level") or ""


def test_a_change_from_a_day_on_keeps_what_held_before():
    entry = {"email": "ada@example.com", "role": "junior_dev", "level": "L1"}
    changed = changed_entry(entry, {"role": "senior_dev", "level": "L4"}, "2026-01-10")
    assert on(changed, "2026-01-09") == ("junior_dev", "L1")
    assert on(changed, "2026-01-10") == ("senior_dev", "L4")
    again = changed_entry(changed, {"role": "tech_lead"}, "2026-01-20")
    assert [on(again, day)[0] for day in ("2026-01-09", "2026-01-19", "2026-01-20")] == [
        "junior_dev", "senior_dev", "tech_lead",
    ]  # fmt: skip


def test_a_change_before_a_later_one_replaces_it():
    entry = changed_entry({"email": "a@b.c", "role": "x"}, {"role": "y"}, "2026-01-20")
    earlier = changed_entry(entry, {"role": "z"}, "2026-01-10")
    assert [on(earlier, day)[0] for day in ("2026-01-09", "2026-01-15", "2026-01-25")] == [
        "x", "z", "z",
    ]  # fmt: skip


def test_a_correction_holds_for_all_days_and_leaves_other_fields():
    entry = changed_entry(
        {"email": "a@b.c", "role": "x", "level": "L1"}, {"level": "L2"}, "2026-01-20"
    )
    right = changed_entry(entry, {"role": "z"})
    assert (on(right, "2026-01-19"), on(right, "2026-01-20")) == (("z", "L1"), ("z", "L2"))


def test_first_entry_from_a_day_on_leaves_the_days_before_unknown():
    entry = changed_entry({"email": "a@b.c"}, {"role": "x"}, "2026-01-20")
    assert (on(entry, "2026-01-19")[0], on(entry, "2026-01-20")[0]) == ("", "x")


def test_dry_run_reads_back_what_it_would_have_written(db):
    apply_people(db, [{"email": "ada@example.com", "name": "Ada"}])
    with Overlay(db) as overlay:
        rows = [{"email": "ada@example.com", "level": "L5"}, {"email": "bob@example.com"}]
        first = dry_run_people(overlay, rows)
        assert (first.added, first.changed) == (["bob@example.com"], ["ada@example.com"])
        assert dry_run_people(overlay, rows).unchanged == ["ada@example.com", "bob@example.com"]
    assert [entry["_id"] for entry in db["people"].find({})] == ["ada@example.com"]
