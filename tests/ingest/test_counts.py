from ingest.counts import MAX_REJECTS, Summary
from ingest.files.json_records import Reject


def test_what_was_read_is_the_sum_of_what_became_of_it():
    summary = Summary(inserted=3, changed=2, unchanged=1)
    summary.reject(Reject(1, "not JSON"))
    assert summary.read == 7
    assert summary.as_dict() == {
        "read": 7,
        "inserted": 3,
        "changed": 2,
        "unchanged": 1,
        "rejected": 1,
        "reasons": {"not JSON": 1},
    }


def test_reasons_come_most_frequent_first():
    summary = Summary()
    for reason in ("a", "b", "b"):
        summary.reject(Reject(1, reason))
    assert list(summary.as_dict()["reasons"].items()) == [("b", 2), ("a", 1)]


def test_all_rejections_are_counted_and_the_first_are_kept():
    summary = Summary()
    for line in range(MAX_REJECTS + 5):
        summary.reject(Reject(line, "not JSON"))
    assert summary.rejected == MAX_REJECTS + 5
    assert [reject.line for reject in summary.rejects["not JSON"]] == list(range(MAX_REJECTS))


def test_summaries_add_up():
    total = Summary(inserted=1)
    part = Summary(inserted=2, unchanged=3)
    part.skipped["control message"] += 1
    part.reject(Reject(1, "x"))
    total.add(part)
    assert (total.inserted, total.unchanged, total.rejected) == (3, 3, 1)
    assert total.skipped == {"control message": 1}
