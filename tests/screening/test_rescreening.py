"""Every name of a partner is compared with what a list added or changed."""

from __future__ import annotations

import pytest

from approvals.screening.lists import Identifier, IdentifierKind
from approvals.screening.matching import NameIndex
from approvals.screening.rescreening import FEW, Compared, compare_partner, comparing
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


@pytest.mark.parametrize(("partners", "remark"), [(1, "here"), (FEW + 1, "in processes of their own")])
def test_many_partners_are_compared_on_all_processors_and_with_the_same_result(partners: int, remark: str) -> None:
    changed = NameIndex([a_listed("Tariq Belkadimov")], RULE)
    person = {"name": "Tarik Belkadimov", "function": "Owner"}
    stranger, listed = (
        a_proposal(partner={"people": people}).partner.model_dump(mode="json") for people in ([], [person])
    )

    with comparing(changed, partners=partners, processes=2) as compare:
        results = list(compare([stranger, listed] * 60))

    assert results == [Compared(2, is_hit=False), Compared(3, is_hit=True)] * 60, remark
