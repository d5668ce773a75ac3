"""A few fields laid over a proposal, and read back as before and after."""

from __future__ import annotations

from typing import Any

import pytest

from approvals.casework.changes import Change, amended_values, changes_between
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal
from tests.factories import a_proposal


def a_form(**changes: Any) -> ProposalForm:
    return check_proposal(a_proposal(**changes), name="a proposal")


def laid_over(changes: dict[str, Any], **before: Any) -> tuple[ProposalForm, ProposalForm]:
    """Return a proposal before and after the changes."""
    present = a_form(**before)
    values, faults = amended_values(present.model_dump(mode="json"), changes)
    assert faults == []
    return present, check_proposal(values, name="amended")


def test_only_what_changes_is_written_down_and_only_that_is_told() -> None:
    before, after = laid_over({"project": {"end_on": "2027-12-31"}})

    assert changes_between(before, after) == (Change("project.end_on", "", "2027-08-31", "2027-12-31"),)
    assert after.project.start_on == before.project.start_on


def test_an_entry_of_a_list_is_known_by_its_name() -> None:
    before, after = laid_over({"activities": [{"title": "Train forty apprentices", "due_on": "2027-05-31"}]})

    assert changes_between(before, after) == (
        Change("activities.due_on", "Train forty apprentices", "2027-03-31", "2027-05-31"),
    )


def test_an_entry_is_added_by_a_new_name_and_taken_out_by_saying_so() -> None:
    fair = {"title": "Hold a fair", "responsible": "both", "due_on": "2027-06-30", "deliverable": None}
    before, after = laid_over({"activities": [fair, {"title": "Open the workshops to apprentices", "remove": True}]})

    told = {(change.field, change.item): (change.before, change.after) for change in changes_between(before, after)}
    assert told.pop(("activities", "Hold a fair")) == (None, fair)
    gone = told.pop(("activities", "Open the workshops to apprentices"))
    assert (gone[0]["due_on"], gone[1]) == ("2026-10-15", None)
    assert told == {}


def test_a_person_changes_as_a_whole() -> None:
    before, after = laid_over({"focal_point": {"name": "Awa Sène", "function": "Officer", "email": "a@example.org"}})

    (change,) = changes_between(before, after)
    assert (change.field, change.before["name"], change.after["name"]) == ("focal_point", "Fatou Gomis", "Awa Sène")


def test_an_answer_is_known_by_its_key() -> None:
    before, after = laid_over({"risk_factors": {"image": "high"}})

    assert changes_between(before, after) == (Change("risk_factors", "image", "low", "high"),)


def test_changes_are_told_in_the_order_of_the_form() -> None:
    before, after = laid_over(
        {"emblem_use": "schedule", "project": {"end_on": "2027-12-31"}, "partner": {"short_name": "BT"}}
    )

    assert [change.field for change in changes_between(before, after)] == [
        "partner.short_name",
        "project.end_on",
        "emblem_use",
    ]


TWICE = {"activities.1.title": "Train forty apprentices"}


def test_entries_of_one_name_are_told_apart_by_their_order() -> None:
    both = [{"title": "Train forty apprentices"}, {"title": "Train forty apprentices", "due_on": "2026-11-30"}]

    before, after = laid_over({"activities": both}, **TWICE)

    assert changes_between(before, after) == (
        Change("activities.due_on", "Train forty apprentices", "2026-10-15", "2026-11-30"),
    )


@pytest.mark.parametrize(
    ("changes", "before", "sentence"),
    [
        ({"activities": "none"}, {}, "should be a list; name each entry that changes by its `title`"),
        ({"activities": [{"due_on": "2027-05-31"}]}, {}, "name each entry that changes by its `title`"),
        ({"activities": [{"title": "Dance", "remove": True}]}, {}, "«Dance» is not there, so it cannot be taken out"),
        (
            {"activities": [{"title": "Train forty apprentices", "due_on": "2027-05-31"}]},
            TWICE,
            "«Train forty apprentices» stands there 2 times; give all of them, in the same order",
        ),
    ],
)
def test_changes_that_cannot_be_laid_over_say_why(
    changes: dict[str, Any], before: dict[str, Any], sentence: str
) -> None:
    _, faults = amended_values(a_form(**before).model_dump(mode="json"), changes)

    assert [fault.path for fault in faults] == ["activities"]
    assert sentence in faults[0].message
