"""A chart on a page: title, picture, one sentence for those who cannot see it, and its data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

import altair as alt
import pandas as pd
import streamlit as st

from ui.frame import guarded
from ui.tables import columns, downloads, file_name

Chart = alt.Chart | alt.LayerChart


@dataclass(frozen=True)
class _Content:
    """A frame that compares by what stands in it."""

    fingerprint: str
    frame: pd.DataFrame = field(compare=False)

    @classmethod
    def of(cls, frame: pd.DataFrame) -> _Content:
        rows = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
        names = repr([*frame.columns]).encode()
        return cls(hashlib.blake2b(names + rows, digest_size=16).hexdigest(), frame)


@dataclass(frozen=True)
class Drawing:
    """What the browser needs to draw a chart."""

    spec: dict[str, Any]
    rows: pd.DataFrame
    alt: str


def figure(
    title: str,
    frame: pd.DataFrame,
    chart: Callable[..., Chart],
    *,
    note: str = "",
    **options: Any,
) -> None:
    """Draw a frame as a card with a chart, its table and its downloads.

    Parameters
    ----------
    title : str
        The question that the chart answers, or what was found.
    frame : pandas.DataFrame
        Answer of a question.
    chart : callable
        A function of :mod:`charts`.
    note : str
        What a reader must know about these numbers.
    **options : Any
        Hashable arguments of the chart beyond its frame.
    """
    with st.container(border=True, height="stretch"):
        _contents(title, frame, chart, note, options)


@st.fragment
def _contents(
    title: str,
    frame: pd.DataFrame,
    chart: Callable[..., Chart],
    note: str,
    options: dict[str, Any],
) -> None:
    with guarded():
        with st.container(horizontal=True, vertical_alignment="center", wrap=False, gap="small"):
            st.subheader(title, anchor=False)
            _data_control(title, frame)
        drawing = drawn(frame, chart, **options)
        st.vega_lite_chart(drawing.rows, drawing.spec, alt=f"{title} {drawing.alt}")
        if note:
            st.caption(note)


def drawn(frame: pd.DataFrame, chart: Callable[..., Chart], **options: Any) -> Drawing:
    """Return what to draw; the same frame and options are worked out once.

    Altair takes some milliseconds per chart, ``st.altair_chart`` several times
    that under a lock of the whole process. So Streamlit never sees the chart,
    only its spec, and the rows beside it.
    """
    return _drawn(chart, _Content.of(frame), tuple(sorted(options.items())))


@lru_cache(maxsize=256)
def _drawn(
    chart: Callable[..., Chart], content: _Content, options: tuple[tuple[str, Any], ...]
) -> Drawing:
    picture = chart(content.frame, **dict(options))
    rows = cast("pd.DataFrame", picture.data)
    picture.data = alt.NamedData("rows")
    spec = picture.to_dict()
    # Altair's own defaults would override the theme of the page.
    for key in ("data", "config", "$schema"):
        spec.pop(key, None)
    return Drawing(spec, rows, spec.pop("description", ""))


def _data_control(title: str, frame: pd.DataFrame) -> None:
    name = file_name(title)
    control = st.popover(
        "Data", type="tertiary", icon=":material/table_view:", key=f"data-{name}", on_change="rerun"
    )
    if not control.open:
        return
    with control:
        st.dataframe(
            frame,
            hide_index=True,
            height=260,
            column_config=columns(frame),
            alt=f"{title} The numbers behind the chart",
        )
        downloads(name, frame)
