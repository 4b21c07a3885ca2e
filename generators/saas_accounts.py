"""A web application's accounts, their sessions and the tokens of each session.

==================  ===================================================================
number              source
==================  ===================================================================
roles, permissions  the predecessor's data set: 75 % users, 13 % analysts, 7 %
                    moderators, 5 % admins, and what each may do
status              assumption: 88 % active, 5 % blocked, 4 % pending, 3 % deleted
session length      assumption: lognormal, p50 25 min, p90 3 h, cut after 12 h
token lifetime      the predecessor: access 15 to 60 minutes, refresh 7 to 30 days; here
                    a client fetches a new access token when the old one ends
how sessions end    assumption, below
==================  ===================================================================
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from generators.distributions import Lognormal
from generators.plan import SaasPlan

Row = dict[str, Any]

REQUESTS_PER_SESSION = 8
SESSION_MINUTES = Lognormal(25, 180)
LONGEST_SESSION = timedelta(hours=12)
# A session without a request for that long is over
IDLE = timedelta(minutes=30)

PERMISSIONS = {
    "user": ("read", "write"),
    "analyst": ("read", "export"),
    "moderator": ("read", "write", "delete"),
    "admin": ("read", "write", "delete", "admin", "export"),
}
_ROLE_SHARES = (0.75, 0.13, 0.07, 0.05)
_STATUS = {"active": 0.88, "blocked": 0.05, "pending": 0.04, "deleted": 0.03}
_ENDS = {"manual_logout": 0.45, "timeout": 0.36, "expired": 0.12, "revoked": 0.07}
_PLACES = (
    *(("US", "New York"), ("US", "San Francisco"), ("IN", "Bengaluru"), ("DE", "Berlin")),
    *(("GB", "London"), ("FR", "Paris"), ("CA", "Toronto"), ("AU", "Sydney"), ("JP", "Tokyo")),
)
_DEVICES = (
    ("desktop", "Windows", ("Chrome", "Edge", "Firefox")),
    ("desktop", "macOS", ("Safari", "Chrome", "Firefox")),
    ("desktop", "Linux", ("Firefox", "Chrome")),
    ("mobile", "iOS", ("Safari", "Chrome")),
    ("mobile", "Android", ("Chrome", "Firefox")),
    ("tablet", "iOS", ("Safari",)),
)
_DEVICE_SHARES = (0.34, 0.28, 0.08, 0.14, 0.12, 0.04)
_HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 18, 16, 13, 16, 18, 18, 15, 11, 8, 6, 6, 5, 3, 2)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token while it can be used."""

    row: Row
    issued: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A session with its tokens; `row` is what the data set holds."""

    row: Row
    user: Row
    started: datetime
    ended: datetime
    access: list[AccessToken] = field(default_factory=list)


def stamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds and ``+00:00``."""
    return moment.isoformat(timespec="milliseconds")


def build_accounts(plan: SaasPlan) -> list[Row]:
    """Invent accounts; the first is active, so that there is someone to sign in."""
    drawn = Random(plan.digest("accounts"))
    return [_account(plan, drawn, number) for number in range(plan.users)]


def build_sessions(plan: SaasPlan, accounts: list[Row], count: int) -> list[Session]:
    """Let active accounts sign in, on weekdays and by day more than else; in order of time."""
    drawn = Random(plan.digest("sessions"))
    active = [account for account in accounts if account["status"] == "active"]
    weights = [drawn.lognormvariate(0, 0.9) for _ in active]
    owners = drawn.choices(active, weights, k=count)
    places = {account["user_id"]: _place(drawn) for account in active}
    starts = sorted(_start(plan, drawn) for _ in range(count))
    return [
        _session(plan, drawn, number, owner, start, places[owner["user_id"]])
        for number, (owner, start) in enumerate(zip(owners, starts, strict=True))
    ]


def issue_tokens(plan: SaasPlan, sessions: list[Session]) -> list[Row]:
    """Give each session a refresh token and one access token after the other."""
    drawn = Random(plan.digest("tokens"))
    return [row for session in sessions for row in _tokens(plan, drawn, session)]


def _account(plan: SaasPlan, drawn: Random, number: int) -> Row:
    role = drawn.choices(list(PERMISSIONS), _ROLE_SHARES)[0]
    status = drawn.choices(list(_STATUS), list(_STATUS.values()))[0] if number else "active"
    username = f"user_{number + 1:05d}"
    created = plan.until - timedelta(days=plan.days + drawn.uniform(0, 700))
    signed_in = created + (plan.until - timedelta(days=plan.days) - created) * drawn.random()
    return {
        "user_id": plan.uuid("account", number),
        "username": username,
        "email": f"{username}@example.com",
        "role": role,
        "permissions": list(PERMISSIONS[role]),
        "created_at": stamp(created),
        "last_login_at": None if status == "pending" else stamp(signed_in),
        "status": status,
        "mfa_enabled": drawn.random() < (0.9 if role == "admin" else 0.35),
        "failed_login_attempts": 0,
    }


def _place(drawn: Random) -> Row:
    country, city = drawn.choice(_PLACES)
    # 198.18.0.0/15 is set aside for tests: no one lives there
    address = f"198.{drawn.choice((18, 19))}.{drawn.randrange(256)}.{drawn.randrange(1, 255)}"
    return {"ip_address": address, "country": country, "city": city}


def _start(plan: SaasPlan, drawn: Random) -> datetime:
    while True:
        day = plan.until - timedelta(days=1 + drawn.randrange(plan.days))
        if day.weekday() < 5 or drawn.random() < 0.3:
            break
        if plan.days == 1:
            break
    hour = drawn.choices(range(24), _HOURS)[0]
    return day + timedelta(hours=hour, milliseconds=drawn.randrange(3_600_000))


def _session(
    plan: SaasPlan, drawn: Random, number: int, owner: Row, start: datetime, place: Row
) -> Session:
    minutes = drawn.lognormvariate(0, SESSION_MINUTES.sigma) * SESSION_MINUTES.p50
    end = start + min(timedelta(minutes=max(1.0, minutes)), LONGEST_SESSION)
    last = min(end, plan.until - timedelta(milliseconds=1))
    is_active = end > plan.until - IDLE
    device, system, browsers = drawn.choices(_DEVICES, _DEVICE_SHARES)[0]
    reason = drawn.choices(list(_ENDS), list(_ENDS.values()))[0]
    row = {
        "session_id": plan.uuid("session", number),
        "user_id": owner["user_id"],
        **place,
        "device_type": device,
        "browser": drawn.choice(browsers),
        "os": system,
        "started_at": stamp(start),
        "last_activity_at": stamp(last),
        "duration_seconds": int((last - start).total_seconds()),
        "is_active": is_active,
        "terminated_reason": None if is_active else reason,
    }
    owner["last_login_at"] = stamp(start)
    return Session(row, owner, start, last)


def _tokens(plan: SaasPlan, drawn: Random, session: Session) -> list[Row]:
    lifetime = timedelta(days=drawn.uniform(7, 30))
    rows = [_token(plan, session, "refresh", 0, session.started, session.started + lifetime)]
    issued = session.started
    while True:
        expires = issued + timedelta(minutes=drawn.uniform(15, 60))
        row = _token(plan, session, "access", len(rows), issued, expires)
        rows.append(row)
        session.access.append(AccessToken(row, issued, expires))
        if expires > session.ended:
            break
        issued = expires
    if session.row["terminated_reason"] in ("manual_logout", "revoked"):
        # What could still be used is taken back: the refresh token and the last access token
        for row in (rows[0], rows[-1]):
            row.update(revoked=True, revoked_at=session.row["last_activity_at"])
    return rows


def _token(
    plan: SaasPlan, session: Session, kind: str, number: int, issued: datetime, expires: datetime
) -> Row:
    identity = ("token", session.row["session_id"], number)
    return {
        "token_id": plan.uuid(*identity),
        "user_id": session.row["user_id"],
        "session_id": session.row["session_id"],
        "type": kind,
        "issued_at": stamp(issued),
        "expires_at": stamp(expires),
        "revoked": False,
        "revoked_at": None,
        "scopes": session.user["permissions"],
        "signature_hash": plan.digest("signature", *identity),
    }
