"""Tables and their downloads; the suffix of a column's name determines its format."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, Literal

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from charts.shared.labels import humanize
from ui.components.drilldown import Action, choose
from ui.components.format import (
    SPACE,
    is_below_a_cent,
    literal,
    milliseconds,
    price,
    to_the_cent,
)
from ui.components.labels import HUMANIZE

_HEADINGS = {
    "cost_usd": "Cost",
    "api_requests": "API requests",
    "api_errors": "API errors",
    "unpriced_requests": "Unpriced requests",
    "import_name": "Import",
    "errors": "Failures",
    "what": "Details",
    "took": "Duration",
    "rejections": "Denials",
    "priced_by": "Source",
    "valid_to": "Valid until",
}

NAME_WIDTH = 210

_STARTED_WIDTH = 180
"""A moment is narrower than a name."""

MANY_ROWS = 12
"""A table with more rows scrolls;"""

TALL = 460
"""it is this many pixels high."""

_MOST_FORMATTED_ROWS = 10_000
"""Above this, Streamlit formats all columns: the Styler of pandas is slow and has a limit."""

_RATIOS = ("_rate", "_ratio", "share")
_PERCENT = "%.2g%%"
_MILLISECONDS = f"%,.0f{SPACE}ms"


def _percent_column(label: str) -> Any:
    # Streamlit's own format follows the browser's locale and has other digits than `percent`
    return st.column_config.NumberColumn(label, format=_PERCENT)


_ENDINGS: tuple[tuple[str, Callable[[str], Any]], ...] = (
    ("_usd_per_million", lambda label: st.column_config.NumberColumn(label, format="$%g")),
    ("_usd", lambda label: st.column_config.NumberColumn(label, format="$%,.2f")),
    *((ending, _percent_column) for ending in _RATIOS),
    ("_per_request", lambda label: st.column_config.NumberColumn(label, format="%,.0f")),
    ("_ms", lambda label: st.column_config.NumberColumn(label, format=_MILLISECONDS)),
    ("_at", lambda label: st.column_config.DatetimeColumn(label, format="D MMM YYYY, HH:mm")),
    (
        "valid_from",
        lambda label: st.column_config.DateColumn(label, format="D MMM YYYY", width=110),
    ),
    ("valid_to", lambda label: st.column_config.DateColumn(label, format="D MMM YYYY", width=110)),
    ("day", lambda label: st.column_config.DateColumn(label, format="ddd D MMM YYYY")),
    ("what", lambda label: st.column_config.Column(label, width=NAME_WIDTH)),
    ("outcome", lambda label: st.column_config.Column(label, width=180)),
    # Streamlit measures the first rows only
    ("location", lambda label: st.column_config.Column(label, width=112)),
)


def columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Return Streamlit's column configuration for the columns of a frame."""
    styled = _formatters(frame)
    return {
        # A format of Streamlit's would override the Styler
        name: st.column_config.NumberColumn(heading(name))
        if name in styled
        else _column(name, frame[name].dtype)
        for name in map(str, frame.columns)
    }


def formatted(shown: pd.DataFrame) -> pd.DataFrame | Styler:
    """Format the numbers for which Streamlit has no format; sorting still uses the numbers."""
    formatters = _formatters(shown)
    if not formatters:
        return shown
    # Without `na_rep`, pandas shows "nan" and "None"
    return shown.reset_index(drop=True).style.format(dict(formatters), na_rep="")


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame to show: display names, percents, no id beside a name."""
    shown = frame.drop(columns="user_id") if {"user_id", "name"} <= {*frame.columns} else frame
    names = {name: frame[name].map(label) for name, label in HUMANIZE.items() if name in shown}
    percents = {name: frame[name] * 100 for name in map(str, shown) if name.endswith(_RATIOS)}
    return shown.assign(**names, **percents)


def heading(name: str) -> str:
    """Return the heading of a column, without the unit that the format shows."""
    return _HEADINGS.get(name) or humanize(re.sub(r"_(usd|usd_per_million|at|ms)$", "", name))


def file_name(title: str) -> str:
    """Turn a title into the name of a file: lower-case words joined by hyphens, no count."""
    return "-".join(re.findall(r"[a-z0-9]+", re.sub(r" \(\d.*\)$", "", title).lower()))


def _formatters(frame: pd.DataFrame) -> dict[str, Callable[[Any], str]]:
    """Return the formatters of the columns for which Streamlit has no format."""
    if len(frame) > _MOST_FORMATTED_ROWS:
        return {}
    formatters = ((name, _formatter(name, frame[name])) for name in map(str, frame))
    return {name: formatter for name, formatter in formatters if formatter}


def _formatter(name: str, values: pd.Series[Any]) -> Callable[[Any], str] | None:
    if name.endswith("_ms"):
        return milliseconds
    if name.endswith("_usd_per_million"):
        return price
    if name.endswith("_usd") and values.map(is_below_a_cent).any():
        return to_the_cent
    return None


def _column(name: str, dtype: Any) -> Any:
    label = heading(name)
    for ending, column in _ENDINGS:
        if name.endswith(ending):
            return column(label)
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_bool_dtype(dtype):
        # "localized" would follow the browser's locale, unlike money and charts
        is_whole = pd.api.types.is_integer_dtype(dtype)
        return st.column_config.NumberColumn(label, format="%,d" if is_whole else "%,.1f")
    return st.column_config.Column(label)


def table(
    title: str,
    frame: pd.DataFrame,
    empty: str,
    on_pick: Action | None = None,
    whole: Callable[[], pd.DataFrame] | None = None,
) -> None:
    """Draw a frame as a card with a table and its downloads.

    Parameters
    ----------
    title : str
        Name of what it lists.
    frame : pandas.DataFrame
        What to show.
    empty : str
        Text in place of a table without rows.
    on_pick : Action, optional
        What the button in each row does.
    whole : callable, optional
        Returns the contents of the downloads, where that is more than is shown.
    """
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(title, anchor=False, width="content")
            if on_pick and not frame.empty:
                choose(on_pick, frame, f"pick-{file_name(title)}", is_compact=True)
        if frame.empty:
            st.caption(empty)
            return
        shown, config = readable(frame), columns(frame)
        if on_pick:
            shown, config = _buttons(frame, on_pick, title)
        height: Literal["content"] | int = TALL if len(frame) > MANY_ROWS else "content"
        st.dataframe(
            formatted(shown),
            hide_index=True,
            height=height,
            column_config=config,
            alt=title,
            placeholder="",
        )
        downloads(title, whole or (lambda: frame))


def _buttons(
    frame: pd.DataFrame, on_pick: Action, title: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Put a button with the name of the value in front of each row."""
    key = f"row-{file_name(title)}"
    named = on_pick.named_by or on_pick.column
    values, names = frame[on_pick.column], [*on_pick.offers(frame).values()]
    rest = readable(frame.drop(columns=[*{named, on_pick.column}]))
    shown = pd.concat([pd.Series(names, rest.index, name=named), rest], axis="columns")

    def act() -> None:
        on_pick(values.iloc[st.session_state[key].row])

    button = st.column_config.ButtonColumn(
        heading(named),
        help=on_pick.label,
        width=_STARTED_WIDTH if named == "started" else NAME_WIDTH,
        alignment="left",
        type="tertiary",
        on_click=act,
        key=key,
    )
    return shown, {**columns(rest), named: button}


def hidden_suffix(label: str, title: str) -> str:
    """Name a button distinctly for screen readers; ui/assets/page.css hides the emphasis."""
    return f"{label} *of {literal(title)}*"


def downloads(title: str, frame: pd.DataFrame | Callable[[], pd.DataFrame]) -> None:
    """Offer a frame as CSV and as Parquet; each file is made when it is requested."""
    name = file_name(title)

    def whole() -> pd.DataFrame:
        return frame() if callable(frame) else frame

    offers = {
        "CSV": ("text/csv", lambda: whole().to_csv(index=False).encode()),
        "Parquet": ("application/vnd.apache.parquet", lambda: _parquet(whole())),
    }
    with st.container(horizontal=True):
        for kind, (mime, content) in offers.items():
            st.download_button(
                hidden_suffix(kind, title),
                content,
                f"{name}.{kind.lower()}",
                mime,
                key=f"{kind.lower()}-{name}",
                type="tertiary",
                icon=":material/download:",
                on_click="ignore",
            )


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()
