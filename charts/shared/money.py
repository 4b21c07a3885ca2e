"""US dollars in tooltips, formatted here: no format of Vega has both cents and fractions of one."""

from __future__ import annotations

import pandas as pd

from charts.shared.numbers import to_the_cent
from charts.shared.spec import Spec, field

_TEXT = "_text"


def with_prices(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a text for each amount of US dollars, for `price_tip`.

    The text of a cost names the unpriced requests it leaves out.
    """
    amounts = [str(name) for name in rows if str(name).endswith("_usd")]
    texts = {name + _TEXT: [*map(_price, rows[name])] for name in amounts}
    if "cost_usd" in amounts and "unpriced_requests" in rows:
        pairs = zip(texts["cost_usd" + _TEXT], rows["unpriced_requests"], strict=True)
        texts["cost_usd" + _TEXT] = [_with_unpriced(text, count) for text, count in pairs]
    return rows.assign(**texts)


def price_tip(column: str, title: str) -> Spec:
    """Return the field of a tooltip for an amount of US dollars."""
    return field(f"{column}{_TEXT}:N", title=title)


def _price(usd: float) -> str:
    return "" if pd.isna(usd) else to_the_cent(usd)


def _with_unpriced(text: str, count: float) -> str:
    if not count > 0:
        return text
    return f"{text} + {count:,.0f} unpriced request{'' if count == 1 else 's'}"
