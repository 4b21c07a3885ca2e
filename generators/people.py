"""Synthetic people: their machines, working hours and place in the organization.

==================  ===================================================================
number              source
==================  ===================================================================
countries           the predecessor's five; their shares are an assumption
names               Faker, in the manner of the country
activity            assumption: lognormal with p90 = 2.6 x the median, so that a few
                    people account for much
joining             assumption: 55 % use the agent from the first day, the others start
                    within the first 80 % of the period; 7 % stop before its end
second machine      assumption: 18 %
upgrades            assumption: every day (45 %), week (35 %) or month (20 %)
not in directory    one of 20 to 99 people, two of 100 or more: contractors whom the
                    directory lacks
==================  ===================================================================
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from faker import Generator
from faker.providers.person import Provider as PersonNames
from faker.providers.person.de_DE import Provider as GermanNames
from faker.providers.person.en_GB import Provider as BritishNames
from faker.providers.person.en_US import Provider as AmericanNames
from faker.providers.person.pl_PL import Provider as PolishNames

from generators.departments import DEPARTMENTS, LEVEL_SHARES, Department, ask_share
from generators.distributions import Lognormal
from generators.plan import Plan
from generators.releases import HAIKU, OPUS, PREMIUM, SONNET

ACTIVITY = Lognormal(1.0, 2.6)
MAIL_DOMAIN = "example.com"

_NAMES: dict[str, type[PersonNames]] = {
    "United States": AmericanNames,
    "Germany": GermanNames,
    "United Kingdom": BritishNames,
    "Poland": PolishNames,
    "Canada": AmericanNames,
}
_ZONES = {
    "United States": ("America/New_York", "America/Chicago", "America/Los_Angeles"),
    "Germany": ("Europe/Berlin",),
    "United Kingdom": ("Europe/London",),
    "Poland": ("Europe/Warsaw",),
    "Canada": ("America/Toronto", "America/Vancouver"),
}
LOCATIONS = tuple(_ZONES)
_LOCATION_SHARES = (0.34, 0.22, 0.18, 0.15, 0.11)
# Hours by which a person's day lies before or after the usual one
_SHIFTS, _SHIFT_SHARES = (-1, 0, 2), (0.2, 0.6, 0.2)

# os.type, os.version, host.arch, terminals
_SYSTEMS = (
    ("darwin", "25.6.0", "arm64", ("vscode", "WarpTerminal", "cursor", "Apple_Terminal")),
    ("linux", "6.12.0", "amd64", ("tmux", "vscode", "pycharm", "xterm-256color")),
    ("windows", "10.0.26100", "amd64", ("vscode", "windows-terminal", "cursor")),
)
_SYSTEM_SHARES = (0.62, 0.26, 0.12)
_HOSTS = {"darwin": "{}s-MacBook-Pro.local", "linux": "{}-workstation", "windows": "{}-LAPTOP"}
# Letters that do not decompose into a Latin one and a mark
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer with the client on it."""

    install_id: str
    host_name: str
    os_type: str
    os_version: str
    arch: str
    serial: str
    terminals: tuple[str, ...]
    upgrade_days: int
    upgrade_phase: int


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who uses the agent."""

    email: str
    full_name: str
    account_uuid: str
    practice: int
    level: int
    location: str
    zone: str
    shift: int
    home_project: int
    favourite_tier: int
    adopts_after_days: int
    ask_share: float
    activity: float
    joins: float
    leaves: float
    machines: tuple[Machine, ...]
    is_listed: bool

    @property
    def department(self) -> str:
        """Name of the practice, as the directory writes it."""
        return DEPARTMENTS[self.practice].name


def build_people(plan: Plan) -> tuple[Person, ...]:
    """Invent the team: the same people for the same seed, however many sessions they have."""
    unlisted = 0 if plan.users < 20 else 1 if plan.users < 100 else 2
    drawn = Random(plan.digest("people"))
    missing = set(drawn.sample(range(plan.users), unlisted))
    names = _Names(plan)
    return tuple(
        _person(plan, number, names, number not in missing) for number in range(plan.users)
    )


def directory_rows(people: Sequence[Person]) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows of ``employees.csv`` under its header."""
    for person in people:
        if person.is_listed:
            level = f"L{person.level}"
            yield person.email, person.full_name, person.department, level, person.location


class _Names:
    """Full names, and one e-mail address for each, never the same twice."""

    def __init__(self, plan: Plan) -> None:
        self._providers = {place: self._provider(plan, place) for place in LOCATIONS}
        self._taken: Counter[str] = Counter()

    @staticmethod
    def _provider(plan: Plan, place: str) -> PersonNames:
        faker = Generator()
        faker.seed_instance(int(plan.digest("names", place)[:16], 16))
        return _NAMES[place](faker)

    def next(self, place: str) -> tuple[str, str, str]:
        """First name, full name and e-mail address of one more person."""
        provider = self._providers[place]
        first, last = provider.first_name(), provider.last_name()
        local = f"{_ascii(first)}.{_ascii(last)}"
        self._taken[local] += 1
        number = self._taken[local]
        # A number after a dot: no name contains one, so no numbered address meets another
        address = f"{local}.{number}" if number > 1 else local
        return first, f"{first} {last}", f"{address}@{MAIL_DOMAIN}"


def _person(plan: Plan, number: int, names: _Names, is_listed: bool) -> Person:
    drawn = Random(plan.digest("person", number))
    place = drawn.choices(LOCATIONS, _LOCATION_SHARES)[0]
    first, full_name, email = names.next(place)
    practice = drawn.choices(range(len(DEPARTMENTS)), [p.share for p in DEPARTMENTS])[0]
    level = drawn.choices(range(1, 11), LEVEL_SHARES)[0]
    joins, leaves = _stay(drawn)
    return Person(
        email=email,
        full_name=full_name,
        account_uuid=plan.uuid("account", number),
        practice=practice,
        level=level,
        location=place,
        zone=drawn.choice(_ZONES[place]),
        shift=drawn.choices(_SHIFTS, _SHIFT_SHARES)[0],
        home_project=drawn.randrange(len(DEPARTMENTS[practice].projects)),
        favourite_tier=_favourite(drawn, DEPARTMENTS[practice], level),
        adopts_after_days=int(drawn.expovariate(1 / 5)),
        ask_share=ask_share(level),
        activity=drawn.lognormvariate(0, ACTIVITY.sigma),
        joins=joins,
        leaves=leaves,
        machines=_machines(plan, number, first, drawn),
        is_listed=is_listed,
    )


def _stay(drawn: Random) -> tuple[float, float]:
    """First and last moment of a person's use, as fractions of the period."""
    joins = 0.0 if drawn.random() < 0.55 else drawn.uniform(0.02, 0.8)
    leaves = 1.0 if drawn.random() > 0.07 else drawn.uniform(min(joins + 0.15, 0.95), 0.97)
    return joins, leaves


def _favourite(drawn: Random, practice: Department, level: int) -> int:
    """Model family a person starts most sessions with; the senior like the larger ones more."""
    opus = practice.opus_share + 0.03 * (level - 4)
    weights = (opus, 0.92 - opus, 0.06, 0.02)
    return drawn.choices((OPUS, SONNET, HAIKU, PREMIUM), weights)[0]


def _machines(plan: Plan, number: int, first: str, drawn: Random) -> tuple[Machine, ...]:
    count = 2 if drawn.random() < 0.18 else 1
    return tuple(_machine(plan, f"{number}/{n}", _ascii(first), drawn) for n in range(count))


def _machine(plan: Plan, label: str, owner: str, drawn: Random) -> Machine:
    kind, version, arch, terminals = drawn.choices(_SYSTEMS, _SYSTEM_SHARES)[0]
    serial = plan.digest("serial", label)[:10].upper()
    return Machine(
        install_id=plan.digest("install", label),
        host_name=_HOSTS[kind].format(owner.capitalize()),
        os_type=kind,
        os_version=version,
        arch=arch,
        serial=serial,
        terminals=tuple(drawn.sample(terminals, 2)),
        upgrade_days=drawn.choices((1, 7, 30), (0.45, 0.35, 0.2))[0],
        upgrade_phase=drawn.randrange(30),
    )


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return "".join(letter for letter in plain.lower() if "a" <= letter <= "z")
