import pytest

from generators.departments import DEPARTMENTS, LANGUAGES, LEVEL_SHARES, PROJECTS, ask_share
from generators.tools import TOOL_NAMES


def test_shares_are_complete():
    assert sum(practice.share for practice in DEPARTMENTS) == pytest.approx(1)
    assert sum(LEVEL_SHARES) == pytest.approx(1)
    assert len(LEVEL_SHARES) == 10


def test_every_project_names_its_languages():
    assert all(sum(project.languages.values()) == pytest.approx(1) for project in PROJECTS)
    assert len({project.name for project in PROJECTS}) == len(PROJECTS)
    assert "Python" in LANGUAGES


def test_factors_are_of_tools_that_exist():
    named = {tool for practice in DEPARTMENTS for tool in practice.tool_factors}

    assert named <= set(TOOL_NAMES)


def test_all_departments_have_permission_requests():
    assert all(0 < ask_share(level) < 1 for level in range(1, 11))
