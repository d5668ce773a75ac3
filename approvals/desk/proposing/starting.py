"""What stands in a draft before its writer types anything."""

from __future__ import annotations

from collections.abc import Iterable

from approvals.casework.proposal import ProposalForm
from approvals.desk.proposing.typed import typed_of
from approvals.services.partners import PartnerFile
from models.user import User

DAYS = ("due_on", "start_on", "end_on", "deliver_on", "no_objection_on", "closing_on", "financing_signed_on")
"""Names of days that belong to one partnership and are not carried into the next."""

OF_THE_PARTNER = ("partner", "partner_is", "criteria", "risk_factors", "documents", "eu", "world_bank", "un")
"""Groups that say something of the partner, and are left out where the same is to be done with another one."""


def of_a_new_proposal(by: User) -> dict[str, str]:
    """Return what is known of who writes it."""
    return {"office": by.office_code, "focal_point.name": by.name, "focal_point.email": by.email}


def of_a_known_partner(file: PartnerFile) -> dict[str, str]:
    """Return what the register knows of the partner chosen."""
    partner = file.partner
    people = [{"name": one.name, "function": one.function, "birth_year": one.birth_year} for one in file.people]
    return typed_of(
        {
            "partner_is": file.reference,
            "partner": {
                "legal_name": partner.legal_name,
                "kind": partner.kind.value,
                "country": partner.country,
                "registration_number": partner.registration_number,
                "parent": file.above[0].legal_name if file.above else None,
                "aliases": [*partner.aliases, *(one.name for one in file.names)],
                "people": people,
            },
        }
    )


def of_a_renewal(past: ProposalForm, partner: str, by: User) -> dict[str, str]:
    """Return what a past proposal says, without its days: the same partner once more."""
    typed = typed_of(past.model_dump(mode="json")) | {"partner_is": partner}
    return _mine(_without_days(typed), by)


def of_a_copy(past: ProposalForm, by: User) -> dict[str, str]:
    """Return what a past proposal says, without its days and its partner: the same work with somebody else."""
    typed = typed_of(past.model_dump(mode="json"))
    return _mine(_without_days({name: text for name, text in typed.items() if not _is_in(name, OF_THE_PARTNER)}), by)


def _without_days(typed: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in typed.items() if name.rpartition(".")[2] not in DAYS}


def _is_in(name: str, groups: Iterable[str]) -> bool:
    return name.partition(".")[0].partition("[")[0] in groups


def _mine(typed: dict[str, str], by: User) -> dict[str, str]:
    """Whoever renews submits from their own office, and on nobody's request unless they say so."""
    kept = {name: text for name, text in typed.items() if name != "requested_by"}
    return kept if kept.get("office") == by.office_code else kept | of_a_new_proposal(by)
