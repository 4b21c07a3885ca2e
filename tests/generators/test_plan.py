from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime

import pytest
import time_machine

from generators.plan import Plan, PlanError, SaasPlan


def test_a_plan_ends_yesterday_in_utc_by_default():
    with time_machine.travel(datetime(2026, 11, 23, 0, 30, tzinfo=UTC), tick=False):
        assert Plan().end == date(2026, 11, 22)
        assert SaasPlan().end == date(2026, 11, 22)


def test_a_period_has_as_many_days_as_asked_for():
    plan = Plan(days=60, end=date(2026, 11, 22))

    assert plan.first_day == date(2026, 9, 24)
    assert plan.end_ms - plan.start_ms == 60 * 86_400_000
    assert datetime.fromtimestamp(plan.end_ms / 1000, UTC) == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("name", ["users", "sessions", "days"])
@pytest.mark.parametrize("value", [0, -1, 100_000_000])
def test_numbers_that_make_no_data_set_are_rejected_by_name(name, value):
    with pytest.raises(PlanError, match=f"{name} must be between 1 and"):
        Plan(**{name: value})


@pytest.mark.parametrize("name", ["users", "requests", "days"])
def test_a_saas_plan_rejects_them_too(name):
    with pytest.raises(PlanError, match=f"{name} must be between 1 and"):
        SaasPlan(**{name: 0})


@pytest.mark.parametrize("end", [date(1999, 1, 1), date(2200, 1, 1)])
def test_a_last_day_that_no_agent_knew_is_rejected(end):
    with pytest.raises(PlanError, match="end must be between 2020-01-01"):
        Plan(end=end)


def test_a_plan_is_a_value():
    plan = Plan(end=date(2026, 11, 22))

    assert plan == Plan(end=date(2026, 11, 22))
    assert len({plan, Plan(end=date(2026, 11, 22))}) == 1
    with pytest.raises(FrozenInstanceError):
        plan.seed = 1


def test_ids_and_draws_follow_from_seed_and_path_alone():
    one, same, other = Plan(seed=1), Plan(seed=1, users=3), Plan(seed=2)

    assert one.uuid("account", 1) == same.uuid("account", 1)
    assert one.uuid("account", 1) != one.uuid("account", 2)
    assert one.uuid("account", 1) != other.uuid("account", 1)
    assert one.random("x").random() == same.random("x").random() != other.random("x").random()
