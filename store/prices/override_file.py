"""Price overrides from a file: contract prices, and models that the built-in table lacks.

The file has the form of ``store/prices/prices.toml``: one ``[[rate]]`` after the other.
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from store.connection import data_directory
from store.errors import PriceError
from store.prices.table import Rate

VARIABLE = "TOKENFLOW_PRICES"

_RATES = {"input", "output", "cache_write_5m", "cache_write_1h", "cache_read"}
_FIELDS = {
    "models", "usd_per_million", "valid_from", "valid_to", "above", "fast_multiplier",
    "source", "checked_on", "note",
}  # fmt: skip


def price_file() -> Path:
    """Return where the file is, or would be: ``TOKENFLOW_PRICES``, else in the data directory."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen).expanduser().absolute() if chosen else data_directory() / "prices.toml"


def file_rates() -> tuple[Rate, ...]:
    """Read the file; no rates if there is none and the environment names none.

    Raises
    ------
    PriceError
        If it cannot be read as prices; the message names the file and what is wrong.
    """
    path = price_file()
    try:
        rows = _rows(tomllib.loads(path.read_text("utf-8")))
        return tuple(_rate(row, number) for number, row in enumerate(rows, start=1))
    except FileNotFoundError:
        if not os.environ.get(VARIABLE):
            return ()
        raise PriceError(f"{path}: no such file, but {VARIABLE} names it") from None
    except OSError as error:
        raise PriceError(f"{path}: {error.strerror}") from None
    except ValueError as error:  # of TOML and UTF-8 too
        raise PriceError(f"{path}: {' '.join(str(error).split())}") from None


def _rows(table: Mapping[str, Any]) -> list[Any]:
    if unknown := sorted(table.keys() - {"rate"}):
        raise ValueError(f"{unknown[0]!r} is unknown; each price begins with [[rate]]")
    rows = table.get("rate", [])
    if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
        raise ValueError("write [[rate]] in double brackets")
    return rows


def _rate(row: Mapping[str, Any], number: int) -> Rate:
    try:
        _check(row)
        return Rate.parse(row, is_own=True)
    except ValueError as error:
        raise ValueError(f"rate {number}: {error}") from None


def _check(row: Mapping[str, Any]) -> None:
    if unknown := sorted(row.keys() - _FIELDS):
        raise ValueError(f"{unknown[0]!r} is unknown; there are {', '.join(sorted(_FIELDS))}")
    models = row.get("models")
    if not (isinstance(models, list) and models and all(isinstance(m, str) for m in models)):
        raise ValueError('models must be a list of names, such as ["claude-opus-5"]')
    _check_rates("usd_per_million", row.get("usd_per_million"), _RATES)
    if "above" in row:
        _check_rates("above", row["above"], _RATES | {"prompt_tokens"})
    if "fast_multiplier" in row:
        _check_number("fast_multiplier", row["fast_multiplier"])
    for name in ("valid_from", "valid_to", "checked_on"):
        _check_day(name, row.get(name))
    for name in ("source", "note"):
        if not isinstance(row.get(name, ""), str):
            raise ValueError(f"{name} must be text")


def _check_rates(name: str, rates: Any, names: set[str]) -> None:
    if not isinstance(rates, dict) or rates.keys() != names:
        raise ValueError(f"{name} must have exactly {', '.join(sorted(names))}")
    for kind, number in rates.items():
        _check_number(f"{name}.{kind}", number)


def _check_number(name: str, number: Any) -> None:
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if not (is_number and math.isfinite(number) and number >= 0):
        raise ValueError(f"{name} must be a number that is not negative, not {number!r}")


def _check_day(name: str, day: Any) -> None:
    if day is None or isinstance(day, date):
        return
    try:
        date.fromisoformat(day)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a day such as 2026-11-01, not {day!r}") from None
