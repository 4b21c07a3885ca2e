"""The price table against a second one, maintained by others: every model that both list.

A development check: the other table is not needed at run time. Where the two differ, one of them is
wrong or knows less; each such place is named below with the reason to keep ours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import pytest
from genai_prices import Usage, calc_price
from genai_prices.data_snapshot import get_snapshot

from store.prices.table import Prices, list_cost, model_name

RATES = Prices.load().rates
MODELS = sorted({model for rate in RATES for model in rate.models})
CHECKED_ON = max(rate.checked_on for rate in RATES if rate.checked_on)
CHANGES = {day for rate in RATES for day in (rate.valid_from, rate.valid_to) if day}
DAYS = sorted({CHECKED_ON} | CHANGES | {day - timedelta(days=1) for day in CHANGES})
PROMPTS = (1_000, 150_000, 300_000)  # below and above every tier

OLD = {"claude-2", "claude-v1"}
"""Models of the second list that Claude Code never called."""


class Case(NamedTuple):
    model: str
    day: date
    prompt: int
    is_fast: bool


class Deviation(NamedTuple):
    model: str
    why: str
    is_fast: bool = False
    since: date = date.min
    until: date = date.max
    above: int = 0

    def covers(self, case: Case) -> bool:
        """Return whether this is the reason why a case differs."""
        return (
            case.model == self.model
            and case.is_fast == self.is_fast
            and self.since <= case.day < self.until
            and case.prompt > self.above
        )


OCTOBER_CUT = date(2026, 10, 7)
KNOWN = [
    Deviation("claude-haiku-5-5", "ours begins with its release", until=OCTOBER_CUT),
    Deviation("claude-sonnet-5-5", "theirs lacks the read rate before the cut", until=OCTOBER_CUT),
    Deviation(
        "claude-sonnet-4-5", "theirs lacks the end of the long context beta",
        since=date(2026, 5, 1), above=200_000,
    ),
    Deviation("claude-mythos-5-2", "no page of the vendor lists a fast rate", is_fast=True),
    Deviation("claude-opus-4-6", "theirs lacks the fast rate that users report", is_fast=True),
    Deviation("claude-opus-4-7", "theirs lacks the fast rate that users report", is_fast=True),
    Deviation(
        "claude-opus-4-8", "theirs lacks the end of fast mode",
        is_fast=True, since=date(2026, 12, 1),
    ),
]  # fmt: skip


def ours(case: Case) -> float | None:
    return list_cost(
        case.model,
        case.day,
        speed="fast" if case.is_fast else None,
        input_tokens=case.prompt,
        output_tokens=700,
        cache_read_tokens=3_000,
        cache_creation_tokens=500,
        cache_creation_1h_tokens=200,
    )


def theirs(case: Case) -> float | None:
    usage = Usage(  # their input includes what was cached
        input_tokens=case.prompt + 3_000 + 500,
        output_tokens=700,
        cache_read_tokens=3_000,
        cache_write_tokens=500,
        cache_write_1h_tokens=200,
    )
    try:
        priced = calc_price(
            usage,
            case.model,
            provider_id="anthropic",
            genai_request_timestamp=datetime.combine(case.day, time(12), UTC),
            price_context={"speed": "fast"} if case.is_fast else None,
        )
    except LookupError:
        return None
    return float(priced.total_price)


def cases(model: str) -> list[Case]:
    """Return every case of a model that both tables can price."""
    cases = [
        Case(model, day, prompt, fast) for day in DAYS for prompt in PROMPTS for fast in (0, 1)
    ]
    return [case for case in cases if theirs(case) is not None and not _is_no_fast_mode(case)]


def _is_no_fast_mode(case: Case) -> bool:
    # They charge the ordinary rate where there is no fast mode, we none at all
    return (
        case.is_fast and ours(case) is None and theirs(case) == theirs(case._replace(is_fast=False))
    )


def differs(case: Case) -> bool:
    return ours(case) != pytest.approx(theirs(case), rel=1e-9)


@pytest.mark.parametrize("model", MODELS)
def test_both_tables_name_the_same_price(model):
    surprising = [
        (*case[1:], ours(case), theirs(case))
        for case in cases(model)
        if differs(case) and not any(known.covers(case) for known in KNOWN)
    ]
    assert surprising == []


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known.model}: {known.why}")
def test_a_known_deviation_is_still_one(known):
    covered = [case for case in cases(known.model) if known.covers(case)]
    assert covered
    assert all(differs(case) for case in covered)


def test_every_current_model_of_theirs_is_in_our_table():
    (vendor,) = (vendor for vendor in get_snapshot().providers if vendor.id == "anthropic")
    listed = {model.id for model in vendor.models} - OLD
    assert {name for name in listed if list_cost(name, CHECKED_ON) is None} == set()
    assert len({model_name(name) for name in listed} & set(MODELS)) > 20
