from __future__ import annotations

import charts
from tests.charts.frames import HOURS


def test_the_encoding_is_what_was_reviewed(snapshot):
    assert charts.events_by_hour(HOURS).to_dict()["encoding"] == snapshot


def test_the_description_names_the_busiest_hour():
    described = charts.events_by_hour(HOURS).description
    assert described == "Busiest from 09:00 to 10:00 with 5 events."


def test_a_quiet_day_is_called_quiet():
    quiet = HOURS.assign(events=0)
    assert charts.events_by_hour(quiet).description == "No events at any hour."
