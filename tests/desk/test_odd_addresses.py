"""Addresses nobody was given: numbers no database holds, references that are none, signs that are no text."""

from __future__ import annotations

import re

from approvals.services.users import add_user, the_user
from models.case import Stage
from models.user import Role
from tests.desk.conftest import ADMINISTRATOR, DeskOver
from tests.desk.test_who_may_open_what import DOORS
from tests.journeys.conftest import At

ODD = ("99999999999999999999", "0", "-1", "PA-2026-0001%00", "%ED%A0%80", "PA-2026-99999999999999", "..%2F..")
ASKED_WITH = "?" + "&".join(
    f"{name}=%00" for name in ("case", "q", "key", "words", "office", "partner", "next", "page")
)


def test_what_cannot_be_there_is_not_found_and_no_fault_of_ours(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    everything = add_user(
        story.store, email="every.role@example.org", name="Every Role", office_code="AO-LIMA", roles=list(Role),
        by=the_user(story.store, ADMINISTRATOR), now=story.now,
    )  # fmt: skip
    desk = desk_over(story.store, story.now)
    visitor = desk.visited_by(everything)
    token = visitor.opens("/account").form("/account/language")["csrf"]

    faults = [
        f"{method} {address}"
        for method, path in sorted(DOORS)
        if "{" in path or method == "GET"
        for odd in (ODD if "{" in path else ODD[:1])
        for address in [re.sub(r"{[a-z]+}", odd, path) + ASKED_WITH]
        if visitor.client.request(method, address, data={"csrf": token}, follow_redirects=False).status_code >= 500
    ]

    assert faults == []
