from datetime import date

import pytest

from store.prices.overrides import remove_rate, save_rate
from store.prices.table import Prices
from store.revisions import revision

RATES = {"input": 1, "output": 2, "cache_write_5m": 3, "cache_write_1h": 4, "cache_read": 0.5}
DAY = date(2026, 11, 23)


def test_a_rate_of_ones_own_goes_before_the_table(db):
    save_rate(db, "deal", {"models": ["claude-opus-5"], "usd_per_million": RATES})
    assert Prices.load(db).rate("claude-opus-5", DAY).usd_per_million.input == 1
    assert Prices.load().rate("claude-opus-5", DAY).usd_per_million.input == 5


def test_a_rate_of_ones_own_holds_only_on_its_days(db):
    deal = {"models": ["claude-opus-5"], "usd_per_million": RATES, "valid_from": "2026-11-23"}
    save_rate(db, "deal", deal | {"valid_to": "2026-11-24"})
    prices = Prices.load(db)
    rates = [prices.rate("claude-opus-5", date(2026, 11, day)) for day in (22, 23, 24)]
    assert [rate.usd_per_million.input for rate in rates] == [5, 1, 5]


def test_saving_under_the_same_name_replaces_and_removing_brings_the_table_back(db):
    save_rate(db, "deal", {"models": ["claude-opus-5"], "usd_per_million": RATES})
    save_rate(db, "deal", {"models": ["claude-opus-5"], "usd_per_million": RATES | {"input": 2}})
    assert Prices.load(db).rate("claude-opus-5", DAY).usd_per_million.input == 2
    remove_rate(db, "deal")
    assert Prices.load(db).rate("claude-opus-5", DAY).usd_per_million.input == 5


def test_a_change_of_rates_is_a_new_revision(db):
    before = revision(db, ["price_rates"])
    save_rate(db, "deal", {"models": ["claude-opus-5"], "usd_per_million": RATES})
    assert revision(db, ["price_rates"]) != before


def test_rate_that_cannot_be_read_back_is_rejected(db):
    with pytest.raises(TypeError):
        save_rate(db, "deal", {"models": ["x"], "usd_per_million": {"input": 1}})
    assert db["price_rates"].find_one({}) is None
