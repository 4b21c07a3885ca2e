from datetime import UTC, date, datetime

import pytest

from store.prices.table import Prices, Rate, list_cost, model_name

TODAY = date(2026, 11, 23)
MILLION = 1_000_000


def request(**fields):
    return {
        "timestamp": datetime(2026, 11, 23, 9, tzinfo=UTC),
        "event_type": "api_request",
    } | fields


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("claude-opus-4-6", "claude-opus-4-6"),
        ("claude-opus-4-6[1m]", "claude-opus-4-6"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("claude-3-5-sonnet-latest", "claude-3-5-sonnet"),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
        ("anthropic.claude-opus-4-1-20250805-v1:0", "claude-opus-4-1"),
        ("global.anthropic.claude-opus-5-v1", "claude-opus-5"),
        (
            "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-opus-4-5-20251101-v1:0",
            "claude-opus-4-5",
        ),
        ("claude-opus-4-5@20251101", "claude-opus-4-5"),
        ("publishers/anthropic/models/claude-sonnet-4@20250514", "claude-sonnet-4"),
        ("anthropic/claude-opus-4.5", "claude-opus-4-5"),
        ("Claude-Opus-5-5", "claude-opus-5-5"),
        ("gpt-6", "gpt-6"),
        ("<synthetic>", "<synthetic>"),
        ("not-claude-opus-5", "not-claude-opus-5"),
    ],
)
def test_a_model_id_is_reduced_to_the_name_in_the_table(written, name):
    assert model_name(written) == name


@pytest.mark.parametrize(
    ("model", "input_", "output", "write_5m", "write_1h", "read"),
    [
        ("claude-fable-5-2", 8, 40, 10, 16, 0.20),
        ("claude-mythos-5-2", 8, 40, 10, 16, 0.20),
        ("claude-fable-5-1", 10, 50, 12.5, 20, 0.25),
        ("claude-mythos-5-1", 10, 50, 12.5, 20, 0.25),
        ("claude-fable-5", 10, 50, 12.5, 20, 1),
        ("claude-mythos-5", 10, 50, 12.5, 20, 1),
        ("claude-opus-5-5", 4, 20, 5, 8, 0.20),
        ("claude-opus-5", 5, 25, 6.25, 10, 0.50),
        ("claude-opus-4-8", 5, 25, 6.25, 10, 0.50),
        ("claude-opus-4-7", 5, 25, 6.25, 10, 0.50),
        ("claude-opus-4-6", 5, 25, 6.25, 10, 0.50),
        ("claude-opus-4-5-20251101", 5, 25, 6.25, 10, 0.50),
        ("claude-opus-4-1-20250805", 15, 75, 18.75, 30, 1.50),
        ("claude-opus-4-20250514", 15, 75, 18.75, 30, 1.50),
        ("claude-sonnet-5-5", 2, 10, 2.5, 4, 0.10),
        ("claude-sonnet-5", 2, 10, 2.5, 4, 0.20),
        ("claude-sonnet-4-6", 3, 15, 3.75, 6, 0.30),
        ("claude-sonnet-4-5-20250929", 3, 15, 3.75, 6, 0.30),
        ("claude-sonnet-4-20250514", 3, 15, 3.75, 6, 0.30),
        ("claude-3-7-sonnet-20250219", 3, 15, 3.75, 6, 0.30),
        ("claude-3-5-sonnet-20241022", 3, 15, 3.75, 6, 0.30),
        ("claude-haiku-5-5", 0.10, 0.50, 0.125, 0.20, 0.01),
        ("claude-haiku-4-5-20251001", 1, 5, 1.25, 2, 0.10),
        ("claude-3-5-haiku-20241022", 0.80, 4, 1, 1.60, 0.08),
        ("claude-3-haiku-20240307", 0.25, 1.25, 0.30, 0.50, 0.03),
    ],
)
def test_each_kind_of_token_has_its_own_rate(model, input_, output, write_5m, write_1h, read):
    rates = Prices.load().rate(model, TODAY).usd_per_million
    assert (rates.input, rates.output) == (input_, output)
    assert (rates.cache_write_5m, rates.cache_write_1h) == (write_5m, write_1h)
    assert rates.cache_read == read


def test_costs_that_real_clients_reported_are_met_exactly():
    assert list_cost("claude-haiku-4-5-20251001", TODAY, input_tokens=387, output_tokens=18) == (
        0.000477
    )
    opus = {
        "input_tokens": 9,
        "output_tokens": 2067,
        "cache_read_tokens": 168_193,
        "cache_creation_tokens": 17_761,
    }
    assert list_cost("claude-opus-4-6", date(2026, 3, 20), **opus) == 0.24682275
    hour = list_cost("claude-opus-4-6", date(2026, 3, 20), **opus, cache_creation_1h_tokens=17_761)
    assert hour == 0.31342650


@pytest.mark.parametrize(
    ("model", "day", "usd"),
    [
        ("claude-opus-4-6", date(2026, 3, 12), 37.5),
        ("claude-opus-4-6", date(2026, 3, 13), 25),
        ("claude-sonnet-4-6", date(2026, 3, 12), 22.5),
        ("claude-sonnet-4-6", date(2026, 3, 13), 15),
        ("claude-sonnet-4-5", date(2026, 4, 30), 22.5),
        ("claude-sonnet-4-5", date(2026, 5, 1), 15),
    ],
)
def test_a_long_prompt_was_dearer_until_a_day(model, day, usd):
    prompt = {"input_tokens": 1, "cache_read_tokens": 100_000, "cache_creation_tokens": 100_000}
    with_output = list_cost(model, day, output_tokens=MILLION, **prompt)
    assert with_output - list_cost(model, day, **prompt) == pytest.approx(usd)


def test_the_threshold_itself_is_not_yet_a_long_prompt():
    assert list_cost("claude-haiku-5-5", TODAY, cache_read_tokens=100_000) == 0.001
    assert list_cost("claude-haiku-5-5", TODAY, cache_read_tokens=100_002) == 0.0050001


def test_a_cut_of_the_read_rate_counts_from_its_day():
    assert list_cost("claude-sonnet-5-5", date(2026, 10, 6), cache_read_tokens=MILLION) == 0.2
    assert list_cost("claude-sonnet-5-5", date(2026, 10, 7), cache_read_tokens=MILLION) == 0.1


def test_fast_mode_multiplies_every_rate_where_its_price_is_known():
    assert list_cost("claude-opus-5-5", TODAY, speed="fast", output_tokens=MILLION) == 40
    assert list_cost("claude-opus-4-8", TODAY, speed="fast", input_tokens=MILLION) == 10
    assert list_cost("claude-opus-5", TODAY, speed="standard", input_tokens=MILLION) == 5
    assert list_cost("claude-haiku-4-5", TODAY, speed="fast", input_tokens=MILLION) is None
    assert list_cost("claude-opus-4-8", date(2026, 12, 1), speed="fast", input_tokens=1) is None


@pytest.mark.parametrize("model", ["claude-opus-5-7", "claude-haiku-5", "<synthetic>", "gpt-6", ""])
def test_an_unknown_model_has_no_price(model):
    assert Prices.load().rate(model, TODAY) is None
    assert list_cost(model, TODAY, input_tokens=MILLION) is None


@pytest.mark.parametrize("reported", [0, 0.0, 1.25])
def test_what_the_client_reported_wins_also_when_it_is_zero(reported):
    event = request(model="claude-opus-5", cost_usd=reported, input_tokens=MILLION)
    assert Prices.load().cost(event) == (reported, "reported")


def test_a_request_without_a_reported_cost_is_priced_from_the_table():
    event = request(model="claude-opus-5[1m]", input_tokens=MILLION, cache_creation_tokens=MILLION)
    assert Prices.load().cost(event) == (11.25, "list_price")
    event |= {"cache_creation_1h_tokens": MILLION, "speed": "fast"}
    assert Prices.load().cost(event) == (30.0, "list_price")


def test_request_without_a_price_has_the_basis_unpriced():
    assert Prices.load().cost(request(model="mystery", input_tokens=5)) == (None, "unpriced")
    assert Prices.load().cost(request(input_tokens=5)) == (None, "unpriced")


def test_no_two_rows_price_the_same_model_on_the_same_day():
    rates = Prices.load().rates
    for rate in rates:
        for name in rate.models:
            days = [rate.valid_from or date(2024, 1, 1)]
            if rate.valid_to:
                days.append(rate.valid_to)
            for day in days:
                assert sum(other.covers(name, day) for other in rates) <= 1, (name, day)


def test_every_row_names_its_source_and_the_day_it_was_checked():
    assert all(rate.source and rate.checked_on for rate in Prices.load().rates)


def test_a_trailing_star_makes_a_name_a_prefix():
    rate = Rate.parse(
        {
            "models": ["our-*"],
            "usd_per_million": {
                "input": 1, "output": 2, "cache_write_5m": 3, "cache_write_1h": 4, "cache_read": 5,
            },
        }
    )  # fmt: skip
    assert rate.covers("our-model", TODAY)
    assert not rate.covers("your-model", TODAY)
