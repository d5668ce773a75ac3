"""Every page is printed in a language nobody speaks, for each who sees most of it: what is still English is found.

It opens some hundred pages, which takes longer than other tests; nothing less sees what pages are given from below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from approvals.services.comments import clauses_to_comment
from approvals.services.turnaround import count_up
from approvals.services.users import the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from models.case import Stage
from tests.desk.conftest import ADMINISTRATOR, LEGAL_REVIEWER, OFFICER
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, phrases_in_english, speak_pseudo
from tests.desk.test_who_may_open_what import DOORS
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import DatabasesByStage

ADDRESSES = sorted({door.address for (method, _), door in DOORS.items() if method == "GET"})

EVERYBODYS = ("/", "/cases/PA-2026-0001", "/tasks/1")
"""Pages that differ much by who looks; the others are opened by the first who may."""

NOT_OURS: Mapping[str, str] = {
    "approvals doctor": "a command, as it is typed",
    "Office of the Legal Adviser": "the name of an office, as the template says it",
}
"""What may stand there in English, and why."""


def typed(case: Any) -> set[str]:
    """What the officer typed into the proposal: it is a record, and shown as it was written."""
    return set(_texts(case.model_dump(mode="json")))


def clauses(store: Store, reference: str) -> set[str]:
    """The headings of the agreement, which are in the language of the agreement."""
    _, headings = clauses_to_comment(store, reference, by=the_user(store, ADMINISTRATOR))
    return set(headings)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in _texts(part))
    elif isinstance(value, Iterable):
        yield from (text for part in value for text in _texts(part))


def test_no_page_has_english_in_it(databases_by_stage: DatabasesByStage, tmp_path: Path) -> None:
    found: dict[str, str] = {}
    seen: set[str] = set()
    with databases_by_stage.story_at(Stage.LEGAL_REVIEW) as story:
        count_up(story.store, now=story.now)
        desk = speak_pseudo(TheDesk(story.store, story.now, settings=Settings(home=tmp_path)))
        for who in (ADMINISTRATOR, LEGAL_REVIEWER, OFFICER):
            client = desk.visited_by(who).client
            for address in sorted({*ADDRESSES, *EVERYBODYS} - seen):
                answer = client.get(address)
                assert answer.status_code < 500, address
                if answer.headers.get("content-type", "").startswith("text/html"):
                    if answer.status_code == 200 and address not in EVERYBODYS:
                        seen.add(address)
                    page = parsed(answer.text)
                    found |= dict.fromkeys([*hard_coded(page), *phrases_in_english(page)], address)
        theirs = typed(story.proposal) | clauses(story.store, story.reference)

    assert {text: address for text, address in found.items() if text not in theirs and text not in NOT_OURS} == {}
    assert set(NOT_OURS) <= set(found)
