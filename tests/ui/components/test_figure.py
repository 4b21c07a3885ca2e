from __future__ import annotations

import pandas as pd
import pytest

import charts
from charts.shared.theme import CONFIG
from tests.charts.frames import EVENTS, ROLES, TOKENS, TYPES
from ui.components.figure import spec_of


def test_spec_has_no_data_and_no_defaults_of_altair():
    chart_spec = spec_of(EVENTS, charts.events_per_day)
    assert not {"data", "datasets", "$schema", "description"} & set(chart_spec.spec)
    assert chart_spec.spec["config"] == CONFIG
    assert chart_spec.summary == "Highest on 20 Jan: 30 events."


def test_rows_are_those_of_the_chart():
    assert len(spec_of(TOKENS, charts.tokens_per_day).rows) == 4 * len(TOKENS)


def test_days_are_in_utc():
    days = spec_of(EVENTS, charts.events_per_day).rows["day"]
    assert str(days.dt.tz) == "UTC"
    assert [*days.dt.tz_localize(None)] == [*EVENTS["day"]]


@pytest.mark.parametrize(
    ("frame", "chart", "measure"),
    [
        (EVENTS, charts.events_per_day, "events"),
        (ROLES, charts.tokens_by_role, "total_tokens"),
        (TYPES, charts.events_by_type, "events"),
    ],
)
def test_spec_does_not_depend_on_the_numbers(frame, chart, measure):
    # A browser rebuilds a chart when its spec differs, and only moves its marks otherwise
    other = frame.assign(**{measure: frame[measure] * 3 + 1})
    assert spec_of(other, chart).spec == spec_of(frame, chart).spec


def test_equal_amounts_have_separate_lines():
    equal = ROLES.assign(total_tokens=7)
    rows = spec_of(equal, charts.tokens_by_role, roles=("devops",)).rows
    assert rows["value_label"].is_unique
    assert {text.rstrip("\N{ZERO WIDTH SPACE}") for text in rows["value_label"]} == {"7  ·  50%"}


def test_layers_share_the_rows():
    chart_spec = spec_of(ROLES, charts.tokens_by_role, roles=("devops",))
    assert len(chart_spec.rows) == len(ROLES)
    assert all("data" not in layer for layer in chart_spec.spec["layer"])


def test_same_frame_is_cached():
    assert spec_of(EVENTS, charts.events_per_day) is spec_of(EVENTS.copy(), charts.events_per_day)


def test_another_frame_has_another_spec():
    changed = EVENTS.assign(events=EVENTS["events"] + 1)
    assert spec_of(EVENTS, charts.events_per_day) is not spec_of(changed, charts.events_per_day)


def test_rows_in_another_order_are_not_cached():
    assert spec_of(ROLES, charts.tokens_by_role) is not spec_of(
        pd.DataFrame(ROLES.iloc[::-1]), charts.tokens_by_role
    )
