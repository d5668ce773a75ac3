"""Which names of a partner are compared with lists: its own, its parent's, and those of its people."""

from __future__ import annotations

from dataclasses import dataclass

from approvals.casework.proposal import PartnerForm, Person
from approvals.screening.lists import ListedKind


@dataclass(frozen=True)
class AskedName:
    """A name with its bearer's role in the partnership, and what else is known of the bearer."""

    text: str
    role: str
    kind: ListedKind
    birth_year: int | None = None
    country: str | None = None


def names_to_ask(partner: PartnerForm) -> list[AskedName]:
    """Return every name to compare; a person given twice with the same facts is asked once, in the first role."""
    firm, country = ListedKind.ORGANISATION, partner.country
    names = [
        AskedName(partner.legal_name, "the partner", firm, country=country),
        *(AskedName(alias, "another name of the partner", firm, country=country) for alias in partner.aliases),
        *([AskedName(partner.parent, "the parent", firm)] if partner.parent else []),
        _asked_person(partner.representative, "the representative"),
        *(_asked_person(person, person.function) for person in partner.people),
    ]
    first = dict[object, AskedName]()
    for name in names:
        first.setdefault((name.text, name.kind, name.birth_year, name.country), name)
    return list(first.values())


def _asked_person(person: Person, role: str) -> AskedName:
    return AskedName(person.name, role, ListedKind.PERSON, person.birth_year, person.nationality)
