"""Which names of a partner are compared with lists: its own, its parent's, and those of its people."""

from __future__ import annotations

from dataclasses import dataclass

from approvals.casework.proposal import PartnerForm, Person
from approvals.screening.lists import Identifier, IdentifierKind, ListedKind
from approvals.screening.matching import Match, NameIndex


@dataclass(frozen=True)
class AskedName:
    """A name with its bearer's role in the partnership, and what else is known of the bearer."""

    text: str
    role: str
    kind: ListedKind
    birth_year: int | None = None
    country: str | None = None
    identifiers: tuple[Identifier, ...] = ()

    def found_in(self, index: NameIndex) -> list[Match]:
        """Return the listed entries in `index` that need a look, best first; empty if there are none."""
        return index.search(
            self.text,
            kind=self.kind,
            birth_year=self.birth_year,
            country=self.country,
            identifiers=self.identifiers,
        )


def names_to_ask(partner: PartnerForm) -> list[AskedName]:
    """Return every name to compare; a person given twice with the same facts is asked once, in the first role."""
    firm, country = ListedKind.ORGANISATION, partner.country
    names = [
        AskedName(partner.legal_name, "the partner", firm, country=country, identifiers=_numbers_of(partner)),
        *(AskedName(alias, "another name of the partner", firm, country=country) for alias in partner.aliases),
        *([AskedName(partner.parent, "the parent", firm)] if partner.parent else []),
        _asked_person(partner.representative, "the representative"),
        *(_asked_person(person, person.function) for person in partner.people),
    ]
    first = dict[object, AskedName]()
    for name in names:
        first.setdefault((name.text, name.kind, name.birth_year, name.country), name)
    return list(first.values())


def _numbers_of(partner: PartnerForm) -> tuple[Identifier, ...]:
    if not partner.registration_number:
        return ()
    return (Identifier(IdentifierKind.REGISTRATION, partner.registration_number, partner.country),)


def _asked_person(person: Person, role: str) -> AskedName:
    return AskedName(person.name, role, ListedKind.PERSON, person.birth_year, person.nationality)
