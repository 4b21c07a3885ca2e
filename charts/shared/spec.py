"""Chart specs: rows, Vega-Lite and a summary, as plain dictionaries."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, cast

import pandas as pd

if TYPE_CHECKING:
    import altair as alt

    Chart = alt.Chart | alt.LayerChart

Spec = dict[str, Any]
"""A piece of Vega-Lite."""

TYPES = {"Q": "quantitative", "N": "nominal", "O": "ordinal", "T": "temporal"}

Arguments = ParamSpec("Arguments")


@dataclass(frozen=True)
class ChartSpec:
    """A chart in plain dictionaries.

    Altair builds the same from objects in 2 to 9 ms a chart, twice that while a browser draws on
    the same machine; for a page of nine charts that is as long as all its queries. So pages use
    the dictionaries, notebooks the chart that Altair makes of them.

    Attributes
    ----------
    rows : pandas.DataFrame
        Data of the chart.
    spec : dict
        Vega-Lite without data.
    summary : str
        The finding in one sentence, for screen readers.
    """

    rows: pd.DataFrame
    spec: Spec
    summary: str

    def chart(self) -> Chart:
        """Return the Altair chart; Altair validates the spec against the schema of Vega-Lite."""
        # No page needs Altair, and a server starts 0.7 s sooner without
        import altair

        chart_type = altair.LayerChart if "layer" in self.spec else altair.Chart
        spec = {**self.spec, "description": self.summary, "data": {"name": "rows"}}
        chart = chart_type.from_dict(spec)
        chart.data = self.rows
        return chart


class ChartFunction(Protocol[Arguments]):
    """A function of :mod:`charts`: a frame in, an Altair chart out."""

    __name__: str
    spec: Callable[Arguments, ChartSpec]

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Chart:
        """Return the Altair chart; ``spec`` returns its `ChartSpec`."""


def chart(spec: Callable[Arguments, ChartSpec]) -> ChartFunction[Arguments]:
    """Make a function of a `ChartSpec` return the Altair chart; the original is its ``spec``."""

    @functools.wraps(spec)
    def build(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Chart:
        return spec(*args, **kwargs).chart()

    function = cast("ChartFunction[Arguments]", build)
    function.spec = spec
    return function


RANK = "rank"
"""Column with the position of a row, for `field_by_rank`."""


def field(shorthand: str, **options: Any) -> Spec:
    """Return the definition of a field.

    Parameters
    ----------
    shorthand : str
        Column and type of its values: Q for quantities, N for names, O for ordered names, T for
        times, as in ``cost_usd:Q``.
    **options : Any
        Further properties of Vega-Lite, such as ``title`` and ``axis``.
    """
    name, _, kind = shorthand.rpartition(":")
    return {"field": name, "type": TYPES[kind], **options}


def with_rank(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the position of each row, for `field_by_rank`."""
    return rows.assign(**{RANK: range(len(rows))})


def field_by_rank(shorthand: str, **options: Any) -> Spec:
    """Return the definition of a field of names, sorted by the ranks of `with_rank`.

    Without a sort, Vega keeps names in the order in which they came. When other rows replace
    those of a chart, known names keep their old positions and new ones go to the end, on each
    scale independently: value labels would stand beside the bars of other names.
    """
    return field(shorthand, sort={"field": RANK, "op": "min"}, **options)
