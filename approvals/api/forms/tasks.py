"""Tasks as programs see them, and decisions as programs send them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Base64Bytes, ConfigDict, Field

from approvals.api.fields import Sha256
from approvals.api.forms.base import Given, Sent
from approvals.api.forms.cases import AwaitedForm, TakenForm
from approvals.casework.fields import Email, Key, Prose
from approvals.casework.outcomes import Answer, Judgement, takes
from approvals.casework.wording import choices
from approvals.documents.gate import MAX_BYTES
from approvals.errors import ApprovalError
from approvals.services.case_file import TaskSheet
from approvals.services.worklist import TaskLine, TaskList
from approvals.store.wishes import TaskView
from models.case import Case, Stage
from models.decision import Outcome
from models.risk import RiskLevel
from models.task import Task, TaskKind, TaskState
from models.user import Role

MOST_BASE64 = MAX_BYTES * 4 // 3 + 8
"""How long a file of the largest size is when it is written in base64."""


class TaskLineForm(Given):
    """A task in a list of tasks; `outcome` is how the caller decided it, in the list of what they have done."""

    number: int
    case: str
    title: str
    partner: str
    office: str
    kind: TaskKind
    slot: str
    stage: Stage
    state: TaskState
    role: Role
    office_code: str | None
    prompt: str
    opened_at: datetime
    due_on: date | None
    awaited: AwaitedForm | None
    outcome: Outcome | None = None

    @classmethod
    def of(cls, line: TaskLine) -> TaskLineForm:
        """Return the line."""
        return cls(**_facts(line.task, line.case, line.partner, line.awaited), outcome=line.outcome)


class TaskPage(Given):
    """A page of tasks, the earliest due first; `counts` say how many each view has, up to a thousand."""

    items: list[TaskLineForm]
    page: int
    has_next: bool
    counts: dict[TaskView, int]

    @classmethod
    def of(cls, listed: TaskList) -> TaskPage:
        """Return the page."""
        items = [TaskLineForm.of(line) for line in listed.lines]
        return cls(items=items, page=listed.number, has_next=listed.has_next, counts=dict(listed.counts))


class OutcomeForm(Given):
    """An outcome the task allows: what it means, and which fields of a decision go with it besides a reason."""

    outcome: Outcome
    meaning: str
    takes: list[str]


class HitForm(Given):
    """A listed name that a screening review must judge, by its `number`."""

    number: int
    asked: str
    listed: str
    strong: bool
    reason: str


class TaskForm(TaskLineForm):
    """A task with everything its answer needs; `why_not` is null if the caller may decide it now."""

    why_not: str | None
    outcomes: list[OutcomeForm]
    hits: list[HitForm]
    hit_reasons: Mapping[str, str]
    decision: TakenForm | None

    @classmethod
    def of_sheet(cls, sheet: TaskSheet, why_not: ApprovalError | None) -> TaskForm:
        """Return the task of the sheet."""
        task, file = sheet.task, sheet.file
        return cls(
            **_facts(task, file.case, file.proposal.partner.legal_name, sheet.awaited),
            why_not=str(why_not) if why_not else None,
            outcomes=_outcomes(task.kind, of_an_amendment=file.amendment is not None),
            hits=[HitForm.model_validate(hit) for hit in sheet.hits],
            hit_reasons=sheet.hit_reasons,
            decision=TakenForm.model_validate(sheet.decision) if sheet.decision else None,
        )


class JudgementForm(Sent):
    """What a screening officer says of one hit: its number and the key of a reason the task names."""

    hit: Annotated[int, Field(ge=1, le=10_000)]
    reason: Key
    remark: Annotated[str, Field(max_length=10_000)] = ""


class DecisionForm(Sent):
    """A decision on a task. What goes with an outcome stands in the task, under `outcomes`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"outcome": "support", "reason": "In line with our priorities."},
                {
                    "outcome": "approve_with_conditions",
                    "conditions": ["Publish the results."],
                    "reason": "As agreed.",
                },
            ]
        }
    )

    outcome: Outcome
    reason: Annotated[str, Field(max_length=10_000)] = ""
    risk: RiskLevel | None = None
    conditions: Annotated[tuple[Prose, ...], Field(max_length=60)] = ()
    file_hash: Sha256 | None = None
    file: Annotated[Base64Bytes, Field(max_length=MOST_BASE64, description="The Word file, in base64")] | None = None
    proposal: dict[str, Any] | None = Field(
        default=None,
        description="When a return is answered: the whole proposal as it is now, or the amendment, as when submitted",
    )
    judgements: Annotated[tuple[JudgementForm, ...], Field(max_length=1000)] = ()

    def as_answer(self) -> Answer:
        """Return the decision as the services take it."""
        return Answer(
            outcome=self.outcome,
            reason=self.reason,
            risk=self.risk,
            conditions=self.conditions,
            file_hash=self.file_hash,
            content=self.file,
            proposal=self.proposal,
            judgements=tuple(Judgement(one.hit, one.reason, one.remark) for one in self.judgements),
        )


class HandOver(Sent):
    """To whom a task goes, by address, and why."""

    to: Email
    reason: Prose


def _outcomes(kind: TaskKind, *, of_an_amendment: bool) -> list[OutcomeForm]:
    names = {"content": "file"}
    return [
        OutcomeForm(
            outcome=outcome, meaning=meaning, takes=sorted(names.get(name, name) for name in takes(kind, outcome))
        )
        for outcome, meaning, _ in choices(kind, of_an_amendment=of_an_amendment)
    ]


def _facts(task: Task, case: Case, partner: str, awaited: Any) -> dict[str, Any]:
    """Return what a line says of a task, by the names of its fields."""
    own = ("kind", "slot", "stage", "state", "role", "office_code", "prompt", "opened_at", "due_on")
    return {
        **{name: getattr(task, name) for name in own},
        "number": task.id,
        "case": case.reference,
        "title": case.title,
        "partner": partner,
        "office": case.office_code,
        "awaited": AwaitedForm.model_validate(awaited) if awaited else None,
    }
