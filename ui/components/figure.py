"""A chart as a card: title, image, text alternative, data and downloads."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from charts.shared.spec import ChartFunction, ChartSpec
from charts.shared.theme import CONFIG
from ui.components.drilldown import Action, chart_key, choose, pickable, picked
from ui.components.table import columns, downloads, file_name, formatted, hidden_suffix, readable
from ui.page import guarded

_HIDDEN = "position: absolute; width: 1px; height: 1px; overflow: hidden; white-space: nowrap"


@dataclass(frozen=True)
class _Content:
    """A frame that compares by its contents."""

    fingerprint: str
    frame: pd.DataFrame = field(compare=False)

    @classmethod
    def of(cls, frame: pd.DataFrame) -> _Content:
        rows = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
        names = repr([*frame.columns]).encode()
        return cls(hashlib.blake2b(names + rows, digest_size=16).hexdigest(), frame)


def figure(
    title: str,
    frame: pd.DataFrame,
    chart: ChartFunction[...],
    *,
    note: str = "",
    empty: str = "",
    on_pick: Action | None = None,
    **options: Any,
) -> None:
    """Draw a frame as a card with a chart, its table and its downloads.

    Parameters
    ----------
    title : str
        Name of the metric.
    frame : pandas.DataFrame
        Result of a question.
    chart : ChartFunction
        A function of :mod:`charts`.
    note : str
        What a reader must know about these numbers.
    empty : str
        Text in place of a chart without rows.
    on_pick : Action, optional
        What a click on a bar does; a list beside the data offers the same to keyboards.
    **options : Any
        Hashable arguments of the chart beyond its frame.
    """
    with st.container(border=True, height="stretch"):
        if frame.empty and empty:
            st.subheader(title, anchor=False)
            st.caption(empty)
        else:
            _contents(title, frame, chart, note, on_pick, options)


@st.fragment
def _contents(
    title: str,
    frame: pd.DataFrame,
    chart: ChartFunction[...],
    note: str,
    on_pick: Action | None,
    options: dict[str, Any],
) -> None:
    with guarded():
        chart_spec = spec_of(frame, chart, **options)
        with st.container(horizontal=True, vertical_alignment="center", wrap=False, gap="small"):
            st.subheader(title, anchor=False, width="content")
            # Beside the title: at the right edge of the card, Streamlit's toolbar would cover it
            _data_control(title, frame, on_pick)
            _text_alternative(chart_spec.summary)
        _picture(title, chart_spec, on_pick)
        if note:
            st.caption(note)


def _text_alternative(sentence: str) -> None:
    """Describe the chart for screen readers.

    Not in the chart's ``alt``: when that changes, the browser rebuilds the chart. So ``alt`` is
    the title, and this invisible text follows it.
    """
    st.html(f'<p style="{_HIDDEN}">{html.escape(sentence)}</p>', width="content")


def _picture(title: str, chart_spec: ChartSpec, on_pick: Action | None) -> None:
    if on_pick is None:
        st.vega_lite_chart(chart_spec.rows, chart_spec.spec, alt=title)
        return
    key = f"chart-{file_name(title)}"
    st.vega_lite_chart(
        chart_spec.rows,
        pickable(chart_spec.spec, on_pick.column),
        alt=title,
        key=chart_key(key),
        on_select=partial(picked, on_pick, key),
    )


def spec_of(frame: pd.DataFrame, chart: ChartFunction[...], **options: Any) -> ChartSpec:
    """Return the chart of a frame; cached for the same contents and options."""
    return _cached_spec(chart.spec, _Content.of(frame), tuple(sorted(options.items())))


@lru_cache(maxsize=256)
def _cached_spec(
    build: Callable[..., ChartSpec], content: _Content, options: tuple[tuple[str, Any], ...]
) -> ChartSpec:
    chart_spec = build(content.frame, **dict(options))
    spec = {**chart_spec.spec, "config": CONFIG}
    return ChartSpec(_in_utc(chart_spec.rows), spec, chart_spec.summary)


def _in_utc(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with their times in UTC, which no browser converts.

    Streamlit takes naive times for the browser's own; charts read UTC. East of Greenwich, each
    bar would be one day early.
    """
    naive = [
        str(name)
        for name, dtype in rows.dtypes.items()
        if isinstance(dtype, np.dtype) and dtype.kind == "M"
    ]
    return rows.assign(**{name: rows[name].dt.tz_localize("UTC") for name in naive})


def _data_control(title: str, frame: pd.DataFrame, on_pick: Action | None) -> None:
    name = file_name(title)
    control = st.popover(
        hidden_suffix("Data", title),
        type="tertiary",
        icon=":material/table_view:",
        key=f"data-{name}",
        on_change="rerun",
    )
    if not control.open:
        return
    with control:
        if on_pick and not frame.empty:
            choose(on_pick, frame, f"pick-{name}")
        st.dataframe(
            formatted(readable(frame)),
            hide_index=True,
            height=260,
            width="content",
            column_config=columns(frame),
            alt=f"{title}: data",
        )
        downloads(title, frame)
