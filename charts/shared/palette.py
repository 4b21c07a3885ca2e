"""Colour scales that stay the same on every page and under every filter.

A scale is a domain only: its n-th entry takes the n-th categorical colour of
the theme, so the same chart is right in light and dark. The colours
themselves are in ``.streamlit/config.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from charts.shared.spec import Spec

HUES = 8
"""Distinct hues; the colour after them is grey, for unnamed values."""

GREY = HUES

UNNAMED = ("unknown", "other")

ROLES = ("senior_dev", "junior_dev", "data_scientist", "devops", "tech_lead")

FAMILIES = ("opus", "sonnet", "haiku", "fable", "mythos")

TOKEN_KINDS = {
    "cache_read_tokens": "Cache read",
    "cache_creation_tokens": "Cache write",
    "input_tokens": "Input",
    "output_tokens": "Output",
}
"""Columns of tokens, usually largest first, and their names for readers."""

TOOL_KINDS = ("Run", "Read", "Edit", "Plan", "Web", "Agents", "MCP", "Ask")
"""Kinds of tools; tools of a kind share its colour."""

OUTCOMES = ("Granted", "Denied")
"""Permission decisions."""

FAILURES = {"api_errors": "API requests", "tool_failures": "Tool calls"}
"""Columns of failures, and their names for readers."""


def color_scale(names: Iterable[str], known: Sequence[str] = ()) -> Spec:
    """Give each name a colour of its own.

    Parameters
    ----------
    names : iterable of str
        All names. Pass those of the whole store rather than those on the chart, so
        that a filter changes no colour.
    known : sequence of str
        Names with a fixed colour: the n-th has the n-th hue, present or not.
    """
    others = sorted(set(names) - set(known) - set(UNNAMED))
    places = {_place(i): name for i, name in enumerate([*known, *others])}
    places[GREY] = "unknown"
    places[GREY + HUES + 1] = "other"
    # Placeholders keep the positions of the names
    return dict(domain=[places.get(i, f"({i})") for i in range(max(places) + 1)])


def role_scale(roles: Iterable[str]) -> Spec:
    """Colours of roles, the same on every chart."""
    return color_scale(roles, ROLES)


def model_scale(models: Iterable[str]) -> Spec:
    """Colours of models; pass all that the store knows.

    The newest of each family has the family's colour, older ones come after.
    """
    known = sorted(models)
    newest = {family_of(model): model for model in known}
    return color_scale(known, [newest.get(family, f"({family})") for family in FAMILIES])


def family_of(model: str) -> str:
    """Return the family of a model, such as opus; empty if unknown."""
    return next((family for family in FAMILIES if family in model), "")


def token_scale() -> Spec:
    """Colours of the four types of tokens."""
    return dict(domain=list(TOKEN_KINDS.values()))


def tool_kind_scale() -> Spec:
    """Colours of kinds of tools."""
    return color_scale((), TOOL_KINDS)


def _place(index: int) -> int:
    """Position in the domain of the index-th name: each ninth one is grey, and left out."""
    return index // HUES * (HUES + 1) + index % HUES
