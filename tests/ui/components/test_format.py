from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ui.components import format as write


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
def test_money_shows_the_digits_that_matter(usd, text):
    assert plain(write.money(usd)) == text


@pytest.mark.parametrize(
    ("usd", "text"),
    [(0, "$0.00"), (12.5, "$12.50"), (0.075, "$0.075"), (0.1 + 0.2, "$0.30"), (1_500, "$1,500.00")],
)
def test_a_price_has_its_cents_and_what_it_has_of_one(usd, text):
    assert write.price(usd) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0.4, "400 ms"),
        (59.6, "1.0 min"),
        (200, "3.3 min"),
        (1_738, "29 min"),
        (7_500, "2.1 h"),
        (90_000, "25 h"),
    ],
)
def test_a_duration_has_two_significant_digits(amount, text):
    assert plain(write.seconds(amount)) == text


def test_a_range_of_days_names_both_ends_and_the_year_once():
    assert plain(write.days(date(2026, 1, 5), date(2026, 2, 4))) == "5 Jan - 3 Feb 2026"


def test_a_range_over_new_year_names_both_years():
    assert plain(write.days(date(2025, 12, 5), date(2026, 1, 4))) == "5 Dec 2025 - 3 Jan 2026"


def test_a_single_day_is_one_day():
    assert plain(write.days(date(2026, 1, 5), date(2026, 1, 6))) == "5 Jan 2026"


@pytest.mark.parametrize(
    ("today", "text"), [(date(2026, 1, 5), "today 14:32"), (date(2026, 1, 6), "5 Jan 2026, 14:32")]
)
def test_an_instant_has_its_day_and_its_time(today, text):
    assert plain(write.moment(datetime(2026, 1, 5, 14, 32, tzinfo=UTC), today)) == text


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
def test_a_change_is_a_percentage_where_one_can_say_it(now, before, text):
    changed = write.change(now, before)
    assert (changed and plain(changed)) == text


def test_ratios_are_compared_in_percentage_points():
    assert plain(write.points(0.023, 0.02)) == "+0.3 pp"


@pytest.mark.parametrize(("number", "text"), [(1, "1 day"), (2, "2 days"), (2_000, "2,000 days")])
def test_a_noun_follows_its_number(number, text):
    assert plain(write.plural(number, "day")) == text


def test_what_came_from_outside_stays_on_its_line():
    assert write.literal(" one\n\n# two\u2028three\N{NO-BREAK SPACE}x ") == (
        "one \\# two three\N{NO-BREAK SPACE}x"
    )


def test_what_came_from_outside_is_shown_as_it_is():
    assert write.literal("![x](/y)") == r"\!\[x\]\(/y\)"
    assert write.literal("Ada Lovelace") == "Ada Lovelace"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ada@example.com", r"ada:color[\@]example\.com"),
        ("http://example.com", r"http:color[\:]//example\.com"),
        ("WWW.example.com", r"WWW:color[\.]example\.com"),
        (":material/home:", r":color[\:]material/home\:"),
        ("a -> b", r"a :color[\-]\> b"),
        ("a >= b", r"a :color[\>]= b"),
    ],
)
def test_what_streamlit_makes_of_plain_text_is_parted(address, written):
    assert write.literal(address) == written
