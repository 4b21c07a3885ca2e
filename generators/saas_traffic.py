"""What the accounts ask the web application, what it answers, and who attacks it.

===================  ==================================================================
number               source
===================  ==================================================================
anomalies            the predecessor: 4 % of the requests; here 40 % of them password
                     guessing, 40 % floods, 20 % uses of a revoked token
endpoints            the predecessor's seven, with the methods that make sense
status               assumption: 93 % succeed; 401 where a token is expired or missing,
                     403 where the permission is
response time        assumption: lognormal, p50 120 ms, p90 480 ms; exports ten times that
sizes                assumption: lognormal, p50 600 B and 4 kB
===================  ==================================================================
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from generators.distributions import Lognormal
from generators.plan import SaasPlan
from generators.saas_accounts import AccessToken, Row, Session, stamp

ANOMALY_SHARE = 0.04
_GUESSING, _REUSE = 0.4, 0.2
_GUESSES, _FLOOD = 30, 25

RESPONSE_MS = Lognormal(120, 480)
REQUEST_BYTES = Lognormal(600, 2_500)
RESPONSE_BYTES = Lognormal(4_000, 30_000)

LOGIN, LOGOUT, EXPORT = "/api/auth/login", "/api/auth/logout", "/api/export/data"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What can be asked, with which permission, and how often it is."""

    path: str
    method: str
    status_code: int
    permission: str
    weight: float


_ENDPOINTS = (
    Endpoint("/api/analytics/report", "GET", 200, "read", 34),
    Endpoint("/api/analytics/report", "POST", 201, "read", 10),
    Endpoint("/api/users", "GET", 200, "read", 18),
    Endpoint("/api/users", "POST", 201, "write", 3),
    Endpoint("/api/users/{id}", "GET", 200, "read", 20),
    Endpoint("/api/users/{id}", "PUT", 200, "write", 8),
    Endpoint("/api/users/{id}", "PATCH", 200, "write", 5),
    Endpoint("/api/users/{id}", "DELETE", 204, "delete", 1),
    Endpoint(EXPORT, "GET", 200, "export", 6),
    Endpoint("/api/admin/audit", "GET", 200, "admin", 4),
)
_WEIGHTS = [endpoint.weight for endpoint in _ENDPOINTS]
# A client shows what a person may do; few ask for more
_OVERREACH = 0.10

_FAILURES = {
    404: (0.018, "Not found"),
    400: (0.014, "Invalid request"),
    500: (0.006, "Internal server error"),
    503: (0.004, "Service unavailable"),
}
_EXPIRED, _NO_TOKEN = 0.02, 0.004


class Traffic:
    """Draws requests and audit events; both are complete after `run`.

    Parameters
    ----------
    plan : SaasPlan
        How many requests until when.
    accounts, sessions : list
        Who asks.
    """

    def __init__(self, plan: SaasPlan, accounts: list[Row], sessions: list[Session]) -> None:
        self._plan = plan
        self._accounts = accounts
        self._sessions = sessions
        self._drawn = Random(plan.digest("traffic"))
        self.requests: list[Row] = []
        self.audit_logs: list[Row] = []

    def run(self) -> None:
        """Draw exactly as many requests as planned, in order of time."""
        anomalies = round(self._plan.requests * ANOMALY_SHARE)
        guesses = self._guess_passwords(int(anomalies * _GUESSING))
        reuses = self._reuse_tokens(int(anomalies * _REUSE))
        floods = self._flood(anomalies - guesses - reuses)
        self._use(self._plan.requests - guesses - reuses - floods)
        for session in self._sessions:
            self._audit("login_success", session.started, session)
        self.requests.sort(key=lambda row: (row["timestamp"], row["request_id"]))
        self.audit_logs.sort(key=lambda row: (row["timestamp"], row["event_id"]))

    def revoke(self, tokens: list[Row]) -> None:
        """Note in the audit log which tokens were taken back when."""
        owners = {session.row["session_id"]: session for session in self._sessions}
        for token in tokens:
            if token["revoked"]:
                at = datetime.fromisoformat(token["revoked_at"])
                self._audit("token_revoked", at, owners[token["session_id"]])

    def _use(self, count: int) -> None:
        """Spread what people do over their sessions; each begins with a sign-in."""
        sessions = self._sessions[:count]
        lengths = [(s.ended - s.started).total_seconds() ** 0.5 for s in sessions]
        more = self._drawn.choices(sessions, lengths, k=count - len(sessions)) if sessions else []
        for session in sessions:
            self._add(session.started, session, session.access[0], LOGIN, "POST", 200)
        for session in more:
            self._ask(session)

    def _ask(self, session: Session) -> None:
        at = session.started + (session.ended - session.started) * self._drawn.random()
        token = next(t for t in reversed(session.access) if t.issued <= at)
        endpoint = self._endpoint(session)
        chance = self._drawn.random()
        if chance < _NO_TOKEN:
            self._add(at, session, None, endpoint.path, endpoint.method, 401, "Missing token")
        elif chance < _NO_TOKEN + _EXPIRED and token is not session.access[0]:
            old = session.access[session.access.index(token) - 1]
            self._add(at, session, old, endpoint.path, endpoint.method, 401, "Token expired")
        else:
            status, message = self._answer(session, endpoint)
            self._add(at, session, token, endpoint.path, endpoint.method, status, message)

    def _endpoint(self, session: Session) -> Endpoint:
        """Choose what is asked: seldom what the permissions do not allow."""
        while True:
            endpoint = self._drawn.choices(_ENDPOINTS, _WEIGHTS)[0]
            is_allowed = endpoint.permission in session.user["permissions"]
            if is_allowed or self._drawn.random() < _OVERREACH:
                return endpoint

    def _answer(self, session: Session, endpoint: Endpoint) -> tuple[int, str | None]:
        if endpoint.permission not in session.user["permissions"]:
            return 403, f"Forbidden: lacking {endpoint.permission} permission"
        chance = self._drawn.random()
        for status, (share, message) in _FAILURES.items():
            chance -= share
            if chance < 0:
                return status, message
        return endpoint.status_code, None

    def _guess_passwords(self, count: int) -> int:
        """Let someone guess an account's password, thirty times within minutes."""
        victims = [row for row in self._accounts if row["status"] in ("active", "blocked")]
        for burst in _bursts(count, _GUESSES):
            victim = self._drawn.choice(victims)
            at = self._moment()
            address = f"203.0.113.{self._drawn.randrange(1, 255)}"
            for _ in range(burst):
                at = self._later(at, 4)
                self._add(at, None, None, LOGIN, "POST", 401, "Invalid credentials")
                self._audit("login_failed", at, None, victim["user_id"], address)
                if victim["last_login_at"] is None or victim["last_login_at"] < stamp(at):
                    victim["failed_login_attempts"] += 1
        return count

    def _reuse_tokens(self, count: int) -> int:
        """Let revoked access tokens turn up again."""
        revoked = [
            (session, session.access[-1])
            for session in self._sessions
            if session.access[-1].row["revoked"]
        ]
        for _ in range(count if revoked else 0):
            session, token = self._drawn.choice(revoked)
            at = self._later(session.ended, 6 * 3600)
            endpoint = self._endpoint(session)
            self._add(at, session, token, endpoint.path, endpoint.method, 401, "Token revoked")
        return count if revoked else 0

    def _flood(self, count: int) -> int:
        """Let a session ask faster than the limit allows."""
        for burst in _bursts(count, _FLOOD):
            session = self._drawn.choice(self._sessions)
            at = session.started + (session.ended - session.started) * self._drawn.random() * 0.9
            token = next(t for t in reversed(session.access) if t.issued <= at)
            for _ in range(burst):
                at = min(self._later(at, 1), session.ended)
                self._add(at, session, token, EXPORT, "GET", 429, "Too many requests")
        return count

    def _moment(self) -> datetime:
        return self._plan.until - timedelta(days=self._drawn.uniform(0.01, self._plan.days))

    def _later(self, at: datetime, seconds: float) -> datetime:
        """Return a moment at most so many seconds later, and not in the future."""
        later = at + timedelta(seconds=self._drawn.uniform(0.05, seconds))
        return min(later, self._plan.until - timedelta(milliseconds=1))

    def _add(
        self,
        at: datetime,
        session: Session | None,
        token: AccessToken | None,
        endpoint: str,
        method: str,
        status_code: int,
        error_message: str | None = None,
    ) -> None:
        slower = 10 if endpoint == EXPORT and status_code == 200 else 1
        self.requests.append(
            {
                "request_id": self._plan.uuid("request", len(self.requests)),
                "session_id": session.row["session_id"] if session else None,
                "token_id": token.row["token_id"] if token else None,
                "endpoint": endpoint,
                "method": method,
                "status_code": status_code,
                "timestamp": stamp(at),
                "response_time_ms": self._amount(RESPONSE_MS) * slower,
                "request_size_bytes": self._amount(REQUEST_BYTES),
                "response_size_bytes": 0 if status_code == 204 else self._amount(RESPONSE_BYTES),
                "rate_limited": status_code == 429,
                "error_message": error_message,
            }
        )

    def _audit(
        self,
        action: str,
        at: datetime,
        session: Session | None,
        user_id: str | None = None,
        ip_address: str | None = None,
    ) -> None:
        self.audit_logs.append(
            {
                "event_id": self._plan.uuid("audit", len(self.audit_logs)),
                "user_id": session.row["user_id"] if session else user_id,
                "action": action,
                "target_user_id": None,
                "ip_address": session.row["ip_address"] if session else ip_address,
                "timestamp": stamp(at),
                "severity": "warning" if action == "login_failed" else "info",
            }
        )

    def _amount(self, quantity: Lognormal) -> int:
        return max(1, round(quantity.p50 * self._drawn.lognormvariate(0, quantity.sigma)))


def _bursts(count: int, size: int) -> Iterator[int]:
    for first in range(0, count, size):
        yield min(size, count - first)
