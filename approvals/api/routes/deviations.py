"""The register of deviations: which clauses partners change, and what legal review said."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from approvals.api.answers import refusals
from approvals.api.caller import Calling, paced
from approvals.api.fields import SEEN, Page
from approvals.api.forms.deviations import DeviationPage, RegisteredDeviationForm
from approvals.api.paging import LINKS, link_neighbours
from approvals.casework.clauses import read_clause_library
from approvals.services.deviation_register import DeviationWish, Reply, register
from models.agreement import Grade
from models.partner import PartnerKind

router = APIRouter(prefix="/deviations", tags=["agreements"])

PAGE = 50
"""As many as in every list."""

Name = Annotated[str, Query(max_length=300, pattern=SEEN)]


@router.get("", name="list_deviations", responses=refusals(headers=LINKS), dependencies=[paced("export")])
def list_deviations(
    call: Calling,
    request: Request,
    answer: Response,
    clause: Name = "",
    family: Name = "",
    partner_kind: PartnerKind | None = None,
    grade: Grade | None = None,
    reply: Reply | None = None,
    page: Page = 1,
) -> DeviationPage:
    """List the deviations wished for, the newest first."""
    wish = DeviationWish(clause=clause, family=family, partner_kind=partner_kind, grade=grade, reply=reply)
    library = read_clause_library(call.api.parts.settings.clause_folder)
    found = [one for one in register(call.store, by=call.by, library=library) if wish.fits(one)][::-1]
    has_next = len(found) > page * PAGE
    link_neighbours(request, answer, page=page, has_next=has_next)
    shown = [RegisteredDeviationForm.model_validate(one) for one in found[(page - 1) * PAGE : page * PAGE]]
    return DeviationPage(page=page, has_next=has_next, deviations=shown)
