"""Every page of the desk about a restricted case leaves a note of its reader; lists show a line and leave none."""

from __future__ import annotations

from approvals.services.users import the_user
from tests.desk.conftest import OFFICER
from tests.desk.test_who_may_open_what import DOORS
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import DatabasesByStage
from tests.journeys.stories import START
from tests.readings import Notes, a_restricted_case, silent_and_shut

ABOUT_A_CASE = ("/cases/{reference}", "/tasks/{number}", "/answers/")
SAY_NOTHING_OF_IT = {
    "/cases/{reference}/progress",  # a number, asked every second by whoever has the page open
}
SHOW_NOTHING_HERE = {  # redirects, and what this case has not
    "/answers/{task}",
    "/cases/{reference}/agreements/{version}/redline-from-{older}.docx",
    "/cases/{reference}/end/done",
    "/cases/{reference}/withdraw/done",
}


def test_every_page_about_a_restricted_case_leaves_a_note(databases_by_stage: DatabasesByStage) -> None:
    doors = {path for method, path in DOORS if method == "GET" and path.startswith(ABOUT_A_CASE)}
    with a_restricted_case(databases_by_stage) as story:
        reader = the_user(story.store, OFFICER)
        visitor, notes = TheDesk(story.store, START).visited_by(reader), Notes(story.store, reader)

        def opens(path: str) -> int:
            return visitor.client.get(DOORS["GET", path].address, follow_redirects=False).status_code

        found = silent_and_shut(doors, opens, notes)

    assert found == (SAY_NOTHING_OF_IT, SHOW_NOTHING_HERE)
