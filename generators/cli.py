"""The command ``python -m generators``."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from generators.plan import Plan, PlanError, SaasPlan, yesterday
from generators.saas import generate_saas
from generators.telemetry import Generated, Progress, generate_telemetry


class _OneLine(argparse.ArgumentParser):
    """Says in one line what is wrong, instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate what the arguments ask for.

    Returns
    -------
    int
        0 if all is written, 2 with one line on the standard error if not.
    """
    options = _parser().parse_args(arguments)
    try:
        with _reporting(options.progress) as progress:
            generated = options.generate(options, progress)
    except PlanError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"cannot write to {options.output}: {error.strerror or error}")
    except KeyboardInterrupt:
        return _fail("interrupted; nothing is left half written")
    _summarize(generated, options.unit, options.progress)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _OneLine(prog="generators", description="Make synthetic data, the same for a seed.")
    kinds = parser.add_subparsers(required=True, metavar="telemetry|saas")
    telemetry = _kind(kinds, "telemetry", "Claude Code telemetry of a team")
    telemetry.set_defaults(generate=_telemetry, unit="events")
    telemetry.add_argument("--users", type=int, default=100, help="people in the team")
    telemetry.add_argument("--sessions", type=int, default=5000, help="about 90 events each")
    telemetry.add_argument("--days", type=int, default=60, help="length of the period")
    telemetry.add_argument("--gzip", action="store_true", help="write telemetry_logs.jsonl.gz")
    saas = _kind(kinds, "saas", "sign-ins and requests of a web application")
    saas.set_defaults(generate=_saas, unit="requests")
    saas.add_argument("--users", type=int, default=500, help="accounts")
    saas.add_argument("--requests", type=int, default=25_000, help="HTTP requests")
    saas.add_argument("--days", type=int, default=30, help="length of the period")
    return parser


def _kind(
    kinds: "argparse._SubParsersAction[_OneLine]", name: str, summary: str
) -> argparse.ArgumentParser:
    parser = kinds.add_parser(name, help=summary, description=f"Generate {summary}.")
    parser.add_argument("--seed", type=int, default=42, help="same seed and end, same bytes")
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument(
        "--end",
        type=_day,
        default=yesterday(),
        help="last day (UTC); yesterday if not given, so that no data lies in the future",
    )
    parser.add_argument(
        "--progress",
        choices=("auto", "json", "none"),
        default="auto",
        help="auto: a bar on a terminal; json: lines for another program on the standard output",
    )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must look like 2026-11-22, not {text!r}") from None


def _telemetry(options: argparse.Namespace, progress: Progress) -> Generated:
    plan = Plan(options.seed, options.users, options.sessions, options.days, options.end)
    return generate_telemetry(plan, options.output, compress=options.gzip, progress=progress)


def _saas(options: argparse.Namespace, progress: Progress) -> Generated:
    plan = SaasPlan(options.seed, options.users, options.requests, options.days, options.end)
    return generate_saas(plan, options.output, progress=progress)


@contextmanager
def _reporting(style: str) -> Iterator[Progress]:
    """Report on a bar, in JSON lines or not at all."""
    if style == "json":
        yield lambda done, total: _say({"done": done, "total": total})
        return
    # None: only where someone looks, that is on a terminal
    with tqdm(disable=True if style == "none" else None, leave=False) as bar:

        def move(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield move


def _summarize(generated: Generated, unit: str, style: str) -> None:
    if style == "json":
        _say(
            {
                "files": [str(path) for path in generated.files],
                unit: generated.events,
                "sessions": generated.sessions,
                "people": generated.people,
                "incidents": [str(incident) for incident in generated.incidents],
            }
        )
        return
    counts = f"{generated.events:,} {unit}, {generated.sessions:,} sessions"
    print(f"{counts}, {generated.people:,} people")
    for path in generated.files:
        print(f"wrote {path}")
    for incident in generated.incidents:
        print(f"contains {incident}")


def _say(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)


def _fail(message: str) -> int:
    print(f"generators: {message}", file=sys.stderr)
    return 2
