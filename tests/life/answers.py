"""What people may answer to a task: mostly what fits, sometimes what does not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from approvals.casework.outcomes import NEEDS_FILE, NEEDS_HASH, OUTCOMES, Answer
from approvals.errors import ApprovalError
from approvals.rehearsal import USUAL_ANSWERS
from models.decision import Outcome
from models.risk import RiskLevel
from models.task import Task
from tests.journeys.stories import saved_again, with_paragraph
from tests.life.town import Town

ILL_MEANT = "<img src=x onerror=alert(1)> {{ 7 * 7 }} %s"
TEXTS = st.one_of(
    st.sampled_from(["As the rules say.", "Parce que c’est nécessaire – 因为有必要。", ILL_MEANT, ""]),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=30),
)
"""What people type: words, signs of any script, and what no person types."""

NO_WORD_FILE = b"%PDF-1.7 this is no Word file"


def an_answer(town: Town, task: Task, draw: Any) -> Answer:
    """Return an answer to the task: the usual one, or another its kind allows, right in the details or not."""
    usual = _usual(town, task)
    outcome = draw(st.sampled_from([usual.outcome, *OUTCOMES[task.kind], *Outcome]), label="outcome")
    if outcome is usual.outcome and draw(st.integers(0, 4), label="carelessness") < 4:
        return usual
    return Answer(
        outcome,
        draw(TEXTS, label="reason"),
        risk=draw(st.sampled_from([None, *RiskLevel]), label="risk") if outcome is Outcome.ASSESSED else None,
        conditions=draw(st.sampled_from([(), ("Quarterly accounts.",)]), label="conditions"),
        file_hash=_digest(town, task, draw) if task.kind in NEEDS_HASH else None,
        content=_file(town, task, draw) if (task.kind, outcome) in NEEDS_FILE else None,
        judgements=usual.judgements,
    )


def _usual(town: Town, task: Task) -> Answer:
    try:
        return town.house.usual_answer(task)
    except (ApprovalError, AssertionError):  # of a task that is long over, nobody can say it any more
        return USUAL_ANSWERS[task.kind]


def _digest(town: Town, task: Task, draw: Any) -> str:
    standing = town.standing_text(town.case_of(task))
    return draw(st.sampled_from([standing[0] if standing else "", "0" * 64]), label="digest")


def _file(town: Town, task: Task, draw: Any) -> bytes | None:
    """Return the text that stands, edited or only saved again; or no Word file; or nothing."""
    standing = town.standing_text(town.case_of(task))
    if standing is None:
        return None
    ways = {
        "edited": lambda: with_paragraph(standing[1], "The partner may publish the results."),
        "saved again": lambda: saved_again(standing[1]),
        "no Word file": lambda: NO_WORD_FILE,
        "forgotten": lambda: None,
    }
    return ways[draw(st.sampled_from(list(ways)), label="file")]()
