from collections import Counter, defaultdict
from itertools import pairwise

from generators.saas_accounts import PERMISSIONS

from .conftest import END

UNTIL = f"{END.isoformat()}T23:59:59.999+00:00"


def test_accounts_are_distinct_and_named_after_their_address(dataset):
    users = dataset["users"]

    assert len({user["user_id"] for user in users}) == len(users) == 80
    assert len({user["email"] for user in users}) == len(users)
    assert all(user["email"].split("@")[0] == user["username"] for user in users)


def test_roles_have_their_permissions(dataset):
    assert all(user["permissions"] == list(PERMISSIONS[user["role"]]) for user in dataset["users"])


def test_only_active_accounts_sign_in(dataset):
    status = {user["user_id"]: user["status"] for user in dataset["users"]}

    assert {status[session["user_id"]] for session in dataset["sessions"]} == {"active"}


def test_the_last_sign_in_is_that_of_the_last_session(dataset):
    last = defaultdict(str)
    for session in dataset["sessions"]:
        last[session["user_id"]] = max(last[session["user_id"]], session["started_at"])
    for user in dataset["users"]:
        if user["user_id"] in last:
            assert user["last_login_at"] == last[user["user_id"]]
        if user["status"] == "pending":
            assert user["last_login_at"] is None
        assert user["last_login_at"] is None or user["created_at"] < user["last_login_at"]


def test_sessions_end_after_they_start_and_not_in_the_future(dataset):
    for session in dataset["sessions"]:
        assert session["started_at"] <= session["last_activity_at"] <= UNTIL
        assert 0 <= session["duration_seconds"] <= 12 * 3600
        assert session["is_active"] == (session["terminated_reason"] is None)


def test_device_system_and_browser_fit(dataset):
    assert not [s for s in dataset["sessions"] if s["os"] == "Android" and s["browser"] == "Safari"]
    assert not [
        s for s in dataset["sessions"] if s["device_type"] == "desktop" and s["os"] == "iOS"
    ]
    assert len({(s["country"], s["city"]) for s in dataset["sessions"]}) == len(
        {s["city"] for s in dataset["sessions"]}
    )


def test_each_session_has_a_refresh_token_and_access_tokens_in_a_row(dataset):
    tokens = defaultdict(list)
    for token in dataset["tokens"]:
        tokens[token["session_id"]].append(token)
    for session in dataset["sessions"]:
        kinds = Counter(token["type"] for token in tokens[session["session_id"]])
        access = [t for t in tokens[session["session_id"]] if t["type"] == "access"]
        assert kinds["refresh"] == 1
        assert access[0]["issued_at"] == session["started_at"]
        assert access[-1]["expires_at"] > session["last_activity_at"]
        assert all(a["expires_at"] == b["issued_at"] for a, b in pairwise(access))
        assert {t["user_id"] for t in tokens[session["session_id"]]} == {session["user_id"]}


def test_tokens_are_taken_back_when_a_session_is_ended_on_purpose(dataset):
    sessions = {session["session_id"]: session for session in dataset["sessions"]}
    revoked = [token for token in dataset["tokens"] if token["revoked"]]

    assert revoked
    assert all((token["revoked_at"] is None) != token["revoked"] for token in dataset["tokens"])
    for token in revoked:
        session = sessions[token["session_id"]]
        assert session["terminated_reason"] in ("manual_logout", "revoked")
        assert token["revoked_at"] == session["last_activity_at"] <= UNTIL
