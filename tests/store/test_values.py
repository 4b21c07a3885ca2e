from store.values import stored_values


def test_each_value_comes_once_however_many_there_are(db):
    db["notes"].insert_many({"day": f"day-{number % 1000}"} for number in range(2000))
    values = list(stored_values(db, "notes", "day"))
    assert sorted(values) == sorted(f"day-{number}" for number in range(1000))


def test_values_can_be_those_of_some_documents(db):
    db["notes"].insert_many([{"day": "a", "session_id": "1"}, {"day": "b", "session_id": "2"}])
    assert list(stored_values(db, "notes", "session_id", {"day": "b"})) == ["2"]


def test_an_empty_collection_has_no_values(db):
    assert list(stored_values(db, "notes", "day")) == []
