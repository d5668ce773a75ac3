"""How an agreement in force is changed: noted, approved, or signed by both sides again, as policy says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from approvals.casework.amendment import AmendmentForm
from approvals.casework.amendment_file import check_amendment, read_amendment
from approvals.casework.policy import read_policy
from approvals.casework.policy.amendments import AmendmentRule, AmendmentWhen, DecidedAt
from approvals.errors import InvalidProposal, NotAllowed, NotFound, WrongStage
from approvals.services.amendments import amend
from approvals.services.cases import end_partnership, withdraw
from approvals.services.copies import bilingual_copy
from approvals.services.policies import propose_policy, publish_policy
from approvals.settings import Settings
from approvals.store import queries
from models.amendment import Amendment, AmendmentKind, Handling
from models.case import Stage
from models.decision import Outcome
from models.event import Event
from models.proposal import Proposal
from models.user import Role
from tests.faults.invariants import broken_invariants
from tests.journeys.conftest import Tell
from tests.journeys.stories import EXAMPLES, Story, a_foundation, example
from tests.word import text_of


@pytest.fixture
def company(tell: Tell) -> Iterator[Story]:
    """The textile company's partnership, in force; whatever a test does with it, the promises of the house hold."""
    story = tell(example("company-cash-in-kind"))
    assert story.finish() is Stage.IN_FORCE
    yield story
    assert broken_invariants(story.store) == []


@pytest.fixture
def by_letter(company: Story) -> Story:
    """The same, under a policy by which a first short extension needs no document."""
    policy = read_policy(Settings().policy_folder)
    rule = AmendmentRule(
        handling=Handling.APPROVAL_ONLY,
        decided_at=DecidedAt.LOWEST,
        when=AmendmentWhen(kinds={AmendmentKind.NO_COST_EXTENSION}, up_to_months=6, up_to_extensions=1),
        source="An agreement that allows a short extension by exchange of letters",
    )
    rules = policy.amendments.model_copy(update={"rules": (rule, *policy.amendments.rules)})
    changed = policy.model_copy(update={"amendments": rules})
    anna, lena = (company.people.named(f"{name}@example.org") for name in ("anna.kowalska", "lena.wolf"))
    proposed = propose_policy(company.store, changed, reason="Extensions by letter", by=anna, now=company.now)
    publish_policy(company.store, proposed.id or 0, by=lena, now=company.now)
    return company


@pytest.fixture
def foundation(tell: Tell) -> Iterator[Story]:
    """The foundation's partnership, in force."""
    story = tell(a_foundation())
    assert story.finish() is Stage.IN_FORCE
    yield story
    assert broken_invariants(story.store) == []


def written(name: str) -> AmendmentForm:
    """Return an example amendment."""
    return read_amendment((EXAMPLES / "amendments" / f"{name}.yaml").read_bytes(), name=name)


def an_amendment(kind: str, **changes: Any) -> AmendmentForm:
    """Return an amendment of this kind; `changes` are the parts of the proposal that change."""
    return check_amendment({"kind": kind, "reason": "Things changed.", "changes": changes}, name="an amendment")


def budget(**amounts: Any) -> dict[str, Any]:
    """Return changes of the company's budget; underlines stand for spaces."""
    lines = [{"heading": name.replace("_", " "), "amount": str(amount)} for name, amount in amounts.items()]
    return {"money": {"budget": lines}}


def amended(story: Story, form: AmendmentForm, *, key: str = "amendment") -> Story:
    """Let the officer submit the amendment and the machine do what it can; give the amendment's own story."""
    case = amend(story.store, story.reference, form, by=story.officer, key=key, now=story.now)
    told = Story(story.store, story.people, story.proposal, reference=case.reference)
    told.now = story.now
    told.advance()
    return told


def in_force(story: Story) -> Any:
    """Return what the agreement of the case now says."""
    with story.store.session() as session:
        return queries.form_in_force(session, story.case)


def handling_of(amendment: Story) -> Handling:
    with amendment.store.session() as session:
        return session.get_one(Amendment, (amendment.case.id, amendment.case.proposal_version)).handling


# Noted


def test_a_small_shift_between_budget_lines_is_noted_in_one_go(company: Story) -> None:
    amendment = amended(company, written("company-budget-shift"))

    assert (amendment.stage, amendment.owed(), amendment.stages_passed()) == (Stage.EFFECTIVE, [], ["screening"])
    assert amendment.agreements() == []
    lines = {line.heading: line.amount for line in in_force(company).money.budget}
    assert (lines["Travel and communication"], lines["Training of committees"]) == (
        Decimal("22880.00"),
        Decimal("89620.00"),
    )


def test_the_amended_case_stays_in_force_and_one_event_names_the_amendment(company: Story) -> None:
    legs = company.case.leg

    amendment = amended(company, written("company-budget-shift"))

    assert (company.stage, company.case.leg, company.case.proposal_version) == (Stage.IN_FORCE, legs, 2)
    with company.store.session() as session:
        query = select(Event).where(Event.case_id == company.case.id, Event.kind == "Amended")
        (event,) = session.exec(query)
        version = session.get_one(Proposal, (company.case.id, 2))
    assert event.payload == {
        "amendment": amendment.reference,
        "kind": "budget_change",
        "handling": "record_only",
        "version": 2,
    }
    assert version.amended_by == amendment.case.id


def test_dates_that_move_within_the_duration_are_noted(company: Story) -> None:
    visit = {"title": "Study visit of workshop owners and trade unionists to Bergen", "due_on": "2028-10-31"}

    amendment = amended(company, an_amendment("no_cost_extension", activities=[visit]))

    assert (handling_of(amendment), amendment.stage) == (Handling.RECORD_ONLY, Stage.EFFECTIVE)
    assert [owed.due_on for owed in company.obligations() if owed.title == visit["title"] and not owed.ended_by] == [
        date(2028, 10, 31)
    ]


# Approved


def test_a_correction_is_seen_by_somebody_and_needs_no_document(company: Story) -> None:
    title = "Safe and fair workshops in the textile cluster of Dakar"

    amendment = amended(company, an_amendment("correction", title=title))

    assert (handling_of(amendment), amendment.stage) == (Handling.APPROVAL_ONLY, Stage.DECISION)
    assert (amendment.finish(), company.case.title) == (Stage.EFFECTIVE, title)


def test_a_first_short_extension_is_approved_by_the_office_without_a_document(by_letter: Story) -> None:
    amendment = amended(by_letter, written("company-no-cost-extension"))
    decides = amendment.task("decision")
    before = in_force(by_letter).project.end_on

    amendment.answer_as_usual()

    assert (decides.role, decides.office_code) == (Role.AREA_DIRECTOR, "AO-DAKAR")
    assert decides.prompt == "Decide whether the agreement is amended as proposed."
    assert (before, in_force(by_letter).project.end_on) == (date(2028, 12, 31), date(2029, 5, 31))
    assert amendment.stages_passed() == ["screening", "due_diligence", "consultation", "decision", "drafting"]
    assert (amendment.stage, amendment.agreements()) == (Stage.EFFECTIVE, [])


def test_duties_follow_the_agreement_and_old_ones_do_not_stay(by_letter: Story) -> None:
    conference = "Closing conference with the tripartite safety council"
    before = {owed.title: owed.due_on for owed in by_letter.obligations()}

    amended(by_letter, written("company-no-cost-extension")).finish()

    with by_letter.store.session() as session:
        owed = [(one.title, one.due_on) for one in queries.obligations_of(session, by_letter.case)]
        ended = [one.title for one in queries.ended_obligations_of(session, by_letter.case)]
    assert (conference, date(2029, 5, 15)) in owed
    assert len(owed) == len(before)
    assert sorted(ended) == [conference, "Study visit of workshop owners and trade unionists to Bergen"]
    assert dict(owed)["Review the partnership"] == before["Review the partnership"]


def test_a_second_extension_needs_the_signatures(by_letter: Story) -> None:
    amended(by_letter, written("company-no-cost-extension")).finish()

    second = amended(by_letter, an_amendment("no_cost_extension", project={"end_on": "2029-06-30"}), key="second")

    assert handling_of(second) is Handling.AMENDMENT


def test_a_declined_amendment_changes_nothing(by_letter: Story) -> None:
    amendment = amended(by_letter, written("company-no-cost-extension"))

    amendment.answer("decision", Outcome.DECLINE, "The conference can be held in time.")

    assert (amendment.stage, by_letter.stage) == (Stage.DECLINED, Stage.IN_FORCE)
    assert (in_force(by_letter).project.end_on, by_letter.case.proposal_version) == (date(2028, 12, 31), 1)


def test_what_the_decision_asks_for_besides_enters_the_register(by_letter: Story) -> None:
    amendment = amended(by_letter, written("company-no-cost-extension"))

    amendment.answer("decision", Outcome.APPROVE_WITH_CONDITIONS, "Useful.", conditions=("A report in January.",))

    register = {owed.title: owed.due_on for owed in by_letter.obligations()}
    assert register["Condition: A report in January."] == date(2029, 5, 31)


def test_an_amendment_is_not_approved_in_part(by_letter: Story) -> None:
    amendment = amended(by_letter, written("company-no-cost-extension"))

    with pytest.raises(Exception, match="approved as it is written"):
        amendment.answer("decision", Outcome.LIMITED_SCOPE, "Three months only.")

    assert amendment.stage is Stage.DECISION


# Signed


def test_an_extension_is_signed_by_both_because_the_agreement_says_so(company: Story) -> None:
    amendment = amended(company, written("company-no-cost-extension"))

    assert amendment.finish() is Stage.EFFECTIVE
    asked = {"screening", "due_diligence", "consultation", "legal_review"}
    assert [stage for stage in asked if amendment.decisions(stage)] == []
    assert len(amendment.agreements()) == 1
    assert in_force(company).project.end_on == date(2029, 5, 31)


def test_more_money_goes_the_whole_way_and_is_signed_by_both(company: Story) -> None:
    amendment = amended(company, written("company-more-workshops"))

    end = amendment.finish()

    assert end is Stage.EFFECTIVE
    assert set(amendment.stages_passed()) >= {"screening", "consultation", "decision", "legal_review", "signature"}
    assert [agreement.family for agreement in amendment.agreements()] == ["amendment"]
    assert (company.case.amount, in_force(company).amount) == (Decimal("652230.00"), Decimal("652230.00"))
    assert "Open day for the workshops of Mbour" in [owed.title for owed in company.obligations()]


def test_a_signed_amendment_is_read_beside_its_translation_long_after(company: Story) -> None:
    amendment = amended(company, written("company-more-workshops"))
    amendment.finish()

    _, copy = bilingual_copy(company.store, amendment.reference, beside="fr", by=company.officer)

    text = text_of(copy)
    assert "Amendment No. 1" in text
    assert "Avenant n°\u00a01" in text
    assert "532\u00a0230,00\u00a0USD" in text


def test_a_larger_total_is_decided_where_a_new_case_of_that_amount_would_be(tell: Tell) -> None:
    story = tell(a_foundation(beneficiary_contact=False)).reach(Stage.DECISION)
    first_level = story.task("decision").role
    story.finish()
    library = {
        "item": "Library",
        "quantity": "1",
        "provided_by": "partner",
        "value": "260000",
        "valuation_basis": "Purchase price",
        "deliver_on": "2027-06-30",
    }

    amendment = amended(story, an_amendment("budget_change", in_kind=[library])).reach(Stage.DECISION)

    assert (first_level, amendment.task("decision").role) == (Role.AREA_DIRECTOR, Role.REGIONAL_DIRECTOR)
    assert story.case.amount_usd == 0


def test_a_new_name_is_screened_assessed_and_signed(foundation: Story) -> None:
    amendment = amended(foundation, written("foundation-new-name"))
    assert amendment.slots() == ["due_diligence"]

    amendment.finish()

    assert amendment.stages_passed()[:3] == ["screening", "due_diligence", "consultation"]
    assert in_force(foundation).partner.legal_name == "Fundación Semilla Andina por el Trabajo Digno"
    assert foundation.case.partner_id == amendment.case.partner_id
    assert len(amendment.decisions("consultation:employers_bureau")) == 0


def test_a_listed_successor_is_stopped(foundation: Story) -> None:
    form = check_amendment(
        {
            "kind": "partner_change",
            "reason": "The foundation is taken over.",
            "succession": True,
            "changes": {"partner": {"legal_name": "Organización Inventada de Contrabando"}},
        },
        name="an amendment",
    )
    amendment = amended(foundation, form)

    amendment.answer("screening_review", Outcome.CONFIRMED_HIT, "It is the listed one.")

    assert (amendment.stage, foundation.stage) == (Stage.STOPPED, Stage.IN_FORCE)
    assert in_force(foundation).partner.legal_name == "Fundación Semilla Andina"


def test_nothing_changes_before_the_last_signature(company: Story) -> None:
    amendment = amended(company, written("company-more-workshops")).reach(Stage.SIGNATURE)
    assert company.case.proposal_version == 1

    amendment.answer_as_usual("signature:organisation")
    after_one = company.case.proposal_version
    amendment.answer_as_usual("signature:partner")

    assert (after_one, company.case.proposal_version) == (1, 2)


def test_a_partner_who_will_not_sign_leaves_the_agreement_as_it_was(company: Story) -> None:
    amendment = amended(company, written("company-more-workshops")).reach(Stage.NEGOTIATION)

    amendment.answer("negotiation", Outcome.WITHDRAWN, "The group cut its budget.")

    assert (amendment.stage, company.stage, company.case.proposal_version) == (Stage.WITHDRAWN, Stage.IN_FORCE, 1)


def test_a_revised_amendment_is_judged_anew(by_letter: Story) -> None:
    amendment = amended(by_letter, written("company-no-cost-extension"))
    amendment.answer("decision", Outcome.RETURN, "Could it be a year, so that we need not ask again?")
    longer = written("company-no-cost-extension").model_dump(mode="json")
    longer["changes"]["project"]["end_on"] = "2029-12-31"

    amendment.answer("answer:decision", Outcome.ANSWERED, "Yes.", proposal=longer)

    assert (handling_of(amendment), amendment.case.proposal_version) == (Handling.AMENDMENT, 2)
    assert amendment.finish() is Stage.EFFECTIVE
    assert in_force(by_letter).project.end_on == date(2029, 12, 31)


# The guard against slices


def test_two_small_shifts_are_judged_as_their_sum(company: Story) -> None:
    first = amended(company, written("company-budget-shift"))
    further = budget(Travel_and_communication=19760, Training_of_committees=92740)
    second = amended(company, an_amendment("budget_change", **further), key="second")

    assert (handling_of(first), handling_of(second)) == (Handling.RECORD_ONLY, Handling.AMENDMENT)
    assert second.stage is Stage.DECISION


def test_what_both_sides_signed_is_counted_from_anew(company: Story) -> None:
    shift = budget(Travel_and_communication=13000, Training_of_committees=99500)
    amended(company, an_amendment("budget_change", **shift)).finish()

    again = budget(Travel_and_communication=14000, Training_of_committees=98500)
    second = amended(company, an_amendment("budget_change", **again), key="second")

    assert handling_of(second) is Handling.RECORD_ONLY


def test_one_amendment_at_a_time(company: Story) -> None:
    first = amended(company, written("company-no-cost-extension"))

    with pytest.raises(WrongStage, match=f"is being amended by {first.reference}; finish or withdraw that first"):
        amended(company, written("company-budget-shift"), key="second")

    withdraw(first.store, first.reference, by=first.officer, reason="The port reopened.", now=first.now)
    assert amended(company, written("company-budget-shift"), key="second").stage is Stage.EFFECTIVE


# Who, and when


def test_the_same_key_again_returns_the_amendment_it_made(company: Story) -> None:
    first = amended(company, written("company-budget-shift"))

    again = amended(company, written("company-budget-shift"))

    assert (again.reference, company.case.proposal_version) == (first.reference, 2)


def test_only_the_officer_who_submitted_the_case_amends_it(company: Story) -> None:
    form, now = written("company-budget-shift"), company.now
    for address, refusal in (("jonas.weber", NotAllowed), ("grace.mensah", NotAllowed), ("rosa.quispe", NotFound)):
        with pytest.raises(refusal):
            amend(
                company.store,
                company.reference,
                form,
                by=company.people.named(f"{address}@example.org"),
                key="k",
                now=now,
            )


def test_the_submitter_does_not_decide_the_amendment(company: Story) -> None:
    amendment = amended(company, written("company-no-cost-extension"))

    assert (amendment.case.submitted_by, amendment.case.requested_by) == (
        company.case.submitted_by,
        company.case.requested_by,
    )


def test_a_case_that_is_not_in_force_says_why_it_is_not_amended(company: Story, tell: Tell) -> None:
    amendment = amended(company, written("company-no-cost-extension"))
    under_way = Story(company.store, company.people, example("company-cash-in-kind"), key="another")

    with pytest.raises(WrongStage, match="is itself an amendment; amend PA-2026-0001"):
        amended(amendment, written("company-budget-shift"), key="k")
    with pytest.raises(WrongStage, match="only an agreement in force is amended"):
        amended(under_way, written("company-budget-shift"), key="k")
    with pytest.raises(WrongStage, match=f"is being amended by {amendment.reference}"):
        end_partnership(company.store, company.reference, by=company.officer, reason="Done.", now=company.now)

    amendment.finish()
    end_partnership(company.store, company.reference, by=company.officer, reason="Done.", now=company.now)
    with pytest.raises(WrongStage, match="has ended, so nothing is left to amend"):
        amended(company, written("company-budget-shift"), key="k")


def test_every_fault_of_an_amendment_is_told_at_once(company: Story) -> None:
    wrong = an_amendment("no_cost_extension", office="AO-LIMA", title="Another", **budget(Safety_engineers=92001))

    with pytest.raises(InvalidProposal) as refused:
        amended(company, wrong)

    told = {fault.path: fault.message for fault in refused.value.faults}
    assert "budget lines 421001.00" in told["money.budget"]


def test_what_a_kind_does_not_touch_is_refused_with_the_way_on(company: Story) -> None:
    wrong = an_amendment("no_cost_extension", office="AO-LIMA", title="Another", project={"end_on": "2029-01-31"})

    with pytest.raises(InvalidProposal) as refused:
        amended(company, wrong)

    assert {fault.path: fault.message for fault in refused.value.faults} == {
        "title": "is not changed by «no_cost_extension»; that is for: scope_change, correction",
        "office": "cannot be amended; with another one it is another partnership, so submit a new proposal",
    }


def test_an_amendment_that_changes_nothing_is_refused(company: Story) -> None:
    with pytest.raises(InvalidProposal, match="everything stands in the agreement as you give it"):
        amended(company, an_amendment("no_cost_extension", project={"end_on": "2028-12-31"}))
