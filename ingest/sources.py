"""What every source looks like, and the list of those there are.

A source is a module with three functions' worth of knowledge: how to **recognise** its files by
their content, how to **read** them, how to **map** what was read. It yields documents, each with
the kind, by which the loader knows its destination, and never touches the store.
"""

from collections.abc import Iterator
from typing import Protocol

from ingest.files.source_file import SourceFile
from ingest.formats import cloudwatch, collector, legacy, people, saas
from ingest.formats.transcripts import files
from ingest.record_kinds import Document


class Source(Protocol):
    """One format. Modules of this package are its instances."""

    NAME: str
    """Short name, as the import log stores it."""
    DESCRIPTION: str
    """What to say was tried when a file is none of the known ones."""

    def recognise(self, file: SourceFile) -> bool:
        """Return by the sample whether the file is of this format."""

    def documents(self, file: SourceFile) -> Iterator[Document]:
        """Read and map the whole file."""


PEOPLE: Source = people
SOURCES: tuple[Source, ...] = (cloudwatch, collector, saas, legacy, people, files)


def recognise(file: SourceFile) -> Source | None:
    """Find the source that a file is of; None if there is none."""
    return next((source for source in SOURCES if source.recognise(file)), None)
