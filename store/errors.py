"""Errors that Tokenflow detects itself, in one tree.

::

    TokenflowError
    ├── StoreError         the store cannot be opened, reached or used
    │   └── PriceError     price overrides cannot be read
    ├── FilterError        filters that select nothing (end before start, unknown shape)
    ├── SessionNotFound    a session id that the store does not know
    └── UserNotFound       a user id that the store does not know

Each message is one line that names the value and the next step. What the
database driver raises passes through unwrapped.
"""

__all__ = [
    "FilterError",
    "PriceError",
    "SessionNotFound",
    "StoreError",
    "TokenflowError",
    "UserNotFound",
]


class TokenflowError(Exception):
    """Base of all errors that Tokenflow detects itself."""


class StoreError(TokenflowError):
    """The store cannot be opened, reached or used."""


class PriceError(StoreError):
    """Price overrides cannot be read."""


class FilterError(TokenflowError, ValueError):
    """Filters that are not valid."""


class SessionNotFound(TokenflowError, LookupError):  # noqa: N818 - reads as what happened
    """A session id that the store does not know."""


class UserNotFound(TokenflowError, LookupError):  # noqa: N818 - reads as what happened
    """A user id that the store does not know."""
