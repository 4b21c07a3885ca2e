"""Which model and which client version there was on which day.

Models: Anthropic's announcements and model pages (``platform.claude.com/docs``), the 5.5 family and
haiku-5-5 from community release notes. A person takes up a new model some days after its release.

Clients: the changelog and packagers' release notes; between two known days the patch number grows
evenly, after the last one by 0.85 a day as it did in October 2026.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from generators.distributions import Ints

TIERS = ("opus", "sonnet", "haiku", "premium", "preview")
OPUS, SONNET, HAIKU, PREMIUM, PREVIEW = range(len(TIERS))


@dataclass(frozen=True, slots=True)
class Model:
    """A model as the client names it, and since when it was there."""

    id: str
    tier: int
    released: date


MODELS = (
    Model("claude-opus-4-20250514", OPUS, date(2025, 5, 22)),
    Model("claude-opus-4-1-20250805", OPUS, date(2025, 8, 5)),
    Model("claude-opus-4-5-20251101", OPUS, date(2025, 11, 24)),
    Model("claude-opus-4-6", OPUS, date(2026, 2, 5)),
    Model("claude-opus-4-7", OPUS, date(2026, 4, 16)),
    Model("claude-opus-4-8", OPUS, date(2026, 5, 28)),
    Model("claude-opus-5", OPUS, date(2026, 7, 24)),
    Model("claude-opus-5-5", OPUS, date(2026, 9, 22)),
    Model("claude-3-7-sonnet-20250219", SONNET, date(2025, 2, 24)),
    Model("claude-sonnet-4-20250514", SONNET, date(2025, 5, 22)),
    Model("claude-sonnet-4-5-20250929", SONNET, date(2025, 9, 29)),
    Model("claude-sonnet-4-6", SONNET, date(2026, 2, 17)),
    Model("claude-sonnet-5", SONNET, date(2026, 6, 30)),
    Model("claude-sonnet-5-5", SONNET, date(2026, 9, 28)),
    Model("claude-3-5-haiku-20241022", HAIKU, date(2024, 11, 4)),
    Model("claude-haiku-4-5-20251001", HAIKU, date(2025, 10, 15)),
    Model("claude-haiku-5-5", HAIKU, date(2026, 10, 7)),
    Model("claude-fable-5", PREMIUM, date(2026, 6, 9)),
    Model("claude-fable-5-1", PREMIUM, date(2026, 9, 1)),
    # A gated preview without a public price: the one model whose requests carry no cost
    Model("claude-mythos-preview", PREVIEW, date(2026, 4, 7)),
)
MODEL_IDS = tuple(model.id for model in MODELS)
MODEL_TIERS = np.array([model.tier for model in MODELS])

# What is used as long as a tier has no model yet
_BEFORE = {OPUS: 0, SONNET: 8, HAIKU: 14, PREMIUM: OPUS, PREVIEW: SONNET}

_CLIENTS = (
    (date(2025, 5, 22), "1.0.", 0),
    (date(2025, 9, 28), "1.0.", 128),
    (date(2025, 9, 29), "2.0.", 0),
    (date(2026, 1, 6), "2.0.", 76),
    (date(2026, 1, 7), "2.1.", 0),
    (date(2026, 2, 9), "2.1.", 38),
    (date(2026, 6, 30), "2.1.", 197),
    (date(2026, 9, 6), "2.1.", 263),
    (date(2026, 9, 23), "2.1.", 280),
    (date(2026, 10, 2), "2.1.", 287),
    (date(2026, 10, 8), "2.1.", 295),
    (date(2026, 11, 3), "2.1.", 317),
)
_LATER_PER_DAY = 0.85


def newest_model(tier: int, day: Ints) -> Ints:
    """Newest model of a tier on each day (as ordinals), as an index into `MODELS`."""
    members = [index for index, model in enumerate(MODELS) if model.tier == tier]
    released = [MODELS[index].released.toordinal() for index in members]
    position = np.searchsorted(released, day, side="right") - 1
    known = np.array(members)[np.clip(position, 0, None)]
    if tier in (PREMIUM, PREVIEW):
        return np.where(position < 0, newest_model(_BEFORE[tier], day), known)
    return np.where(position < 0, _BEFORE[tier], known)


@cache
def client_version(day: date) -> str:
    """Newest client version on a day."""
    position = max(bisect_right(_CLIENTS, day, key=lambda known: known[0]) - 1, 0)
    since, line, patch = _CLIENTS[position]
    days = max((day - since).days, 0)
    if position + 1 == len(_CLIENTS):
        return f"{line}{patch + int(days * _LATER_PER_DAY)}"
    until, next_line, next_patch = _CLIENTS[position + 1]
    if line != next_line:
        return f"{line}{patch}"
    return f"{line}{patch + (next_patch - patch) * days // (until - since).days}"


def installed_version(day: int, every_days: int, phase: int) -> str:
    """Version on a machine that is upgraded every so many days; `day` is an ordinal."""
    return client_version(date.fromordinal(day - (day + phase) % every_days))
