from __future__ import annotations

import pandas as pd

import charts
from tests.charts.frames import EVENTS, ROLES, TOKENS
from ui.figure import drawn


def test_a_spec_carries_no_data_no_colours_and_no_defaults_of_altair():
    drawing = drawn(EVENTS, charts.events_per_day)
    assert not {"data", "datasets", "$schema", "description"} & set(drawing.spec)
    assert [*drawing.spec["config"]] == ["locale"]
    assert drawing.alt.startswith("Days from")


def test_the_rows_beside_it_are_those_of_the_chart():
    assert len(drawn(TOKENS, charts.tokens_per_day).rows) == 4 * len(TOKENS)


def test_days_are_in_utc_so_that_no_browser_moves_them():
    days = drawn(EVENTS, charts.events_per_day).rows["day"]
    assert str(days.dt.tz) == "UTC"
    assert [*days.dt.tz_localize(None)] == [*EVENTS["day"]]


def test_layers_share_the_rows():
    drawing = drawn(ROLES, charts.tokens_by_role, roles=("devops",))
    assert len(drawing.rows) == len(ROLES)
    assert all("data" not in layer for layer in drawing.spec["layer"])


def test_the_same_frame_is_drawn_once():
    assert drawn(EVENTS, charts.events_per_day) is drawn(EVENTS.copy(), charts.events_per_day)


def test_another_frame_is_drawn_anew():
    changed = EVENTS.assign(events=EVENTS["events"] + 1)
    assert drawn(EVENTS, charts.events_per_day) is not drawn(changed, charts.events_per_day)


def test_rows_in_another_order_are_another_frame():
    assert drawn(ROLES, charts.tokens_by_role) is not drawn(
        pd.DataFrame(ROLES.iloc[::-1]), charts.tokens_by_role
    )
