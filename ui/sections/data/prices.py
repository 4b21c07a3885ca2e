"""Prices on the Data page: the dated list, one's own, and what has none."""

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

PRICED_BY = {True: "Your own", False: "List"}

EXAMPLE = """[[rate]]
models = ["{model}"]
valid_from = 2026-01-01  # optional
usd_per_million = {{ input = 4, output = 20, cache_write_5m = 5, cache_write_1h = 8, \
cache_read = 0.4 }}
"""


def prices_section(db: Database) -> None:
    """Draw what has no price, how to give it one, and the prices there are."""
    missing = unpriced_models(db)
    with st.grid(2, min_column_width=380, gap="small"):
        _unpriced_card(missing)
        _own_card(str(missing["model"].iloc[0]) if len(missing) else "house-model")
    try:
        prices = Prices.load(db)
    except PriceError as error:
        with st.container(border=True):
            st.markdown(":material/error: **The file with your prices cannot be read.**")
            st.text(str(error))
        return
    listed = price_list(prices)
    shown = listed.drop(columns="note").assign(model=listed["model"].map(model_label))
    table(
        "What does a million tokens cost, in US dollars?",
        shown.drop_duplicates(),
        "No prices.",
        whole=lambda: listed,
    )
    _notes_card(notes_by_text(prices))


def unpriced_models(db: Database) -> pd.DataFrame:
    """Return the models of which some requests have no price, most requests first."""
    models = cost_by_model(db, EVERYTHING)
    found = models[models["unpriced_requests"] > 0]
    wanted = ["model", "unpriced_requests", "api_requests", "total_tokens"]
    return found[wanted].sort_values("unpriced_requests", ascending=False)


def price_list(prices: Prices) -> pd.DataFrame:
    """Return one row per rate and model, in the order in which they are looked up."""
    rows = [_row(rate, model) for rate in prices.rates for model in rate.models]
    return pd.DataFrame(rows).astype({"valid_from": "datetime64[us]", "valid_to": "datetime64[us]"})


def notes_by_text(prices: Prices) -> dict[str, list[str]]:
    """Return what there is to know about some prices, with the models and days it is about."""
    about: dict[str, list[str]] = {}
    for rate in prices.rates:
        named = [f"{model_label(model)}{_span(rate)}" for model in rate.models]
        for note in _notes(rate):
            about[note] = [*dict.fromkeys([*about.get(note, []), *named])]
    return about


def _span(rate: Rate) -> str:
    """Say since when and until when a rate holds; empty if always."""
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
        notes.append(f"Fast mode: {rate.fast_multiplier:g} times as much")
    return notes


def _notes_card(notes: Mapping[str, Sequence[str]]) -> None:
    if not notes:
        return
    lines = [f"- {literal(note)}: {literal(', '.join(on))}" for note, on in notes.items()]
    with st.container(border=True):
        st.markdown("##### What holds beyond that, and for which model?")
        st.caption("\n".join(lines))


def _unpriced_card(missing: pd.DataFrame) -> None:
    with st.container(border=True, height="stretch"):
        st.subheader("What has no price?", anchor=False)
        if missing.empty:
            st.caption("Nothing: every request has a cost, reported or at list price.")
            return
        requests = plural(int(missing["unpriced_requests"].sum()), "request")
        st.markdown(f"**{requests}** of {plural(len(missing), 'model')} add nothing to any cost.")
        st.dataframe(
            readable(missing),
            hide_index=True,
            height="content",
            column_config=columns(missing),
            alt="Models without a price",
        )


def _own_card(model: str) -> None:
    with st.container(border=True, height="stretch"):
        st.subheader("Do you pay other prices?", anchor=False)
        st.write("Yours go before the list. Write them into this file on the server:")
        st.code(str(price_file()), language=None, wrap_lines=True)
        with st.expander("What to write", icon=":material/edit_note:"):
            st.code(EXAMPLE.format(model=model), language="toml", wrap_lines=True)
        st.button(
            "Price everything anew",
            icon=":material/calculate:",
            key="reprice",
            disabled=is_busy(),
            on_click=begin,
            args=("Pricing everything anew", recompute()),
        )
