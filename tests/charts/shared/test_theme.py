from __future__ import annotations

import altair as alt
import pytest

import charts
from tests.charts.frames import EVENTS


@pytest.mark.parametrize(("dark", "first"), [(False, "#3B5BDB"), (True, "#8AA2FF")])
def test_use_theme_draws_notebooks_in_the_colours_of_the_pages(dark, first):
    before = alt.theme.active
    try:
        charts.use_theme(dark=dark)
        config = charts.events_per_day(EVENTS).to_dict()["config"]
    finally:
        alt.theme.enable(before)
    assert config["range"]["category"][0] == first
