"""The reference of all questions, printed as `docs/questions.md`.

Run ``python -m analytics.reference > docs/questions.md``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import analytics
from analytics import data, saas
from analytics.question import Question, needs_only_scope

__all__ = ["Column", "QuestionDoc", "reference"]

COMMAND = "python -m analytics.reference > docs/questions.md"

_INTRODUCTION = f"""\
# Questions

<!-- Generated: {COMMAND} -->

A question is a function of the package `analytics`. It takes a store, `db`, which it never writes,
and in most cases a scope, `filters`: half-open days in the reporting time zone of the store, and
values of dimensions such as roles, models and projects, where none means all.

```python
from datetime import date
from analytics import Filters, connect, cost_by_model

november = Filters(date(2026, 11, 1), date(2026, 12, 1), departments=("Frontend",))
cost_by_model(connect(), november)
```

- The answer is a DataFrame or one object. Its columns, their order and their dtypes do not depend
  on the data. A missing value is blank (NA) in a frame and None in an object.
- Days are in the reporting time zone; instants are UTC. Rates and shares are 0 to 1. Costs are US
  dollars, an estimate: an invoice may round differently.
- Rollups and sessions are complete up to their last refresh, which follows a change in seconds.
- An answer is kept in memory until a collection that the question reads changes.
- An invalid scope or argument raises `FilterError`; a store that cannot be reached or does not
  answer raises `StoreError` or pymongo's `PyMongoError`.

Over HTTP, `GET /api/v1/<question>?start=2026-11-01&end=2026-12-01&department=Frontend` answers with
`{{"question", "filters", "result"}}`. These parameters may be repeated: `role`, `department`,
`source`, `model`, `project`, `user`, `tool`, `version` (of the client), `terminal`, `os`,
`repository` and `weekday` (0 is Monday). The addresses of the pages have the same ones.
"""

_PARTS = (
    ("Claude Code telemetry", "", analytics),
    ("State of the store", "In `analytics.data`, about the whole store.", data),
    (
        "SaaS data set",
        "In `analytics.saas`. Only the days of `filters` apply.",
        saas,
    ),
)


class Column(NamedTuple):
    """A column of a frame, or a field of an object."""

    name: str
    dtype: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class QuestionDoc:
    """The documentation of a question, read from its docstring.

    Attributes
    ----------
    summary : str
        One sentence.
    parameters, raises : mapping of str to str
        Parameters besides ``db`` and the usual ``filters``, and errors of this question alone.
    returns : str
        What one row is, and the order of the rows.
    columns : sequence of Column
        What the answer consists of.
    notes : str
        Definitions and limits; often empty.
    """

    summary: str
    parameters: Mapping[str, str]
    raises: Mapping[str, str]
    returns: str
    columns: tuple[Column, ...]
    notes: str

    @classmethod
    def of(cls, question: Question[..., Any]) -> QuestionDoc:
        """Read the docstring of a question."""
        summary, *sections = re.split(r"\n\n(\w+)\n-+\n", inspect.getdoc(question) or "")
        texts = dict(zip(sections[::2], sections[1::2], strict=True))
        _, _, returned = texts["Returns"].partition("\n")
        words, table = inspect.cleandoc(returned).split("\n\n")
        return cls(
            summary=_joined(summary),
            parameters=_entries(texts.get("Parameters", "")),
            raises=_entries(texts.get("Raises", "")),
            returns=_joined(words),
            columns=tuple(_columns(table.splitlines())),
            notes=_joined(texts.get("Notes", "")),
        )


def reference() -> str:
    """Return the text of `docs/questions.md`."""
    parts = [_INTRODUCTION]
    shown: set[str] = set()
    for title, note, module in _PARTS:
        parts.append(f"## {title}\n")
        if note:
            parts.append(f"{note}\n")
        names = [name for name in module.__all__ if hasattr(getattr(module, name), "reads")]
        parts += [
            part
            for name in names
            if name not in shown
            for part in _section(getattr(module, name), is_served=module is analytics)
        ]
        shown.update(names)
    return "\n".join(parts)


def _section(question: Question[..., Any], *, is_served: bool) -> Iterator[str]:
    doc = QuestionDoc.of(question)
    yield f"### {question.__name__}\n"
    yield f"`{_call(question)}`: {doc.summary}\n"
    yield f"{doc.returns}\n"
    yield "| column | dtype | unit | meaning |\n| --- | --- | --- | --- |"
    yield from (f"| {' | '.join([f'`{column.name}`', *column[1:]])} |" for column in doc.columns)
    yield ""
    for name, meaning in doc.parameters.items():
        yield f"- `{name}`: {meaning}"
    for error, cause in doc.raises.items():
        yield f"- raises `{error}`: {cause}"
    yield f"- reads {', '.join(f'`{collection}`' for collection in question.reads)}"
    if is_served and needs_only_scope(question):
        yield f"- `GET /api/v1/{question.__name__}`"
    yield ""
    if doc.notes:
        yield f"{doc.notes}\n"


def _call(question: Question[..., Any]) -> str:
    parameters = inspect.signature(question).parameters.values()
    return f"{question.__name__}({', '.join(map(_parameter, parameters))})"


def _parameter(parameter: inspect.Parameter) -> str:
    default = parameter.default
    if default is parameter.empty:
        return parameter.name
    shown = repr(default) if isinstance(default, (str, int)) else f"{type(default).__name__}()"
    return f"{parameter.name}={shown}"


def _entries(text: str) -> dict[str, str]:
    """Return the entries of a section of parameters or errors: name and description."""
    entries = re.split(r"\n(?=\S)", text) if text else []
    heads = (entry.partition("\n") for entry in entries)
    return {head.partition(" : ")[0]: _joined(body) for head, _, body in heads}


def _columns(table: list[str]) -> Iterator[Column]:
    """Read a table; a line without a name continues the one above."""
    border, _, _, *lines, _ = table
    starts = [match.start() for match in re.finditer("=+", border)]
    spans = [*zip(starts, [*starts[1:], None], strict=True)]
    rows: list[list[str]] = []
    for line in lines:
        cells = [line[start:end].strip() for start, end in spans]
        if cells[0]:
            rows.append(cells)
        else:
            rows[-1][-1] += f" {cells[-1]}"
    for name, dtype, unit, meaning in rows:
        yield Column(name, dtype, unit, _joined(meaning))


def _joined(text: str) -> str:
    """Return text on one line, with the code marks of Markdown."""
    return " ".join(text.split()).replace("``", "`")


if __name__ == "__main__":
    print(reference(), end="")
