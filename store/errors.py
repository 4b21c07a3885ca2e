"""Everything that Tokenflow itself refuses, in one tree.

::

    TokenflowError
    ├── StoreError         the store cannot be opened, reached or used
    │   └── PriceError     prices of one's own cannot be read
    ├── FilterError        a scope that cannot be meant (end before start, unknown shape)
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
    """Prices of one's own cannot be read."""


class FilterError(TokenflowError, ValueError):
    """A scope that cannot be meant."""


class SessionNotFound(TokenflowError, LookupError):  # noqa: N818 - reads as what happened
    """A session id that the store does not know."""


class UserNotFound(TokenflowError, LookupError):  # noqa: N818 - reads as what happened
    """A user id that the store does not know."""
