"""An auditor sees everything and changes nothing: every act of the services is asked, a new one by itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, get_type_hints

import pytest
from sqlmodel import col, func, select

import approvals.services
from approvals.casework.rights import Right, may
from approvals.errors import ApprovalError
from approvals.rehearsal import People, advance
from approvals.services.case_file import case_file, case_lines
from approvals.services.cases import submit
from approvals.store.engine import Store
from models.event import Event
from models.user import Role, User
from tests.journeys.stories import example

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)

LOGGED_READING = {"write_bundle", "export_events", "export_record", "write_report"}
"""They write a file, and one event that tells who asked; an auditor is meant to."""

LOOKS = {
    "case_clock",
    "cases_behind",
    "engine_health",
    "kept_turnaround_report",
    "my_sessions",
    "substitutions",
    "turnaround_report",
    "why_not",
}
"""They need the moment to say what they see."""

OWN = {
    "change_password",
    "choose_digest",
    "choose_language",
    "discard_draft",
    "end_my_other_sessions",
    "issue_token",
    "note_comments",
}
"""They touch nothing but what is the person's own: the way in, drafts, what was read."""

WITHIN_OTHERS = {"note_refusal", "send", "task_of"}
"""Parts of deciding and submitting, which are asked as a whole."""

NOT_ASKED = LOGGED_READING | LOOKS | OWN | WITHIN_OTHERS

ASKED = (User, User | None)
"""Whoever asks for an act; what is handed a number is part of one that has looked already."""


def acts() -> Iterator[Callable[..., Any]]:
    """Yield every public function of the services that is handed a person and a moment: what people do."""
    for module in pkgutil.iter_modules(approvals.services.__path__):
        found = importlib.import_module(f"approvals.services.{module.name}")
        for name, thing in inspect.getmembers(found, inspect.isfunction):
            parameters = inspect.signature(thing).parameters
            is_ours = thing.__module__ == found.__name__ and not name.startswith("_")
            if is_ours and {"store", "by", "now"} <= set(parameters) and get_type_hints(thing)["by"] in ASKED:
                yield thing


ACTS = [act for act in acts() if act.__name__ not in NOT_ASKED]


def test_the_acts_are_found() -> None:
    names = {act.__name__ for act in ACTS}

    assert len(names) >= 25
    assert names >= {"submit", "withdraw", "claim", "decide", "release", "add_user", "publish_policy", "note_anchor"}


def test_no_exception_outlives_the_act_it_was_made_for() -> None:
    assert {act.__name__ for act in acts()} >= NOT_ASKED


def test_an_auditor_has_no_right_but_to_look() -> None:
    auditor = User(id=1, email="a@x.org", name="A", office_code="HQ", roles=[Role.AUDITOR])

    assert {right for right in Right if may(auditor, right)} == {
        Right.SEE_CASES,
        Right.SEE_PARTNERS,
        Right.EXPORT_PARTNER,
        Right.SEE_TURNAROUND,
        Right.SEE_DEVIATIONS,
        Right.SEE_HEALTH,
        Right.SEE_POLICIES,
        Right.VERIFY_TRAIL,
        Right.EXPORT_TRAIL,
    }


@pytest.fixture
def reference(store: Store, people: People) -> str:
    """Reference of a case with a task that is open."""
    officer = people.named("rosa.quispe@example.org")
    reference = submit(store, example("foundation"), by=officer, key="k", now=NOW).reference
    advance(store, reference, now=NOW)
    return reference


def some_value(name: str, kind: Any, reference: str) -> Any:
    """Return a value of about the right kind: the act must refuse the person before it looks at much else."""
    known = {"reference": reference, "reason": "Because.", "email": "rosa.quispe@example.org", "task_id": 1}
    if name in known:
        return known[name]
    plain = {str: "text", int: 1, bool: True, bytes: b"PK"}
    if kind in plain:
        return plain[kind]
    try:
        return next(iter(kind))  # of a list of words, the first
    except TypeError:
        return None


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.__module__.rpartition('.')[2]}.{act.__name__}")
def test_no_act_of_an_auditor_leaves_a_trace(
    act: Callable[..., Any], store: Store, people: People, reference: str
) -> None:
    auditor, before = people.with_role(Role.AUDITOR), events(store)
    hints = get_type_hints(act)
    given = {
        name: some_value(name, hints[name], reference)
        for name, parameter in inspect.signature(act).parameters.items()
        if parameter.default is inspect.Parameter.empty
    }

    with pytest.raises((ApprovalError, AttributeError, TypeError)) as refused:
        act(**{**given, "store": store, "by": auditor, "now": NOW})

    assert events(store) == before
    assert isinstance(refused.value, ApprovalError), (
        f"{act.__name__} looked further before it refused: {refused.value}"
    )


def events(store: Store) -> int:
    with store.session() as session:
        return session.exec(select(func.count(col(Event.seq)))).one()


def test_an_auditor_sees_everything(store: Store, people: People, reference: str) -> None:
    auditor = people.with_role(Role.AUDITOR)

    assert [line.case.reference for line in case_lines(store, by=auditor, today=NOW.date())] == [reference]
    assert case_file(store, reference, by=auditor, today=NOW.date()).happenings
