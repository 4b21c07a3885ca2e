"""What all charts share: sizes, number formats, words, and the theme for notebooks."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charts.shared.numbers import NUMBER_LOCALE
from charts.shared.spec import Spec

if TYPE_CHECKING:
    from altair.theme import AxisConfigKwds, ConfigKwds

HEIGHT = 240
LEGEND_HEIGHT = 30
ROW_HEIGHT = 30

DAY_FORMAT = "%a %-d %b %Y"

PADDING = {"left": 0, "right": 4, "top": 8, "bottom": 2}

_CONFIG_FILE = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"


def faded_where(test: str) -> Spec:
    """Return the encoding that lets those marks step back for which a Vega expression holds."""
    return {"value": 1, "condition": [{"test": test, "value": 0.45}]}


def short_expr(value: str, digits: str = "~s") -> str:
    """Return the Vega expression that writes a value as 1.2 M.

    Vega writes thousands of millions as G; people who read invoices write B.
    """
    billions = f"replace(format({value}, '{digits}'), 'G', 'B')"
    return f"replace({billions}, /([kMBT])$/, '\N{NO-BREAK SPACE}$1')"


SHORT_NUMBER = short_expr("datum.value")
SHORT_MONEY = (
    f"datum.value >= 1000 ? '$' + {SHORT_NUMBER}"
    " : format(datum.value, datum.value % 1 == 0 ? '$.0f'"
    " : abs(datum.value) < 0.1 ? '$.2~r' : '$.2f')"
)

_SPELLINGS = {
    "api": "API",
    "devops": "DevOps",
    "mcp": "MCP",
    "id": "ID",
    "p50": "p50",
    "p95": "p95",
}


def words(name: str) -> str:
    """Turn a stored name such as ``senior_dev`` into words for a reader."""
    if not name.islower():
        return name
    parts = [_SPELLINGS.get(part, part) for part in name.split("_")]
    return " ".join(
        [parts[0] if parts[0] in _SPELLINGS.values() else parts[0].capitalize(), *parts[1:]]
    )


def texts_expr(texts: Iterable[str]) -> str:
    """Return the Vega expression of a list of texts from outside.

    Raw line separators would end the literal they stand in, and Vega takes a literal such as
    ``constructor`` for one of its signals: so the texts are ASCII, and none is a whole literal.
    """
    parts = [f"substring({json.dumps('=' + text)}, 1)" for text in texts]
    return f"[{', '.join(parts)}]"


def label_expr(labels: Mapping[str, str]) -> str:
    """Return the Vega expression that writes each label of an axis or legend as it is called."""
    values = sorted(labels)
    names = texts_expr(labels[value] for value in values)
    return f"{names}[indexof({texts_expr(values)}, datum.value)] || datum.label"


def value_axis(label_expr: str = SHORT_NUMBER) -> Spec:
    """Return a quiet axis for amounts: few lines, short numbers, no title."""
    axis = dict(
        title=None, tickCount=4, labelExpr=label_expr, domain=False, ticks=False, labelPadding=6
    )
    # Half an event there is not, half a dollar there is
    return axis | {"tickMinStep": 1} if label_expr == SHORT_NUMBER else axis


def legend_below(
    columns: int = 0,
    symbol: str = "square",
    values: Iterable[str] | None = None,
    **options: Any,
) -> Spec:
    """Return a legend under the chart, with so many entries beside each other."""
    room = {"columns": columns, "padding": 0} if columns else {}
    entries = {} if values is None else {"values": {"expr": texts_expr(values)}}
    return dict(title=None, orient="bottom", symbolType=symbol, **room, **entries, **options)


def use_theme(dark: bool = False) -> None:
    """Draw this notebook's charts in Tokenflow's colours.

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
        "locale": {"number": NUMBER_LOCALE},
    }
