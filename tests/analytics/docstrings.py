"""What the docstring of every question contains."""

from __future__ import annotations

import re
from typing import Any

from analytics.question import Question
from analytics.reference import QuestionDoc

UNITS = {"count", "tokens", "USD", "0-1", "0-6", "0-23", "ms", "seconds", "bytes", "lines", "weeks"}
IDENTIFIERS = {"status_code", "line"}
"""Whole numbers that measure nothing."""


def assert_documented(question: Question[..., Any]) -> None:
    """Check the summary and the table of columns of a docstring against the declaration."""
    doc = QuestionDoc.of(question)
    verb = doc.summary.split()[0]
    assert doc.summary.endswith(".")
    assert verb[0].isupper()
    assert not verb.endswith("s"), "the summary is no imperative"
    assert doc.returns.endswith(".")
    assert {column.name: column.dtype for column in doc.columns} == dict(question.columns)
    assert [column.name for column in doc.columns] == [*question.columns]
    for column in doc.columns:
        assert column.meaning, column.name
        is_number = re.fullmatch(r"([Ii]nt|float)(64)?", column.dtype)
        assert (column.unit in UNITS) == bool(is_number and column.name not in IDENTIFIERS), column
        assert is_number or column.unit in ("", "UTC"), column
