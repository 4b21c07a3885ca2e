"""Prices on the Data page: unpriced models, custom prices, price list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import pandas as pd
import streamlit as st
from pymongo.database import Database

from analytics import cost_by_model
from charts.shared.model_names import model_label
from store.errors import PriceError
from store.prices.override_file import price_file
from store.prices.table import Prices, Rate
from ui.components.format import day, exact, literal, plural, price
from ui.components.table import columns, readable, table
from ui.jobs.panel import begin, is_busy
from ui.jobs.tasks import recompute
from ui.scope import EVERYTHING

PRICED_BY = {True: "Custom", False: "List"}

EXAMPLE = """[[rate]]
models = ["{model}"]
valid_from = 2026-01-01  # optional
usd_per_million = {{ input = 4, output = 20, cache_write_5m = 5, cache_write_1h = 8, \
cache_read = 0.4 }}
"""


def prices_section(db: Database) -> None:
    """Draw unpriced models, custom prices and the price list."""
    missing = unpriced_models(db)
    with st.grid(2, min_column_width=380, gap="small"):
        _unpriced_card(missing)
        _custom_card(str(missing["model"].iloc[0]) if len(missing) else "house-model")
    try:
        prices = Prices.load(db)
    except PriceError as error:
        with st.container(border=True):
            st.markdown(":material/error: **The file with custom prices cannot be read.**")
            st.text(str(error))
        return
    listed = price_list(prices)
    shown = listed.drop(columns="note").assign(model=listed["model"].map(model_label))
    table(
        "Price per million tokens, in US dollars",
        shown.drop_duplicates(),
        "No prices.",
        whole=lambda: listed,
    )
    _notes_card(notes_by_text(prices))


def unpriced_models(db: Database) -> pd.DataFrame:
    """Return the models with unpriced requests, most requests first."""
    models = cost_by_model(db, EVERYTHING)
    unpriced = models[models["unpriced_requests"] > 0]
    shown = ["model", "unpriced_requests", "api_requests", "total_tokens"]
    return unpriced[shown].sort_values("unpriced_requests", ascending=False)


def price_list(prices: Prices) -> pd.DataFrame:
    """Return one row per rate and model, in lookup order."""
    rows = [_row(rate, model) for rate in prices.rates for model in rate.models]
    return pd.DataFrame(rows).astype({"valid_from": "datetime64[us]", "valid_to": "datetime64[us]"})


def notes_by_text(prices: Prices) -> dict[str, list[str]]:
    """Return the notes on prices, each with the models and days that it applies to."""
    rates_by_note: dict[str, list[str]] = {}
    for rate in prices.rates:
        named = [f"{model_label(model)}{_span(rate)}" for model in rate.models]
        for note in _notes(rate):
            rates_by_note[note] = [*dict.fromkeys([*rates_by_note.get(note, []), *named])]
    return rates_by_note


def _span(rate: Rate) -> str:
    """Format the days of a rate; empty if it always applies."""
    spans = [f"from {day(rate.valid_from)}"] if rate.valid_from else []
    spans += [f"before {day(rate.valid_to)}"] if rate.valid_to else []
    return f" ({', '.join(spans)})" if spans else ""


def _row(rate: Rate, model: str) -> dict[str, object]:
    per_million = asdict(rate.usd_per_million)
    return {
        "model": model,
        "priced_by": PRICED_BY[rate.is_own],
        "valid_from": rate.valid_from,
        "valid_to": rate.valid_to,
        **{f"{kind}_usd_per_million": usd for kind, usd in per_million.items()},
        "note": "; ".join(_notes(rate)),
    }


def _notes(rate: Rate) -> list[str]:
    notes = [rate.note[0].upper() + rate.note[1:]] if rate.note else []
    if rate.above and rate.above_prompt_tokens:
        dearer = f"input {price(rate.above.input)}, output {price(rate.above.output)}"
        notes.append(f"Prompts over {exact(rate.above_prompt_tokens)} tokens: {dearer}")
    if rate.fast_multiplier:
        notes.append(f"Fast mode: {rate.fast_multiplier:g} times the price")
    return notes


def _notes_card(notes: Mapping[str, Sequence[str]]) -> None:
    if not notes:
        return
    lines = [f"- {literal(note)}: {literal(', '.join(on))}" for note, on in notes.items()]
    with st.container(border=True):
        st.subheader("Price notes", anchor=False)
        st.caption("\n".join(lines))


def _unpriced_card(missing: pd.DataFrame) -> None:
    with st.container(border=True, height="stretch"):
        st.subheader("Unpriced models", anchor=False)
        if missing.empty:
            st.caption("None. Every request has a cost, reported or at list price.")
            return
        requests = plural(int(missing["unpriced_requests"].sum()), "request")
        st.markdown(f"**{requests}** of {plural(len(missing), 'model')} excluded from all costs.")
        st.dataframe(
            readable(missing),
            hide_index=True,
            height="content",
            column_config=columns(missing),
            alt="Unpriced models",
        )


def _custom_card(model: str) -> None:
    with st.container(border=True, height="stretch"):
        st.subheader("Custom prices", anchor=False)
        st.write("Custom prices override the list. Add them to this file on the server:")
        st.code(str(price_file()), language=None, wrap_lines=True)
        with st.expander("Example", icon=":material/edit_note:"):
            st.code(EXAMPLE.format(model=model), language="toml", wrap_lines=True)
        st.button(
            "Recalculate costs",
            icon=":material/calculate:",
            key="reprice",
            disabled=is_busy(),
            on_click=begin,
            args=("Recalculating costs", recompute(), "Costs recalculated"),
        )
