"""Assign transcripts, which name no user, to a user."""

from collections.abc import Iterator
from typing import Any

from ingest.events.coerce import lower, text
from ingest.files.source_file import SourceFile
from ingest.formats.transcripts.fields import SOURCE as TRANSCRIPT
from ingest.record_kinds import EVENT, Document
from ingest.sources import Source

Event = dict[str, Any]


class Attributed:
    """A source whose transcripts are assigned to a user; other events stay as they are.

    Parameters
    ----------
    source : Source
        Where the events come from.
    user : str
        E-mail address of the user, or their id in telemetry.
    """

    def __init__(self, source: Source, user: str) -> None:
        self.NAME = source.NAME
        self.DESCRIPTION = source.DESCRIPTION
        self._source = source
        self._person = person_fields(user)

    def recognise(self, file: SourceFile) -> bool:
        """Return whether the source knows the file."""
        return self._source.recognise(file)

    def documents(self, file: SourceFile) -> Iterator[Document]:
        """Read the file and add the user to events of transcripts."""
        for kind, document in self._source.documents(file):
            if kind == EVENT and document["source"] == TRANSCRIPT:
                yield EVENT, {**document, **self._person}
            else:
                yield kind, document


def person_fields(user: str) -> Event:
    """Return the fields that name a person, given an e-mail address or an id."""
    name = text(user) or ""
    return {"user_id": lower(name), "email": lower(name)} if "@" in name else {"user_id": name}
