"""A token that was revoked and is used all the same."""

from __future__ import annotations

from datetime import date, timedelta

from analytics import Filters
from analytics.saas import token_reuse_after_revocation
from tests.saas_factories import NOON, identity, load_saas, make

SCOPE = Filters(date(2026, 1, 20), date(2026, 1, 22))


def request(token, minutes, **fields):
    moment = NOON + timedelta(minutes=minutes)
    token_id = identity("tokens", token)
    return make("requests", (token, minutes), token_id=token_id, timestamp=moment, **fields)


def test_only_requests_after_the_revocation_are_misuse(db):
    ada, grace = (identity("users", n) for n in (1, 2))
    load_saas(
        db,
        make("tokens", 1, user_id=ada, revoked=True, revoked_at=NOON),
        make("tokens", 2, user_id=ada, revoked=True, revoked_at=NOON),
        make("tokens", 3, user_id=grace, revoked=True, revoked_at=NOON + timedelta(minutes=5)),
        make("tokens", 4, user_id=grace),
        *(request(1, minutes) for minutes in (-1, 0, 1)),
        request(2, 2, status_code=401),
        request(3, 5),
        request(3, 6, status_code=399),
        request(4, 9),
    )
    frame = token_reuse_after_revocation(db, SCOPE).set_index("user_id")
    assert frame[["tokens", "requests", "succeeded"]].to_dict("index") == {
        ada: {"tokens": 2, "requests": 2, "succeeded": 1},
        grace: {"tokens": 1, "requests": 1, "succeeded": 1},
    }
    assert frame.loc[ada, "first_at"] == NOON + timedelta(minutes=1)
    assert frame.loc[ada, "last_at"] == NOON + timedelta(minutes=2)
