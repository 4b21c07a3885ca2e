"""The kinds of documents that sources yield; the loader sends each where it belongs."""

from typing import Any

EVENT = "event"
PERSON = "person"
POINT = "point"
REJECT = "reject"
SAAS = "saas"
SKIPPED = "skipped"

Document = tuple[str, Any]
"""A kind and what it is.

A canonical event, a metric point, a person, a SaaS record with the collection it belongs to, a
`Reject`, or why a record was skipped.
"""
