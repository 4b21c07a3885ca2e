"""What a chart is until somebody looks at it: its rows, its Vega-Lite spec, its words."""

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
    the same machine; for a page of nine that is as long as all that it asks the store. So pages
    take the dictionaries, notebooks the chart that Altair makes of them.

    Attributes
    ----------
    rows : pandas.DataFrame
        What is drawn.
    spec : dict
        How, in Vega-Lite; its data are the rows.
    words : str
        What a reader who sees the chart sees first.
    """

    rows: pd.DataFrame
    spec: Spec
    words: str

    def chart(self) -> Chart:
        """Return Altair's chart of it; Altair holds the spec to the schema of Vega-Lite."""
        # No page needs Altair, and a server starts 0.7 s sooner without
        import altair

        kind = altair.LayerChart if "layer" in self.spec else altair.Chart
        spec = {**self.spec, "description": self.words, "data": {"name": "rows"}}
        chart = kind.from_dict(spec)
        chart.data = self.rows
        return chart


class Charted(Protocol[Arguments]):
    """A function of :mod:`charts`: a frame in, an Altair chart out."""

    __name__: str
    draw: Callable[Arguments, ChartSpec]

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Chart:
        """Return the chart; ``draw`` returns what it is made of."""


def charted(draw: Callable[Arguments, ChartSpec]) -> Charted[Arguments]:
    """Make a function that draws return Altair's chart, and keep what it draws as ``draw``."""

    @functools.wraps(draw)
    def chart(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Chart:
        return draw(*args, **kwargs).chart()

    made = cast("Charted[Arguments]", chart)
    made.draw = draw
    return made


RANK = "rank"
"""Column with the place of a row among the others, for `field_by_rank`."""


def field(shorthand: str, **options: Any) -> Spec:
    """Return what a column stands for in a chart.

    Parameters
    ----------
    shorthand : str
        Column and kind of its values: Q for amounts, N for names, O for ordered names, T for
        times, as in ``cost_usd:Q``.
    **options : Any
        Further properties of Vega-Lite, such as ``title`` and ``axis``.
    """
    name, _, kind = shorthand.rpartition(":")
    return {"field": name, "type": TYPES[kind], **options}


def with_rank(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the place of each row among the others, for `field_by_rank`."""
    return rows.assign(**{RANK: range(len(rows))})


def field_by_rank(shorthand: str, **options: Any) -> Spec:
    """Return a column of names on a scale in the order of the ranks of `with_rank`.

    Without a sort, Vega keeps names in the order in which they came. When other rows replace
    those of a chart, the names it knows keep their old places and the new ones go to the end, on
    each scale for itself: amounts would stand beside the bars of other names.
    """
    return field(shorthand, sort={"field": RANK, "op": "min"}, **options)
