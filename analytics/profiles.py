"""Who one person is, today and before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pymongo.database import Database

from analytics.errors import UserNotFound
from analytics.question import question
from analytics.spend import labelled
from analytics.store.roles import UNKNOWN

__all__ = ["FormerPost", "UserProfile", "user_profile"]

USER_PROFILE = {
    "user_id": "str",
    "name": "str",
    "email": "str",
    "role": "str",
    "role_basis": "str",
    "department": "str",
    "level": "str",
    "location": "str",
    "first_seen_at": "datetime",
    "last_seen_at": "datetime",
    "is_listed": "bool",
    "is_seen": "bool",
    "history": "tuple",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerPost:
    """What the directory said of somebody until a day, that day excluded; blank if nothing."""

    until_day: str
    role: str = ""
    department: str = ""
    level: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserProfile:
    """What `user_profile` answers; its docstring tells each field's meaning."""

    user_id: str
    name: str
    email: str = ""
    role: str = UNKNOWN
    role_basis: str = UNKNOWN
    department: str = UNKNOWN
    level: str = ""
    location: str = ""
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    is_listed: bool = False
    is_seen: bool = False
    history: tuple[FormerPost, ...] = ()


@question(reads=("people", "users"), columns=USER_PROFILE)
def user_profile(db: Database, user_id: str) -> UserProfile:
    """Tell who a person is.

    Parameters
    ----------
    db : pymongo.database.Database
        Store to read; never written.
    user_id : str
        Which person.

    Returns
    -------
    UserProfile
        One value, whatever the scope.

        ============= ======== ======= =============================================
        field         dtype    unit    meaning
        ============= ======== ======= =============================================
        user_id       str              account, else e-mail, else installation
        name          str              name, else e-mail, else ``user_id``
        email         str              lower case; blank if unknown
        role          str              role today
        role_basis    str              "directory", "derived" or "unknown"
        department    str              department today
        level         str              level today; blank if unknown
        location      str              location today; blank if unknown
        first_seen_at datetime UTC     first event ever; None if there was none
        last_seen_at  datetime UTC     last event ever; None if there was none
        is_listed     bool             whether the directory has them
        is_seen       bool             whether any event ever came
        history       tuple            what the directory says held until a day
                                       (`FormerPost`), earliest first
        ============= ======== ======= =============================================

    Raises
    ------
    UserNotFound
        If the store has no such person.
    pymongo.errors.PyMongoError
        If the store cannot be reached or rejects a query.

    See Also
    --------
    user_list : Everybody.

    Notes
    -----
    Source: collections ``users``, complete up to its last refresh, and ``people``.

    Examples
    --------
    >>> user_profile(db, "ada@example.com").department
    """
    user = db["users"].find_one({"_id": user_id})
    if not user or "user_id" not in user:
        msg = f"there is no user {user_id!r}; user_list shows those there are."
        raise UserNotFound(msg)
    known = {name: value for name, value in labelled(user).items() if name in USER_PROFILE}
    return UserProfile(**{**known, "history": _history(db, user)})


def _history(db: Database, user: dict[str, str]) -> tuple[FormerPost, ...]:
    entry = db["people"].find_one({"_id": user.get("email", "")})
    entry = entry or db["people"].find_one({"user_id": user["user_id"]}) or {}
    posts = [
        FormerPost(**{name: old.get(name) or "" for name in FormerPost.__dataclass_fields__})
        for old in entry.get("history", ())
    ]
    return tuple(sorted(posts, key=lambda post: post.until_day))
