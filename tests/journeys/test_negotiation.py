"""The text goes back and forth, and what is signed is what both sides and the lawyers have agreed to."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import yaml

from approvals.errors import AlreadyDecided, Faulty, NotAllowed, NotFound, RefusedFile
from approvals.services.agreements import agreement_file
from approvals.services.template_register import template_seen
from approvals.services.templates import propose_template, publish_template
from approvals.store.trail import verify
from models.agreement import Agreement, Origin, StoredFile
from models.case import Stage
from models.decision import Outcome
from models.task import TaskKind
from models.user import Role
from tests.journeys.conftest import At, Tell
from tests.journeys.stories import START, Story, a_foundation, rewritten, saved_again, with_paragraph
from tests.word import changed

SIXTY, THIRTY, NINETY = (f"{days} days’ written notice" for days in ("sixty", "thirty", "ninety"))


def at_negotiation(tell: Tell, **changes: Any) -> Story:
    return tell(a_foundation(**changes)).reach(Stage.NEGOTIATION)


def partner_returns(story: Story, content: bytes) -> Agreement:
    """Let the officer record the partner's text, and return the version it became."""
    story.answer("negotiation", Outcome.CHANGED, content=content)
    return story.agreements()[-1]


def test_a_changed_text_is_compared_reviewed_accepted_and_signed_as_the_partner_wrote_it(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    returned = partner_returns(story, rewritten(story.file(), SIXTY, THIRTY))
    reviewed_in = story.stage
    story.answer("legal_review", Outcome.CLEARED, "Thirty days will do.")
    cleared_in = story.stage
    end = story.finish()

    assert (returned.version, returned.origin, returned.created_by) == (2, Origin.RETURNED, story.officer.id)
    assert returned.comparison is not None
    assert [(change["grade"], THIRTY in change["new"]) for change in returned.comparison["changes"]] == [
        ("substance", True)
    ]
    assert (reviewed_in, cleared_in, end) == (Stage.LEGAL_REVIEW, Stage.CLEARANCE, Stage.IN_FORCE)
    assert _signed(story) == {returned.file_hash}
    assert THIRTY in story.text()


def test_after_a_refusal_our_text_stands_and_is_the_one_to_agree_to_and_to_sign(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    ours = story.agreements()[0]
    returned = partner_returns(story, rewritten(story.file(), SIXTY, THIRTY))

    story.answer("legal_review", Outcome.REFUSE, "Our notice is sixty days.")
    after = story.stage
    standing = story.file()
    story.answer("negotiation", Outcome.AGREED)
    story.reach(Stage.SIGNATURE)
    with pytest.raises(Faulty, match="not that of the version to be signed"):
        story.answer("signature:organisation", Outcome.SIGNED, file_hash=returned.file_hash)
    story.finish()

    assert after is Stage.NEGOTIATION
    assert hashlib.sha256(standing).hexdigest() == ours.file_hash
    assert _signed(story) == {ours.file_hash}
    assert SIXTY in story.text()


def test_the_refused_text_stays_on_record(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    partner_returns(story, rewritten(story.file(), SIXTY, THIRTY))

    story.answer("legal_review", Outcome.REFUSE, "Our notice is sixty days.")

    assert story.case.agreement_version == 1
    assert THIRTY in story.text(version=2)


def test_after_a_refusal_the_next_text_is_compared_with_ours(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    ours = story.file()
    partner_returns(story, rewritten(ours, SIXTY, THIRTY))
    story.answer("legal_review", Outcome.REFUSE, "Our notice is sixty days.")

    again = partner_returns(story, rewritten(ours, SIXTY, NINETY))

    assert again.version == 3
    assert again.comparison is not None
    assert again.comparison["sent_sha256"] == hashlib.sha256(ours).hexdigest()
    assert [(change["old"].count(SIXTY), change["new"].count(NINETY)) for change in again.comparison["changes"]] == [
        (1, 1)
    ]


def test_sending_the_refused_text_once_more_is_a_change_of_ours(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    theirs = rewritten(story.file(), SIXTY, THIRTY)
    partner_returns(story, theirs)
    story.answer("legal_review", Outcome.REFUSE, "Our notice is sixty days.")

    again = partner_returns(story, theirs)

    assert (story.stage, again.version) == (Stage.LEGAL_REVIEW, 3)


def test_when_legal_review_edits_the_partner_sees_the_edited_version(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    partner_returns(story, rewritten(story.file(), SIXTY, THIRTY))

    story.answer("legal_review", Outcome.CLEAR_WITH_EDITS, "Ninety.", content=rewritten(story.file(), THIRTY, NINETY))

    edited = story.agreements()[-1]
    assert (story.stage, edited.version, edited.origin) == (Stage.NEGOTIATION, 3, Origin.EDITED)
    assert NINETY in story.text()
    story.finish()
    assert _signed(story) == {edited.file_hash}


def test_legal_review_may_edit_our_own_draft(at: At) -> None:
    story = at(Stage.LEGAL_REVIEW)

    story.answer("legal_review", Outcome.CLEAR_WITH_EDITS, "Ninety.", content=rewritten(story.file(), SIXTY, NINETY))

    assert (story.stage, story.case.agreement_version) == (Stage.NEGOTIATION, 2)
    assert NINETY in story.text()


def test_after_edits_of_ours_a_refused_text_gives_way_to_the_edited_one(at: At) -> None:
    story = at(Stage.LEGAL_REVIEW)
    story.answer("legal_review", Outcome.CLEAR_WITH_EDITS, "Ninety.", content=rewritten(story.file(), SIXTY, NINETY))
    partner_returns(story, rewritten(story.file(), NINETY, THIRTY))

    story.answer("legal_review", Outcome.REFUSE, "Ninety it is.")

    assert story.case.agreement_version == 2
    assert NINETY in story.text()


def test_legal_review_may_refuse_our_own_draft_and_the_case_ends(at: At) -> None:
    story = at(Stage.LEGAL_REVIEW)

    story.answer("legal_review", Outcome.REFUSE, "No such agreement is possible under our rules.")

    assert story.stage is Stage.DECLINED


def test_an_unchanged_file_is_refused_with_the_way_on(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    with pytest.raises(Faulty, match="word for word version 1; record «agreed» instead") as refused:
        partner_returns(story, saved_again(story.file()))

    assert [fault.path for fault in refused.value.faults] == ["file"]
    assert (story.slots(), len(story.agreements())) == (["negotiation"], 1)


def test_edits_that_edit_nothing_are_refused_with_the_way_on(at: At) -> None:
    story = at(Stage.LEGAL_REVIEW)

    with pytest.raises(Faulty, match="record «cleared» instead"):
        story.answer("legal_review", Outcome.CLEAR_WITH_EDITS, "Done.", content=saved_again(story.file()))


def test_a_file_that_is_no_word_document_is_refused_at_the_gate_and_changes_nothing(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    with pytest.raises(RefusedFile, match="not a Word document"):
        partner_returns(story, b"%PDF-1.7 a scan")

    assert (story.slots(), len(story.agreements())) == (["negotiation"], 1)
    assert story.decisions("negotiation") == []


def test_of_a_refused_file_the_trail_keeps_digest_size_reason_and_who_brought_it(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    scan = b"%PDF-1.7 a scan"
    before = story.happened()

    with pytest.raises(RefusedFile):
        partner_returns(story, scan)

    assert story.happened() == [*before, "FileRefused"]
    [event] = story.events("FileRefused")
    assert event.actor_id == story.officer.id
    assert event.payload == {
        "task": story.task("negotiation").id,
        "slot": "negotiation",
        "sha256": hashlib.sha256(scan).hexdigest(),
        "size_bytes": len(scan),
        "whole": True,
        "reason": "The file was refused: it is not a Word document. "
        "Save it in Word as «Word Document (*.docx)», without a password.",
    }
    with story.store.session() as session:
        assert session.get(StoredFile, event.payload["sha256"]) is None
        assert verify(session).first_break is None


def test_a_file_from_somebody_who_may_not_decide_leaves_no_trace(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    stranger = story.people.with_role(Role.SIGNATORY)

    with pytest.raises(NotAllowed):
        story.answer("negotiation", Outcome.CHANGED, content=b"%PDF-1.7 a scan", by=stranger)

    assert "FileRefused" not in story.happened()


def test_several_rounds_end_with_the_last_text_both_agreed_to(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    partner_returns(story, rewritten(story.file(), SIXTY, THIRTY))
    story.answer("legal_review", Outcome.REFUSE, "Our notice is sixty days.")
    partner_returns(story, with_paragraph(story.file(), "The Partner shall host a closing conference."))
    story.answer("legal_review", Outcome.CLEAR_WITH_EDITS, "Ninety.", content=rewritten(story.file(), SIXTY, NINETY))
    last = partner_returns(story, with_paragraph(story.file(), "The conference takes place in Lima."))

    story.answer("legal_review", Outcome.CLEARED)
    end = story.finish()

    assert [(one.version, one.origin) for one in story.agreements()] == [
        (1, Origin.DRAFTED),
        (2, Origin.RETURNED),
        (3, Origin.RETURNED),
        (4, Origin.EDITED),
        (5, Origin.RETURNED),
    ]
    assert (end, last.version, story.case.agreement_version) == (Stage.IN_FORCE, 5, 5)
    text = story.text()
    assert all(part in text for part in (NINETY, "host a closing conference", "takes place in Lima"))
    assert _signed(story) == {last.file_hash}


def test_legal_review_is_skipped_for_a_small_safe_standard_text_and_never_for_a_changed_one(tell: Tell) -> None:
    story = at_negotiation(tell, beneficiary_contact=False)
    reviewed_before = story.decisions("legal_review")

    partner_returns(story, rewritten(story.file(), SIXTY, "sixty-one days’ written notice"))

    assert reviewed_before == []
    assert (story.stage, story.slots()) == (Stage.LEGAL_REVIEW, ["legal_review"])


def test_every_version_keeps_its_own_bytes(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    partner_returns(story, rewritten(story.file(), SIXTY, THIRTY))

    files = {one.version: one.file_hash for one in story.agreements()}

    for version, sha256 in files.items():
        assert hashlib.sha256(story.file(version)).hexdigest() == sha256
    with pytest.raises(NotFound, match="no version 3"):
        agreement_file(story.store, story.reference, by=story.officer, version=3)


# Signature


@pytest.mark.parametrize("slot", ["signature:organisation", "signature:partner"])
@pytest.mark.parametrize("file_hash", ["0" * 64, None, ""], ids=["another", "none", "empty"])
def test_a_signature_under_another_document_is_refused(at: At, slot: str, file_hash: str | None) -> None:
    story = at(Stage.SIGNATURE)

    with pytest.raises(Faulty) as refused:
        story.answer(slot, Outcome.SIGNED, file_hash=file_hash)

    assert [fault.path for fault in refused.value.faults] == ["hash"]
    assert slot in story.slots()


def test_one_signature_alone_puts_nothing_in_force(at: At) -> None:
    story = at(Stage.SIGNATURE)

    story.answer_as_usual("signature:partner")

    assert (story.stage, story.slots()) == (Stage.SIGNATURE, ["signature:organisation"])
    assert story.obligations() == []


def test_a_partner_who_does_not_sign_withdraws_the_case_at_once(at: At) -> None:
    story = at(Stage.SIGNATURE)
    left = story.task("signature:organisation")

    story.answer("signature:partner", Outcome.WITHDRAWN, "The trustees voted against it.")

    assert (story.stage, story.owed()) == (Stage.WITHDRAWN, [])
    with pytest.raises(Exception, match="no longer needed") as refused:
        story.cast.answer(left, now=story.now)
    assert not isinstance(refused.value, AlreadyDecided)


# A document that fails its proof


def publish_another(story: Story, version: str, old: str = "", new: str = "") -> None:
    """Let the legal office publish a version of the template in which `new` stands for `old`."""
    seen = template_seen(story.store, "private_partnership", "en", "2.0", today=START.date())
    manifest = yaml.safe_load(seen.manifest_text)
    text = yaml.safe_dump({**manifest, "version": version, "effective_on": START.date().isoformat()})
    content = seen.template.content
    if old:
        content = changed(content, "word/document.xml", lambda xml: xml.replace(old, new))
    lawyer = story.people.with_role(Role.LEGAL_REVIEWER)
    propose_template(story.store, content, text, language="en", by=lawyer, now=START)
    administrator = story.people.with_role(Role.ADMINISTRATOR)
    publish_template(story.store, "private_partnership", "en", version, by=administrator, now=START)


def publish_one_that_loses_the_objective(story: Story) -> None:
    """Publish a template whose trial goes well, but which leaves the objective out of the foundation's agreement."""
    objective = "{{ project.objective }}"
    publish_another(story, "2.1", objective, f"{{% if in_kind or not emblem.none %}}{objective}{{% endif %}}")


def test_a_document_that_fails_its_proof_is_not_kept_and_a_task_says_why(at: At) -> None:
    story = at(Stage.DECISION)
    publish_one_that_loses_the_objective(story)

    story.answer_as_usual()

    assert (story.stage, story.agreements()) == (Stage.DRAFTING, [])
    [task] = story.owed()
    assert (task.kind, task.role) == (TaskKind.MEND_DOCUMENT, "legal_reviewer")
    assert "failed its proof" in task.prompt
    assert "project.objective" in task.prompt


def test_once_the_template_is_mended_the_agreement_is_drafted_again(at: At) -> None:
    story = at(Stage.DECISION)
    publish_one_that_loses_the_objective(story)
    story.answer_as_usual()

    story.answer("mend_document", Outcome.REDRAFT)
    still_broken = story.slots()
    publish_another(story, "2.2")
    story.answer("mend_document", Outcome.REDRAFT)

    assert still_broken == ["mend_document"]
    assert story.stage is Stage.LEGAL_REVIEW
    assert [(one.version, one.template_version) for one in story.agreements()] == [(1, "2.2")]
    assert story.finish() is Stage.IN_FORCE


def _signed(story: Story) -> set[str]:
    """Return the digests both sides confirmed when they signed."""
    decisions = story.decisions("signature:organisation") + story.decisions("signature:partner")
    assert len(decisions) == 2
    return {decision.details["file_hash"] for decision in decisions}
