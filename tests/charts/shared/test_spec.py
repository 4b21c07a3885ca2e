from __future__ import annotations

import inspect
import subprocess
import sys

import altair as alt
import pandas as pd
import pytest

import charts
from charts.shared.spec import ChartSpec, charted, field
from tests.charts.frames import EVENTS, ROLES

ALL = [getattr(charts, name) for name in charts.__all__ if name != "use_theme"]


@charted
def dots(frame: pd.DataFrame, color: str = "red") -> ChartSpec:
    """Draw dots."""
    spec = {"mark": {"type": "point", "color": color}, "encoding": {"x": field("events:Q")}}
    return ChartSpec(frame, spec, "Three dots.")


def test_a_notebook_gets_a_chart_of_altair():
    chart = dots(EVENTS, color="blue")
    assert isinstance(chart, alt.Chart)
    assert chart.data is EVENTS
    assert chart.properties(width=600).to_dict()["width"] == 600
    assert chart.to_dict()["mark"] == {"type": "point", "color": "blue"}
    assert chart.description == "Three dots."


def test_a_page_gets_what_the_chart_is_made_of():
    drawing = dots.draw(EVENTS)
    assert drawing.spec["encoding"] == {"x": {"field": "events", "type": "quantitative"}}
    assert drawing.rows is EVENTS


def test_layers_become_a_chart_of_layers():
    assert isinstance(charts.tokens_by_role(ROLES), alt.LayerChart)


def test_what_is_no_vega_lite_is_no_chart():
    broken = charted(lambda frame: ChartSpec(frame, {"mark": "blob", "encoding": {}}, ""))
    with pytest.raises(Exception, match="blob"):
        broken(EVENTS)


@pytest.mark.parametrize("chart", ALL, ids=[chart.__name__ for chart in ALL])
def test_every_chart_keeps_its_name_its_words_and_its_arguments(chart):
    assert chart.__doc__ == chart.draw.__doc__
    assert "frame" in inspect.signature(chart).parameters


def test_pages_need_no_altair():
    # It takes 0.7 s to import, which a server need not take
    code = (
        "import sys, charts, ui.components.figure, ui.http.api; sys.exit('altair' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
