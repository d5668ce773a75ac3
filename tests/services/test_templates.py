"""A legal office brings its own template: one proposes it, another publishes it, and cases take it or keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import pytest
from sqlmodel import col, func, select

from approvals.errors import DutiesConflict, FaultyTemplate, InvalidProposal, NotAllowed, NotFound, WrongStage
from approvals.rehearsal import People
from approvals.services.cases import submit
from approvals.services.template_register import agreements_on_older_versions, template_seen, templates_known
from approvals.services.templates import install_templates, propose_template, publish_template
from approvals.settings import Settings
from approvals.store.engine import Store
from models.agreement import StoredFile
from models.case import Stage
from models.decision import Outcome
from models.event import Event
from models.template import TemplateState, TemplateVersion
from models.user import Role, User
from tests.journeys.stories import START, Story, a_foundation, example
from tests.word import changed, text_of

SHIPPED = Settings().template_folder
FAMILY = "private_partnership"
NOTICE, SHORTER = "sixty days’ written notice", "forty-five days’ written notice"
TODAY = START.date()
CEILING = (
    "rules:\n  - {id: small_only, kind: at_most, value: money.contribution, limit: 10, source: Circular 7, "
    'sentence: "A partnership of this kind is worth at most {limit}."}\n'
)


@pytest.fixture
def lawyer(people: People) -> User:
    return people.with_role(Role.LEGAL_REVIEWER)


@pytest.fixture
def administrator(people: People) -> User:
    return people.with_role(Role.ADMINISTRATOR)


def manifest(version: str = "2.1", *, family: str = FAMILY, effective_on: date = TODAY, **changes: str) -> str:
    """Return the shipped manifest with another version and day, and `changes` of its text."""
    text = (SHIPPED / family / "manifest.yaml").read_text(encoding="utf-8")
    lines = {"version:": f'version: "{version}"', "effective_on:": f"effective_on: {effective_on}"}
    for begins, line in lines.items():
        text = "\n".join(line if old.startswith(begins) else old for old in text.split("\n"))
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def word(change: Callable[[str], str] = lambda xml: xml.replace(NOTICE, SHORTER), *, family: str = FAMILY) -> bytes:
    """Return the shipped Word file, changed."""
    return changed((SHIPPED / family / "en.docx").read_bytes(), "word/document.xml", change)


@cache
def shorter_notice() -> bytes:
    """Return the file with the shorter notice, always the same: a zip file knows when it was packed."""
    return word()


def proposed(store: Store, by: User, version: str = "2.1", **changes: object) -> TemplateVersion:
    text = manifest(version, **changes)  # type: ignore[arg-type]  # days and texts, as `manifest` takes them
    return propose_template(store, shorter_notice(), text, language="en", by=by, now=START)


def put_in_force(store: Store, people: People, version: str = "2.1", **changes: object) -> TemplateVersion:
    """Let the lawyer propose a version with a shorter notice and the administrator publish it."""
    proposed(store, people.with_role(Role.LEGAL_REVIEWER), version, **changes)
    by = people.with_role(Role.ADMINISTRATOR)
    return publish_template(store, FAMILY, "en", version, by=by, now=START)


def states(store: Store, *, on: date = TODAY) -> dict[str, TemplateState]:
    """Return where each version of the English template stands."""
    known = templates_known(store, today=on)
    return {one.version: one.state for one in known if (one.family, one.language) == (FAMILY, "en")}


def events(store: Store) -> list[tuple[str, str | None]]:
    with store.session() as session:
        query = select(Event).where(col(Event.kind).like("Template%"), col(Event.actor_id).is_not(None))
        return [(one.kind, one.payload["version"]) for one in session.exec(query.order_by(col(Event.seq)))]


# What the installation brings


def test_the_installation_brings_every_shipped_template_in_force_and_only_once(store: Store) -> None:
    known = templates_known(store, today=TODAY)

    assert len(known) == len(list(SHIPPED.glob("*/*.docx")))
    assert {(one.state, one.proposed_by) for one in known} == {(TemplateState.IN_FORCE, None)}
    assert install_templates(store, SHIPPED, now=START) == []


# Two people


def test_a_template_is_proposed_by_one_and_published_by_another(
    store: Store, lawyer: User, administrator: User
) -> None:
    waiting = proposed(store, lawyer)
    before = states(store)
    published = publish_template(store, FAMILY, "en", "2.1", by=administrator, now=START)

    assert (waiting.proposed_by, waiting.published_at) == (lawyer.id, None)
    assert before == {"2.0": TemplateState.IN_FORCE, "2.1": TemplateState.PROPOSED}
    assert (published.proposed_by, published.published_by) == (lawyer.id, administrator.id)
    assert states(store) == {"2.0": TemplateState.REPLACED, "2.1": TemplateState.IN_FORCE}
    assert events(store) == [("TemplateProposed", "2.1"), ("TemplatePublished", "2.1")]


def test_nobody_publishes_what_they_proposed(store: Store, lawyer: User) -> None:
    proposed(store, lawyer)

    with pytest.raises(DutiesConflict, match=r"You proposed private_partnership en 2\.1 yourself; another"):
        publish_template(store, FAMILY, "en", "2.1", by=lawyer, now=START)

    assert states(store)["2.1"] is TemplateState.PROPOSED


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.AUDITOR, Role.EXECUTIVE])
def test_others_neither_propose_nor_publish(store: Store, people: People, lawyer: User, role: Role) -> None:
    somebody = people.with_role(role)
    proposed(store, lawyer)

    with pytest.raises(NotAllowed, match="may not propose a template of agreements; that is for: administrator"):
        proposed(store, somebody, "2.2")
    with pytest.raises(NotAllowed, match="may not publish a template somebody else proposed"):
        publish_template(store, FAMILY, "en", "2.1", by=somebody, now=START)


def test_publishing_twice_changes_nothing(store: Store, people: People) -> None:
    first = put_in_force(store, people)

    again = publish_template(
        store, FAMILY, "en", "2.1", by=people.with_role(Role.LEGAL_REVIEWER), now=START + timedelta(days=1)
    )

    assert (again.published_by, again.published_at) == (first.published_by, first.published_at)
    assert len(events(store)) == 2


def test_a_version_nobody_proposed_cannot_be_published(store: Store, administrator: User) -> None:
    with pytest.raises(NotFound, match=r"No version «9» of private_partnership en; there are: 2\.0\."):
        publish_template(store, FAMILY, "en", "9", by=administrator, now=START)


# Versions


def test_proposing_the_same_again_changes_nothing(store: Store, lawyer: User, administrator: User) -> None:
    first = proposed(store, lawyer)

    again = proposed(store, administrator)

    assert (again.id, again.proposed_by) == (first.id, lawyer.id)
    assert events(store) == [("TemplateProposed", "2.1")]


@pytest.mark.parametrize("version", ["2.0", "0.9", "2"])
def test_the_version_must_rise(store: Store, lawyer: User, version: str) -> None:
    with pytest.raises(
        FaultyTemplate, match=rf"version: is {version}, but private_partnership en 2\.0 is known"
    ) as no:
        proposed(store, lawyer, version)

    assert [fault.path for fault in no.value.faults] == ["version"]


def test_versions_are_counted_not_spelled(store: Store, people: People, lawyer: User) -> None:
    put_in_force(store, people, "2.9")

    proposed(store, lawyer, "2.10")

    assert states(store)["2.10"] is TemplateState.PROPOSED


def test_what_was_overtaken_is_not_published_any_more(store: Store, people: People, lawyer: User) -> None:
    proposed(store, lawyer, "2.1")
    put_in_force(store, people, "2.2")

    with pytest.raises(WrongStage, match=r"2\.2 is published already; private_partnership en 2\.1 came too late"):
        publish_template(store, FAMILY, "en", "2.1", by=people.with_role(Role.ADMINISTRATOR), now=START)

    assert states(store)["2.1"] is TemplateState.REPLACED


def test_a_version_waits_for_its_day(store: Store, people: People) -> None:
    put_in_force(store, people, effective_on=TODAY + timedelta(days=30))

    assert states(store) == {"2.0": TemplateState.IN_FORCE, "2.1": TemplateState.COMING}
    assert states(store, on=TODAY + timedelta(days=30))["2.1"] is TemplateState.IN_FORCE


# Faults


def test_a_faulty_template_is_refused_with_all_its_faults_and_nothing_is_kept(store: Store, lawyer: User) -> None:
    before = _rows(store)
    spoiled = word(lambda xml: xml.replace("partner.legal_form", "partner.hat").replace(NOTICE, "TBD"))

    with pytest.raises(FaultyTemplate) as refused:
        propose_template(store, spoiled, manifest(), language="en", by=lawyer, now=START)

    said = str(refused.value)
    assert all(part in said for part in ("«partner.hat»", "«TBD» was left standing", "«partner.legal_form»"))
    assert _rows(store) == before


def test_a_template_that_loses_what_every_agreement_needs_is_found_on_trial(store: Store, lawyer: User) -> None:
    def only_sometimes(xml: str) -> str:
        return xml.replace("{{ project.objective }}", "{% if personal_data %}{{ project.objective }}{% endif %}")

    with pytest.raises(FaultyTemplate, match="tried with only the required fields given") as refused:
        propose_template(store, word(only_sometimes), manifest(), language="en", by=lawyer, now=START)

    assert {fault.path for fault in refused.value.faults} == {"project.objective"}


def test_a_manifest_with_a_rule_about_nothing_is_refused(store: Store, lawyer: User) -> None:
    with pytest.raises(FaultyTemplate, match=r"names «project\.finish», which neither proposal nor policy has"):
        proposed(store, lawyer, **{"project.end_on]": "project.finish]"})


def test_a_language_the_manifest_does_not_name_is_refused(store: Store, lawyer: User) -> None:
    with pytest.raises(Exception, match="does not exist in «de», only in: en, fr, es"):
        propose_template(store, word(), manifest(), language="de", by=lawyer, now=START)


def _rows(store: Store) -> tuple[int, int, int]:
    with store.session() as session:
        tables = (TemplateVersion, StoredFile, Event)
        counts = [session.exec(select(func.count()).select_from(table)).one() for table in tables]
        return counts[0], counts[1], counts[2]


# What cases take


def test_a_case_not_yet_drafted_takes_the_version_in_force(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation())
    put_in_force(store, people)

    story.reach(Stage.LEGAL_REVIEW)

    assert (story.agreements()[0].template_version, SHORTER in story.text()) == ("2.1", True)


def test_a_case_with_an_agreement_keeps_its_version_when_it_is_drafted_again(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation()).reach(Stage.LEGAL_REVIEW)
    put_in_force(store, people)

    story.answer("legal_review", Outcome.RETURN, "Please shorten the title.")
    revised = a_foundation(title="Classes").model_dump(mode="json")
    story.answer("answer:legal_review", Outcome.ANSWERED, "Done.", proposal=revised)

    assert [(one.version, one.template_version) for one in story.agreements()] == [(1, "2.0"), (2, "2.0")]
    assert NOTICE in text_of(story.file())


def test_live_agreements_on_an_older_version_are_reported_until_they_end(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation())
    story.finish()
    administrator = people.with_role(Role.ADMINISTRATOR)
    before = agreements_on_older_versions(store, by=administrator, today=TODAY)
    put_in_force(store, people)

    (older,) = agreements_on_older_versions(store, by=administrator, today=TODAY)

    assert before == []
    assert (older.reference, older.stage, older.version, older.in_force) == (
        story.reference, Stage.IN_FORCE, "2.0", "2.1",
    )  # fmt: skip
    stranger = people.with_role(Role.OFFICER, "AO-HANOI")
    assert agreements_on_older_versions(store, by=stranger, today=TODAY) == []


# What is asked of a proposal


def test_a_language_without_a_template_is_told_when_the_proposal_is_submitted(store: Store, people: People) -> None:
    publish_only(store, "en")
    proposal = example("foundation", language="fr")
    officer = people.named(proposal.focal_point.email or "")

    with pytest.raises(InvalidProposal) as refused:
        submit(store, proposal, by=officer, key="k", now=START)

    (fault,) = refused.value.faults
    assert (fault.path, "does not exist in «fr», only in: en" in fault.message) == ("language", True)


def publish_only(store: Store, language: str) -> None:
    """Let the private partnership exist in one language, as before a translation was published."""
    from sqlalchemy import text

    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE template_version DISABLE TRIGGER USER"))
        connection.execute(
            text("DELETE FROM template_version WHERE family = :family AND language <> :language"),
            {"family": FAMILY, "language": language},
        )
        connection.execute(text("ALTER TABLE template_version ENABLE TRIGGER USER"))


def test_a_rule_of_the_template_in_force_binds_proposals_from_that_day(store: Store, people: People) -> None:
    put_in_force(store, people, **{"rules:\n": CEILING})
    proposal = example("company-cash-in-kind")
    officer = people.named(proposal.focal_point.email or "")

    with pytest.raises(InvalidProposal) as refused:
        submit(store, proposal, by=officer, key="k", now=START)

    assert [str(fault) for fault in refused.value.faults] == [
        "money.contribution: A partnership of this kind is worth at most 10. "
        "(rule «small_only» on money.contribution; Circular 7)"
    ]


def test_a_rule_that_came_after_submission_is_looked_at_before_drafting(store: Store, people: People) -> None:
    story = Story(store, people, example("company-cash-in-kind")).reach(Stage.DECISION)
    put_in_force(store, people, **{"rules:\n": CEILING})

    story.answer_as_usual()

    assert (story.stage, story.agreements()) == (Stage.DRAFTING, [])
    assert "cannot be drafted" in story.task("mend_document").prompt
    assert "rule «small_only» on money.contribution; Circular 7" in story.task("mend_document").prompt


# Taking one out to edit


def test_what_is_taken_out_to_edit_can_be_brought_back_unchanged(store: Store, lawyer: User) -> None:
    seen = template_seen(store, FAMILY, "en", None, today=TODAY)

    again = propose_template(store, seen.template.content, seen.manifest_text, language="en", by=lawyer, now=START)

    assert again.sha256 == seen.known.sha256
    assert events(store) == []
