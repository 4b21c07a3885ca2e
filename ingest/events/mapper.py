"""One Claude Code log event, by whatever transport, to one canonical event.

The same mapping serves CloudWatch batches, collector files and the live receiver. It keeps what
happened and drops what was said: prompts, replies, commands and file contents never pass.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import orjson

from ingest.events.attribute_map import SHARED, SHARED_FALLBACKS, STANDARD, fields_of, is_content
from ingest.events.clock import Clock, file_clock
from ingest.events.coerce import (
    bounded,
    cut,
    epoch_ms,
    instant,
    instant_of_ms,
    number,
    pairs,
    plain,
    shown,
    text,
)
from ingest.events.derived_fields import (
    PLACES,
    add_tool_facts,
    error_type,
    product,
    project,
    put,
    repository,
)
from ingest.events.ids import Ordinals, content_id, digest, usage_key
from ingest.files.json_records import InvalidRecord

Event = dict[str, Any]

PREFIX = "claude_code."

MAX_ATTRIBUTES = 1_000
"""Most attributes of an event or a resource; clients send some dozens."""

_UNKNOWN = ("", text)
_EXTRA_LIMIT = 64
_ITEM_LIMIT = 256
# Characters; thousands of events share a document of 16 MB
_EXTRA_ROOM = 8_000
# Of a damaged file a sentence may stand where a name should
_ATTRIBUTE = re.compile(r"[\w.:/$-]{1,64}")
_LONG_CONTEXT = "[1m]"
# Resources that are remembered, and the most characters of one: 4 MB at the very most
_REMEMBERED = 256
_REMEMBERED_SIZE = 4_000


class Mapper:
    """Maps the log events of one file or request.

    Parameters
    ----------
    source : str
        What the events are marked with, such as ``"cloudwatch"``.
    clock : Clock, optional
        The times that events may have; default those of files.

    Attributes
    ----------
    shared_bytes : int
        Size of the fields that events have from their resources, counted once per event: a
        resource is sent once and stored with every event.
    """

    def __init__(self, source: str, clock: Clock | None = None) -> None:
        self.source = source
        self.clock = clock or file_clock()
        self.shared_bytes = 0
        self._ordinals = Ordinals()
        self._resource: Mapping[str, Any] = {}
        self._shared: Event = resource_fields({})
        self._shared_size = 0
        self._known: dict[tuple[Any, ...], Event] = {}

    def event(
        self,
        attributes: Mapping[str, Any],
        resource: Mapping[str, Any],
        scope: Mapping[str, Any],
        *,
        name: str | None = None,
        recorded_ms: Any = None,
        transport_id: str | None = None,
    ) -> Event:
        """Map one log event.

        Parameters
        ----------
        attributes, resource, scope : mapping
            As sent; values may still be wrapped as OTLP's AnyValue.
        name : str, optional
            Name of the event where ``event.name`` is absent: the record's own or its body.
        recorded_ms : optional
            Time that the transport gave, epoch milliseconds in whatever type, for events without
            a valid ``event.timestamp``.
        transport_id : str, optional
            What distinguishes equal events of old clients; default their order.

        Raises
        ------
        InvalidRecord
            If the event has no name or no time, or a time that cannot be right.
        """
        event_type, timestamp = _event_type(attributes, name), _timestamp(attributes, recorded_ms)
        event = self.described(event_type, attributes, resource, scope)
        self.clock.check(timestamp, event)
        event["timestamp"] = timestamp
        event["source"] = self.source
        event["id"] = self._id(event, attributes, transport_id)
        return event

    def described(
        self,
        event_type: str,
        attributes: Mapping[str, Any],
        resource: Mapping[str, Any],
        scope: Mapping[str, Any],
    ) -> Event:
        """Map what is said about an event of some type: who, where and what, but not when.

        Raises
        ------
        InvalidRecord
            If the event or its resource has more attributes than any client sends.
        """
        if max(len(attributes), len(resource)) > MAX_ATTRIBUTES:
            raise InvalidRecord("too many attributes")
        event = {"event_type": event_type, **self._origin_fields(resource, scope)}
        unmapped = _map_attributes(event, attributes)
        _keep_unmapped(event, unmapped, resource)
        add_tool_facts(event, attributes)
        _settle_person(event, attributes, resource)
        _settle_measures(event, attributes)
        return event

    def _origin_fields(self, resource: Mapping[str, Any], scope: Mapping[str, Any]) -> Event:
        # One resource has many scopes and events; a payload holds it as one object
        if self._resource is not resource:
            self._shared = self._fields_of(resource)
            self._shared_size = len(orjson.dumps(self._shared))
            self._resource = resource
        self.shared_bytes += self._shared_size
        return self._shared | version_field(resource, scope)

    def _fields_of(self, resource: Mapping[str, Any]) -> Event:
        # CloudWatch repeats the same few resources with every event. 1, 1.0 and true are equal,
        # but not the same when written as text.
        values = resource.values()
        key = (*resource.items(), *map(type, values))
        try:
            known = self._known.get(key)
        except TypeError:  # wrapped or nested values
            return resource_fields(resource)
        if known is None:
            known = resource_fields(resource)
            if sum(len(str(part)) for item in resource.items() for part in item) < _REMEMBERED_SIZE:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[key] = known
        return known

    def _id(self, event: Event, attributes: Mapping[str, Any], transport_id: str | None) -> str:
        owner = event.get("session_id") or f"u:{event.get('install_id', '')}"
        moment = epoch_ms(event["timestamp"])
        if "sequence" in event:
            return content_id("e1", owner, event["event_type"], moment, event["sequence"])
        parts = ("e0", owner, event["event_type"], moment, digest(_specifics(attributes)))
        if transport_id:
            return content_id(*parts, transport_id)
        return content_id(*parts, self._ordinals.next(content_id(*parts)))


def version_field(resource: Mapping[str, Any], scope: Mapping[str, Any]) -> Event:
    """Map the version of a scope, unless the resource has that of the app."""
    if text(resource.get("app.version")) is None and (version := text(scope.get("version"))):
        return {"client_version": version}
    return {}


def resource_fields(resource: Mapping[str, Any]) -> Event:
    """Map the attributes that a resource has for all of its events."""
    fields: Event = {}
    fallbacks: Event = {}
    labels = []
    for key, value in resource.items():
        if key in SHARED:
            put(fields, *SHARED[key], value)
        elif key in SHARED_FALLBACKS:
            put(fallbacks, *SHARED_FALLBACKS[key], value)
        elif (label := text(value)) and not is_content(key):
            labels.append({"k": key[:64], "v": label})
    fields = {**repository(resource), **fallbacks, **fields}
    fields["product"] = product(fields.get("service_name", ""))
    if labels:
        fields["labels"] = _bounded(labels)
    return fields


def _map_attributes(event: Event, attributes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Fill the event's fields; return the attributes that have none."""
    known = fields_of(event["event_type"])
    unmapped = []
    for key, value in attributes.items():
        target = known.get(key, _UNKNOWN)
        if target is _UNKNOWN:
            unmapped.append((key, value))
        elif target is not None:
            name, coerce = target
            if (coerced := coerce(value)) is not None:
                event[name] = coerced
    return unmapped


def _keep_unmapped(
    event: Event, unmapped: list[tuple[str, Any]], resource: Mapping[str, Any]
) -> None:
    extra = []
    for key, value in unmapped:
        if key in SHARED_FALLBACKS:
            name, coerce = SHARED_FALLBACKS[key]
            if name not in event:
                put(event, name, coerce, value)
        elif key not in resource and (item := _kept(key, plain(value))) is not None:
            extra.append({"k": key[:64], "v": item})
    if extra:
        event["extra"] = _bounded(extra)


def _bounded(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return in the order of their keys as many as an event may carry."""
    fitting = []
    room = _EXTRA_ROOM
    for item in sorted(items, key=lambda item: str(item["k"]))[:_EXTRA_LIMIT]:
        value = item["v"]
        room -= sum(map(len, value)) if isinstance(value, list) else len(str(value))
        if room < 0:
            break
        fitting.append(item)
    return fitting


def _kept(key: str, value: Any) -> Any:
    """Return an unmapped value as sent, short; None for blanks and for what may be content."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        # The store has no larger integers, and a double no more digits
        return value if number(value) is not None else bounded(value, 256)
    if isinstance(value, str) and (number(value) is not None or not is_content(key)):
        return bounded(value, 256)
    if isinstance(value, list) and value and not is_content(key):
        return [cut(shown(item), _ITEM_LIMIT) for item in value[:_EXTRA_LIMIT]]
    return None


def _event_type(attributes: Mapping[str, Any], name: str | None) -> str:
    full_name = text(attributes.get("event.name")) or text(name) or ""
    if event_type := full_name.removeprefix(PREFIX):
        return event_type
    raise InvalidRecord("event without a name")


def _timestamp(attributes: Mapping[str, Any], recorded_ms: Any) -> datetime:
    moment = instant(attributes.get("event.timestamp")) or instant_of_ms(recorded_ms)
    if moment is None:
        raise InvalidRecord("event without a valid time")
    return moment


def _settle_person(
    event: Event, attributes: Mapping[str, Any], resource: Mapping[str, Any]
) -> None:
    """Decide who it was: the account, else the e-mail address, else the installation."""
    account = event.pop("account_uuid", None)
    if "email" not in event:
        # With an API key only this variable can name the person
        end_user = text(attributes.get("enduser.id")) or text(resource.get("enduser.id"))
        if end_user and "@" in end_user:
            event["email"] = end_user.lower()
    user_id = account or event.get("email") or event.get("install_id")
    if user_id:
        event["user_id"] = user_id


def _settle_measures(event: Event, attributes: Mapping[str, Any]) -> None:
    """Decide what follows from several attributes together."""
    event_type = event["event_type"]
    model = event.get("model")
    if model and model.lower().endswith(_LONG_CONTEXT):
        event["model"] = model[: -len(_LONG_CONTEXT)]
        event["is_long_context"] = True
    if event_type == "api_request" and "cost_usd" not in event:
        micros = number(attributes.get("cost_usd_micros"))
        if micros is not None and micros >= 0:
            event["cost_usd"] = micros / 1e6
    if "error_type" not in event and (failure := error_type(event)):
        event["error_type"] = failure
    if not attributes.keys().isdisjoint(PLACES):
        event |= project(event, attributes)
    if key := usage_key(event, text(attributes.get("message.uuid"))):
        event["usage_key"] = key


def _specifics(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what distinguishes events of one moment, the same for any typing of numbers."""
    values_by_key = {}
    for key, value in attributes.items():
        if key not in STANDARD and (sent := normal(plain(value))) is not None:
            values_by_key[key] = sent
    return values_by_key


def normal(value: Any) -> Any:
    """Return a value in the form that all typings of it share; None for blanks."""
    if isinstance(value, bool):
        return str(value).lower()
    if (parsed := number(value)) is not None:
        return int(parsed) if parsed == int(parsed) else parsed
    return shown(value) if value not in (None, "", [], {}) else None


def attribute_map(values: Any) -> dict[str, Any]:
    """Read attributes in either shape: a flat object, or OTLP's list of key and value."""
    if isinstance(values, list):
        return pairs(values)
    return values if isinstance(values, dict) else {}


def names_of(attributes: Iterable[str]) -> str:
    """Describe an event for the record of rejections: the names of its attributes, no values."""
    first = islice(attributes, MAX_ATTRIBUTES)
    names = {name if _ATTRIBUTE.fullmatch(name) else "…" for name in first}
    return ", ".join(sorted(names))[:200]
