"""What the jobs of the Data page do, each made of the same commands that a terminal has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pymongo.errors import PyMongoError

from analytics import connect
from store.delete import delete_source
from store.errors import StoreError
from store.failures import brief
from ui.jobs.runner import Cancelled, Failed, Runner, Work
from ui.scope import DEMO_SOURCE

EVERYTHING_READ, SOME_REJECTED = 0, 1


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
    """Return the job that generates a data set and imports it in place of the last one."""

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
        _import(run, [run.folder / "telemetry_logs.jsonl"], people, replace=DEMO_SOURCE)

    return work


def load_saas_demo() -> Work:
    """Return the job that generates the second data set, of a web application, and imports it."""

    def work(run: Runner) -> None:
        size = ["--users", "200", "--requests", "20000"]
        _generate(run, ["saas", *size, "--output", str(run.folder), "--progress", "json"])
        _import(run, [run.folder / "synthetic_saas_dataset.json"], people=None)

    return work


def import_files(paths: Sequence[Path], people: Path | None) -> Work:
    """Return the job that imports files which are on this server's disk."""

    def work(run: Runner) -> None:
        _import(run, paths, people)

    return work


def import_uploads(files: Sequence[tuple[str, bytes]], people: bytes | None) -> Work:
    """Return the job that imports files which a visitor sent."""

    def work(run: Runner) -> None:
        paths = [_written(run.folder / str(i), name, body) for i, (name, body) in enumerate(files)]
        staff = _written(run.folder / "people", "employees.csv", people) if people else None
        # A directory alone is a file like any other
        _import(run, paths or [staff] if staff else paths, staff if paths else None)

    return work


def recompute(zone: str = "") -> Work:
    """Return the job that makes all sums and costs anew, in another time zone if one is named."""

    def work(run: Runner) -> None:
        run.step("Summing up")
        chosen = ["--zone", zone] if zone else []
        try:
            run.job.counts = run.command(
                ["ingest", "--recompute", *chosen, "--json", "--progress", "json"],
                accepts=(EVERYTHING_READ, SOME_REJECTED),
            )
        except Cancelled:
            run.job.message = (
                "Sums are half old, half new until you price everything anew or Tokenflow restarts."
            )
            raise

    return work


def delete(source: str, name: str) -> Work:
    """Return the job that deletes all events of a source, and what was derived from them."""

    def work(run: Runner) -> None:
        def report(done: int, total: int, _: str) -> None:
            run.report(done, total, f"Deleting {name}")

        run.step(f"Deleting {name}")
        try:
            deleted = delete_source(connect(), source, report)
        except (PyMongoError, StoreError) as error:
            told = f"The store stopped answering; delete again to finish. {brief(error)}"
            raise Failed(told) from error
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


def _written(folder: Path, name: str, body: bytes) -> Path:
    """Keep an uploaded file under its own name; only the last part of a name is one."""
    folder.mkdir()
    path = folder / (Path(name).name or "upload")
    path.write_bytes(body)
    return path
