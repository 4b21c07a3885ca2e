import time
from collections import Counter

import pytest

from generators.departments import DEPARTMENTS
from generators.people import LOCATIONS, build_people, directory_rows
from generators.plan import Plan


@pytest.fixture(scope="module")
def crowd():
    return build_people(Plan(users=3000))


def test_a_person_is_the_same_in_a_larger_team_with_more_sessions():
    small, large = build_people(Plan(users=5)), build_people(Plan(users=9, sessions=9))

    assert large[:5] == small


def test_another_seed_makes_other_people():
    emails = [{person.email for person in build_people(Plan(seed=n, users=50))} for n in (1, 2)]

    assert len(emails[0] & emails[1]) < 5


def test_twenty_thousand_people_have_an_address_each_within_seconds():
    started = time.monotonic()
    people = build_people(Plan(users=20_000))

    assert len({person.email for person in people}) == 20_000
    assert time.monotonic() - started < 30


def test_addresses_are_plain_whatever_the_name(crowd):
    assert all(person.email.isascii() and " " not in person.email for person in crowd)
    assert any(not person.full_name.isascii() for person in crowd)


def test_accounts_and_installations_are_not_shared(crowd):
    installs = [machine.install_id for person in crowd for machine in person.machines]

    assert len({person.account_uuid for person in crowd}) == len(crowd)
    assert len(set(installs)) == len(installs) > len(crowd)
    assert all(len(install) == 64 for install in installs)


def test_some_people_have_two_machines(crowd):
    share = sum(len(person.machines) == 2 for person in crowd) / len(crowd)

    assert share == pytest.approx(0.18, abs=0.03)


def test_every_place_practice_and_level_occurs(crowd):
    assert {person.location for person in crowd} == set(LOCATIONS)
    assert {person.department for person in crowd} == {practice.name for practice in DEPARTMENTS}
    assert {person.level for person in crowd} == set(range(1, 11))


def test_senior_people_are_asked_less_often(crowd):
    ask_shares = {person.level: person.ask_share for person in crowd}

    assert ask_shares[1] > ask_shares[5] > ask_shares[10] > 0


def test_people_join_over_time_and_a_few_leave(crowd):
    assert sum(person.joins == 0 for person in crowd) / len(crowd) == pytest.approx(0.55, abs=0.03)
    assert sum(person.leaves < 1 for person in crowd) / len(crowd) == pytest.approx(0.07, abs=0.02)
    assert all(0 <= person.joins < person.leaves <= 1 for person in crowd)


@pytest.mark.parametrize(("users", "missing"), [(1, 0), (19, 0), (20, 1), (99, 1), (100, 2)])
def test_one_or_two_people_of_a_team_are_missing_in_the_directory(users, missing):
    people = build_people(Plan(users=users))

    assert Counter(person.is_listed for person in people)[False] == missing
    assert len(list(directory_rows(people))) == users - missing
