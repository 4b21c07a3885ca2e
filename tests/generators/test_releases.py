from datetime import date

import numpy as np
import pytest

from generators.releases import (
    HAIKU,
    MODEL_IDS,
    MODELS,
    OPUS,
    PREMIUM,
    PREVIEW,
    SONNET,
    client_version,
    installed_version,
    newest_model,
)
from store.prices.table import list_cost


def newest(tier, day):
    return MODEL_IDS[newest_model(tier, np.array([day.toordinal()]))[0]]


@pytest.mark.parametrize(
    ("tier", "day", "model"),
    [
        (OPUS, date(2026, 9, 21), "claude-opus-5"),
        (OPUS, date(2026, 9, 22), "claude-opus-5-5"),
        (SONNET, date(2026, 9, 28), "claude-sonnet-5-5"),
        (HAIKU, date(2026, 10, 6), "claude-haiku-4-5-20251001"),
        (HAIKU, date(2026, 10, 7), "claude-haiku-5-5"),
        (PREMIUM, date(2026, 11, 1), "claude-fable-5-1"),
        (PREMIUM, date(2026, 5, 1), "claude-opus-4-7"),
        (OPUS, date(2020, 1, 1), "claude-opus-4-20250514"),
        (PREVIEW, date(2026, 3, 1), "claude-sonnet-4-6"),
    ],
)
def test_a_model_is_used_from_its_release_on(tier, day, model):
    assert newest(tier, day) == model


def test_only_the_preview_has_no_list_price():
    unpriced = [
        m.id
        for m in MODELS
        if list_cost(m.id, max(m.released, date(2025, 1, 1)), input_tokens=1) is None
    ]

    assert unpriced == ["claude-mythos-preview"]


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2026, 1, 6), "2.0.76"),
        (date(2026, 2, 9), "2.1.38"),
        (date(2026, 6, 30), "2.1.197"),
        (date(2026, 10, 8), "2.1.295"),
        (date(2026, 11, 3), "2.1.317"),
        (date(2020, 1, 1), "1.0.0"),
    ],
)
def test_client_versions_meet_the_known_days(day, version):
    assert client_version(day) == version


def test_versions_never_go_back():
    days = range(date(2025, 6, 1).toordinal(), date(2027, 1, 1).toordinal())
    versions = [client_version(date.fromordinal(day)) for day in days]
    numbers = [tuple(int(part) for part in version.split(".")) for version in versions]

    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 300


def test_a_machine_keeps_its_version_until_it_is_upgraded():
    start = date(2026, 10, 1).toordinal()
    versions = [installed_version(start + day, 7, 3) for day in range(28)]

    assert 4 <= len(set(versions)) <= 5
    assert installed_version(start, 1, 0) == client_version(date(2026, 10, 1))
