from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest
from pymongo.database import Database

from analytics import Filters, filter_options
from analytics.store.removal import delete_source
from tests.factories import later, load, make_event, make_request

DAY = Filters(date(2026, 1, 20), date(2026, 1, 21))


def test_choices_are_what_occurs_on_the_days_in_scope(db: Database) -> None:
    load(
        db,
        make_request(model="b"),
        make_request(timestamp=later(minutes=1), model="a", source="otlp"),
        make_event("user_prompt", department="Data", user_id="u", email=None, session_id="s"),
        make_request(timestamp=later(days=5), model="later"),
        make_event("hook", timestamp=later(days=-3)),
    )
    options = filter_options(db, DAY)
    assert options.roles == ("data_scientist", "unknown")
    assert options.departments == ("Data", "unknown")
    assert options.sources == ("cloudwatch", "otlp")
    assert options.models == ("a", "b")
    assert options.event_types == ("api_request", "user_prompt")
    assert (options.first_day, options.last_day) == (date(2026, 1, 17), date(2026, 1, 25))


def test_choices_are_sorted_however_many_there_are(db: Database) -> None:
    models = [f"model-{number:02}" for number in range(30)]
    load(
        db, *(make_request(model=name, timestamp=later(minutes=n)) for n, name in enumerate(models))
    )
    assert filter_options(db, DAY).models == tuple(models)


def test_a_caller_cannot_spoil_the_choices_of_the_next_one(db: Database) -> None:
    with pytest.raises(FrozenInstanceError):
        filter_options(db, DAY).roles = ("spoilt",)


def test_a_choice_does_not_take_away_the_others(db: Database) -> None:
    load(db, make_request(), make_request(source="otlp", timestamp=later(minutes=1)))
    chosen = Filters(DAY.start, DAY.end, sources=["otlp"], roles=["devops"])
    assert filter_options(db, chosen) == filter_options(db, DAY)


def test_an_empty_store_has_no_choices_and_no_days(db: Database) -> None:
    options = filter_options(db, DAY)
    assert (options.roles, options.models, options.first_day, options.last_day) == (
        (),
        (),
        None,
        None,
    )


def test_days_whose_events_were_deleted_are_no_days(db: Database) -> None:
    load(db, make_request(source="manual"), make_request(timestamp=later(days=1)))
    delete_source(db, "manual")
    assert filter_options(db, DAY).first_day == date(2026, 1, 21)
