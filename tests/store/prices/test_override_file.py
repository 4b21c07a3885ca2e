from __future__ import annotations

from datetime import date

import pytest

from store.connection import data_directory
from store.errors import PriceError, StoreError
from store.prices.override_file import file_rates, price_file
from store.prices.overrides import save_rate
from store.prices.table import Prices

DAY = date(2026, 11, 23)
RATES = {"input": 1, "output": 2, "cache_write_5m": 3, "cache_write_1h": 4, "cache_read": 0.5}
USD = "usd_per_million = {" + ", ".join(f"{kind} = {usd}" for kind, usd in RATES.items()) + "}"
RATE = f'[[rate]]\nmodels = ["house-model", "claude-opus-5"]\n{USD}\n'


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "own.toml"
    monkeypatch.setenv("TOKENFLOW_PRICES", str(path))
    return path


def test_file_is_in_the_data_directory_unless_the_environment_names_another(file, monkeypatch):
    assert price_file() == file
    monkeypatch.delenv("TOKENFLOW_PRICES")
    assert price_file() == data_directory() / "prices.toml"


def test_no_file_is_no_prices(monkeypatch):
    monkeypatch.delenv("TOKENFLOW_PRICES", raising=False)
    assert file_rates() == ()


def test_the_file_goes_before_the_table_and_after_what_the_store_has(file, db):
    file.write_text(RATE + "fast_multiplier = 3\nvalid_from = 2026-01-01\n")
    assert Prices.load(db).rate("house-model", DAY).is_own
    assert Prices.load(db).rate("claude-opus-5", DAY).usd_per_million.input == 1
    assert Prices.load(db).rate("claude-opus-5", date(2025, 12, 31)).usd_per_million.input == 5
    assert Prices.load().rate("claude-opus-5", DAY).usd_per_million.input == 5
    save_rate(db, "deal", {"models": ["claude-opus-5"], "usd_per_million": RATES | {"input": 7}})
    assert Prices.load(db).rate("claude-opus-5", DAY).usd_per_million.input == 7


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[[rate]\n", "line 1"),
        ("[[rates]]\nmodels = []\n", "'rates' is unknown; each price begins with [[rate]]"),
        ("[rate]\nmodels = []\n", "double brackets"),
        ("rate = [1]\n", "write [[rate]] in double brackets"),
        (f'[[rate]]\nmodels = "gpt"\n{USD}\n', "rate 1: models must be a list of names"),
        (f"[[rate]]\n{USD}\n", "rate 1: models must be a list of names"),
        ('[[rate]]\nmodels = ["x"]\n', "rate 1: usd_per_million must have exactly cache_read,"),
        (RATE + RATE.replace("input = 1", "input = -1"), "rate 2: usd_per_million.input must be"),
        (RATE.replace("input = 1", "input = nan"), "usd_per_million.input must be a number"),
        (RATE.replace("input = 1", 'input = "1"'), "not '1'"),
        (RATE.replace("input = 1", "input = true"), "not True"),
        (RATE + "above = { prompt_tokens = 1 }\n", "above must have exactly"),
        (RATE + "fast_multiplier = [2]\n", "fast_multiplier must be a number"),
        (RATE + 'valid_from = "soon"\n', "valid_from must be a day such as 2026-11-01, not 'soon'"),
        (RATE + "valid_to = 5\n", "valid_to must be a day"),
        (RATE + "note = 1\n", "note must be text"),
        (RATE + "discount = 1\n", "'discount' is unknown; there are above,"),
    ],
)
def test_what_is_no_price_is_named_with_its_file_in_one_line(file, content, problem):
    file.write_text(content)
    with pytest.raises(StoreError) as rejected:
        file_rates()
    message = str(rejected.value)
    assert message.startswith(f"{file}: ")
    assert problem in message
    assert "\n" not in message


def test_a_file_that_is_no_text_or_not_there_is_named(file):
    with pytest.raises(PriceError, match="no such file, but TOKENFLOW_PRICES names it"):
        file_rates()
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(PriceError, match="utf-8"):
        file_rates()
    file.unlink()
    file.mkdir()
    with pytest.raises(PriceError, match="directory"):
        file_rates()
