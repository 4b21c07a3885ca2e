"""The reference of the questions is what their declarations and docstrings state."""

from __future__ import annotations

import re
from pathlib import Path

import analytics
from analytics import data, saas
from analytics.reference import COMMAND, QuestionDoc, reference
from ui.http import api

FILE = Path(__file__).parents[2] / "docs" / "questions.md"


def test_file_equals_the_generated_text():
    assert FILE.read_text("utf-8") == reference(), f"docs/questions.md is old; run: {COMMAND}"


def test_reference_has_every_public_question_once():
    headings = re.findall(r"^### (\w+)$", reference(), re.M)
    modules = (analytics, data, saas)
    questions = {
        name
        for module in modules
        for name in module.__all__
        if hasattr(getattr(module, name), "reads")
    }
    assert sorted(headings) == sorted(questions)


def test_reference_has_the_addresses_that_the_api_answers():
    addresses = re.findall(r"`GET /api/v1/(\w+)`$", reference(), re.M)
    assert sorted(addresses) == sorted(api.questions())


def test_reference_states_parameters_errors_and_collections():
    _, _, section = reference().partition("### session_list\n")
    section, _, _ = section.partition("\n### ")
    assert "session_list(db, filters, page=1, page_size=50, sort='started_at', search=" in section
    assert "- `page_size`: Sessions on a page, 1 to 1,000." in section
    assert "- raises `FilterError`: " in section
    assert "- reads `daily_sessions`, `sessions`" in section


def test_meaning_on_several_lines_is_one_text():
    columns = {column.name: column for column in QuestionDoc.of(analytics.headline_totals).columns}
    sessions = columns["sessions"]
    assert sessions[1:] == (
        "int64",
        "count",
        "sessions that started in the range and have a prompt or an API request",
    )
