from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import later, load, make_request
from tests.saas_factories import NOON, identity, load_saas, make
from tests.ui.apps import metrics, texts


@pytest.fixture
def shop(db):
    """Return a store with a failed sign-in and an answered request with a revoked token."""
    token = {"token_id": identity("tokens", 1), "session_id": identity("sessions", 1)}
    load_saas(
        db,
        make("users", 1),
        make("sessions", 1, user_id=identity("users", 1), duration_seconds=60),
        make("tokens", 1, user_id=identity("users", 1), revoked=True, revoked_at=NOON),
        make("requests", 1, timestamp=NOON + timedelta(hours=1), response_time_ms=20, **token),
        make("requests", 2, status_code=429, rate_limited=True, response_time_ms=5),
        make("audit_logs", 1, action="login_failed", user_id=identity("users", 1)),
    )
    return db


THAT_DAY = {"range": ["2026-01-20", "2026-01-20"]}


def test_headline_numbers(shop, open_app):
    app = open_app("saas", **THAT_DAY)
    assert not app.exception
    assert metrics(app) == {
        "Requests": "2",
        "Error rate": "50%",
        "Failed sign-ins": "1",
        "Revoked tokens": "1",
        "Rate limited": "1",
        "Accounts with MFA": "100%",
    }


def test_findings_are_ranked_with_their_accounts(shop, open_app):
    findings = open_app("saas", **THAT_DAY).dataframe[0].value
    worst = findings.iloc[0]
    assert (worst["severity"], worst["finding"]) == ("Critical", "Revoked token used")
    assert worst["subject"] == f"Token {identity('tokens', 1)}"
    assert worst["account"] == "ada"
    assert "Address 10.0.0.1" in findings["subject"].tolist()


def test_revoked_tokens_have_the_names_of_their_accounts(shop, open_app):
    reuses = open_app("saas", **THAT_DAY).dataframe[1].value
    assert reuses[["account", "requests"]].to_numpy().tolist() == [["ada", 1]]


def test_account_without_a_name_has_its_id(shop, open_app):
    # The record of the later sign-in replaces the first
    signed_in = (NOON + timedelta(days=9)).isoformat()
    load_saas(shop, make("users", 1, username=None, last_login_at=signed_in))
    findings = open_app("saas", **THAT_DAY).dataframe[0].value
    assert findings.iloc[0]["account"] == identity("users", 1)


def test_scope_line_has_the_last_day_of_saas_data_and_the_demo_badge(shop, team, open_app):
    load(team, make_request(timestamp=later(days=3)))
    written = texts(open_app("saas", **THAT_DAY))
    assert "SaaS data until 20 Jan 2026" in written
    assert "23 Jan" not in written
    assert "Demo data" in written


def test_days_without_data_offer_those_with_data(shop, open_app):
    app = open_app("saas")
    assert "No SaaS data in this period" in texts(app)
    assert "20 Jan 2026 (2 requests)" in texts(app)
    app.button(key="show-saas-days").click().run()
    assert not app.exception
    assert metrics(app)["Requests"] == "2"


def test_other_filters_do_not_apply(shop, team, open_app):
    app = open_app("saas", role=["devops"], **THAT_DAY)
    assert not app.exception
    assert not app.multiselect
    assert metrics(app)["Requests"] == "2"


def test_demo_data_is_generated_and_loaded(db, open_app):
    from tests.pages.test_data import wait

    app = open_app("saas")
    app.button(key="load-saas").click().run()
    wait(app)
    assert not app.exception
    assert metrics(app)["Requests"] != "0"
