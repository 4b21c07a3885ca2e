import io
import json

import numpy as np

from generators.cloudwatch import Batches

DAY = 86_400_000


def written(*additions, until):
    file = io.BytesIO()
    batches = Batches(file, np.random.default_rng(1))
    for times, lines in additions:
        batches.add(np.array(times), lines)
    batches.write_before(until)
    return batches, [json.loads(line) for line in file.getvalue().splitlines()]


def test_a_batch_is_what_a_subscription_delivers(log):
    for batch in log.batches:
        assert list(batch) == [
            *("messageType", "owner", "logGroup", "logStream"),
            *("subscriptionFilters", "logEvents", "year", "month", "day"),
        ]
        assert batch["messageType"] == "DATA_MESSAGE"
        assert batch["owner"] == "123456789012"
        assert batch["logGroup"] == "/claude-code/telemetry"
        assert batch["subscriptionFilters"] == ["logs-to-s3"]
        assert all(set(event) == {"id", "timestamp", "message"} for event in batch["logEvents"])


def test_batches_say_that_they_are_synthetic(log):
    assert {batch["logStream"] for batch in log.batches} == {"tokenflow-generator"}


def test_batches_hold_one_to_ten_events(log):
    sizes = np.bincount([len(batch["logEvents"]) for batch in log.batches])

    assert len(sizes) == 11
    assert sizes[0] == 0
    assert (sizes[1:] > 0.7 * sizes[1:].mean()).all()


def test_a_batch_lies_within_the_day_that_it_names(log):
    at = {record.id: record.at for record in log.records}
    for batch in log.batches:
        for event in batch["logEvents"]:
            day = at[event["id"]]
            assert (day.year, day.month, day.day) == (batch["year"], batch["month"], batch["day"])


def test_the_log_is_in_order_of_time(log):
    times = [record.timestamp for record in log.records]

    assert times == sorted(times)


def test_what_is_not_due_waits():
    batches, lines = written(([5, 1], ['"5"', '"1"']), ([3], ['"3"']), until=4)

    assert [event for line in lines for event in line["logEvents"]] == ["1", "3"]
    assert batches.events == 2


def test_midnight_starts_a_new_batch():
    _, lines = written(([DAY - 1, DAY], ['"old"', '"new"']), until=2 * DAY)

    assert [(line["day"], line["logEvents"]) for line in lines] == [(1, ["old"]), (2, ["new"])]


def test_nothing_to_write_writes_nothing():
    assert written(until=DAY)[1] == []
