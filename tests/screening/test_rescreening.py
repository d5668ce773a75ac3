"""Every name of a partner is compared with what a list added or changed."""

from __future__ import annotations

from approvals.screening.lists import Identifier, IdentifierKind
from approvals.screening.matching import NameIndex
from approvals.screening.rescreening import compare_partner
from tests.screening.builders import RULE, a_listed, a_proposal


def test_every_name_of_the_partner_is_compared_and_counted() -> None:
    changed = NameIndex([a_listed("Tariq Belkadimov")], RULE)
    person = {"name": "Tariq Belkadimov", "function": "Owner"}
    partner = a_proposal(partner={"people": [person], "aliases": ["Quoll Looms"]}).partner

    hits, names = compare_partner(partner, changed)

    assert [(hit.name.text, hit.name.role, hit.match.score) for hit in hits] == [("Tariq Belkadimov", "Owner", 1.0)]
    assert names == 4


def test_the_register_number_of_the_partner_is_compared_under_any_name() -> None:
    partner = a_proposal(partner={"registration_number": "QX 774-120"}).partner
    number = Identifier(IdentifierKind.REGISTRATION, "QX774120", partner.country)
    changed = NameIndex([a_listed("Zeferreti Quarries", identifiers=(number,))], RULE)

    [hit], _ = compare_partner(partner, changed)

    assert (hit.name.role, hit.match.entry.caption) == ("the partner", "Zeferreti Quarries")


def test_a_list_that_brought_nothing_new_finds_nothing() -> None:
    assert compare_partner(a_proposal().partner, NameIndex((), RULE))[0] == []
