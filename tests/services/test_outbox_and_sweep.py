"""What is still to be done outside: asked for once, tried again, told to the right people, never twice."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from approvals.rehearsal import People, advance
from approvals.services.cases import submit, withdraw
from approvals.services.outbox import deliver_mail, take_requests
from approvals.services.sweep import ask_again, sweep
from approvals.store.engine import Store
from models.case import Stage
from models.decision import Outcome
from models.outbox import Channel, OutboxMessage
from tests.journeys.stories import START, Story, a_foundation, example
from tests.postman import MESSAGES, Postman

MINUTE = timedelta(minutes=1)


SCREENING_OFFICERS = ["mei.chen@example.org", "sara.lindqvist@example.org"]


def submitted(store: Store, people: People, *, key: str = "k") -> str:
    """Submit the foundation's proposal, and let the machine do nothing yet."""
    officer = people.named("rosa.quispe@example.org")
    return submit(store, a_foundation(), by=officer, key=key, now=START).reference


def messages(store: Store, channel: Channel) -> list[OutboxMessage]:
    with store.session() as session:
        query = select(OutboxMessage).where(OutboxMessage.channel == channel).order_by(col(OutboxMessage.id))
        return list(session.exec(query))


def mail_to_sara(store: Store) -> OutboxMessage:
    [mail] = [one for one in messages(store, Channel.MAIL) if one.recipient == "sara.lindqvist@example.org"]
    return mail


# Work for the machine


def test_a_submission_asks_the_machine_once(store: Store, people: People) -> None:
    reference = submitted(store, people)

    first, second = take_requests(store, now=START), take_requests(store, now=START)

    assert [(request.reference, request.stage) for request in first] == [(reference, Stage.SCREENING)]
    assert second == []


def test_many_messages_about_one_case_become_one_request(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation()).reach(Stage.CONSULTATION)
    for task in story.owed():
        story.cast.answer(task, now=START)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET asked_at = NULL, done_at = NULL WHERE channel = 'advance'")

    requests = take_requests(store, now=START)

    assert len(messages(store, Channel.ADVANCE)) > 3
    assert [request.reference for request in requests] == [story.reference]


def test_each_case_has_its_own_request(store: Store, people: People) -> None:
    references = [submitted(store, people, key=key) for key in "abc"]

    assert [request.reference for request in take_requests(store, now=START)] == references


def test_a_lost_request_is_asked_for_again_under_another_key(store: Store, people: People) -> None:
    submitted(store, people)
    [first] = take_requests(store, now=START)

    too_early = ask_again(store, now=START + MINUTE)
    lost = ask_again(store, now=START + 3 * MINUTE)
    [again] = take_requests(store, now=START + 3 * MINUTE)

    assert (too_early, lost) == (0, 1)
    assert again.reference == first.reference
    assert again.key != first.key


def test_a_case_that_was_carried_on_is_not_asked_for_again(store: Store, people: People) -> None:
    reference = submitted(store, people)
    take_requests(store, now=START)

    advance(store, reference, now=START)

    assert ask_again(store, now=START + 60 * MINUTE) == 0
    assert {message.done_at for message in messages(store, Channel.ADVANCE)} == {START}


# Mail


def test_a_task_is_told_to_everybody_who_may_take_it_and_to_nobody_else(store: Store, people: People) -> None:
    Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE)
    postman = Postman()

    sent = deliver_mail(store, postman, write=MESSAGES.write, now=START)

    assert sent == 3
    assert postman.addresses() == [*SCREENING_OFFICERS, "carmen.diaz@example.org"]
    mail = postman.sent[2]
    assert mail.subject == "PA-2026-0001: due diligence"
    assert "«Reading and rights for young domestic workers»" in mail.text
    assert "Please answer by" in mail.text


def test_a_return_is_told_to_the_officer_who_submitted(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation())
    deliver_mail(store, Postman(), write=MESSAGES.write, now=START)
    postman = Postman()
    story.answer("screening_review", Outcome.RETURN, "Who owns it?")

    deliver_mail(store, postman, write=MESSAGES.write, now=START)

    assert postman.addresses() == ["rosa.quispe@example.org"]
    assert "Who owns it?" in postman.sent[0].text


def test_an_ending_is_told_to_the_officer(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation())
    deliver_mail(store, Postman(), write=MESSAGES.write, now=START)
    withdraw(store, story.reference, by=story.officer, reason="No.", now=START)
    postman = Postman()

    deliver_mail(store, postman, write=MESSAGES.write, now=START)

    assert [(mail.to, mail.subject) for mail in postman.sent] == [
        ("rosa.quispe@example.org", "PA-2026-0001: withdrawn")
    ]


def test_a_mail_is_marked_once_and_not_sent_again(store: Store, people: People) -> None:
    Story(store, people, a_foundation())
    postman = Postman()

    deliver_mail(store, postman, write=MESSAGES.write, now=START)
    ask_again(store, now=START + 60 * MINUTE)
    again = deliver_mail(store, postman, write=MESSAGES.write, now=START + 60 * MINUTE)

    assert (again, postman.addresses()) == (0, SCREENING_OFFICERS)
    for mail in messages(store, Channel.MAIL):
        assert (mail.done_at, mail.attempts, mail.last_error) == (START, 1, None)


def test_a_mail_that_fails_is_kept_with_its_reason_and_tried_again_with_the_same_key(
    store: Store, people: People
) -> None:
    Story(store, people, a_foundation())
    failing, mended = Postman(ill={"sara.lindqvist@example.org"}), Postman()

    failed = deliver_mail(store, failing, write=MESSAGES.write, now=START)
    waiting = mail_to_sara(store)
    at_once = deliver_mail(store, mended, write=MESSAGES.write, now=START)
    ask_again(store, now=START + 3 * MINUTE)
    later = deliver_mail(store, mended, write=MESSAGES.write, now=START + 3 * MINUTE)

    assert (failed, at_once, later) == (1, 0, 1)
    assert (waiting.done_at, waiting.last_error) == (None, "no mailbox for sara.lindqvist@example.org")
    mail = mail_to_sara(store)
    assert (mail.attempts, mail.last_error, mail.done_at) == (2, None, START + 3 * MINUTE)
    assert mended.sent[0].key == f"event-{mail.event_seq}"


def test_one_failing_mail_does_not_hold_back_the_others(store: Store, people: People) -> None:
    Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE)
    postman = Postman(ill={"sara.lindqvist@example.org"})

    sent = deliver_mail(store, postman, write=MESSAGES.write, now=START)

    assert (sent, postman.addresses()) == (2, ["mei.chen@example.org", "carmen.diaz@example.org"])


# The sweep


def test_a_reminder_comes_once_however_long_the_sweep_was_away(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation())
    deliver_mail(store, Postman(), write=MESSAGES.write, now=START)

    swept = [sweep(store, now=START + timedelta(days=days)).reminded for days in (2, 40, 41, 200)]
    postman = Postman()
    deliver_mail(store, postman, write=MESSAGES.write, now=START + timedelta(days=200))

    assert swept == [0, 1, 0, 0]
    assert story.happened().count("TaskOverdue") == 1
    assert postman.addresses() == ["helen.osei@example.org", *SCREENING_OFFICERS]  # it was escalated as well


def test_sweeping_twice_at_the_same_time_changes_nothing_more(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation()).reach(Stage.CONSULTATION)
    then = START + timedelta(days=30)

    first, second = sweep(store, now=then), sweep(store, now=then)

    assert (first.silent, story.slots()) == (4, [])
    assert (second.silent, second.lapsed, second.reminded) == (0, 0, 0)


def test_a_sweep_finds_nothing_to_do_in_a_house_at_rest(store: Store, people: People) -> None:
    Story(store, people, example("stopped-by-screening"))

    swept = sweep(store, now=START + timedelta(days=400))

    assert (swept.reminded, swept.silent, swept.lapsed, swept.asked_again) == (0, 0, 0, 0)
