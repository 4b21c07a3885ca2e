"""Work of the jobs of the Data page, made of the commands of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pymongo.errors import PyMongoError

from analytics import connect
from store.delete import delete_source
from store.errors import StoreError
from store.events.sources import SYNTHETIC
from store.failures import brief
from ui.jobs.runner import Cancelled, Failed, Runner, Work

EVERYTHING_READ, SOME_REJECTED = 0, 1

_DELETE_STEPS = {
    "days": "Recalculating days",
    "sessions": "Recalculating sessions",
    "people": "Recalculating people",
}
"""Steps of a deletion after its first, by the label under which the store reports them."""


@dataclass(frozen=True)
class DataSet:
    """The size of a generated data set."""

    users: int = 100
    sessions: int = 5_000
    days: int = 60
    seed: int = 42

    @property
    def events(self) -> int:
        """Roughly how many events it has: about 90 per session."""
        return self.sessions * 90


def load_demo(size: DataSet) -> Work:
    """Return the job that generates a data set and replaces the previous one by it."""

    def work(run: Runner) -> None:
        folder = str(run.folder)
        options = {
            "--users": size.users,
            "--sessions": size.sessions,
            "--days": size.days,
            "--seed": size.seed,
            "--output": folder,
            "--progress": "json",
        }
        arguments = [str(part) for option in options.items() for part in option]
        _generate(run, ["telemetry", *arguments])
        people = run.folder / "employees.csv"
        _import(run, [run.folder / "telemetry_logs.jsonl"], people, replace=SYNTHETIC)

    return work


def load_saas_demo() -> Work:
    """Return the job that generates and imports the SaaS data set."""

    def work(run: Runner) -> None:
        size = ["--users", "200", "--requests", "20000"]
        _generate(run, ["saas", *size, "--output", str(run.folder), "--progress", "json"])
        _import(run, [run.folder / "synthetic_saas_dataset.json"], people=None)

    return work


def import_files(paths: Sequence[Path], people: Path | None) -> Work:
    """Return the job that imports files on this server's disk."""

    def work(run: Runner) -> None:
        _import(run, paths, people)

    return work


def import_uploads(files: Sequence[tuple[str, bytes]], people: bytes | None) -> Work:
    """Return the job that imports uploaded files."""

    def work(run: Runner) -> None:
        paths = [_write(run.folder / str(i), name, body) for i, (name, body) in enumerate(files)]
        staff = _write(run.folder / "people", "employees.csv", people) if people else None
        # A roster alone is a file like any other
        _import(run, paths or [staff] if staff else paths, staff if paths else None)

    return work


def recompute(zone: str = "") -> Work:
    """Return the job that recalculates all numbers, in another time zone if one is given."""

    def work(run: Runner) -> None:
        run.step("Recalculating")
        options = ["--zone", zone] if zone else []
        try:
            run.job.counts = run.command(
                ["ingest", "--recompute", *options, "--json", "--progress", "json"],
                accepts=(EVERYTHING_READ, SOME_REJECTED),
            )
        except Cancelled:
            run.job.message = (
                "Numbers are partly old until you recalculate costs or Tokenflow restarts."
            )
            raise

    return work


def delete(source: str) -> Work:
    """Return the job that deletes all events of a source, and the data derived from them."""

    def work(run: Runner) -> None:
        def report(done: int, total: int, label: str) -> None:
            step = _DELETE_STEPS.get(label, "Deleting events")
            before = [*_DELETE_STEPS.values()].index(step) + 1 if label in _DELETE_STEPS else 0
            part = done / total if total else 1
            run.report(round(100 * (before + part)), 100 * (len(_DELETE_STEPS) + 1), step)

        run.step("Deleting events")
        try:
            deleted = delete_source(connect(), source, report)
        except (PyMongoError, StoreError) as error:
            message = f"The database stopped answering; delete again to finish. {brief(error)}"
            raise Failed(message) from error
        run.job.counts = {"deleted": deleted}

    return work


def _generate(run: Runner, arguments: Sequence[str]) -> None:
    try:
        run.step("Generating")
        run.command(["generators", *arguments])
    except Cancelled:
        run.job.message = "Nothing was loaded."
        raise


def _import(
    run: Runner, paths: Sequence[Path], people: Path | None, replace: str | None = None
) -> None:
    run.step("Importing")
    options = {"--people": people, "--replace": replace}
    chosen = [str(part) for option in options.items() if option[1] for part in option]
    run.job.counts = run.command(
        ["ingest", *map(str, paths), *chosen, "--json", "--progress", "json"],
        accepts=(EVERYTHING_READ, SOME_REJECTED),
    )


def _write(folder: Path, name: str, body: bytes) -> Path:
    """Write an uploaded file under the last part of its name."""
    folder.mkdir()
    path = folder / (Path(name).name or "upload")
    path.write_bytes(body)
    return path
