"""Which colour a thing has, on every page and under every filter.

A scale is written as a domain only: its n-th entry takes the n-th categorical
colour of the theme, so the same chart is right in light and dark. The colours
themselves stand in ``.streamlit/config.toml``, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from charts.shared.spec import Spec

HUES = 8
"""Distinct hues; the colour after them is the grey of whatever has no name."""

GREY = HUES

UNNAMED = ("unknown", "other")

ROLES = ("senior_dev", "junior_dev", "data_scientist", "devops", "tech_lead")

FAMILIES = ("opus", "sonnet", "haiku", "fable", "mythos")

TOKEN_KINDS = {
    "cache_read_tokens": "Cache read",
    "cache_creation_tokens": "Cache creation",
    "input_tokens": "Input",
    "output_tokens": "Output",
}
"""The four kinds, largest first as sessions usually have them, and their names for readers."""

TOOL_KINDS = ("Run", "Read", "Edit", "Plan", "Web", "Agents", "MCP", "Ask")
"""What tools are for; tools of a kind share its colour."""

OUTCOMES = ("Granted", "Refused")
"""How a permission was decided."""

FAILURES = {"api_errors": "API requests", "tool_failures": "Tool calls"}
"""What can fail, and its name for readers."""


def color_scale(names: Iterable[str], known: Sequence[str] = ()) -> Spec:
    """Give each name a colour of its own.

    Parameters
    ----------
    names : iterable of str
        Every name there is. Pass those of the whole store rather than those
        on the chart, and a filter moves no colour.
    known : sequence of str
        Names whose colours are settled: the n-th has the n-th hue, present or not.
    """
    strangers = sorted(set(names) - set(known) - set(UNNAMED))
    places = {_place(i): name for i, name in enumerate([*known, *strangers])}
    places[GREY] = "unknown"
    places[GREY + HUES + 1] = "other"
    # Entries nobody has keep the places of the others.
    return dict(domain=[places.get(i, f"({i})") for i in range(max(places) + 1)])


def role_scale(roles: Iterable[str]) -> Spec:
    """Colours of roles, the same wherever a role is drawn."""
    return color_scale(roles, ROLES)


def model_scale(models: Iterable[str]) -> Spec:
    """Colours of models; pass all that the store knows.

    The newest of each family has the family's colour, older ones come after.
    """
    known = sorted(models)
    newest = {family_of(model): model for model in known}
    return color_scale(known, [newest.get(family, f"({family})") for family in FAMILIES])


def family_of(model: str) -> str:
    """Return the family of a model, such as opus; empty if it belongs to none that we know."""
    return next((family for family in FAMILIES if family in model), "")


def token_scale() -> Spec:
    """Colours of the four kinds of tokens."""
    return dict(domain=list(TOKEN_KINDS.values()))


def tool_kind_scale() -> Spec:
    """Colours of kinds of tools."""
    return color_scale((), TOOL_KINDS)


def _place(index: int) -> int:
    """Position in the domain of the index-th name: each ninth one is grey, and left out."""
    return index // HUES * (HUES + 1) + index % HUES
