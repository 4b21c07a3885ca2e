"""Documents of the directory of people, as `people` holds them."""

from __future__ import annotations

from typing import Annotated, TypedDict

from store.events.documents import Attribute


class Position(TypedDict, total=False):
    """What a person does and where."""

    role: Annotated[str, "role; without one it follows from department and level"]
    department: Annotated[str, "department"]
    level: Annotated[str, "seniority, such as L4"]
    location: Annotated[str, "place of work"]


class PastPosition(Position, total=False):
    """A position that a person no longer has."""

    until_day: Annotated[str, "first local day on which it no longer holds, YYYY-MM-DD"]


class DirectoryEntry(Position, total=False):
    """One person of the directory."""

    _id: Annotated[str, "e-mail address in lower case"]
    email: Annotated[str, "the same"]
    user_id: Annotated[str, "the user, for events that have no e-mail address"]
    name: Annotated[str, "full name"]
    history: Annotated[list[PastPosition], "earlier positions, the oldest first"]
    extra: Annotated[list[Attribute], "other columns of the imported file"]
