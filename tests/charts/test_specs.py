"""Contracts of every chart: schema, encodings, empty frames, hostile names, modules."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import altair as alt
import pytest

import analytics
import charts
from charts.shared.spec import RANK, ChartSpec, field, field_by_rank
from charts.shared.theme import CONFIG, label_expr
from tests.charts.frames import FRAMES, HOSTILE, wide

NAMES = [name for name in charts.__all__ if name != "use_theme"]

SCALED = ("x", "y", "xOffset", "yOffset", "color", "fill", "stroke", "shape", "size", "detail")

EXPRESSIONS = ("labelExpr", "expr", "test", "calculate", "filter", "signal")


def unit_specs(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return spec.get("layer", [spec])


def channel_summary(definition: Any) -> Any:
    """Return what a reader notices of a channel: field, format, titles, order and scale."""
    if isinstance(definition, list):
        return [channel_summary(part) for part in definition]
    axis, scale = definition.get("axis") or {}, definition.get("scale") or {}
    parts = {
        **{key: definition.get(key) for key in ("timeUnit", "title", "format", "stack", "sort")},
        **{f"scale.{key}": scale.get(key) for key in ("type", "domain", "range")},
        **{f"axis.{key}": axis.get(key) for key in ("title", "format", "labelExpr")},
        "legend": bool(definition.get("legend")),
        "condition": definition.get("condition"),
    }
    name = f"{definition['field']}:{definition.get('type')}" if "field" in definition else ""
    return " ".join([name, *(f"{key}={part}" for key, part in parts.items() if part)]).strip()


def chart_summary(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "mark": unit["mark"]["type"],
            **{channel: channel_summary(part) for channel, part in unit["encoding"].items()},
        }
        for unit in unit_specs(spec)
    ]


def test_frames_has_one_for_every_chart():
    assert sorted(FRAMES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_encodings_match_the_reviewed_ones(name, snapshot):
    assert chart_summary(getattr(charts, name).spec(FRAMES[name]).spec) == snapshot


@pytest.mark.parametrize("name", NAMES)
def test_spec_is_valid_vega_lite(name):
    made = getattr(charts, name).spec(FRAMES[name])
    spec = {**made.spec, "config": CONFIG, "data": {"name": "rows"}, "description": made.summary}
    kind = alt.LayerChart if "layer" in spec else alt.Chart
    kind.from_dict(spec, validate=True)


@pytest.mark.parametrize("name", NAMES)
def test_fields_of_the_spec_are_columns_of_the_rows(name):
    made = getattr(charts, name).spec(FRAMES[name])
    definitions = [
        part
        for unit in unit_specs(made.spec)
        for channel in unit["encoding"].values()
        for part in (channel if isinstance(channel, list) else [channel])
    ]
    assert {part["field"] for part in definitions if "field" in part} <= {*made.rows}


@pytest.mark.parametrize("name", NAMES)
def test_labels_from_outside_have_a_width_limit(name):
    for unit in unit_specs(getattr(charts, name).spec(wide(["a", "b"])).spec):
        for channel in ("x", "y", "color"):
            definition = unit["encoding"].get(channel, {})
            guide = definition.get("legend" if channel == "color" else "axis") or {}
            is_ours = definition.get("field") == "value_label"
            assert is_ours or guide.get("labelLimit") != 0


@pytest.mark.parametrize("name", NAMES)
def test_empty_frame_gives_a_valid_chart_that_reports_it(name):
    summary = getattr(charts, name)(FRAMES[name].head(0)).to_dict()["description"]
    assert summary.startswith(("No", "Denied: 0 of"))


@pytest.mark.parametrize("name", NAMES)
def test_summary_is_a_short_finding(name):
    summary = getattr(charts, name).spec(FRAMES[name]).summary
    assert summary.endswith(".")
    assert len(summary) < 90


@pytest.mark.parametrize("name", NAMES)
def test_chart_keeps_its_docstring_and_arguments(name):
    function = getattr(charts, name)
    assert function.__doc__ == function.spec.__doc__
    assert "frame" in inspect.signature(function).parameters


OTHER_MODULES = {"found_sessions_per_day": "sessions"}
"""Charts of pages that show several subjects, by the question they are named for."""


@pytest.mark.parametrize("name", sorted({*NAMES} & {*analytics.__all__}))
def test_chart_has_the_module_name_of_its_question(name):
    question = inspect.unwrap(getattr(analytics, name)).__module__.split(".")[1]
    module = getattr(charts, name).spec.__module__.split(".")[1]
    assert module == OTHER_MODULES.get(name, question)


def hostile_spec(name: str) -> ChartSpec:
    return getattr(charts, name).spec(wide(HOSTILE))


def scales(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the definitions of channels with names."""
    for unit in unit_specs(spec):
        for channel in SCALED:
            definition = unit["encoding"].get(channel, {})
            if definition.get("type") in ("nominal", "ordinal"):
                yield definition


def by_arrival(definition: dict[str, Any]) -> bool:
    """Return whether the order of a scale is that in which its values arrive."""
    if isinstance((definition.get("scale") or {}).get("domain"), list):
        return False
    # Vega-Lite sorts numbers and dates by their value, if there is no sort
    if definition["type"] == "ordinal" and "sort" not in definition:
        return False
    return not definition.get("sort")


def parts(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every leaf of a spec with its key."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from parts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from parts(item, name)
    else:
        yield name, value


@pytest.mark.parametrize("name", NAMES)
def test_no_scale_depends_on_the_order_in_which_values_arrive(name: str):
    assert [part["field"] for part in scales(hostile_spec(name).spec) if by_arrival(part)] == []


@pytest.mark.parametrize(
    ("definition", "is_by_arrival"),
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
def test_by_arrival(definition: dict[str, Any], is_by_arrival: bool):
    assert by_arrival(definition) is is_by_arrival


@pytest.mark.parametrize("name", NAMES)
def test_scales_by_rank_have_the_same_rows_in_the_same_order(name: str):
    made = hostile_spec(name)
    ranked = {part["field"] for part in scales(made.spec) if isinstance(part.get("sort"), dict)}
    ranks = [made.rows.groupby(column)[RANK].min() for column in sorted(ranked)]
    for first in ranks:
        # A row has one label on each of its axes: else the axes would have different rows
        assert sorted(first) == sorted(ranks[0])
    for column, first in zip(sorted(ranked), ranks, strict=True):
        assert [*first.sort_values().index] == [*made.rows[column].unique()]


@pytest.mark.parametrize("name", NAMES)
def test_explicit_domains_have_every_value(name: str):
    # Vega appends other values in the order in which they arrive
    made = hostile_spec(name)
    for part in scales(made.spec):
        if domain := (part.get("scale") or {}).get("domain"):
            assert set(made.rows[part["field"]].dropna()) <= {*domain}


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_leave_expressions_plain(name: str):
    made = hostile_spec(name)
    for key, value in parts(made.spec):
        if key in EXPRESSIONS:
            assert re.fullmatch(r"[ -~\N{NO-BREAK SPACE}]*", value), key
        if key == "field":
            # Dots and brackets in the name of a column would be a path into its values
            assert re.fullmatch(r"\w+", value)
    json.dumps(made.spec, ensure_ascii=False).encode()


@pytest.mark.parametrize("name", [*HOSTILE, "half \ud800 surrogate"])
def test_label_expr_quotes_hostile_names(name: str):
    expression = label_expr({name: f"as {name}"})
    assert expression.isascii()
    assert expression.isprintable()
    labels, values = re.match(r"\[(.*)\]\[indexof\(\[(.*)\], datum\.value\)\]", expression).groups()
    texts = [re.fullmatch(r"substring\((.*), 1\)", text)[1] for text in (values, labels)]
    assert [json.loads(text)[1:] for text in texts] == [name, f"as {name}"]
