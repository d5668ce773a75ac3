"""Every page of every role is printed in a language nobody speaks: what is still English there is found."""

from __future__ import annotations

from approvals.services.turnaround import count_up
from models.case import Stage
from tests.desk.conftest import ADMINISTRATOR, AUDITOR, LEGAL_REVIEWER, OFFICER, SCREENING_OFFICER
from tests.desk.pseudo import hard_coded, phrases_in_english, speak_pseudo
from tests.desk.test_who_may_open_what import DOORS
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import DatabasesByStage


def test_explore(databases_by_stage: DatabasesByStage) -> None:
    found: dict[str, set[str]] = {}
    for stage in (Stage.DUE_DILIGENCE, Stage.LEGAL_REVIEW, Stage.IN_FORCE):
        with databases_by_stage.story_at(stage) as story:
            count_up(story.store, now=story.now)
            desk = speak_pseudo(TheDesk(story.store, story.now))
            for who in (OFFICER, LEGAL_REVIEWER, ADMINISTRATOR, AUDITOR, SCREENING_OFFICER):
                visitor = desk.visited_by(who)
                for (method, path), door in DOORS.items():
                    answer = (
                        visitor.client.get(door.address)
                        if method == "GET"
                        else visitor.client.post(door.address, data={"csrf": csrf(desk, visitor), **door.sends})
                    )
                    if answer.headers.get("content-type", "").startswith("text/html"):
                        from tests.desk.page_checker import parsed

                        tree = parsed(answer.text)
                        for text in hard_coded(tree):
                            found.setdefault("HARD " + text, set()).add(method + path)
                        for text in phrases_in_english(tree):
                            found.setdefault("VALUE " + text[:160], set()).add(method + path)
    with open("/tmp/found.txt", "w") as out:
        for text, where in sorted(found.items()):
            print(text, sorted(where)[:3], len(where), file=out)


def csrf(desk, visitor):
    from approvals.services.sessions import csrf_of

    return csrf_of(visitor.client.cookies.get(desk.cookie_name))
