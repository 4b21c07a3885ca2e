from __future__ import annotations

from store.prices.override_file import file_rates
from store.prices.table import Prices, Rate
from tests.factories import load, make_request
from ui.sections.data.prices import EXAMPLE, notes_by_text, price_list, unpriced_models

RATES = {"input": 1, "output": 2, "cache_write_5m": 3, "cache_write_1h": 4, "cache_read": 0.5}


def test_price_list_has_a_row_per_model_of_a_rate():
    rate = Rate.parse(
        {
            "models": ["a", "b"],
            "usd_per_million": RATES,
            "valid_from": "2026-01-01",
            "fast_multiplier": 2,
            "above": {**RATES, "input": 7, "prompt_tokens": 200_000},
            "note": "deal",
        },
        is_own=True,
    )
    rows = price_list(Prices([rate]))
    assert [*rows["model"]] == ["a", "b"]
    row = rows.iloc[0]
    assert row["priced_by"] == "Custom"
    assert (row["input_usd_per_million"], row["cache_read_usd_per_million"]) == (1, 0.5)
    assert str(row["valid_from"].date()) == "2026-01-01"
    assert row["note"].replace("\xa0", " ") == (
        "Deal; Prompts over 200,000 tokens: input $7.00, output $2.00; Fast mode: 2 times the price"
    )


def test_price_list_has_all_built_in_prices():
    rows = price_list(Prices.load())
    assert {*rows["priced_by"]} == {"List"}
    assert "claude-opus-5-5" in {*rows["model"]}


def test_notes_are_grouped_by_text():
    until = {"models": ["claude-opus-4-6"], "usd_per_million": RATES, "valid_to": "2026-03-13"}
    rates = [
        Rate.parse({**until, "note": "retired"}),
        Rate.parse({"models": ["a"], "usd_per_million": RATES}),
        Rate.parse({"models": ["b", "c"], "usd_per_million": RATES, "note": "retired"}),
    ]
    notes = notes_by_text(Prices(rates))
    assert [*notes] == ["Retired"]
    assert [on.replace("\xa0", " ") for on in notes["Retired"]] == [
        "Opus 4.6 (before 13 Mar 2026)",
        "b",
        "c",
    ]


def test_unpriced_models_are_ranked_by_requests(db):
    load(
        db,
        make_request(model="x", cost_usd=None),
        *(make_request(model="y", cost_usd=None, prompt_id=p) for p in "pq"),
        make_request(model="z", cost_usd=1.0),
    )
    assert [*unpriced_models(db)["model"]] == ["y", "x"]


def test_example_is_valid(tmp_path, monkeypatch):
    path = tmp_path / "prices.toml"
    monkeypatch.setenv("TOKENFLOW_PRICES", str(path))
    path.write_text(EXAMPLE.format(model="x"))
    assert file_rates()[0].models == ("x",)
