"""What holds for the spec of every chart, whatever names the data has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

import charts
from charts.shared.spec import RANK, ChartSpec, field, field_by_rank
from charts.shared.theme import label_expr
from tests.charts.frames import HOSTILE, wide

NAMES = [name for name in charts.__all__ if name != "use_theme"]

SCALED = ("x", "y", "xOffset", "yOffset", "color", "fill", "stroke", "shape", "size", "detail")

EXPRESSIONS = ("labelExpr", "expr", "test", "calculate", "filter", "signal")


def drawn(name: str) -> ChartSpec:
    return getattr(charts, name).draw(wide(HOSTILE))


def scales(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return what stands on the scales of a spec with names."""
    for unit in spec.get("layer", [spec]):
        for channel in SCALED:
            found = unit["encoding"].get(channel, {})
            if found.get("type") in ("nominal", "ordinal"):
                yield found


def by_arrival(found: dict[str, Any]) -> bool:
    """Tell whether the order of a scale is that in which its values come."""
    if isinstance((found.get("scale") or {}).get("domain"), list):
        return False
    # Numbers and dates have an order of their own, which Vega-Lite takes if nobody names another
    if found["type"] == "ordinal" and "sort" not in found:
        return False
    return not found.get("sort")


def parts(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Return every leaf of a spec with the name it has there."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from parts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from parts(item, name)
    else:
        yield name, value


@pytest.mark.parametrize("name", NAMES)
def test_no_scale_stands_in_the_order_in_which_its_values_come(name: str):
    assert [found["field"] for found in scales(drawn(name).spec) if by_arrival(found)] == []


@pytest.mark.parametrize(
    ("found", "is_by_arrival"),
    [
        (field("name:N", sort=None), True),
        (field("name:N"), True),
        (field("name:N", scale={"padding": 0.1}), True),
        (field("hour:O", sort=None), True),
        (field("hour:O"), False),
        (field("name:N", sort=["b", "a"]), False),
        (field("name:N", scale={"domain": ["b", "a"]}), False),
        (field_by_rank("name:N"), False),
    ],
)
def test_an_order_of_arrival_is_noticed(found: dict[str, Any], is_by_arrival: bool):
    assert by_arrival(found) is is_by_arrival


@pytest.mark.parametrize("name", NAMES)
def test_scales_by_rank_have_the_same_lines_in_the_order_of_the_rows(name: str):
    drawing = drawn(name)
    ranked = {
        found["field"] for found in scales(drawing.spec) if isinstance(found.get("sort"), dict)
    }
    ranks = [drawing.rows.groupby(column)[RANK].min() for column in sorted(ranked)]
    for first in ranks:
        # A line is called once on each of its axes: else the axes would have different lines
        assert sorted(first) == sorted(ranks[0])
    for column, first in zip(sorted(ranked), ranks, strict=True):
        assert [*first.sort_values().index] == [*drawing.rows[column].unique()]


@pytest.mark.parametrize("name", NAMES)
def test_a_domain_that_is_named_holds_every_value(name: str):
    # Vega puts what is not in it behind it, in the order in which it comes
    drawing = drawn(name)
    for found in scales(drawing.spec):
        if domain := (found.get("scale") or {}).get("domain"):
            assert set(drawing.rows[found["field"]].dropna()) <= {*domain}


@pytest.mark.parametrize("name", NAMES)
def test_what_vega_reads_as_code_is_plain_whatever_the_names(name: str):
    drawing = drawn(name)
    for key, value in parts(drawing.spec):
        if key in EXPRESSIONS:
            assert re.fullmatch(r"[ -~\N{NO-BREAK SPACE}]*", value), key
        if key == "field":
            # Dots and brackets in a name of a column would be a path into its values
            assert re.fullmatch(r"\w+", value)
    json.dumps(drawing.spec, ensure_ascii=False).encode()


@pytest.mark.parametrize("name", [*HOSTILE, "half \ud800 surrogate"])
def test_a_label_is_text_in_an_expression(name: str):
    written = label_expr({name: f"as {name}"})
    assert written.isascii()
    assert written.isprintable()
    shown, values = re.match(r"\[(.*)\]\[indexof\(\[(.*)\], datum\.value\)\]", written).groups()
    texts = [re.fullmatch(r"substring\((.*), 1\)", text)[1] for text in (values, shown)]
    assert [json.loads(text)[1:] for text in texts] == [name, f"as {name}"]
