from __future__ import annotations

import subprocess
import sys

import altair as alt
import pandas as pd
import pytest

import charts
from charts.shared.spec import ChartSpec, chart, field
from tests.charts.frames import EVENTS, ROLES


@chart
def dots(frame: pd.DataFrame, color: str = "red") -> ChartSpec:
    """Draw dots."""
    spec = {"mark": {"type": "point", "color": color}, "encoding": {"x": field("events:Q")}}
    return ChartSpec(frame, spec, "Three dots.")


def test_chart_function_returns_an_altair_chart():
    dotted = dots(EVENTS, color="blue")
    assert isinstance(dotted, alt.Chart)
    assert dotted.data is EVENTS
    assert dotted.properties(width=600).to_dict()["width"] == 600
    assert dotted.to_dict()["mark"] == {"type": "point", "color": "blue"}
    assert dotted.description == "Three dots."


def test_spec_returns_dictionaries():
    chart_spec = dots.spec(EVENTS)
    assert chart_spec.spec["encoding"] == {"x": {"field": "events", "type": "quantitative"}}
    assert chart_spec.rows is EVENTS


def test_layers_become_a_layered_chart():
    assert isinstance(charts.tokens_by_role(ROLES), alt.LayerChart)


def test_invalid_vega_lite_raises():
    broken = chart(lambda frame: ChartSpec(frame, {"mark": "blob", "encoding": {}}, ""))
    with pytest.raises(Exception, match="blob"):
        broken(EVENTS)


def test_pages_import_no_altair():
    # It takes 0.7 s to import, which a server need not take
    code = (
        "import sys, charts, ui.components.figure, ui.http.api; sys.exit('altair' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
