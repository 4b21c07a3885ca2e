"""The rule that gives a role to a person whose directory entry has none."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

UNKNOWN = "unknown"


@lru_cache(maxsize=4096)
def derived_role(department: str | None, level: str | None) -> str:
    """Return the role that `roles.toml` gives to a department and a level.

    Parameters
    ----------
    department : str or None
        Name of the department; its words are compared.
    level : str or None
        A level such as "L7"; the number in it counts.

    Returns
    -------
    str
        A role, "unknown" if no rule fits.
    """
    words = set(re.findall(r"[a-z0-9]+", (department or "").lower()))
    number = level_number(level)
    for rule in _rules():
        if words & set(rule.get("department_words", ())):
            return str(rule["role"])
        if "min_level" in rule and number >= rule["min_level"]:
            return str(rule["role"])
    return UNKNOWN


def level_number(level: str | None) -> int:
    """Return 7 for "L7", 0 where there is no number."""
    match = re.search(r"\d+", level or "")
    return int(match.group()) if match else 0


@cache
def _rules() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("roles.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["rule"])
