"""Documents of the SaaS data set: buckets of records, rollups, the index of days."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypedDict

from store.events.documents import Attribute
from store.rollups.documents import HistogramFields


class SaasRecord(TypedDict, total=False):
    """What all records have."""

    id: Annotated[str, "UUID"]
    extra: Annotated[list[Attribute], "fields of the file that have no field of their own"]


class SaasUser(SaasRecord, total=False):
    """An account."""

    username: Annotated[str, "user name"]
    email: Annotated[str, "e-mail address in lower case"]
    role: Annotated[str, "permission role"]
    permissions: Annotated[list[str], "permissions"]
    created_at: Annotated[datetime, "when it was created"]
    last_login_at: Annotated[datetime, "last sign-in"]
    status: Annotated[str, "pending, active, blocked or deleted"]
    mfa_enabled: Annotated[bool, "whether it signs in with a second factor"]
    failed_login_attempts: Annotated[int, "failed sign-ins"]


class SaasSession(SaasRecord, total=False):
    """A sign-in session."""

    user_id: Annotated[str, "account"]
    ip_address: Annotated[str, "IP address"]
    country: Annotated[str, "country"]
    city: Annotated[str, "city"]
    device_type: Annotated[str, "kind of device"]
    browser: Annotated[str, "browser"]
    os: Annotated[str, "operating system"]
    started_at: Annotated[datetime, "sign-in"]
    last_activity_at: Annotated[datetime, "last request"]
    duration_seconds: Annotated[int, "duration, seconds"]
    is_active: Annotated[bool, "whether it has not ended"]
    terminated_reason: Annotated[str, "why it ended"]


class SaasToken(SaasRecord, total=False):
    """An access token."""

    user_id: Annotated[str, "account"]
    session_id: Annotated[str, "session that it was issued for"]
    type: Annotated[str, "kind of token"]
    issued_at: Annotated[datetime, "when it was issued"]
    expires_at: Annotated[datetime, "when it expires"]
    revoked: Annotated[bool, "whether it was revoked"]
    revoked_at: Annotated[datetime, "when it was revoked"]
    scopes: Annotated[list[str], "scopes"]
    signature_hash: Annotated[str, "hash of its signature"]


class DatedRecord(SaasRecord, total=False):
    """A record that belongs to a day."""

    timestamp: Annotated[datetime, "when it happened"]
    is_moved: Annotated[bool, "whether this is a tombstone: the record lies on another day"]


class SaasRequest(DatedRecord, total=False):
    """An HTTP request."""

    session_id: Annotated[str, "session"]
    token_id: Annotated[str, "token"]
    endpoint: Annotated[str, "path"]
    method: Annotated[str, "HTTP method"]
    status_code: Annotated[int, "HTTP status"]
    response_time_ms: Annotated[int, "duration, milliseconds"]
    request_size_bytes: Annotated[int, "size of the request, bytes"]
    response_size_bytes: Annotated[int, "size of the response, bytes"]
    rate_limited: Annotated[bool, "whether a rate limit applied"]
    error_message: Annotated[str, "message of a failure, at most 300 characters"]


class SaasAuditLog(DatedRecord, total=False):
    """An entry of the audit log."""

    user_id: Annotated[str, "account that acted"]
    action: Annotated[str, "what was done"]
    target_user_id: Annotated[str, "account that was acted upon"]
    ip_address: Annotated[str, "IP address"]
    severity: Annotated[str, "severity"]


class SaasBucket(TypedDict, total=False):
    """Up to 1,000 records; a full bucket has child buckets (`store.saas.records`)."""

    _id: Annotated[str, "UTC day or all, |, and the digits of the ids that a child bucket holds"]
    day: Annotated[str, "UTC date, where records are kept by day"]
    version: Annotated[str, "random; compared before the document is replaced"]


class SaasUserBucket(SaasBucket, total=False):
    """Accounts."""

    records: Annotated[list[SaasUser], "records"]


class SaasSessionBucket(SaasBucket, total=False):
    """Sign-in sessions."""

    records: Annotated[list[SaasSession], "records"]


class SaasTokenBucket(SaasBucket, total=False):
    """Access tokens."""

    records: Annotated[list[SaasToken], "records"]


class SaasRequestBucket(SaasBucket, total=False):
    """HTTP requests of one UTC day."""

    records: Annotated[list[SaasRequest], "records"]


class SaasAuditLogBucket(SaasBucket, total=False):
    """Entries of the audit log of one UTC day."""

    records: Annotated[list[SaasAuditLog], "records"]


class SaasDayIndex(TypedDict, total=False):
    """UTC days of dated records, by their ids (`store.saas.day_index`)."""

    _id: Annotated[str, "collection|n; collection| alone marks an index that is complete"]
    version: Annotated[str, "random; compared before the document is replaced"]
    has_several: Annotated[bool, "whether a record has more than one day"]
    entries: Annotated[bytes, "16 bytes of a UUID and 4 bytes of an ordinal day for each record"]


class TrafficRow(HistogramFields, total=False):
    """Requests by status, with their durations."""

    status_code: Annotated[int, "HTTP status"]
    requests: Annotated[int, "requests"]
    request_bytes: Annotated[int, "size of the requests, bytes"]
    response_bytes: Annotated[int, "size of the responses, bytes"]
    rate_limited: Annotated[int, "requests to which a rate limit applied"]
    without_session: Annotated[int, "requests without a session"]
    without_token: Annotated[int, "requests without a token"]


class EndpointsRow(HistogramFields, total=False):
    """Requests by path, with their durations."""

    endpoint: Annotated[str, "path"]
    requests: Annotated[int, "requests"]
    request_bytes: Annotated[int, "size of the requests, bytes"]
    response_bytes: Annotated[int, "size of the responses, bytes"]
    rate_limited: Annotated[int, "requests to which a rate limit applied"]
    errors: Annotated[int, "responses with a status from 400 on"]
    server_errors: Annotated[int, "responses with a status from 500 on"]


class SecurityRow(TypedDict, total=False):
    """What looks like misuse, by subject."""

    finding: Annotated[str, "token_reuse, request_after_session_end, rate_limited or failed_login"]
    user_id: Annotated[str, "account"]
    subject: Annotated[str, "token, session or IP address"]
    events: Annotated[int, "requests or sign-ins"]
    succeeded: Annotated[int, "those of them that succeeded"]
    first_at: Annotated[datetime, "the first of them"]
    last_at: Annotated[datetime, "the last of them"]


class AuditsRow(TypedDict, total=False):
    """Entries of the audit log by action and severity."""

    action: Annotated[str, "what was done"]
    severity: Annotated[str, "severity"]
    events: Annotated[int, "entries"]


class SignInFields(TypedDict, total=False):
    """What adds up over sign-in sessions."""

    sessions: Annotated[int, "sessions that started on the day"]
    active_sessions: Annotated[int, "those that have not ended"]
    timed_sessions: Annotated[int, "those with a duration"]
    duration_seconds: Annotated[int, "sum of the durations, seconds"]


class CountriesRow(SignInFields, total=False):
    """Sign-in sessions by place."""

    country: Annotated[str, "country"]
    city: Annotated[str, "city"]


class DevicesRow(SignInFields, total=False):
    """Sign-in sessions by device."""

    device_type: Annotated[str, "kind of device"]
    browser: Annotated[str, "browser"]
    os: Annotated[str, "operating system"]


class AccountsRow(TypedDict, total=False):
    """Accounts by status and permission role."""

    status: Annotated[str, "pending, active, blocked or deleted"]
    role: Annotated[str, "permission role"]
    users: Annotated[int, "accounts"]
    mfa_users: Annotated[int, "accounts with a second factor"]
    never_signed_in: Annotated[int, "accounts without a sign-in"]
    failed_login_attempts: Annotated[int, "failed sign-ins"]


class SaasDirectory(TypedDict, total=False):
    """The counts of all accounts, in one document."""

    _id: Annotated[str, "users"]
    rows: Annotated[list[AccountsRow], "rows"]
    fence: Annotated[int, "fencing token of the writer (`store.fencing`)"]
