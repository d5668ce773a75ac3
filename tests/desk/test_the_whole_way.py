"""From a proposal typed into the form to a signed agreement in force, by everybody concerned, through the desk alone.

Each person has a browser and a session of their own. Nothing goes past the pages but the machine's work.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser
from sqlmodel import select

from approvals.rehearsal import advance
from models.decision import Decision, Outcome
from tests.desk.browser import OpenDesk, needs_a_browser, opened
from tests.desk.conftest import AUDITOR, LEGAL_REVIEWER, OFFICER, SCREENING_OFFICER
from tests.desk.typing_a_proposal import goes_on, typed_in, types_a_proposal
from tests.desk.visiting import TheDesk
from tests.word import text_of

pytestmark = needs_a_browser

CASE = "PA-2026-0001"
SIGNED = "What was signed is version 1 of the agreement."


@dataclass(frozen=True)
class Turn:
    """What one person is asked, and what they tick and write."""

    who: str
    task: str
    ticks: tuple[str, ...]
    reason: str = ""


WAY = (
    Turn(SCREENING_OFFICER, "Screening review", ("Cleared",), "No list is in force yet; compared by hand."),
    Turn("carmen.diaz@example.org", "Due diligence", ("Assessed", "Moderate"), "Accounts audited, trustees known."),
    Turn("marc.dubois@example.org", "Consultation, employers' bureau", ("Support",)),
    Turn("nadia.benali@example.org", "Consultation, workers' bureau", ("Support",)),
    Turn("tom.fletcher@example.org", "Consultation, technical unit", ("No view",)),
    Turn("carmen.diaz@example.org", "Consultation, country office", ("Support",)),
    Turn("paulo.andrade@example.org", "Decision", ("Approve",), "Serves country priority PER 201."),
    Turn(LEGAL_REVIEWER, "Legal review", ("Cleared",), "Standard text, no deviation."),
    Turn(OFFICER, "Negotiation", ("Agreed",), "Agreed by letter of today."),
    Turn("omar.haddad@example.org", "Clearance, signatory", ("Cleared",)),
    Turn("omar.haddad@example.org", "Signature, organisation", ("Signed", SIGNED)),
    Turn(OFFICER, "Signature, partner", ("Signed", SIGNED)),
)


def test_a_proposal_typed_into_the_form_becomes_a_signed_agreement(
    desk: TheDesk, chromium: Browser, tmp_path: Path
) -> None:
    with opened(desk, chromium) as open_desk:
        officer = open_desk.reader(OFFICER).opens("/proposals")
        types_a_proposal(officer, typed_in("foundation"))
        assert CASE in officer.locator("main").inner_text()

        for turn in WAY:
            advance(desk.store, CASE, now=desk.now)
            takes_their_turn(open_desk, turn)
        advance(desk.store, CASE, now=desk.now)

        officer.goto(f"{open_desk.home}/cases/{CASE}")
        assert "In force" in officer.locator(".over").inner_text()
        with officer.expect_download() as arriving:
            officer.get_by_role("link", name="Word file").click()
        signed = Path(arriving.value.path()).read_bytes()

        auditor = open_desk.reader(AUDITOR).opens("/audit/verification")
        assert auditor.locator("h1").inner_text() == "The trail holds"

    assert "Fundación Semilla Andina" in text_of(signed)
    assert digests_signed(desk) == [hashlib.sha256(signed).hexdigest()] * 2


def takes_their_turn(open_desk: OpenDesk, turn: Turn) -> None:
    """Let the person find the task among their work, answer it, check the answer and record it."""
    page = open_desk.reader(turn.who).opens("/")
    if page.get_by_role("link", name=turn.task, exact=True).count() == 0:
        goes_on(page, page.get_by_role("link", name="Look at them and take one"))
    goes_on(page, page.get_by_role("link", name=turn.task, exact=True).first)
    for label in turn.ticks:
        page.get_by_label(label, exact=True).check()
    page.get_by_label("Reason").fill(turn.reason)
    goes_on(page, page.get_by_role("button", name="Check your answer"))
    goes_on(page, page.get_by_role("button", name="Record it"))
    assert page.locator("h1").inner_text().startswith("Recorded: "), page.locator("main").inner_text()
    page.context.close()


def digests_signed(desk: TheDesk) -> list[str]:
    """The digests of the files that each side signed."""
    with desk.store.session() as session:
        given = session.exec(select(Decision.details).where(Decision.outcome == Outcome.SIGNED)).all()
    return [details["file_hash"] for details in given]
