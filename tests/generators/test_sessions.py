from collections import Counter

import numpy as np
import pytest

from generators.departments import DEPARTMENTS, PROJECTS
from generators.distributions import PROMPTS_PER_SESSION
from generators.people import build_people
from generators.plan import Plan
from generators.releases import MODEL_IDS, MODEL_TIERS, MODELS, PREVIEW
from generators.sessions import plan_sessions

from .conftest import END


@pytest.fixture(scope="module")
def team():
    plan = Plan(seed=3, users=200, sessions=20_000, days=60, end=END)
    people = build_people(plan)
    return people, plan_sessions(plan, people)


def test_a_project_belongs_to_the_practice_of_its_person(team):
    people, sessions = team
    for who, project in zip(sessions.person.tolist(), sessions.project.tolist(), strict=True):
        assert PROJECTS[project] in DEPARTMENTS[people[who].practice].projects


def test_most_work_is_for_one_project(team):
    _, sessions = team
    counts = [Counter(sessions.project[sessions.person == who].tolist()) for who in range(50)]
    shares = [
        max(count.values()) / sum(count.values()) for count in counts if sum(count.values()) > 20
    ]

    assert np.mean(shares) > 0.7


def test_no_model_is_used_before_its_release(team):
    _, sessions = team
    released = np.array([model.released.toordinal() for model in MODELS])

    assert (sessions.start_day >= released[sessions.model]).all()
    assert (sessions.start_day >= released[sessions.small_model]).all()


def test_a_new_model_appears_within_the_period(team):
    _, sessions = team
    small = [MODEL_IDS[model] for model in sessions.small_model.tolist()]

    assert small[0] == "claude-haiku-4-5-20251001"
    assert small[-1] == "claude-haiku-5-5"


def test_the_unpriced_preview_is_rare(team):
    _, sessions = team
    share = (MODEL_TIERS[sessions.model] == PREVIEW).mean()

    assert 0 < share < 0.004


def test_a_session_runs_on_a_machine_that_its_person_has(team):
    people, sessions = team
    owned = np.array([len(person.machines) for person in people])

    assert (sessions.machine < owned[sessions.person]).all()
    assert sessions.machine.max() == 1


def test_prompts_per_session_follow_their_distribution(team):
    _, sessions = team

    assert np.median(sessions.prompts) == pytest.approx(PROMPTS_PER_SESSION.p50, abs=1)
    assert np.percentile(sessions.prompts, 90) == pytest.approx(PROMPTS_PER_SESSION.p90, rel=0.15)


def test_blocks_cut_without_loss(team):
    _, sessions = team
    blocks = list(sessions.blocks(7001))

    assert [len(block) for block in blocks] == [7001, 7001, 5998]
    assert np.concatenate([block.number for block in blocks]).tolist() == list(range(20_000))
