"""Jobs that change a directory entry or add an activity entered by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pymongo.database import Database
from pymongo.errors import PyMongoError

from analytics import UserProfile, connect
from ingest import manual
from ingest.manual import PersonChange
from store.errors import StoreError
from store.failures import brief
from store.progress import Progress
from ui.jobs.runner import Failed, Runner, Work


def change_person(change: PersonChange) -> Work:
    """Return the job that changes a directory entry and refreshes what it affects."""
    return _job(lambda db, progress: manual.change_person(db, change, progress))


def add_activity(person: UserProfile, at: datetime, event_type: str) -> Work:
    """Return the job that stores an activity entered by hand and refreshes its day."""
    return _job(lambda db, progress: manual.add_activity(db, person, at, event_type, progress))


def _job(write: Callable[[Database, Progress], dict[str, int]]) -> Work:
    def work(run: Runner) -> None:
        run.step("Saving")
        try:
            counts = write(connect(), run.report)
        except (PyMongoError, StoreError) as error:
            raise Failed(f"The store stopped answering; enter it again. {brief(error)}") from error
        # The pages show counts of events; a directory entry is none
        run.job.counts = {name: n for name, n in counts.items() if name == "inserted"}

    return work
