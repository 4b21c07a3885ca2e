"""The synthetic SaaS data set: five arrays that refer to each other without a gap."""

from collections.abc import Callable
from pathlib import Path

import orjson

from generators.files import atomic_write
from generators.plan import SaasPlan
from generators.saas_accounts import (
    REQUESTS_PER_SESSION,
    Row,
    build_accounts,
    build_sessions,
    issue_tokens,
)
from generators.saas_traffic import Traffic
from generators.telemetry import Generated

DATASET_NAME = "synthetic_saas_dataset.json"
_STEPS = 4


def generate_saas(
    plan: SaasPlan, output: Path, *, progress: Callable[[int, int], None] | None = None
) -> Generated:
    """Write ``synthetic_saas_dataset.json``.

    Parameters
    ----------
    plan : SaasPlan
        What to generate; the same plan gives the same bytes.
    output : pathlib.Path
        Folder, made if it is missing.
    progress : callable, optional
        Called with the steps done and all of them.

    Returns
    -------
    Generated
        File and counts; `events` are the requests, `people` the accounts.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    report = progress or _silent
    output.mkdir(parents=True, exist_ok=True)
    accounts = build_accounts(plan)
    sessions = build_sessions(plan, accounts, max(1, plan.requests // REQUESTS_PER_SESSION))
    report(1, _STEPS)
    tokens = issue_tokens(plan, sessions)
    report(2, _STEPS)
    traffic = Traffic(plan, accounts, sessions)
    traffic.revoke(tokens)
    traffic.run()
    report(3, _STEPS)
    path = output / DATASET_NAME
    arrays = {
        "users": accounts,
        "sessions": [session.row for session in sessions],
        "tokens": tokens,
        "requests": traffic.requests,
        "audit_logs": traffic.audit_logs,
    }
    _write(path, arrays)
    report(_STEPS, _STEPS)
    return Generated((path,), len(traffic.requests), len(sessions), len(accounts))


def _write(path: Path, arrays: dict[str, list[Row]]) -> None:
    """Write one record a line, so that the file can be looked at."""
    with atomic_write(path) as file:
        for number, (name, rows) in enumerate(arrays.items()):
            start = "{" if number == 0 else ","
            lines = b",\n".join(orjson.dumps(row) for row in rows)
            file.write(f'{start}\n"{name}": [\n'.encode() + lines + b"\n]")
        file.write(b"\n}\n")


def _silent(done: int, total: int) -> None:
    """Report nothing."""
