"""Every operation that tells of a restricted case leaves a note of its reader; lists tell a line, and leave none."""

from __future__ import annotations

from approvals.api.app import ROOT
from approvals.services.users import the_user
from tests.api.calling import OFFICER, TheApi
from tests.api.test_who_may_do_what import DOORS
from tests.journeys.conftest import DatabasesByStage
from tests.journeys.stories import START
from tests.readings import Notes, a_restricted_case, silent_and_shut

ABOUT_A_CASE = ("/cases/{reference}", "/tasks/{number}")
SAY_NOTHING_OF_IT = {
    "/cases/{reference}/progress",  # a number, asked every second
}
SHOW_NOTHING_HERE = {  # what this case has not
    "/cases/{reference}/agreements/{version}/deviations",
    "/cases/{reference}/agreements/{version}/redline",
}


def test_every_operation_about_a_restricted_case_leaves_a_note(databases_by_stage: DatabasesByStage) -> None:
    doors = {path for method, path in DOORS if method == "GET" and path.startswith(ABOUT_A_CASE)}
    with a_restricted_case(databases_by_stage) as story:
        reader = the_user(story.store, OFFICER)
        program, notes = TheApi(story.store, START).called_by(reader), Notes(story.store, reader)

        def opens(path: str) -> int:
            address = f"{ROOT}{DOORS['GET', path].address.replace('/999/', '/1/')}"
            return program.client.get(address, headers=program.headers, follow_redirects=False).status_code

        found = silent_and_shut(doors, opens, notes)

    assert found == (SAY_NOTHING_OF_IT, SHOW_NOTHING_HERE)
