"""The reporting time zone."""

from __future__ import annotations

import pytest

from store.errors import FilterError
from store.settings import reporting_zone, set_reporting_zone


def test_a_new_store_reports_in_utc(db):
    assert reporting_zone(db).key == "UTC"


def test_the_zone_that_was_set_is_used(db):
    set_reporting_zone(db, "Asia/Kathmandu")
    assert reporting_zone(db).key == "Asia/Kathmandu"


def test_unknown_zone_is_rejected_by_name(db):
    with pytest.raises(FilterError, match="'Mars/Olympus' is not a time zone"):
        set_reporting_zone(db, "Mars/Olympus")
    assert reporting_zone(db).key == "UTC"
