from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ui.components import format as formats


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\N{EN DASH}", "-")


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (0, "$0.00"),
        (0.00002, "< $0.0001"),
        (-0.00002, "> $-0.0001"),
        (0.0009, "$0.0009"),
        (-0.0042, "$-0.0042"),
        (0.00994, "$0.0099"),
        (0.00996, "$0.01"),
        (3.456, "$3.46"),
        (99.994, "$99.99"),
        (99.996, "$100"),
        (1_234.5, "$1,234"),
        (999_600, "$1.0M"),
        (1_500_000, "$1.5M"),
    ],
)
def test_money_has_significant_digits(usd, text):
    assert plain(formats.money(usd)) == text


@pytest.mark.parametrize(
    ("usd", "text"),
    [(0, "$0.00"), (12.5, "$12.50"), (0.075, "$0.075"), (0.1 + 0.2, "$0.30"), (1_500, "$1,500.00")],
)
def test_price_has_cents_and_fractions_of_one(usd, text):
    assert formats.price(usd) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0.4, "0.4 s"),
        (59.6, "1.0 min"),
        (200, "3.3 min"),
        (1_738, "29 min"),
        (7_500, "2.1 h"),
        (90_000, "25 h"),
    ],
)
def test_a_duration_has_two_significant_digits(amount, text):
    assert plain(formats.seconds(amount)) == text


def test_days_name_both_ends_and_the_year_once():
    assert plain(formats.days(date(2026, 1, 5), date(2026, 2, 4))) == "5 Jan - 3 Feb 2026"


def test_days_over_new_year_name_both_years():
    assert plain(formats.days(date(2025, 12, 5), date(2026, 1, 4))) == "5 Dec 2025 - 3 Jan 2026"


def test_days_of_a_single_day():
    assert plain(formats.days(date(2026, 1, 5), date(2026, 1, 6))) == "5 Jan 2026"


@pytest.mark.parametrize(
    ("today", "text"), [(date(2026, 1, 5), "today 14:32"), (date(2026, 1, 6), "5 Jan 2026, 14:32")]
)
def test_moment_has_day_and_time(today, text):
    assert plain(formats.moment(datetime(2026, 1, 5, 14, 32, tzinfo=UTC), today)) == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (112, 100, "+12%"),
        (88, 100, "-12%"),
        (101.5, 100, "+1.5%"),
        (100, 100, "+0.0%"),
        (1_500, 100, "\N{MULTIPLICATION SIGN} 15"),
        (5, 0, None),
    ],
)
def test_change_is_a_percentage_or_a_factor(now, before, text):
    changed = formats.change(now, before)
    assert (changed and plain(changed)) == text


def test_points_are_percentage_points():
    assert plain(formats.points(0.023, 0.02)) == "+0.3 pp"


@pytest.mark.parametrize(("number", "text"), [(1, "1 day"), (2, "2 days"), (2_000, "2,000 days")])
def test_plural(number, text):
    assert plain(formats.plural(number, "day")) == text


def test_literal_stays_on_one_line():
    assert formats.literal(" one\n\n# two\u2028three\N{NO-BREAK SPACE}x ") == (
        "one \\# two three\N{NO-BREAK SPACE}x"
    )


def test_literal_escapes_markdown():
    assert formats.literal("![x](/y)") == r"\!\[x\]\(/y\)"
    assert formats.literal("Ada Lovelace") == "Ada Lovelace"


@pytest.mark.parametrize(
    ("address", "escaped"),
    [
        ("ada@example.com", r"ada:color[\@]example\.com"),
        ("http://example.com", r"http:color[\:]//example\.com"),
        ("WWW.example.com", r"WWW:color[\.]example\.com"),
        (":material/home:", r":color[\:]material/home\:"),
        ("a -> b", r"a :color[\-]\> b"),
        ("a >= b", r"a :color[\>]= b"),
    ],
)
def test_literal_breaks_up_markup_of_streamlit(address, escaped):
    assert formats.literal(address) == escaped
