"""Bodies made to be expensive cost no more than honest ones of their size, or are rejected."""

from __future__ import annotations

import gc
import gzip
import time
import tracemalloc

import orjson
import pytest

from ingest.files.compression import zstd
from ingest.files.source_file import SourceFile
from ingest.otlp import http as receiver
from ingest.otlp import writer
from ingest.otlp.http import LARGE_AT_ONCE, receive
from ingest.sources import recognise
from store.events.bucket import unpack
from tests.ingest.hostile_bodies import HOSTILE, SIZE, signal
from tests.ingest.otlp_bodies import (
    RESOURCE,
    api_request,
    json_attributes,
    json_logs,
    protobuf_logs,
)

JSON = {"content-type": "application/json"}
PROTOBUF = {"content-type": "application/x-protobuf"}
ZIPPED = {"content-encoding": "gzip"}

# Of small records there are more in a body than of honest ones
MOST_TIMES = 20


@pytest.fixture
def live_db(db):
    yield db
    writer.close()


@pytest.fixture(scope="module")
def honest():
    """Return an honest body of the same size."""
    return json_logs(*map(api_request, range(SIZE // 1_010)))


@pytest.fixture(scope="module")
def costs():
    """Remember what the honest body costs."""
    return {}


def cpu(db, headers, sent_as, body):
    began = time.thread_time()
    answer = receive(db, sent_as, headers, body)
    return answer, time.thread_time() - began


def peak(work):
    """Return by how much memory grew while something was done."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_costs_no_more_time_than_a_few_honest_ones(live_db, honest, costs, name):
    if "cpu" not in costs:
        answer, costs["cpu"] = cpu(live_db, JSON, "logs", honest)
        assert (answer.status, answer.body) == (200, b"{}")
    content_type, make = HOSTILE[name]
    answer, seconds = cpu(live_db, {"content-type": content_type}, signal(name), make())
    assert answer.status in (200, 400, 413)
    assert seconds < MOST_TIMES * costs["cpu"]


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.startswith("empty")])
def test_what_holds_nothing_is_rejected_before_it_is_built(live_db, honest, costs, name):
    if "memory" not in costs:
        costs["memory"] = peak(lambda: receive(live_db, "logs", JSON, honest))
    content_type, make = HOSTILE[name]
    headers, body = {"content-type": content_type}, make()
    answers = []
    grown = peak(lambda: answers.append(receive(live_db, signal(name), headers, body)))
    assert answers[-1].status == 413
    assert receive(live_db, signal(name), headers | ZIPPED, gzip.compress(body)).status == 413
    assert grown < 2 * costs["memory"]
    assert live_db["event_buckets"].count_documents({}) <= 1  # that of the honest body


@pytest.mark.parametrize("squeeze", [gzip.compress, zstd.compress])
@pytest.mark.parametrize("name", ["empty resources", "empty keys"])
def test_the_same_in_a_file_costs_no_memory(tmp_path, honest, costs, squeeze, name):
    def read(body):
        path = tmp_path / "file"
        path.write_bytes(squeeze(body))
        file = SourceFile(path, path.name)
        source = recognise(file)
        return [*source.documents(file)]

    if "file" not in costs:
        costs["file"] = peak(lambda: read(honest))
    body, documents = HOSTILE[name][1](), []
    assert peak(lambda: documents.extend(read(body))) < 2 * costs["file"]
    ((kind, reject),) = documents
    assert (kind, reject.reason) == ("reject", "too many values")


def test_what_many_senders_say_of_themselves_is_not_kept(live_db):
    def send(number):
        long = f"{number:08}" * 50_000
        attributes = json_attributes(RESOURCE | {f"label.{number}": long, f"x{long}": "y"})
        body = json_logs(api_request(0, **{f"name.{long}": "z"})).replace(
            b'"attributes":[', b'"attributes":' + orjson.dumps(attributes)[:-1] + b",", 1
        )
        assert receive(live_db, "logs", JSON, body).body == b"{}"

    send(0)
    tracemalloc.start()
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(1, 61):
        send(number)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 4_000_000


def test_large_honest_batches_are_taken_in_every_form(live_db):
    events = [api_request(number) for number in range(5_000)]
    for headers, body in (
        (JSON | ZIPPED, gzip.compress(json_logs(*events))),
        (PROTOBUF, protobuf_logs(*events)),
    ):
        answer = receive(live_db, "logs", headers, body)
        assert answer.status == 200
        assert answer.body == (b"{}" if headers.items() >= JSON.items() else b"")
    stored = [event for bucket in live_db["event_buckets"].find({}) for event in unpack(bucket)]
    assert len(stored) == 5_000


def test_text_may_hold_any_number_of_braces(live_db):
    text = "{},[]," * 300_000
    answer = receive(live_db, "logs", JSON, json_logs(api_request(prompt=text)))
    assert (answer.status, answer.body) == (200, b"{}")


def test_while_much_is_read_large_bodies_are_to_come_again_and_small_ones_are_taken(live_db):
    large = json_logs(*map(api_request, range(1_500)))
    with receiver._large.taker(free=0) as room:
        assert room.holds(LARGE_AT_ONCE)
        for headers, body in ((JSON, large), (JSON | ZIPPED, gzip.compress(large))):
            answer = receive(live_db, "logs", headers, body)
            assert (answer.status, answer.headers) == (503, {"Retry-After": "1"})
        assert receive(live_db, "logs", JSON, json_logs(api_request())).status == 200
    assert receive(live_db, "logs", JSON, large).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (gzip.compress(b" " * 19_000_000), 413),
        (gzip.compress(b"{}" + b" " * 900_000), 200),
    ],
)
def test_a_large_body_is_compressed_no_better_than_telemetry_can_be(live_db, body, status):
    assert receive(live_db, "logs", JSON | ZIPPED, body).status == status
