"""The script of the demonstration: what its people answer when something unusual happens. All of it is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from approvals.casework.outcomes import Answer
from approvals.errors import ApprovalError
from models.decision import Outcome
from models.risk import RiskLevel

PEOPLE = "cast/people.yaml"
WATCHLIST = "cast/watchlist.csv"
WATCHLIST_TITLE = "Invented list in place of the United Nations list"
PROPOSALS = (
    "foundation",
    "company-cash-in-kind",
    "ngo-implementing",
    "world-bank-ta",
    "world-bank-outputs",
    "eu-contribution",
    "un-transfer-giving",
    "stopped-by-screening",
)

ADAPTED = {"foundation": {"beneficiary_contact": False}}
"""Fields answered differently on the stage: a foundation that meets no beneficiaries is of low risk, so that its
standard text needs no legal review, which the demonstration wants to show once."""


def moved_to_ninety_days(agreement: bytes) -> bytes:
    """Return the Word file as the partner sends it back: a period of notice longer than the one we sent.

    The partner's own program wrote it, so this changes the file the way any program does, without our rooms.
    """
    before, after = "sixty days", "ninety days"
    returned = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(agreement)) as sent, zipfile.ZipFile(returned, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in sent.infolist():
            content = sent.read(part)
            if part.filename == "word/document.xml":
                if before.encode() not in content:
                    raise ApprovalError(f"The agreement no longer says «{before}», which the demonstration changes.")
                content = content.replace(before.encode(), after.encode(), 1)
            copy.writestr(part, content)
    return returned.getvalue()


@dataclass(frozen=True)
class Twist:
    """Something unusual: the first answer to this task of this proposal. Every later answer is as usual."""

    proposal: str
    slot: str
    answer: Answer
    returns: Callable[[bytes], bytes] | None = None
    """What the partner makes of the agreement that was sent, where the answer brings a file."""


TWISTS = (
    Twist(
        "company-cash-in-kind",
        "screening_review",
        Answer(
            Outcome.CLEARED,
            "The listed trading house is in Dubai and has no link to the Norwegian company: "
            "other owners, other register, other business.",
        ),
    ),
    Twist(
        "company-cash-in-kind",
        "negotiation",
        Answer(Outcome.CHANGED, "The partner asks for a longer period of notice."),
        returns=moved_to_ninety_days,
    ),
    Twist(
        "company-cash-in-kind",
        "legal_review",
        Answer(Outcome.CLEARED, "Our text as the template has it."),
    ),
    Twist(
        "company-cash-in-kind",
        "legal_review",
        Answer(Outcome.CLEARED, "Ninety days bind both sides alike; nothing else was touched."),
    ),
    Twist(
        "ngo-implementing",
        "due_diligence",
        Answer(Outcome.RETURN, "Who audits the accounts of the village committees?"),
    ),
    Twist(
        "ngo-implementing",
        "answer:due_diligence",
        Answer(Outcome.ANSWERED, "The auditor of the association does; clause 4 of her contract says so."),
    ),
    Twist(
        "foundation",
        "consultation:workers_bureau",
        Answer(Outcome.OBJECTION, "The union of domestic workers was not asked; a higher level should decide."),
    ),
    Twist(
        "world-bank-ta",
        "decision",
        Answer(
            Outcome.APPROVE_WITH_CONDITIONS,
            "A good use of the credit, if the ministry keeps the staff it trains.",
            conditions=("The ministry keeps trained assessors in their posts for two years.",),
        ),
    ),
    Twist(
        "foundation",
        "due_diligence",
        Answer(Outcome.ASSESSED, "Known for twenty years, accounts in order.", risk=RiskLevel.LOW),
    ),
)
