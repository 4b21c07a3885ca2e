"""The same telemetry in every format that the loader reads."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData

from tests.ingest.otlp_bodies import json_attributes, json_metrics, protobuf_attributes

Sent = dict[str, Any]

_OLDER_COLUMNS = {
    "session_id": "session.id", "user_id": "user.id", "project_type": "vcs.repository.name",
    "event_type": "event.name", "timestamp": "event.timestamp", "model": "model",
    "input_tokens": "input_tokens", "output_tokens": "output_tokens", "latency_ms": "duration_ms",
    "success": "success", "error_type": "error", "sequence_num": "event.sequence",
}  # fmt: skip
_TOKENS = {
    "input": "input_tokens", "output": "output_tokens", "cacheRead": "cache_read_tokens",
    "cacheCreation": "cache_creation_tokens",
}  # fmt: skip


def batches_of(log: Path, events: int) -> Iterator[Sent]:
    """Yield the first batches of a file of telemetry, up to about so many events."""
    with log.open("rb") as lines:
        while events > 0 and (line := lines.readline()):
            batch = orjson.loads(line)
            events -= len(batch["logEvents"])
            yield batch


def write_cloudwatch(path: Path, batches: list[Sent]) -> Path:
    """Write batches as they came."""
    return _write(path.with_suffix(".jsonl"), (orjson.dumps(batch) + b"\n" for batch in batches))


def write_collector_json(path: Path, batches: list[Sent]) -> Path:
    """Write one payload of log records per batch, as lines of JSON."""
    return _write(path.with_suffix(".jsonl"), (_json_logs(batch) + b"\n" for batch in batches))


def write_collector_protobuf(path: Path, batches: list[Sent]) -> Path:
    """Write one message of log records per batch, each behind its length."""
    messages = (_protobuf_logs(batch) for batch in batches)
    return _write(path.with_suffix(".pb"), (len(one).to_bytes(4, "big") + one for one in messages))


def write_transcripts(path: Path, batches: list[Sent]) -> Path:
    """Write one transcript per session with what transcripts hold: prompts, calls and tools."""
    sessions: dict[str, list[bytes]] = {}
    for sent in _sent(batches):
        attributes = sent["attributes"]
        lines = sessions.setdefault(attributes["session.id"], [])
        lines += [orjson.dumps(line) + b"\n" for line in _transcript_lines(attributes)]
    for session, lines in sessions.items():
        if lines:
            _write(path / "projects" / "-home-ada-shop" / f"{session}.jsonl", iter(lines))
    return path


def write_metrics(path: Path, batches: list[Sent]) -> Path:
    """Write the tokens and the cost of each batch's calls as points, a payload per metric."""
    return _write(
        path.with_suffix(".jsonl"), (line + b"\n" for batch in batches for line in _metrics(batch))
    )


def write_older(path: Path, batches: list[Sent]) -> Path:
    """Write the events as the older dashboard exported them."""
    path = path.with_suffix(".csv")
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(_OLDER_COLUMNS)
        for sent in _sent(batches):
            rows.writerow([sent["attributes"].get(name, "") for name in _OLDER_COLUMNS.values()])
    return path


Writer = Callable[[Path, list[Sent]], Path]

FORMATS: dict[str, Writer] = {
    "CloudWatch batches": write_cloudwatch,
    "Collector, JSON lines": write_collector_json,
    "Collector, protobuf": write_collector_protobuf,
    "transcripts": write_transcripts,
    "metrics, JSON lines": write_metrics,
    "the older CSV": write_older,
}


def _write(path: Path, pieces: Iterator[bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(pieces)
    return path


def _sent(batches: list[Sent]) -> Iterator[Sent]:
    for batch in batches:
        for log_event in batch["logEvents"]:
            yield orjson.loads(log_event["message"])


def _by_resource(batch: Sent) -> Iterator[tuple[Sent, list[Sent]]]:
    for _, group in groupby(_sent([batch]), lambda sent: json.dumps(sent["resource"])):
        events = list(group)
        yield events[0], events


def _json_logs(batch: Sent) -> bytes:
    logs = []
    for first, events in _by_resource(batch):
        records = [
            {
                "timeUnixNano": str(_nanos(sent["attributes"])),
                "body": {"stringValue": sent["body"]},
                "attributes": json_attributes(sent["attributes"]),
            }
            for sent in events
        ]
        resource = {"attributes": json_attributes(first["resource"])}
        scope_logs = [{"scope": first["scope"], "logRecords": records}]
        logs.append({"resource": resource, "scopeLogs": scope_logs})
    return orjson.dumps({"resourceLogs": logs})


def _protobuf_logs(batch: Sent) -> bytes:
    data = LogsData()
    for first, events in _by_resource(batch):
        logs = data.resource_logs.add()
        logs.resource.attributes.extend(protobuf_attributes(first["resource"]))
        scope = logs.scope_logs.add()
        scope.scope.name, scope.scope.version = first["scope"]["name"], first["scope"]["version"]
        for sent in events:
            record = scope.log_records.add()
            record.time_unix_nano = _nanos(sent["attributes"])
            record.body.string_value = sent["body"]
            record.attributes.extend(protobuf_attributes(sent["attributes"]))
    return data.SerializeToString()


def _metrics(batch: Sent) -> Iterator[bytes]:
    tokens, cost = [], []
    for sent in _sent([batch]):
        attributes = sent["attributes"]
        if attributes["event.name"] != "api_request":
            continue
        own = {name: attributes[name] for name in ("session.id", "user.email", "user.id", "model")}
        time = _nanos(attributes)
        head = {"start": time - 1_000_000_000, "time": time}
        tokens += [
            head | {"value": int(attributes[name]), "attributes": own | {"type": kind}}
            for kind, name in _TOKENS.items()
        ]
        cost.append(head | {"value": float(attributes.get("cost_usd", 0)), "attributes": own})
    if cost:
        yield json_metrics("claude_code.token.usage", *tokens)
        yield json_metrics("claude_code.cost.usage", *cost)


def _transcript_lines(attributes: Sent) -> Iterator[Sent]:
    """Yield the lines in which a client would have written an event; none if it would not."""
    name = attributes["event.name"]
    head = {
        "sessionId": attributes["session.id"],
        "timestamp": attributes["event.timestamp"],
        "uuid": f"{attributes['session.id']}-{attributes['event.sequence']}",
        "cwd": "/home/ada/shop",
        "version": "2.1.270",
    }
    if name == "user_prompt":
        words = "x" * int(attributes["prompt_length"])
        yield head | {"type": "user", "message": {"role": "user", "content": words}}
    elif name == "api_request":
        yield head | {"type": "assistant", "requestId": attributes["request_id"],
                      "message": _reply(attributes)}  # fmt: skip
    elif name == "tool_result":
        yield from _tool_lines(head, attributes)


def _reply(attributes: Sent) -> Sent:
    return {
        "id": attributes["request_id"].replace("req_", "msg_"),
        "role": "assistant",
        "model": attributes["model"],
        "content": [{"type": "text", "text": "x" * 4 * int(attributes["output_tokens"])}],
        "usage": {
            "input_tokens": int(attributes["input_tokens"]),
            "output_tokens": int(attributes["output_tokens"]),
            "cache_read_input_tokens": int(attributes["cache_read_tokens"]),
            "cache_creation_input_tokens": int(attributes["cache_creation_tokens"]),
        },
    }


def _tool_lines(head: Sent, attributes: Sent) -> Iterator[Sent]:
    given = {"command": "x" * int(attributes["tool_input_size_bytes"])}
    use = {"type": "tool_use", "id": attributes["tool_use_id"], "name": attributes["tool_name"]}
    answer = {
        "type": "tool_result",
        "tool_use_id": attributes["tool_use_id"],
        "content": "x" * int(attributes.get("tool_result_size_bytes", 0)),
        "is_error": attributes["success"] != "true",
    }
    message = {"role": "assistant", "content": [use | {"input": given}]}
    yield head | {"type": "assistant", "uuid": head["uuid"] + "-use", "message": message}
    yield head | {"type": "user", "message": {"role": "user", "content": [answer]}}


def _nanos(attributes: Sent) -> int:
    moment = datetime.fromisoformat(attributes["event.timestamp"])
    return round(moment.timestamp() * 1000) * 1_000_000
