"""Last days, clocks that stand still, and what happens when nobody answers: in days of the office that owes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from approvals.casework.chasing import Timing
from approvals.casework.policy import Policy, policy_from_document
from approvals.errors import Faulty, NotAllowed, WrongStage
from approvals.rehearsal import People, advance
from approvals.services import calendars, clocks
from approvals.services.case_file import case_file, inbox
from approvals.services.policies import policy_in_force, propose_policy, publish_policy
from approvals.services.substitutes import name_substitute
from approvals.services.sweep import Digests, Swept, sweep
from approvals.services.tasks import claim
from approvals.services.users import choose_digest, close_account
from approvals.store.engine import Store
from models.calendar import DayKind
from models.case import Stage
from models.clock_stop import StopKind
from models.decision import Outcome
from models.office import Weekday
from models.task import TaskState
from models.user import Role, User
from tests.journeys.stories import START, Story, a_foundation
from tests.postman import mails_of

TODAY = START.date()  # Monday, 21 September 2026


@pytest.fixture
def administrator(people: People) -> User:
    return people.with_role(Role.ADMINISTRATOR)


@pytest.fixture
def story(store: Store, people: People) -> Story:
    """A foundation's case of Lima whose due diligence is due in the regional office on Monday the 28th."""
    return Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE)


Mails = Callable[..., list[str]]


@pytest.fixture
def mails(store: Store) -> Mails:
    """Send what waits, and return the addresses, or whole mails."""

    def send(now: datetime = START, *, whole: bool = False) -> list[str]:
        return [mail.text if whole else mail.to for mail in mails_of(store, now=now)]

    return send


def publish(store: Store, people: People, **levels: Any) -> None:
    """Put a policy in force whose service levels say something else."""
    first, second = (people.named(f"{name}@example.org") for name in ("anna.kowalska", "lena.wolf"))
    with store.session() as session:
        document: dict[str, Any] = policy_in_force(session)[1].as_document()
    document["service_levels"] |= levels
    changed: Policy = policy_from_document(document)
    number = propose_policy(store, changed, reason="A trial.", by=first, now=START).id
    publish_policy(store, number or 0, by=second, now=START)


# The last day ------------------------------------------------------------------------------------------------


def test_a_last_day_is_counted_by_the_calendar_of_the_office_that_owes_the_task(
    store: Store, people: People, administrator: User
) -> None:
    for day in (22, 23):
        calendars.set_day(store, "HQ", date(2026, 9, day), DayKind.CLOSED, by=administrator, now=START)
    calendars.set_day(store, "RO-AMERICAS", date(2026, 9, 24), DayKind.HALF, by=administrator, now=START)

    story = Story(store, people, a_foundation())
    at_headquarters = story.task("screening_review")
    story.reach(Stage.DUE_DILIGENCE)
    in_the_region = story.task("due_diligence")

    assert (at_headquarters.counted_in, at_headquarters.due_on) == ("HQ", date(2026, 9, 25))
    assert (in_the_region.counted_in, in_the_region.due_on) == ("RO-AMERICAS", date(2026, 9, 29))


def test_a_task_opened_late_in_the_evening_begins_on_the_day_it_is_at_the_office(
    store: Store, people: People, administrator: User
) -> None:
    calendars.set_zone(store, "HQ", "Asia/Bangkok", by=administrator, now=START)

    story = Story(store, people, a_foundation(), at=datetime(2026, 9, 21, 18, 0, tzinfo=UTC))

    assert story.task("screening_review").due_on == date(2026, 9, 24)  # two days after Tuesday, not Monday


def test_a_last_day_stays_when_the_calendar_changes_until_somebody_asks(
    story: Story, store: Store, administrator: User
) -> None:
    task = story.task("due_diligence")
    calendars.set_day(store, "RO-AMERICAS", date(2026, 9, 25), DayKind.CLOSED, by=administrator, now=START)

    before = story.task("due_diligence").due_on
    counted = clocks.recount_due_date(store, task.id or 0, because="Strike.", by=administrator, now=START)

    assert (before, counted.due_on, counted.first_due_on) == (
        date(2026, 9, 28),
        date(2026, 9, 29),
        date(2026, 9, 28),
    )
    assert story.events("DueDateRecounted")[-1].payload["because"] == "Strike."
    with pytest.raises(NotAllowed):
        clocks.recount_due_date(store, task.id or 0, because="Please.", by=story.officer, now=START)


def test_policy_may_give_some_cases_another_time(store: Store, people: People) -> None:
    with store.session() as session:
        tasks = policy_in_force(session)[1].as_document()["service_levels"]["tasks"]
    screening = next(one for one in tasks if one["task"] == "screening_review")
    screening["exceptions"] = [{"when": {"levels": ["country"]}, "working_days": 9, "source": "A trial."}]
    publish(store, people, tasks=tasks)

    story = Story(store, people, a_foundation())

    assert story.case.level == "country"
    assert story.task("screening_review").due_on == date(2026, 10, 2)


# The clock stands still --------------------------------------------------------------------------------------


def test_on_hold_the_last_day_moves_by_the_days_the_clock_stood(story: Story, store: Store) -> None:
    then = START + timedelta(days=2)
    clocks.hold_case(store, story.reference, reason="Elections.", by=story.officer, now=then)
    held = case_file(store, story.reference, by=story.officer, today=TODAY + timedelta(days=30)).awaited[0]

    clocks.resume_case(
        store, story.reference, reason="A new government.", by=story.officer, now=START + timedelta(days=9)
    )

    task = story.task("due_diligence")
    assert (held.timing, held.stopped, held.days_left) == (Timing.STOPPED, "Elections.", 3)
    assert (task.first_due_on, task.due_on) == (date(2026, 9, 28), date(2026, 10, 5))


def test_nobody_is_reminded_while_the_case_is_on_hold(story: Story, store: Store, mails: Mails) -> None:
    mails()
    clocks.hold_case(store, story.reference, reason="Elections.", by=story.officer, now=START)

    swept = sweep(store, now=START + timedelta(days=20))

    assert (swept.reminded, swept.escalated, swept.resumed, mails()) == (0, 0, 0, [])


def test_a_hold_nobody_ends_is_ended_by_the_sweep(story: Story, store: Store) -> None:
    stop = clocks.hold_case(
        store, story.reference, reason="Asked for accounts.", partner_asked=True, by=story.officer, now=START
    )

    on_the_last_day = sweep(store, now=START + timedelta(days=14)).resumed
    swept = sweep(store, now=START + timedelta(days=15))

    assert (stop.kind, stop.until_on) == (StopKind.PARTNER_ASKED, date(2026, 10, 5))
    assert (on_the_last_day, swept.resumed) == (0, 1)
    assert story.task("due_diligence").due_on == date(2026, 10, 12)  # ten working days later, not eleven


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"reason": " "}, "say why", id="no reason"),
        pytest.param({"until_on": date(2026, 9, 20)}, "is over", id="a day that is over"),
        pytest.param({"until_on": date(2027, 9, 20)}, "at the latest", id="longer than the policy allows"),
    ],
)
def test_a_hold_has_a_reason_and_an_end(story: Story, store: Store, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Faulty) as refused:
        clocks.hold_case(store, story.reference, **{"reason": "Elections.", **changes}, by=story.officer, now=START)

    assert said in str(refused.value.faults)


def test_only_the_officer_and_administrators_put_a_case_on_hold(
    story: Story, store: Store, people: People, administrator: User
) -> None:
    with pytest.raises(NotAllowed):
        clocks.hold_case(
            store, story.reference, reason="Too much to do.", by=people.named("carmen.diaz@example.org"), now=START
        )

    clocks.hold_case(store, story.reference, reason="Elections.", by=administrator, now=START)
    with pytest.raises(WrongStage, match="stands still since 21 September 2026: Elections"):
        clocks.hold_case(store, story.reference, reason="Again.", by=story.officer, now=START)


def test_the_time_the_partner_holds_the_text_is_read_apart(story: Story, store: Store) -> None:
    story.reach(Stage.NEGOTIATION)
    story.now = START + timedelta(days=7)
    story.answer("negotiation", Outcome.AGREED, "As sent.")

    clock = clocks.case_clock(store, story.reference, by=story.officer, now=START + timedelta(days=9))

    [stop] = clock.stops
    assert (stop.kind, stop.stopped_at, stop.resumed_at) == (StopKind.WITH_PARTNER, START, START + timedelta(days=7))
    assert (clock.whole.working_days, clock.whole.working_days_running) == (7, 2)
    assert (clock.whole.elapsed, clock.whole.running) == (timedelta(days=9), timedelta(days=2))
    stages = {one.stage: one.reading for one in clock.stages}
    assert (stages[Stage.NEGOTIATION].working_days, stages[Stage.NEGOTIATION].working_days_running) == (5, 0)


def test_waiting_and_touch_are_told_apart(story: Story, store: Store, people: People) -> None:
    carmen = people.named("carmen.diaz@example.org")
    claim(store, story.task("due_diligence").id or 0, by=carmen, now=START + timedelta(days=2))
    story.now = START + timedelta(days=3)
    story.answer_as_usual("due_diligence")

    clock = clocks.case_clock(store, story.reference, by=story.officer, now=START + timedelta(days=3))

    [times] = [one.times for one in clock.tasks if one.slot == "due_diligence"]
    assert (times.waiting.working_days, times.touch.working_days) == (2, 1)
    assert (times.waiting.elapsed, times.touch.elapsed) == (timedelta(days=2), timedelta(days=1))


def test_an_end_ends_the_stops(story: Story, store: Store) -> None:
    story.reach(Stage.NEGOTIATION)
    story.now = START + timedelta(days=3)
    story.answer("negotiation", Outcome.WITHDRAWN, "Other plans.")

    clock = clocks.case_clock(store, story.reference, by=story.officer, now=START + timedelta(days=90))

    assert [stop.resumed_at for stop in clock.stops] == [story.now]
    assert clock.whole.working_days == 3


# Nobody waits unseen -----------------------------------------------------------------------------------------


def days_pass(story: Story, *days: int) -> list[Swept]:
    return [sweep(story.store, now=START + timedelta(days=day)) for day in days]


def test_a_task_is_at_risk_before_it_is_overdue(story: Story, store: Store, people: People) -> None:
    carmen = people.named("carmen.diaz@example.org")

    seen = [inbox(store, by=carmen, today=TODAY + timedelta(days=days))[0][0].timing for days in (0, 2, 3, 7, 8)]

    assert seen == [Timing.ON_TIME, Timing.ON_TIME, Timing.AT_RISK, Timing.AT_RISK, Timing.OVERDUE]


def test_an_overdue_task_is_reminded_of_then_opened_to_substitutes_then_escalated(
    story: Story, store: Store, people: People, mails: Mails, administrator: User
) -> None:
    mails()
    name_substitute(
        store,
        absent="carmen.diaz@example.org",
        substitute="quang.le@example.org",
        from_on=TODAY,
        until_on=TODAY + timedelta(days=60),
        when_overdue=True,
        by=administrator,
        now=START,
    )
    mails()

    told = [(swept, sorted(mails())) for swept in (days_pass(story, day)[0] for day in (7, 8, 9, 10, 11))]

    names = ("carmen.diaz", "ingrid.hansen", "quang.le", "samuel.okafor")
    carmen, _, quang, samuel = everybody = [f"{name}@example.org" for name in names]
    assert [addresses for _, addresses in told] == [[], [carmen], [quang], [], everybody]
    assert [swept.reminded for swept, _ in told] == [0, 1, 0, 0, 1]
    assert [swept.let_in for swept, _ in told] == [0, 0, 1, 0, 0]
    assert [swept.escalated for swept, _ in told] == [0, 0, 0, 0, 1]
    task = story.task("due_diligence")
    assert (task.also_role, task.also_office) == ("due_diligence_officer", "HQ")
    claim(store, task.id or 0, by=people.named(samuel), now=START + timedelta(days=11))


def test_after_three_days_of_downtime_each_person_gets_one_mail(story: Story, store: Store, mails: Mails) -> None:
    mails()

    swept, again = days_pass(story, 13, 13)

    # Two reminders, the substitutes and the escalation were due by then.
    assert (swept.reminded, swept.let_in, swept.escalated) == (1, 1, 1)
    addresses = mails()
    assert len(addresses) == len(set(addresses)) == 3
    assert (again.reminded, again.let_in, again.escalated) == (0, 0, 0)
    assert [event.payload["reminder"] for event in story.events("TaskOverdue")] == [2]


def test_an_escalated_task_goes_back_from_whoever_held_it(story: Story, store: Store, people: People) -> None:
    claim(store, story.task("due_diligence").id or 0, by=people.named("carmen.diaz@example.org"), now=START)

    days_pass(story, 20)

    assert story.task("due_diligence").state is TaskState.OPEN
    [event] = story.events("TaskEscalated")
    assert event.payload["opened_to"] == "due diligence officer of HQ"
    file = case_file(store, story.reference, by=story.officer, today=TODAY)
    assert file.awaited[0].of == "due diligence officer of RO-AMERICAS, also due diligence officer of HQ"


def test_a_decision_is_escalated_to_the_level_above_who_may_then_decide(
    story: Story, store: Store, people: People
) -> None:
    story.reach(Stage.DECISION)

    days_pass(story, 20)
    story.answer("decision", Outcome.APPROVE, "Yes.", by=people.named("helen.osei@example.org"))

    assert story.stage is not Stage.DECISION


def test_where_nobody_is_above_administrators_are_told(story: Story, store: Store, mails: Mails) -> None:
    story.reach(Stage.LEGAL_REVIEW)
    mails()

    days_pass(story, 20)

    told = mails(START, whole=True)
    assert sum("there is nobody to open the task to" in mail for mail in told) == 2
    assert story.task("legal_review").also_role is None
    file = case_file(store, story.reference, by=story.officer, today=TODAY)
    assert "told the administrators that nobody answers legal review" in [one.what for one in file.happenings]


def test_an_answer_the_officer_does_not_give_may_be_given_by_a_colleague(
    story: Story, store: Store, people: People, administrator: User
) -> None:
    from approvals.services.users import add_user

    colleague = add_user(
        store,
        email="luis.vega@example.org",
        name="Luis Vega",
        office_code="AO-LIMA",
        roles=[Role.OFFICER],
        by=administrator,
        now=START,
    )
    story.answer("due_diligence", Outcome.RETURN, "Who owns it?")

    days_pass(story, 17)

    claim(store, story.task("answer:due_diligence").id or 0, by=colleague, now=START + timedelta(days=17))


def test_a_silent_partner_is_reminded_before_the_case_lapses_even_after_a_downtime(
    story: Story, store: Store, mails: Mails
) -> None:
    story.reach(Stage.NEGOTIATION)
    mails()

    back, a_day_later, two_days_later = days_pass(story, 39, 42, 43)  # a Friday, Monday and Tuesday

    assert [(one.reminded, one.lapsed) for one in (back, a_day_later, two_days_later)] == [(1, 0), (0, 0), (0, 1)]
    assert story.stage is Stage.LAPSED


def test_a_clock_that_steps_back_brings_nothing_about_twice(story: Story, store: Store, mails: Mails) -> None:
    mails()
    days_pass(story, 11)
    first = mails()

    swept = days_pass(story, 8, 0, -3)

    assert len(first) == 3
    assert [(one.reminded, one.escalated) for one in swept] == [(0, 0)] * 3
    assert mails() == []
    clock = clocks.case_clock(store, story.reference, by=story.officer, now=START - timedelta(days=3))
    assert (clock.whole.elapsed, clock.whole.working_days) == (timedelta(0), 0)


def test_overdue_begins_when_the_day_is_over_where_the_office_is(
    story: Story, store: Store, administrator: User
) -> None:
    calendars.set_zone(store, "RO-AMERICAS", "America/Lima", by=administrator, now=START)
    midnight_in_lima = datetime(2026, 9, 29, 5, 0, tzinfo=UTC)

    before = sweep(store, now=midnight_in_lima - timedelta(minutes=1)).reminded
    after = sweep(store, now=midnight_in_lima).reminded

    assert (before, after) == (0, 1)


# One mail a day ----------------------------------------------------------------------------------------------

EACH_MORNING = Digests(for_all=True, hour=7)


def test_a_digest_comes_once_a_day_instead_of_reminders(story: Story, store: Store, mails: Mails) -> None:
    mails()
    morning = datetime(2026, 9, 29, 13, 0, tzinfo=UTC)  # eight o'clock in Lima

    early = sweep(store, now=morning - timedelta(hours=2), digests=EACH_MORNING)
    swept = [sweep(store, now=morning + timedelta(hours=hour), digests=EACH_MORNING) for hour in (0, 1, 5)]
    first = mails(whole=True)
    sweep(store, now=morning + timedelta(days=1), digests=EACH_MORNING)
    second = mails(whole=True)

    assert (early.digests, [one.digests for one in swept]) == (0, [1, 0, 0])
    assert len(first) == len(second) == 1
    assert f"- {story.reference}, due diligence – " in first[0]
    assert "  28 September 2026 · 1 working day overdue\n" in first[0]


def test_everybody_chooses_for_themselves(story: Story, store: Store, people: People, mails: Mails) -> None:
    mails()
    carmen = people.named("carmen.diaz@example.org")
    choose_digest(store, False, by=carmen, now=START)

    swept = sweep(store, now=START + timedelta(days=8, hours=8), digests=EACH_MORNING)

    assert (swept.reminded, swept.digests, mails()) == (1, 0, [carmen.email])


def test_a_digest_after_a_downtime_is_one(story: Story, store: Store, mails: Mails) -> None:
    mails()

    swept = sweep(store, now=START + timedelta(days=9, hours=8), digests=EACH_MORNING)

    assert (swept.digests, mails()) == (1, ["carmen.diaz@example.org"])


def test_what_a_mail_told_today_the_digest_does_not_say_again(story: Story, store: Store, mails: Mails) -> None:
    mails()

    # Reminders, substitutes and the escalation were due by then.
    swept = sweep(store, now=START + timedelta(days=14, hours=8), digests=EACH_MORNING)

    assert (swept.reminded, swept.escalated, swept.digests) == (1, 1, 1)
    assert sorted(mails()) == [f"{name}@example.org" for name in ("carmen.diaz", "ingrid.hansen", "samuel.okafor")]


# Calendars ---------------------------------------------------------------------------------------------------


def test_a_calendar_is_seeded_from_the_public_holidays_and_keeps_what_people_entered(
    store: Store, administrator: User
) -> None:
    christmas = date(2026, 12, 25)
    calendars.set_day(store, "HQ", christmas, DayKind.OPEN, name="Duty", by=administrator, now=START)
    order = {"country": "CH", "subdivision": "GE", "by": administrator, "now": START}

    first = calendars.seed_calendar(store, "HQ", years=[2026, 2027], **order)
    again = calendars.seed_calendar(store, "HQ", years=[2026, 2027], **order)

    shown = calendars.office_calendar(store, "HQ", year=2026, by=administrator)
    assert first == again
    assert (first.entered, first.left_alone) == (17, 1)
    kinds = {one.day: (one.kind, one.name) for one in shown.days}
    assert kinds[christmas] == (DayKind.OPEN, "Duty")
    assert kinds[date(2026, 12, 31)][0] is DayKind.CLOSED  # the restoration of the Republic of Geneva
    assert shown.time_zone == "Europe/Zurich"


@pytest.mark.parametrize(
    ("country", "subdivision", "years", "said"),
    [
        pytest.param("XX", None, [2026], "knows no «XX»", id="no such country"),
        pytest.param("CH", "QQ", [2026], "knows no «QQ» in CH", id="no such part"),
        pytest.param("CH", None, [], "name one to 10 years", id="no years"),
        pytest.param("CH", None, [1066], "between 2000 and 2100", id="long ago"),
    ],
)
def test_what_cannot_be_seeded_is_refused(
    store: Store, administrator: User, country: str, subdivision: str | None, years: list[int], said: str
) -> None:
    with pytest.raises(Faulty) as refused:
        calendars.seed_calendar(
            store, "HQ", country=country, subdivision=subdivision, years=years, by=administrator, now=START
        )

    assert said in str(refused.value.faults)


def test_only_administrators_keep_calendars(story: Story, store: Store, administrator: User) -> None:
    with pytest.raises(NotAllowed):
        calendars.set_day(store, "HQ", TODAY, DayKind.CLOSED, by=story.officer, now=START)
    with pytest.raises(Faulty):
        calendars.set_weekend(store, "HQ", list(Weekday), by=administrator, now=START)
    with pytest.raises(Faulty):
        calendars.set_zone(store, "HQ", "Europe/Atlantis", by=administrator, now=START)


def test_the_calendar_of_an_office_outlives_a_new_policy(store: Store, people: People, administrator: User) -> None:
    calendars.set_zone(store, "HQ", "Asia/Tokyo", by=administrator, now=START)
    calendars.set_weekend(store, "HQ", [Weekday.FRIDAY], by=administrator, now=START)

    publish(store, people, purpose="Another purpose altogether.")

    shown = calendars.office_calendar(store, "HQ", by=administrator)
    assert (shown.time_zone, shown.weekend) == ("Asia/Tokyo", (Weekday.FRIDAY,))


def test_an_officer_who_has_left_gets_no_mail(story: Story, store: Store, mails: Mails, administrator: User) -> None:
    story.reach(Stage.NEGOTIATION)
    mails()
    close_account(store, story.officer.email, by=administrator, now=START)

    days_pass(story, 20)

    assert mails() == []
    assert advance(store, story.reference, now=START) is Stage.NEGOTIATION
