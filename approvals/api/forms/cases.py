"""Cases as programs see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import Field

from approvals.api.forms.base import Given
from approvals.casework.proposal import partner_reference
from approvals.services.case_file import CaseFile, Passage
from approvals.services.worklist import CaseEntry, CaseList
from approvals.store.wishes import CaseView
from models.amendment import AmendmentKind, Handling
from models.case import Case, Funds, Level, Stage
from models.decision import Outcome
from models.forecast import ForecastBasis
from models.risk import RiskLevel
from models.screening import Verdict
from models.user import Role


class AwaitedForm(Given):
    """A task somebody owes. Days are working days of the office that owes it; `days_left` is below zero when late."""

    task: int
    slot: str
    what: str
    prompt: str
    of: str
    person: str | None
    role: Role
    office_code: str | None
    since: datetime
    waited_days: int
    due_on: date | None
    days_left: int | None


class CaseLine(Given):
    """A case in a list of cases."""

    reference: str
    title: str
    partner: str
    partner_reference: str
    office: str
    level: Level
    funds: Funds
    currency: str
    amount: Decimal
    amount_usd: Decimal
    stage: Stage
    risk: RiskLevel | None
    submitted_at: datetime
    stage_opened_at: datetime
    closed_at: datetime | None
    suspended_because: str | None
    problem: str | None
    proposal_version: int
    agreement_version: int | None
    awaited: list[AwaitedForm]

    @classmethod
    def of(cls, entry: CaseEntry) -> CaseLine:
        """Return the line of an entry in a list."""
        return cls(**_facts(entry.case, entry.partner, entry.awaited))


class CasePage(Given):
    """A page of cases, the newest first; `counts` say how many each view has, up to a thousand."""

    items: list[CaseLine]
    page: int
    has_next: bool
    counts: dict[CaseView, int]

    @classmethod
    def of(cls, listed: CaseList) -> CasePage:
        """Return the page."""
        items = [CaseLine.of(entry) for entry in listed.entries]
        return cls(items=items, page=listed.number, has_next=listed.has_next, counts=dict(listed.counts))


class TakenForm(Given):
    """A decision that stands, with what was asked."""

    stage: Stage
    slot: str
    what: str
    outcome: str
    decided: Outcome
    by: str
    by_number: int | None
    at: datetime
    reason: str


class RouteStageForm(Given):
    """A stage of the case's way: behind, here or ahead, and who is asked there or why nobody is."""

    stage: Stage
    passage: Passage
    note: str
    asked: list[tuple[Role, str | None]]


class ObligationForm(Given):
    """What the signed agreement obliges somebody to do."""

    title: str
    owed_by: str
    due_on: date


class ChangeForm(Given):
    """A provision an amendment changes."""

    provision: str
    before: str
    after: str


class AmendmentSheetForm(Given):
    """What an amendment changes in another case, and by which rule it is handled."""

    amends: str
    kind: AmendmentKind
    reason: str
    handling: Handling
    source: str
    extent: str
    changes: list[ChangeForm]


class AmendmentLineForm(Given):
    """An amendment in the file of the case it amends."""

    reference: str
    submitted_at: datetime
    kind: AmendmentKind
    handling: Handling
    stage: Stage


class ForecastForm(Given):
    """An expected day with what it rests on, as it was said when the case came to its stage."""

    made_at: datetime
    basis: ForecastBasis
    past_cases: int
    expected_on: date
    early_on: date
    late_on: date


class CaseForm(CaseLine):
    """Everything about a case; timeline, findings, proposal and agreement have addresses of their own."""

    submitted_by: str
    requested_by: str | None
    decision_level: str | None
    conditions: list[dict[str, Any]]
    machine_owes: bool
    expected_on: date | None = Field(description="When it ends if everybody takes the time policy gives them")
    forecast: ForecastForm | None = Field(description="When it ends as past cases of its route did")
    decisions: list[TakenForm]
    obligations: list[ObligationForm]
    route: list[RouteStageForm]
    amendment: AmendmentSheetForm | None
    amendments: list[AmendmentLineForm]

    @classmethod
    def of_file(cls, file: CaseFile) -> CaseForm:
        """Return the case of the file."""
        case = file.case
        return cls(
            **_facts(case, file.proposal.partner.legal_name, file.awaited),
            submitted_by=file.submitted_by,
            requested_by=file.requested_by,
            decision_level=case.decision_level,
            conditions=case.conditions,
            machine_owes=file.machine_owes,
            expected_on=file.by_service_levels_on,
            forecast=ForecastForm.model_validate(file.forecast) if file.forecast else None,
            decisions=[TakenForm.model_validate(one) for one in file.decisions],
            obligations=[ObligationForm.model_validate(one) for one in file.obligations],
            route=[RouteStageForm.model_validate(one) for one in file.route],
            amendment=AmendmentSheetForm.model_validate(file.amendment) if file.amendment else None,
            amendments=[AmendmentLineForm.model_validate(one) for one in file.amendments],
        )


class HappeningForm(Given):
    """An event of the case: who did what and when, in words and as it is kept."""

    seq: int
    at: datetime
    by: str
    by_number: int | None
    kind: str
    what: str
    payload: Mapping[str, Any]


class FindingForm(Given):
    """One result of one check, with its reason."""

    name: str
    verdict: Verdict
    reason: str
    source: str
    detail: dict[str, Any]


class ScreeningForm(Given):
    """The newest screening of the case, with its findings in the order the checks ran."""

    verdict: Verdict
    risk: RiskLevel
    algorithm: str
    proposal_version: int
    screened_at: datetime
    lists: list[dict[str, Any]]
    findings: list[FindingForm]


class DocumentForm(Given):
    """A supporting document the proposal names."""

    kind: str
    title: str
    dated_on: date


class ProgressForm(Given):
    """How far the machine has come: the number of the newest event, and whether it has nothing more to do now."""

    newest_event: int
    at_rest: bool


def _facts(case: Case, partner: str, awaited: Iterable[Any]) -> dict[str, Any]:
    """Return what a line says of a case, by the names of its fields."""
    own = CaseLine.model_fields.keys() - {"partner", "partner_reference", "office", "awaited"}
    return {
        **{name: getattr(case, name) for name in own},
        "partner": partner,
        "partner_reference": partner_reference(case.partner_id),
        "office": case.office_code,
        "awaited": [AwaitedForm.model_validate(one) for one in awaited],
    }
