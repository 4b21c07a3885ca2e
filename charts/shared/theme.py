"""Sizes, number formats and legends of all charts, and the theme for notebooks."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charts.shared.spec import Spec

if TYPE_CHECKING:
    from altair.theme import AxisConfigKwds, ConfigKwds

HEIGHT = 240
LEGEND_HEIGHT = 30
ROW_HEIGHT = 30

DAY_FORMAT = "%a %-d %b %Y"

PADDING = {"left": 0, "right": 4, "top": 8, "bottom": 2}

LABEL_COLORS = {"light": "#4B5565", "dark": "#B4BDCC"}
"""Colours of the text of axes and legends; Streamlit's own is too pale on a light page."""

_LABEL_COLOR = {
    "expr": f"luminance(background) > 0.5 ? '{LABEL_COLORS['light']}' : '{LABEL_COLORS['dark']}'"
}

CONFIG: Spec = {
    "axis": {"labelColor": _LABEL_COLOR, "titleColor": _LABEL_COLOR},
    "legend": {"labelColor": _LABEL_COLOR},
}
"""Vega-Lite configuration of charts on a page, light or dark."""

_CONFIG_FILE = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"


def faded_where(test: str) -> Spec:
    """Return the encoding that draws marks paler where a Vega expression holds."""
    return {"value": 1, "condition": [{"test": test, "value": 0.45}]}


SHORT_NUMBER = "replace(replace(format(datum.value, '~s'), 'G', 'B'), 'k', 'K')"
"""Vega expression that formats a value as 45K, 1.2M or 3B; Vega itself writes k and G."""

SHORT_MONEY = (
    f"datum.value >= 1000 ? '$' + {SHORT_NUMBER}"
    " : format(datum.value, datum.value % 1 == 0 ? '$.0f'"
    " : abs(datum.value) < 0.1 ? '$.2~r' : '$.2f')"
)


def texts_expr(texts: Iterable[str]) -> str:
    """Return the Vega expression of a list of untrusted texts.

    Raw line separators would end their literal, and Vega takes a literal such as ``constructor``
    for one of its signals: so the texts are ASCII, and none is a whole literal.
    """
    parts = [f"substring({json.dumps('=' + text)}, 1)" for text in texts]
    return f"[{', '.join(parts)}]"


def label_expr(labels: Mapping[str, str]) -> str:
    """Return the Vega expression that maps the values of an axis or legend to their labels."""
    values = sorted(labels)
    names = texts_expr(labels[value] for value in values)
    return f"{names}[indexof({texts_expr(values)}, datum.value)] || datum.label"


def value_axis(label_expr: str = SHORT_NUMBER) -> Spec:
    """Return a quiet axis for amounts: few lines, short numbers, no title."""
    axis = dict(
        title=None, tickCount=4, labelExpr=label_expr, domain=False, ticks=False, labelPadding=6
    )
    # Counts have no fractions, dollars have
    return axis | {"tickMinStep": 1} if label_expr == SHORT_NUMBER else axis


def legend_below(
    columns: int = 0,
    symbol: str = "square",
    values: Iterable[str] | None = None,
    **options: Any,
) -> Spec:
    """Return a legend under the chart, with a number of entries beside each other."""
    room = {"columns": columns, "padding": 0} if columns else {}
    entries = {} if values is None else {"values": {"expr": texts_expr(values)}}
    return dict(title=None, orient="bottom", symbolType=symbol, **room, **entries, **options)


def use_theme(dark: bool = False) -> None:
    """Draw the charts of this notebook in the colours of the pages.

    Parameters
    ----------
    dark : bool
        Colours for a dark notebook.
    """
    # No page needs Altair
    import altair as alt

    colors = tomllib.loads(_CONFIG_FILE.read_text("utf-8"))["theme"]["dark" if dark else "light"]

    @alt.theme.register("tokenflow", enable=True)
    def _theme() -> alt.theme.ThemeConfig:
        return alt.theme.ThemeConfig({"config": _config(colors)})


def _config(colors: dict[str, Any]) -> ConfigKwds:
    axis: AxisConfigKwds = {
        "labelColor": colors["textColor"],
        "gridColor": colors["borderColor"],
        "domainColor": colors["borderColor"],
        "tickColor": colors["borderColor"],
    }
    return {
        "background": colors["backgroundColor"],
        "mark": {"color": colors["chartCategoricalColors"][0]},
        "range": {
            "category": colors["chartCategoricalColors"],
            "heatmap": colors["chartSequentialColors"],
        },
        "axis": axis,
        "legend": {"labelColor": colors["textColor"], "titleColor": colors["textColor"]},
        "text": {"fill": colors["textColor"]},
        "view": {"stroke": None},
    }
