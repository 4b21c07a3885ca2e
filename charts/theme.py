"""What all charts share: sizes, number formats, words, and the theme for notebooks."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import altair as alt

HEIGHT = 240
ROW_HEIGHT = 30

DAY_FORMAT = "%a %-d %b %Y"

# Vega writes thousands of millions as G; people who read invoices write B.
SHORT_NUMBER = "replace(format(datum.value, '~s'), 'G', 'B')"
SHORT_MONEY = "'$' + replace(format(datum.value, '~s'), 'G', 'B')"

_CONFIG_FILE = Path(__file__).resolve().parents[1] / ".streamlit" / "config.toml"


def words(name: str) -> str:
    """Turn a stored name such as ``senior_dev`` into words for a reader."""
    return name.replace("_", " ").capitalize() if name.islower() else name


def value_axis(label_expr: str = SHORT_NUMBER) -> alt.Axis:
    """Return a quiet axis for amounts: few lines, short numbers, no title."""
    return alt.Axis(
        title=None, tickCount=4, labelExpr=label_expr, domain=False, ticks=False, labelPadding=6
    )


def use_theme(dark: bool = False) -> None:
    """Draw this notebook's charts in Tokenflow's colours.

    Parameters
    ----------
    dark : bool
        Colours for a dark notebook.
    """
    colors = tomllib.loads(_CONFIG_FILE.read_text("utf-8"))["theme"]["dark" if dark else "light"]

    @alt.theme.register("tokenflow", enable=True)
    def _theme() -> alt.theme.ThemeConfig:
        return alt.theme.ThemeConfig({"config": _config(colors)})


def _config(colors: dict[str, Any]) -> alt.theme.ConfigKwds:
    axis: alt.theme.AxisConfigKwds = {
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
