"""Names from outside are shown literally on charts and in texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

import charts
from charts.shared.model_names import model_labels
from tests.browser.lines import is_short_for
from tests.browser.servers import running
from tests.browser.visits import Open
from tests.charts.frames import HOSTILE, MARKDOWN, wide

pytestmark = pytest.mark.browser

ALL = [name for name in charts.__all__ if name != "use_theme"]

PAGE = ["streamlit", "run", "tests/browser/every_chart.py", "--server.port", "{port}"]

_CHARTS = """() => Object.fromEntries(
  [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].map(chart => [
    chart.getAttribute('aria-label'),
    {
      marks: chart.querySelectorAll('.role-mark path').length,
      labels: [...chart.querySelectorAll('.role-axis-label text, .role-legend-label text')]
        .map(label => label.textContent),
    },
  ]))"""

_DRAWN = "document.querySelectorAll('[data-testid=stVegaLiteChart] svg').length"

_TEXTS = """() => [...document.querySelectorAll('.st-key-names [data-testid=stMarkdown]')].map(
  text => [text.textContent, text.querySelectorAll('a, img, code, em, [role=img]').length])"""


def test_charts_and_texts_show_hostile_names_as_they_are(tmp_path: Path, open_tab: Open):
    with running(PAGE, tmp_path) as server:
        seen = open_tab(server, height=20_000)
        seen.page.goto(server.url)
        # All charts take a slow machine a while
        seen.page.get_by_text("Drawn.").wait_for(timeout=120_000)
        seen.page.wait_for_function(f"{_DRAWN} >= {len(ALL)}", timeout=120_000)
        drawn, written = seen.settle().page.evaluate(_CHARTS), seen.page.evaluate(_TEXTS)
        expect(seen.page.get_by_text("This part of the page failed")).to_have_count(0)
        seen.all_is_well()
    # HTML has no NUL, and collapses spaces
    shown = [[" ".join(name.replace("\0", "\ufffd").split()), 0] for name in MARKDOWN]
    assert written == shown
    assert sorted(drawn) == sorted(ALL)
    assert [name for name in ALL if not drawn[name]["marks"]] == []
    rows = charts.cost_by_project(wide(HOSTILE)).data["name"]
    for name in rows:
        assert any(is_short_for(label, name) for label in drawn["cost_by_project"]["labels"])
    for chart in ("cost_per_day_by_model", "request_costs"):
        for name in model_labels(HOSTILE).values():
            assert any(is_short_for(label, name) for label in drawn[chart]["labels"])
