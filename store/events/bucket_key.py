"""The key of a bucket: a UTC hour and a session."""

from __future__ import annotations

from typing import NamedTuple, Self

_SESSIONLESS = "u:"


class BucketKey(NamedTuple):
    """What the `_id` of a bucket of events or metric points consists of."""

    hour: str
    """UTC hour such as "2026-01-20T13"."""
    session: str
    """Session id, or what `sessionless` returns for events without one."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as `str` writes it."""
        hour, _, session = text.partition("|")
        return cls(hour, session)

    def __str__(self) -> str:
        return f"{self.hour}|{self.session}"

    @property
    def day(self) -> str:
        """UTC day of the hour, such as "2026-01-20"."""
        return self.hour[:10]

    @property
    def is_sessionless(self) -> bool:
        """Whether the bucket holds events without a session."""
        return is_sessionless(self.session)


def sessionless(user_id: str, digit: str) -> str:
    """Return what replaces the session id of events without one: a user and a digit."""
    return f"{_SESSIONLESS}{user_id}#{digit}"


def is_sessionless(session: str) -> bool:
    """Return whether `sessionless` made a session id."""
    return session.startswith(_SESSIONLESS)
