"""Two thousand invented people of an organisation, and who substitutes for whom."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.user import Role

PEOPLE = 2000
SUBSTITUTES = 150
AREA_OFFICES = ("AO-DAKAR", "AO-HANOI", "AO-LIMA")
REGIONAL_OFFICES = ("RO-AFRICA", "RO-ASIA", "RO-AMERICAS")
HQ = ("HQ",)

DUTIES: Sequence[tuple[Role, Sequence[str], int]] = (
    (Role.OFFICER, AREA_OFFICES, 50),
    (Role.OFFICER, (*REGIONAL_OFFICES, *HQ), 10),
    (Role.SCREENING_OFFICER, HQ, 2),
    (Role.DUE_DILIGENCE_OFFICER, (*AREA_OFFICES, *REGIONAL_OFFICES, *HQ), 8),
    (Role.COUNTRY_OFFICE, (*AREA_OFFICES, *REGIONAL_OFFICES, *HQ), 8),
    (Role.EMPLOYERS_BUREAU, HQ, 2),
    (Role.WORKERS_BUREAU, HQ, 2),
    (Role.TECHNICAL_UNIT, HQ, 8),
    (Role.AREA_DIRECTOR, (*AREA_OFFICES, *REGIONAL_OFFICES, *HQ), 2),
    (Role.LEGAL_REVIEWER, HQ, 4),
    (Role.FINANCE, HQ, 4),
    (Role.SIGNATORY, HQ, 1),
    (Role.ADMINISTRATOR, HQ, 1),
    (Role.AUDITOR, HQ, 1),
)
"""A duty, where it is held, and how often of a hundred or so."""

AT_THE_DESK: Sequence[tuple[Role, int]] = (
    (Role.OFFICER, 20),
    (Role.LEGAL_REVIEWER, 8),
    (Role.DUE_DILIGENCE_OFFICER, 4),
    (Role.EMPLOYERS_BUREAU, 3),
    (Role.WORKERS_BUREAU, 3),
    (Role.TECHNICAL_UNIT, 2),
    (Role.AREA_DIRECTOR, 3),
    (Role.FINANCE, 3),
    (Role.SIGNATORY, 2),
    (Role.ADMINISTRATOR, 2),
)
"""Who is at the desk at the same time, of fifty."""

_GIVEN = [
    "Aminata",
    "Linh",
    "Rosa",
    "Jonas",
    "Sara",
    "Mei",
    "Moussa",
    "Quang",
    "Elena",
    "Tesfaye",
    "Grace",
    "Priya",
    "Kenji",
    "Carmen",
    "Paulo",
    "Ingrid",
]
_FAMILY = [
    "Diallo",
    "Tran",
    "Quispe",
    "Weber",
    "Lindqvist",
    "Chen",
    "Ndiaye",
    "Le",
    "Rojas",
    "Bekele",
    "Mensah",
    "Nair",
    "Mori",
    "Diaz",
    "Andrade",
    "Hansen",
]


@dataclass(frozen=True)
class Person:
    """Somebody of the organisation."""

    number: int
    name: str
    office: str
    roles: tuple[Role, ...]

    @property
    def email(self) -> str:
        """The address by which the person is known."""
        return f"person{self.number}@example.org"


def invented_people(chance: random.Random) -> list[Person]:
    """Return everybody: each duty is held somewhere, and the more often the more people it takes."""
    duties = [(role, office) for role, offices, _ in DUTIES for office in offices]
    some = chance.choices(DUTIES, weights=[share for *_, share in DUTIES], k=PEOPLE - len(duties))
    duties += [(role, chance.choice(offices)) for role, offices, _ in some]
    return [
        Person(number, f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}", office, (role,))
        for number, (role, office) in enumerate(duties, start=1)
    ]


def at_the_desk(people: Sequence[Person], count: int) -> list[Person]:
    """Return so many people of the duties of `AT_THE_DESK`, in a mixed order that is always the same."""
    chance = random.Random(count)
    places = [role for role, share in AT_THE_DESK for _ in range(share)]
    chance.shuffle(places)
    holders = {role: [one for one in people if role in one.roles] for role, _ in AT_THE_DESK}
    return [chance.choice(holders[places[place % len(places)]]) for place in range(count)]


def invented_substitutes(
    people: Sequence[Person], today: date, chance: random.Random
) -> Iterator[tuple[Person, Person, date, date]]:
    """Yield absent person, substitute, first and last day of absences in the last year and the next weeks."""
    for _ in range(SUBSTITUTES):
        absent = chance.choice(people)
        colleagues = [one for one in people if one.roles == absent.roles and one.number != absent.number]
        begins = today - timedelta(days=chance.randrange(-20, 340))
        if colleagues:
            yield absent, chance.choice(colleagues), begins, begins + timedelta(days=chance.randrange(3, 25))
