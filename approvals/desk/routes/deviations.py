"""The register of deviations: which clauses partners change, how often, and what legal review said."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from approvals.desk.addresses import address, one_of, plain
from approvals.desk.rendering import filters, page
from approvals.desk.routes.agreements import GRADE_TAGS, clause_library
from approvals.desk.spreadsheets import csv_answer
from approvals.desk.visitor import SignedIn, Visit, paced
from approvals.services.deviation_register import (
    DeviationWish,
    RegisteredDeviation,
    Reply,
    figures,
    register,
)
from models.agreement import Grade
from models.partner import PartnerKind

router = APIRouter()

MOST_SHOWN = 100
"""Single deviations on the page; the table to take along holds them all."""


@router.get("/deviations", name="deviations")
def deviations(visit: SignedIn) -> Response:
    """Show how often each clause was changed and by whom, and the deviations behind the figures, newest first."""
    wish = _wish(visit)
    library, is_there = clause_library(visit)
    known = register(visit.store, by=visit.by, library=library)
    found = [one for one in known if wish.fits(one)]
    now = _as_asked(wish)
    return page(
        visit,
        "deviations.html.jinja",
        figures=figures(found),
        count=len(found),
        newest=found[: -MOST_SHOWN - 1 : -1],
        wish=wish,
        clauses=sorted({(one.clause, one.title) for one in known}, key=lambda one: one[1].casefold()),
        families=sorted({one.family for one in known}),
        partner_kinds=[kind for kind in PartnerKind if kind in {one.partner_kind for one in known}],
        grades=list(Grade),
        replies=list(Reply),
        tags=GRADE_TAGS,
        library_is_there=is_there,
        narrowed=wish != DeviationWish(),
        address=lambda other="/deviations", **wishes: address(other, {**now, **wishes}),
    )


@router.get("/deviations.csv", dependencies=[paced("export")])
def to_take_along(visit: SignedIn) -> Response:
    """Give the deviations wished for as a table for spreadsheet programs, in the reader's language."""
    library, _ = clause_library(visit)
    wish = _wish(visit)
    found = [one for one in register(visit.store, by=visit.by, library=library) if wish.fits(one)]
    gettext = visit.language.texts.gettext
    headings = [
        gettext("Clause"),
        gettext("Family"),
        gettext("Language"),
        gettext("Partner"),
        gettext("Grade"),
        gettext("Paragraphs"),
        gettext("Fallback"),
        gettext("Reference"),
        gettext("Version"),
        gettext("Sent back on"),
        gettext("Legal review"),
        gettext("Decided by"),
        gettext("Decided on"),
        gettext("Reason"),
    ]
    return csv_answer("deviations.csv", headings, [_row(one, visit) for one in found])


def _row(one: RegisteredDeviation, visit: Visit) -> list[Any]:
    words = filters(visit.language)["words"]
    return [
        one.title,
        words(one.family),
        one.language,
        words(one.partner_kind),
        words(one.grade),
        one.paragraphs,
        one.fallback,
        one.case,
        one.version,
        one.returned_at.date(),
        words(one.reply),
        one.decided_by,
        one.decided_at.date() if one.decided_at else None,
        one.reason,
    ]


def _wish(visit: Visit) -> DeviationWish:
    asked = visit.request.query_params
    return DeviationWish(
        clause=plain(asked.get("clause", "")),
        family=plain(asked.get("family", "")),
        partner_kind=one_of(PartnerKind, asked.get("partner", "")),
        grade=one_of(Grade, asked.get("grade", "")),
        reply=one_of(Reply, asked.get("reply", "")),
    )


def _as_asked(wish: DeviationWish) -> dict[str, object]:
    return {
        "clause": wish.clause,
        "family": wish.family,
        "partner": wish.partner_kind,
        "grade": wish.grade,
        "reply": wish.reply,
    }
