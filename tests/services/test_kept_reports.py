"""A turnaround report is kept as long as nothing in it can have changed, and only for those who see the same."""

from __future__ import annotations

from approvals.reporting.measuring import Asked
from approvals.services.kept_reports import KeptReport, kept_reports
from approvals.store.engine import Store
from approvals.store.time_facts import OfficeDays, catch_up
from benchmarks.turnaround_data import NOW, OFFICES, invented, write


def count(store: Store, *, halves_a_day: int) -> None:
    offices = [
        OfficeDays(code, "UTC", lambda day: halves_a_day * (day.weekday() < 5), f"{halves_a_day} halves")
        for code in OFFICES
    ]
    with store.session() as session:
        catch_up(session, offices, now=NOW)
        session.commit()


def report(store: Store, *, offices: tuple[str, ...] | None = None) -> KeptReport:
    return kept_reports(store).report(store, Asked(NOW.date(), offices=offices), smallest_group=1)


def test_it_is_made_once_and_anew_when_something_else_was_counted(store: Store) -> None:
    write(store, invented(1_000))
    count(store, halves_a_day=2)

    first, second = report(store), report(store)
    count(store, halves_a_day=1)
    later = report(store)

    assert second.report.stages is first.report.stages
    assert later.report.stages != first.report.stages


def test_who_sees_other_offices_gets_another_report(store: Store) -> None:
    write(store, invented(1_000))
    count(store, halves_a_day=2)

    everywhere, here = report(store), report(store, offices=("AO-DAKAR",))

    assert here.report.ours.count < everywhere.report.ours.count


def test_what_is_made_of_a_report_is_made_once_under_a_name(store: Store) -> None:
    write(store, invented(1_000))
    count(store, halves_a_day=2)

    made = [report(store).made(name, object) for name in ("en", "fr", "en")]

    assert made[0] is made[2]
    assert made[0] is not made[1]
