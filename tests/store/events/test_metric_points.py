"""Metric points are stored exactly once, each series' attributes once per hour."""

import random
import threading

from store.events.metric_points import pack, unpack, write_points
from tests.points import make_point


def stored(db):
    points = [point for bucket in db["metric_points"].find({}) for point in unpack(bucket)]
    return sorted(points, key=lambda point: point["id"])


def test_a_packed_bucket_unpacks_to_the_same_points():
    points = [make_point(value=1), make_point(minute=1, value=2), make_point("commit.count")]
    bucket = pack("2026-01-20T12|session-a", points)
    assert sorted(unpack(bucket), key=str) == sorted(points, key=str)
    assert len(bucket["series"]) == 2


def test_points_without_a_session_share_a_bucket_per_person_and_series(db):
    points = [make_point(minute=minute, session_id=None) for minute in range(3)]
    assert write_points(db, points).inserted == 3
    assert len(list(db["metric_points"].find({}))) == 1
    assert stored(db) == sorted(points, key=lambda point: point["id"])


def test_writing_twice_changes_nothing(db):
    points = [make_point(minute=minute) for minute in range(5)]
    assert write_points(db, points).inserted == 5
    again = write_points(db, points)
    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 5)
    assert again.bucket_ids == set()


def test_a_point_of_two_sources_is_one_point_that_knows_both(db):
    write_points(db, [make_point(source="otlp")])
    assert write_points(db, [make_point(source="collector")]).changed == 1
    (point,) = stored(db)
    assert point["sources"] == ["collector", "otlp"]


def test_any_order_and_any_split_gives_the_same_documents(db):
    points = [
        make_point(minute=minute, source=source, client_version=version)
        for minute in range(4)
        for source, version in (("otlp", "2.1"), ("collector", "2.1"), ("otlp", "2.2"))
    ]
    stores = []
    for seed in range(4):
        random.Random(seed).shuffle(points)
        db["metric_points"].delete_many({})
        for start in range(0, len(points), 1 + seed):
            write_points(db, points[start : start + 1 + seed])
        stores.append([{**bucket, "version": 0} for bucket in db["metric_points"].find({})])
    assert all(documents == stores[0] for documents in stores)


def test_writers_at_the_same_time_lose_nothing(db):
    points = [make_point(minute=minute) for minute in range(40)]
    threads = [threading.Thread(target=write_points, args=(db, [point])) for point in points]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored(db)) == 40
