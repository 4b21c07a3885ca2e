"""Tables of results."""

from __future__ import annotations

import pytest

from benchmarks.report import Table, Times, shown, timed, write


def test_a_table_is_markdown_with_numbers_to_the_right():
    table = Table("Speed", ("what", "ms"), [("a", 1.25), ("longer", 1234.5)], "Budget: none.")
    assert table.markdown().splitlines() == [
        "## Speed",
        "",
        "| what   |    ms |",
        "| ------ | ----: |",
        "| a      |  1.25 |",
        "| longer | 1,234 |",
        "",
        "Budget: none.",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.01234, "0.0123"), (12.34, "12.3"), (5_000_000, "5,000,000"), (0.0, "0"), ("", "")],
)
def test_numbers_are_short(value: object, expected: str):
    assert shown(value) == expected


def test_times_have_minimum_and_median():
    times = Times((3.0, 1.0, 9.0))
    assert (times.best, times.median) == (1.0, 3.0)


def test_every_repeat_is_prepared_for():
    done: list[str] = []
    times = timed(lambda: done.append("call"), 2, before=lambda: done.append("before"))
    assert done == ["before", "call", "before", "call"]
    assert len(times.values) == 2


def test_results_say_where_they_come_from(tmp_path):
    path = tmp_path / "results.md"
    write(path, [Table("Speed", ("ms",), [(1.0,)])], "python -m benchmarks", 61.0)
    text = path.read_text()
    assert "`python -m benchmarks`, 61 s" in text
    assert "load average" in text
    assert "## Speed" in text
