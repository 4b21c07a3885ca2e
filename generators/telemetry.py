"""Telemetry of a team that does not exist: plan, people, sessions, work, records, files."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generators.cloudwatch import Batches
from generators.files import atomic_write
from generators.incidents import Incident, draw_incidents
from generators.people import Person, build_people, directory_rows
from generators.plan import Plan
from generators.records import Renderer
from generators.sessions import plan_sessions
from generators.work import Shifts, simulate

Progress = Callable[[int, int], None]

LOG_NAME = "telemetry_logs.jsonl"
DIRECTORY_NAME = "employees.csv"

# Large enough for numpy, small enough to hold: about 18,000 events, 35 MB
_BLOCK = 200


@dataclass(frozen=True, slots=True)
class Generated:
    """What was written: files, counts, and the incidents that the data contains."""

    files: tuple[Path, ...]
    events: int
    sessions: int
    people: int
    incidents: tuple[Incident, ...] = ()


def generate_telemetry(
    plan: Plan, output: Path, *, compress: bool = False, progress: Progress | None = None
) -> Generated:
    """Write ``telemetry_logs.jsonl`` and ``employees.csv``.

    Parameters
    ----------
    plan : Plan
        What to generate; the same plan gives the same bytes.
    output : pathlib.Path
        Folder, made if it is missing.
    compress : bool
        Write ``telemetry_logs.jsonl.gz`` instead.
    progress : callable, optional
        Called with the sessions done and all of them.

    Returns
    -------
    Generated
        Files, counts and incidents.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    people = build_people(plan)
    log = output / (LOG_NAME + ".gz" if compress else LOG_NAME)
    events, incidents = _write_log(plan, people, log, progress or _silent)
    directory = output / DIRECTORY_NAME
    _write_directory(people, directory)
    return Generated((log, directory), events, plan.sessions, len(people), incidents)


def _write_log(
    plan: Plan, people: Sequence[Person], path: Path, progress: Progress
) -> tuple[int, tuple[Incident, ...]]:
    sessions, incidents = draw_incidents(plan, people, plan_sessions(plan, people))
    renderer, shifts = Renderer(plan, people), Shifts(plan.end_ms)
    with atomic_write(path) as file:
        batches = Batches(file, plan.random("batches"))
        for block in sessions.blocks(_BLOCK):
            # No later block starts before this one: what is older can go
            batches.write_before(int(block.start_ms[0]))
            rng = plan.random("work", int(block.number[0]))
            work = simulate(rng, block, people, incidents, shifts).until(plan.end_ms)
            batches.add(*renderer.render(rng, work))
            progress(int(block.number[-1]) + 1, plan.sessions)
        batches.write_before(plan.end_ms)
    return batches.events, incidents


def _write_directory(people: Sequence[Person], path: Path) -> None:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("email", "full_name", "practice", "level", "location"))
    rows.writerows(directory_rows(people))
    with atomic_write(path) as file:
        file.write(text.getvalue().encode())


def _silent(done: int, total: int) -> None:
    """Report nothing."""
