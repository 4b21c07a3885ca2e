from analytics.store.connection import connect


def test_a_fresh_database_can_be_written_and_read(db):
    db["settings"].insert_one({"_id": "x"})
    assert db["settings"].find_one({"_id": "x"}) == {"_id": "x"}


def test_repeated_calls_return_the_same_handle(mongo_url, db_name, db):
    assert connect(mongo_url, db_name) is db
