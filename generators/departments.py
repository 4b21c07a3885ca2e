"""What the departments of the team work on, and how that shows in what they do.

================  =====================================================================
number            source
================  =====================================================================
names, levels,    the predecessor's directory (its ``employees.csv``): five practices,
locations         L1 to L10, five countries
shares            assumption: more product than platform engineers
tool factors      assumption, relative to the tool mix in `tools`
languages         assumption; the label is the client's ``language`` (capitalised names)
ask_share         assumption: who has worked longer has allowed more in the settings
================  =====================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Project:
    """A repository and the languages that are edited in it."""

    name: str
    languages: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Department:
    """A department: its size, its working pattern, its repositories."""

    name: str
    share: float
    projects: tuple[Project, ...]
    tool_factors: Mapping[str, float] = field(default_factory=dict)
    opus_share: float = 0.45
    prompts_factor: float = 1.0
    turns_factor: float = 1.0


DEPARTMENTS = (
    Department(
        "Backend Engineering",
        0.32,
        (
            Project("billing-api", {"Go": 0.74, "SQL": 0.1, "YAML": 0.08, "Markdown": 0.08}),
            Project("order-service", {"Java": 0.72, "SQL": 0.12, "YAML": 0.08, "Markdown": 0.08}),
            Project("identity", {"TypeScript": 0.8, "SQL": 0.08, "Markdown": 0.12}),
        ),
        {"Grep": 1.3, "Edit": 1.1},
        opus_share=0.5,
    ),
    Department(
        "Frontend Engineering",
        0.23,
        (
            Project("web-app", {"TypeScript": 0.72, "CSS": 0.16, "HTML": 0.04, "Markdown": 0.08}),
            Project("design-system", {"TypeScript": 0.6, "CSS": 0.28, "Markdown": 0.12}),
            Project("mobile-app", {"Swift": 0.5, "Kotlin": 0.4, "Markdown": 0.1}),
        ),
        {"Edit": 1.5, "Write": 1.4, "Bash": 0.75, "mcp_tool": 1.6},
        opus_share=0.35,
        prompts_factor=1.2,
        turns_factor=0.85,
    ),
    Department(
        "Data Engineering",
        0.16,
        (
            Project("warehouse", {"SQL": 0.62, "Python": 0.26, "YAML": 0.12}),
            Project("ingestion-jobs", {"Python": 0.7, "SQL": 0.14, "YAML": 0.16}),
        ),
        {"Bash": 1.2, "Write": 1.2, "mcp_tool": 1.8},
        opus_share=0.4,
    ),
    Department(
        "ML Engineering",
        0.13,
        (
            Project("ranking-models", {"Python": 0.9, "YAML": 0.04, "Markdown": 0.06}),
            Project("feature-store", {"Python": 0.76, "Rust": 0.18, "Markdown": 0.06}),
        ),
        {"NotebookEdit": 30.0, "Bash": 1.15, "WebSearch": 2.0, "WebFetch": 2.0},
        opus_share=0.65,
        prompts_factor=0.9,
        turns_factor=1.2,
    ),
    Department(
        "Platform Engineering",
        0.16,
        (
            Project("infrastructure", {"HCL": 0.6, "YAML": 0.28, "Shell": 0.12}),
            Project("ci-tools", {"Python": 0.45, "Shell": 0.3, "YAML": 0.25}),
            Project("observability", {"Go": 0.55, "YAML": 0.35, "Markdown": 0.1}),
        ),
        {"Bash": 1.6, "Edit": 0.7, "Read": 0.9},
        opus_share=0.5,
        prompts_factor=0.8,
        turns_factor=1.25,
    ),
)

# Share of people by level, L1 to L10
LEVEL_SHARES = (0.06, 0.1, 0.16, 0.2, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02)


def ask_share(level: int) -> float:
    """Share of edits and commands for which a person of that level is still asked."""
    return 0.5 - 0.035 * level


PROJECTS = tuple(project for practice in DEPARTMENTS for project in practice.projects)
LANGUAGES = tuple(sorted({language for project in PROJECTS for language in project.languages}))
