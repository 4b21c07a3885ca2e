from collections import defaultdict
from itertools import pairwise


def test_sequences_count_up_without_a_gap_in_order_of_time(log):
    for records in log.by_session.values():
        numbers = [int(record.attributes["event.sequence"]) for record in records]
        assert numbers == list(range(len(records)))
        assert all(one.at < next_one.at for one, next_one in pairwise(records))


def test_a_session_begins_with_a_prompt(log):
    for records in log.by_session.values():
        assert records[0].attributes["event.name"] == "user_prompt"


def test_what_a_prompt_causes_follows_it_before_the_next_one(log):
    for records in log.by_session.values():
        current = None
        for record in records:
            if record.attributes["event.name"] == "user_prompt":
                current = record.attributes["prompt.id"]
            assert record.attributes["prompt.id"] == current


def test_every_prompt_has_an_id_of_its_own(log):
    ids = [record.attributes["prompt.id"] for record in log.of("user_prompt")]

    assert len(set(ids)) == len(ids)


def test_tools_run_after_the_call_that_asked_for_them(log):
    for records in log.by_session.values():
        seen = set()
        for record in records:
            name = record.attributes["event.name"]
            if name in ("tool_decision", "tool_result"):
                assert "api_request" in seen
            seen.add(name)


def test_a_call_takes_no_longer_than_the_time_since_the_event_before(log):
    waited = defaultdict(int)
    for records in log.by_session.values():
        for before, record in pairwise(records):
            if record.attributes["event.name"] in ("api_request", "api_error", "tool_result"):
                gap = (record.at - before.at).total_seconds() * 1000
                waited[gap + 1e-6 >= int(record.attributes["duration_ms"])] += 1

    assert waited[False] == 0
