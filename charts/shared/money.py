"""US dollars in tooltips: written here, as no format of Vega's has cents and less than one."""

from __future__ import annotations

import pandas as pd

from charts.shared.numbers import to_the_cent
from charts.shared.spec import Spec, field

_WRITTEN = "_written"


def with_prices(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with each amount of US dollars in words too, for `price_tip`."""
    amounts = [str(name) for name in rows if str(name).endswith("_usd")]
    return rows.assign(**{name + _WRITTEN: [*map(_price, rows[name])] for name in amounts})


def _price(usd: float) -> str:
    return "" if pd.isna(usd) else to_the_cent(usd)


def price_tip(column: str, title: str) -> Spec:
    """Return the line of a tooltip that says an amount of US dollars."""
    return field(f"{column}{_WRITTEN}:N", title=title)
