import pytest

from ingest.events.coerce import epoch_ms
from ingest.files.json_records import Reject
from ingest.files.source_file import SourceFile
from ingest.formats.cloudwatch import documents, recognise
from tests.ingest.batches import START, batch, jsonl, log_event, message, zipped


@pytest.fixture
def file(tmp_path):
    def written(content):
        path = tmp_path / "telemetry"
        path.write_bytes(content)
        return SourceFile(path, "telemetry")

    return written


def only(file):
    (mapped,) = documents(file)
    return mapped


def test_batches_are_recognised_by_content(file):
    batches = jsonl(batch(log_event(message())))
    assert recognise(file(batches))
    assert recognise(file(zipped(batches)))
    assert recognise(file(jsonl(batch(kind="CONTROL_MESSAGE"))))
    assert recognise(file(b"torn line\n" + batches))
    assert not recognise(file(jsonl({"resourceLogs": []})))
    assert not recognise(file(jsonl(message())))
    assert not recognise(file(b""))


def test_every_log_event_is_an_event(file):
    mapped = documents(file(jsonl(
        batch(log_event(message("user_prompt")), log_event(message("api_request"))),
        batch(log_event(message("tool_result"))),
    )))  # fmt: skip
    kinds = [(kind, event["event_type"]) for kind, event in mapped]
    assert kinds == [("event", "user_prompt"), ("event", "api_request"), ("event", "tool_result")]


def test_batches_without_newlines_are_read(file):
    content = jsonl(batch(log_event(message())), batch(log_event(message(), event_id="2")))
    assert len(list(documents(file(content.replace(b"\n", b""))))) == 2


@pytest.mark.parametrize(
    ("stream", "source"),
    [("otel-collector", "cloudwatch"), ("tokenflow-generator", "synthetic"), (None, "cloudwatch")],
)
def test_generated_batches_are_marked_as_synthetic(file, stream, source):
    _, event = only(file(jsonl(batch(log_event(message()), stream=stream))))
    assert event["source"] == source


def test_a_control_message_is_counted_and_not_rejected(file):
    probe = {"id": "", "timestamp": 1, "message": "CWL CONTROL MESSAGE: Checking health"}
    mapped = list(documents(file(jsonl(batch(probe, kind="CONTROL_MESSAGE")))))
    assert mapped == [("skipped", "control message")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("plain text of a log", "message is not JSON"),
        ('{"torn": ', "message is not JSON"),
        ("[1]", "message is not an OTel event"),
        ('{"attributes": 5}', "message is not an OTel event"),
        ("{}", "message is not an OTel event"),
        ('{"attributes": {"session.id": "s"}}', "event without a name"),
    ],
)
def test_a_message_that_is_no_event_is_rejected_and_the_next_one_read(file, content, reason):
    mapped = list(documents(file(jsonl(batch(log_event(content), log_event(message()))))))
    assert [kind for kind, _ in mapped] == ["reject", "event"]
    assert mapped[0][1].reason == reason
    assert mapped[0][1].line == 1


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"messageType": "DATA_MESSAGE", "logEvents": 5}, "not a CloudWatch batch"),
        ({"something": "else"}, "not a CloudWatch batch"),
        (batch("text"), "not a log event"),
        (batch({"id": "1"}), "log event without a message"),
    ],
)
def test_a_broken_batch_is_rejected_and_the_next_one_read(file, broken, reason):
    mapped = list(documents(file(jsonl(batch(log_event(message())), broken))))
    assert [kind for kind, _ in mapped] == ["event", "reject"]
    assert (mapped[1][1].line, mapped[1][1].reason) == (2, reason)


def test_a_line_that_is_no_batch_is_rejected_with_its_number(file):
    content = jsonl(batch(log_event(message()))) + b"{torn"
    assert [item for kind, item in documents(file(content)) if kind == "reject"] == [
        Reject(2, "torn record", "{torn")
    ]


def test_the_time_of_the_log_event_counts_where_the_event_has_none(file):
    late = message(**{"event.timestamp": ""})
    content = jsonl(batch(log_event(late, timestamp=epoch_ms(START) + 9)))
    _, event = only(file(content))
    assert epoch_ms(event["timestamp"]) == epoch_ms(START) + 9
    _, rejected = only(file(jsonl(batch(log_event(late, timestamp="soon")))))
    assert rejected.reason == "event without a valid time"


def test_the_name_in_the_body_counts_where_the_attribute_is_missing(file):
    _, event = only(file(jsonl(batch(log_event(message(**{"event.name": ""}))))))
    assert event["event_type"] == "api_request"


def test_equal_events_are_distinguished_by_the_id_of_their_log_event(file):
    twice = jsonl(batch(log_event(message(), event_id="1"), log_event(message(), event_id="2")))
    first, second = (event["id"] for _, event in documents(file(twice)))
    assert first != second
    again = jsonl(batch(log_event(message(), event_id="1"), log_event(message(), event_id="1")))
    first, second = (event["id"] for _, event in documents(file(again)))
    assert first == second


def test_fields_that_deliveries_add_are_tolerated(file):
    extracted = log_event(message()) | {"extractedFields": {"a": "b"}}
    kind, _ = only(file(jsonl(batch(extracted) | {"year": 2026, "month": 1, "day": 20})))
    assert kind == "event"


def test_a_resource_one_level_down_is_mapped_alike(file):
    flat = message()
    nested = message(resource={"attributes": flat["resource"]})
    _, one = only(file(jsonl(batch(log_event(flat)))))
    _, other = only(file(jsonl(batch(log_event(nested)))))
    assert one == other
