"""What became of the records of an import."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from ingest.files.json_records import Reject
from store.import_log import MAX_REJECTS


@dataclass
class Summary:
    """Counts of one file, or of all files of a run.

    `read` is `inserted` + `changed` + `unchanged` + `rejected`. What a format sends besides
    records, such as control messages, is in `skipped`.
    """

    inserted: int = 0
    changed: int = 0
    unchanged: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    rejects: dict[str, list[Reject]] = field(default_factory=lambda: defaultdict(list), repr=False)

    @property
    def rejected(self) -> int:
        """Records rejected, for whatever reason."""
        return self.reasons.total()

    @property
    def read(self) -> int:
        """Records met."""
        return self.inserted + self.changed + self.unchanged + self.rejected

    def reject(self, reject: Reject) -> None:
        """Count a rejected record; keep the first of each reason."""
        self.reasons[reject.reason] += 1
        if len(self.rejects[reject.reason]) < MAX_REJECTS:
            self.rejects[reject.reason].append(reject)

    def add(self, other: Summary) -> None:
        """Add the counts of one file to those of the run."""
        self.inserted += other.inserted
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.reasons += other.reasons
        self.skipped += other.skipped

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as the command line prints them."""
        return {
            "read": self.read,
            "inserted": self.inserted,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "reasons": dict(self.reasons.most_common()),
        }
