"""The rule for roles that the directory does not have."""

from __future__ import annotations

import pytest

from store.people.roles import derived_role, level_number


@pytest.mark.parametrize(
    ("department", "level", "role"),
    [
        ("Platform Engineering", "L2", "devops"),
        ("Data Engineering", "L9", "data_scientist"),
        ("ML Engineering", None, "data_scientist"),
        ("Backend Engineering", "L7", "tech_lead"),
        ("Backend Engineering", "L10", "tech_lead"),
        ("Frontend Engineering", "L4", "senior_dev"),
        ("Frontend Engineering", "L3", "junior_dev"),
        ("HTML Team", "L5", "senior_dev"),  # "ml" inside a word is not machine learning
        ("Backend Engineering", None, "unknown"),
        (None, None, "unknown"),
        (None, "L8", "tech_lead"),
    ],
)
def test_the_first_rule_that_fits_names_the_role(department, level, role):
    assert derived_role(department, level) == role


@pytest.mark.parametrize(("level", "number"), [("L7", 7), ("10", 10), ("Senior", 0), (None, 0)])
def test_a_level_is_the_number_in_it(level, number):
    assert level_number(level) == number
