"""Record and forbid connections of a Python process to other computers, and lookups.

Python imports this module at start wherever its folder is on ``PYTHONPATH``.
"""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address

CONNECTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def is_local(host: object) -> bool:
    if host in (None, "", b"", "localhost"):
        return True
    try:
        return ip_address(str(host)).is_loopback
    except ValueError:
        return False


def target(event: str, args: tuple) -> object:
    """Return the host that an event is about; None if there is none."""
    if event in LOOKUPS:
        return args[0]
    # Unix sockets have a path, and connected ones no address
    return args[1][0] if event in CONNECTS and isinstance(args[1], tuple) else None


def record(event: str, args: tuple) -> None:
    if not event.startswith("socket.") or is_local(host := target(event, args)):
        return
    with open(os.environ["OUTBOUND_LOG"], "a") as log:
        log.write(f"{event} {host}\n")
    raise OSError(f"{event} {host} is forbidden")


if "OUTBOUND_LOG" in os.environ:
    sys.addaudithook(record)
