"""Questions about the SaaS data set: accounts, sign-ins, requests and security findings.

Every question takes ``(db, filters)``; only the days of the
filters apply, since its roles are permissions and it has no departments or sources.

Examples
--------
>>> from datetime import date
>>> from analytics import Filters, connect
>>> from analytics.saas import security_findings
>>> security_findings(connect(), Filters(date(2026, 11, 1), date(2026, 12, 1)))
"""

from analytics.saas.accounts import account_list, user_status
from analytics.saas.audits import audit_events_by_action, failed_logins_by_address
from analytics.saas.endpoints import requests_by_endpoint, response_time_per_day
from analytics.saas.findings import security_events_per_day, security_findings
from analytics.saas.misuse import token_reuse_after_revocation
from analytics.saas.sessions import sessions_by_country, sessions_by_device
from analytics.saas.traffic import (
    day_list,
    rate_limited_per_day,
    requests_by_status,
    requests_per_day,
)

__all__ = [
    "account_list",
    "audit_events_by_action",
    "day_list",
    "failed_logins_by_address",
    "rate_limited_per_day",
    "requests_by_endpoint",
    "requests_by_status",
    "requests_per_day",
    "response_time_per_day",
    "security_events_per_day",
    "security_findings",
    "sessions_by_country",
    "sessions_by_device",
    "token_reuse_after_revocation",
    "user_status",
]
