"""Standard terms: words and variable names that code, tests, documents and pages do not use.

codespell finds what is misspelt; this finds what only insiders would understand.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUFFIXES = {".py", ".md", ".toml", ".yml", ".ipynb"}
FOLDERS = (
    *("analytics", "benchmarks", "charts", "docs", "examples", "generators", "ingest"),
    *("pages", "store", "tests", "tokenflow", "ui", ".github", ".streamlit"),
)
FIXTURES = re.compile(r"tests/.*(fixtures|corpus|__snapshots__)/")

WORDS = {
    r"twins?": "duplicate",
    r"rehears\w*": "dry run",
    r"anew": "again; rebuild, recalculate, compute",
    r"whoever|somebody|nobody|everybody": "user, person, no one, all users, a caller",
    r"(ask|hear|fore)?told|tells?|telling": "show, report, name, notify, distinguish",
    r"says|has a say in": "shows, states, reports; affects",
    r"heard|hears?|last words?": "received, observed; last log line",
    r"refus\w*": "reject, deny",
    r"ledgers?": "import log",
    r"(sum|sums|summed|summing) up": "add up, aggregate",
    r"made up|invented": "demo, synthetic",
    r"diar(y|ies)|habits?": "activity calendar; usage",
    r"newcomers?": "new users",
    r"strangers?": "unauthenticated client; unknown",
    r"doorkeepers?": "client registry",
    r"heal(s|ed|ing)?": "repair, rewrite if damaged",
    r"scratch": "overlay",
    r"stand ins?": "sessionless",
    r"he|she|his|him|her|hers": "the user, they",
}
"""What not to write, and the standard terms instead."""

ALLOWED = (
    r"econnrefused|connection refused",  # what operating systems say
    r"refusal",  # a stop reason of the API
    r"from scratch",
    r"daily twins",  # a collection of older stores
    r"heard mc donald islands",  # a country
)
"""Phrases in which such a word is right."""

NAMES = frozenset({
    "asked", "found", "heard", "held", "kept", "said", "told", "wanted",
})  # fmt: skip
"""Participles that do not say what a variable holds; `messages` and `missing_days` do."""


def _texts(folder: str, suffixes: set[str] = SUFFIXES) -> Iterator[tuple[str, str]]:
    """Yield the path from the root and the text of each file that this project writes."""
    for path in sorted(ROOT.glob("*") if folder == "." else (ROOT / folder).rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in suffixes and path != Path(__file__) and not FIXTURES.match(name):
            yield name, path.read_text(encoding="utf-8")


def _spaced(line: str) -> str:
    """Return a line in lower case with the words of its identifiers apart."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", line)
    return " ".join(re.findall(r"[a-z0-9]+", apart.lower()))


def _faults(line: str) -> Iterator[str]:
    words = _spaced(line)
    for phrase in ALLOWED:
        words = re.sub(rf"\b({phrase})\b", "", words)
    for pattern, instead in WORDS.items():
        for match in re.finditer(rf"\b({pattern})\b", words):
            yield f"{match.group()!r}: write {instead}"


def _assigned(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name


@pytest.mark.parametrize("folder", [".", *FOLDERS])
def test_texts_use_standard_terms(folder: str) -> None:
    faults = [
        f"{name}:{number}: {fault}"
        for name, text in _texts(folder)
        for number, line in enumerate(text.splitlines(), 1)
        for fault in _faults(line)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("folder", [".", *FOLDERS])
def test_variables_are_named_for_what_they_hold(folder: str) -> None:
    faults = [
        f"{name}:{line}: {variable!r}: name what it holds"
        for name, text in _texts(folder, {".py"})
        for line, variable in _assigned(ast.parse(text))
        if variable.strip("_") in NAMES
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("# Whoever asks is told", "whoever"),
        ("def test_the_user_is_told():", "told"),
        ("class SessionTwins:", "twins"),
        ("Change and sum up anew", "sum up"),
        ("days that an event has-a-say-in", "has a say in"),
    ],
)
def test_words_are_found_in_prose_and_in_identifiers(line: str, word: str) -> None:
    assert any(word in fault for fault in _faults(line))


def test_words_of_other_programs_are_allowed() -> None:
    assert not list(_faults('"ECONNREFUSED": "Connection refused"'))
