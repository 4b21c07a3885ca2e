"""Costs of requests at list price, from a dated table (``prices.toml``).

A ``cost_usd`` that the client reported is preferred, also when it is 0. A model without a price
costs ``None``, never 0 and never the price of a model with a similar name.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pymongo.database import Database

TABLE = Path(__file__).with_name("prices.toml")
OVERRIDES = "price_rates"

_KINDS = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_creation_tokens",
    "cache_creation_1h_tokens",
)

# Bedrock puts region and vendor before the id and a version behind it, Vertex a date behind "@",
# gateways a vendor and a slash before it and a dot between the digits
_CLAUDE = re.compile(r"(?:^|[./])(claude-[a-z0-9.-]+)")
_VERSION = re.compile(r"-v\d+$")
_DATE = re.compile(r"-(?:\d{8}|latest)$")
_CONTEXT = re.compile(r"\[\w+\]$")


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars per million tokens of each kind."""

    input: float
    output: float
    cache_write_5m: float
    cache_write_1h: float
    cache_read: float


@dataclass(frozen=True, slots=True)
class Rate:
    """One row of the table: what some models cost in a span of days."""

    models: tuple[str, ...]
    usd_per_million: Rates
    valid_from: date | None = None
    valid_to: date | None = None
    above_prompt_tokens: int | None = None
    above: Rates | None = None
    fast_multiplier: float | None = None
    source: str = ""
    checked_on: date | None = None
    note: str = ""
    is_own: bool = False
    """Whether it was entered here, not taken from the built-in table."""

    @classmethod
    def parse(cls, row: Mapping[str, Any], is_own: bool = False) -> Self:
        """Read one row as the table and the collection ``price_rates`` write it."""
        above = dict(row.get("above") or {})
        threshold = above.pop("prompt_tokens", None)
        return cls(
            models=tuple(name.lower() for name in row["models"]),
            usd_per_million=Rates(**row["usd_per_million"]),
            valid_from=_day(row.get("valid_from")),
            valid_to=_day(row.get("valid_to")),
            above_prompt_tokens=threshold,
            above=Rates(**above) if above else None,
            fast_multiplier=row.get("fast_multiplier"),
            source=row.get("source", ""),
            checked_on=_day(row.get("checked_on")),
            note=row.get("note", ""),
            is_own=is_own,
        )

    def covers(self, name: str, day: date) -> bool:
        """Whether this row prices the model (as `model_name` writes it) on that day."""
        if self.valid_from and day < self.valid_from:
            return False
        if self.valid_to and day >= self.valid_to:
            return False
        return any(
            name.startswith(known[:-1]) if known.endswith("*") else name == known
            for known in self.models
        )

    def cost(
        self,
        input_tokens: float = 0,
        output_tokens: float = 0,
        cache_read_tokens: float = 0,
        cache_creation_tokens: float = 0,
        cache_creation_1h_tokens: float = 0,
        speed: str | None = None,
    ) -> float | None:
        """US dollars for one request; None for a fast one where no fast price is known."""
        prompt = input_tokens + cache_read_tokens + cache_creation_tokens
        rates = self.usd_per_million
        if self.above and self.above_prompt_tokens and prompt > self.above_prompt_tokens:
            rates = self.above
        one_hour = min(cache_creation_1h_tokens, cache_creation_tokens)
        millionths = (
            input_tokens * rates.input
            + output_tokens * rates.output
            + cache_read_tokens * rates.cache_read
            + (cache_creation_tokens - one_hour) * rates.cache_write_5m
            + one_hour * rates.cache_write_1h
        )
        if speed == "fast":
            if self.fast_multiplier is None:
                return None
            millionths *= self.fast_multiplier
        return millionths / 1e6


class Prices:
    """The price table, preceded by the price overrides of a store."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        self.rates = tuple(rates)
        self._rates_by_model: dict[tuple[str, date], Rate | None] = {}

    @classmethod
    def load(cls, db: "Database | None" = None) -> Self:
        """Read the table and, given a store, the overrides that precede it.

        Raises
        ------
        PriceError
            If there is a file of overrides (`store.prices.override_file`) that cannot be read.
        """
        if db is None:
            return cls(_table())
        # Imported here: list prices alone need neither a store nor its driver
        from store.prices.override_file import file_rates

        own = [Rate.parse(row, is_own=True) for row in db[OVERRIDES].find()]
        return cls([*own, *file_rates(), *_table()])

    def rate(self, model: str, day: date) -> Rate | None:
        """Find the row that prices a model on a day; None if there is none."""
        key = (model, day)
        if key not in self._rates_by_model:
            name = model_name(model)
            self._rates_by_model[key] = next(
                (rate for rate in self.rates if rate.covers(name, day)), None
            )
        return self._rates_by_model[key]

    def cost(self, event: Mapping[str, Any]) -> tuple[float | None, str]:
        """Cost of one request and where the number comes from.

        Parameters
        ----------
        event : mapping
            Canonical event; ``cost_usd`` is what the client reported.

        Returns
        -------
        tuple
            US dollars or None, and ``"reported"``, ``"list_price"`` or ``"unpriced"``.
        """
        reported = event.get("cost_usd")
        if reported is not None:
            return reported, "reported"
        rate = self.rate(event.get("model", ""), event["timestamp"].date())
        cost = rate.cost(speed=event.get("speed"), **_tokens(event)) if rate else None
        return (None, "unpriced") if cost is None else (cost, "list_price")


def list_cost(model: str, day: date, speed: str | None = None, **tokens: float) -> float | None:
    """List price of one request in US dollars, without a store; None if unknown.

    Parameters
    ----------
    model : str
        Model id as any of the platforms writes it.
    day : datetime.date
        Day of the request (UTC).
    speed : str, optional
        ``"fast"`` for fast mode.
    **tokens : float
        ``input_tokens``, ``output_tokens``, ``cache_read_tokens``, ``cache_creation_tokens`` and,
        as a part of the latter, ``cache_creation_1h_tokens``.
    """
    rate = _table_prices().rate(model, day)
    return rate.cost(speed=speed, **tokens) if rate else None


def model_name(model: str) -> str:
    """Reduce a model id to the name that the table uses."""
    name = _CONTEXT.sub("", model.strip().lower())
    claude = _CLAUDE.search(name)
    if not claude:
        return name
    return _DATE.sub("", _VERSION.sub("", claude[1])).replace(".", "-")


def _tokens(event: Mapping[str, Any]) -> dict[str, float]:
    return {kind: event[kind] for kind in _KINDS if kind in event}


@cache
def _table() -> tuple[Rate, ...]:
    return tuple(Rate.parse(row) for row in tomllib.loads(TABLE.read_text("utf-8"))["rate"])


@cache
def _table_prices() -> Prices:
    return Prices(_table())


def _day(value: Any) -> date | None:
    # The table holds dates, MongoDB knows only instants and text
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value
