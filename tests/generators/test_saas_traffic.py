from collections import Counter, defaultdict

import pytest


@pytest.fixture(scope="module")
def tokens(dataset):
    return {token["token_id"]: token for token in dataset["tokens"]}


def test_requests_are_as_many_as_planned_in_order_of_time(dataset):
    times = [request["timestamp"] for request in dataset["requests"]]

    assert len(times) == 4000
    assert times == sorted(times)


def test_every_reference_leads_somewhere(dataset, tokens):
    users = {user["user_id"] for user in dataset["users"]}
    sessions = {session["session_id"] for session in dataset["sessions"]}
    for request in dataset["requests"]:
        assert request["session_id"] is None or request["session_id"] in sessions
        if request["token_id"]:
            token = tokens[request["token_id"]]
            assert token["session_id"] == request["session_id"]
            assert token["type"] == "access"
    assert {log["user_id"] for log in dataset["audit_logs"]} <= users
    assert {session["user_id"] for session in dataset["sessions"]} <= users


def test_most_requests_succeed(dataset):
    codes = Counter(request["status_code"] for request in dataset["requests"])
    good = sum(count for code, count in codes.items() if code < 400)

    assert good / 4000 == pytest.approx(0.9, abs=0.04)
    assert set(codes) == {200, 201, 204, 400, 401, 403, 404, 429, 500, 503}


def test_a_request_that_succeeds_had_a_valid_token_of_its_session(dataset, tokens):
    sessions = {session["session_id"]: session for session in dataset["sessions"]}
    for request in dataset["requests"]:
        if request["status_code"] < 400:
            token = tokens[request["token_id"]]
            session = sessions[request["session_id"]]
            assert token["issued_at"] <= request["timestamp"] <= token["expires_at"]
            assert session["started_at"] <= request["timestamp"] <= session["last_activity_at"]


def test_a_failed_request_has_a_reason(dataset, tokens):
    for request in dataset["requests"]:
        message = request["error_message"]
        token = tokens.get(request["token_id"])
        assert (message is None) == (request["status_code"] < 400)
        if message == "Token expired":
            assert token["expires_at"] <= request["timestamp"]
        if message == "Missing token":
            assert token is None
        if message == "Token revoked":
            assert token["revoked_at"] < request["timestamp"]


def test_rate_limiting_and_429_are_the_same_thing(dataset):
    limited = [request for request in dataset["requests"] if request["rate_limited"]]

    assert limited
    assert all(r["rate_limited"] == (r["status_code"] == 429) for r in dataset["requests"])


def test_a_person_without_the_permission_is_rejected(dataset):
    permissions = {user["user_id"]: user["permissions"] for user in dataset["users"]}
    owners = {session["session_id"]: session["user_id"] for session in dataset["sessions"]}
    rejected = [r for r in dataset["requests"] if r["status_code"] == 403]

    assert rejected
    for request in rejected:
        lacking = request["error_message"].split()[2]
        assert lacking not in permissions[owners[request["session_id"]]]


def test_password_guessing_comes_in_bursts_and_is_audited(dataset):
    guesses = [r for r in dataset["requests"] if r["error_message"] == "Invalid credentials"]
    failed = [log for log in dataset["audit_logs"] if log["action"] == "login_failed"]
    victims = Counter(log["user_id"] for log in failed)

    assert len(guesses) == len(failed) >= 0.015 * 4000
    assert all(r["session_id"] is None and r["token_id"] is None for r in guesses)
    assert victims.most_common(1)[0][1] >= 30
    assert {log["severity"] for log in failed} == {"warning"}


def test_revoked_tokens_turn_up_again(dataset):
    assert sum(r["error_message"] == "Token revoked" for r in dataset["requests"]) >= 0.007 * 4000


def test_a_flood_is_many_requests_of_one_session_within_a_minute(dataset):
    limited = defaultdict(list)
    for request in dataset["requests"]:
        if request["rate_limited"]:
            limited[request["session_id"]].append(request["timestamp"][:15])

    assert max(len(times) for times in limited.values()) >= 20


def test_failed_attempts_are_those_since_the_last_sign_in(dataset):
    failed = defaultdict(list)
    for log in dataset["audit_logs"]:
        if log["action"] == "login_failed":
            failed[log["user_id"]].append(log["timestamp"])
    for user in dataset["users"]:
        since = user["last_login_at"] or ""
        later = [at for at in failed[user["user_id"]] if at > since]
        assert user["failed_login_attempts"] == len(later)


def test_the_audit_log_knows_every_sign_in_and_every_revocation(dataset):
    actions = Counter(log["action"] for log in dataset["audit_logs"])

    assert actions["login_success"] == len(dataset["sessions"])
    assert actions["token_revoked"] == sum(token["revoked"] for token in dataset["tokens"])
    assert set(actions) == {"login_success", "login_failed", "token_revoked"}


def test_only_methods_that_make_sense_are_used(dataset):
    used = {(request["endpoint"], request["method"]) for request in dataset["requests"]}

    assert len({endpoint for endpoint, _ in used}) >= 6
    assert not any(e.startswith("/api/auth/") and method != "POST" for e, method in used)
