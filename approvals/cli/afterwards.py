"""What happens next, told after an act: wait a moment for the machine, then say on whom the case waits."""

from __future__ import annotations

import time

from rich.text import Text

from approvals.casework.wording import in_words
from approvals.cli.door import Visit
from approvals.cli.output import due, say, working_days
from approvals.services.case_file import CaseFile, case_file
from approvals.store import notifications
from models.case import Stage

PATIENCE_SECONDS = 4.0
"""The machine needs a fraction of a second for most cases; nobody should wait longer than this for the others."""


def settled(at: Visit, reference: str) -> CaseFile:
    """Return the file of the case once the machine has come to rest, or as it is when patience ends.

    Waits only if somebody runs the machine.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        file = case_file(at.store, reference, by=at.by, today=at.today)
        resting = not file.machine_owes or file.case.problem is not None
        if resting or time.monotonic() > deadline or not notifications.somebody_listens(at.store):
            return file
        time.sleep(0.1)


def tell(at: Visit, file: CaseFile) -> None:
    """Say where the case stands and who must act."""
    print_standing(file, machine_runs=notifications.somebody_listens(at.store))
    say(f"See it with `approvals case show {file.case.reference}`.")


def print_standing(file: CaseFile, *, machine_runs: bool) -> None:
    """Print the stage, and for each task owed who owes it, since when and until when."""
    case = file.case
    say(Text.assemble("Stage: ", (in_words(case.stage), "bold")))
    if case.suspended_because and case.stage is Stage.IN_FORCE:
        say(Text(f"Suspended. {case.suspended_because}", style="bold red"))
    if case.problem:
        say(Text(f"Problem: {case.problem}", style="bold red"))
    for owed in file.awaited:
        since = "today" if owed.waited_days == 0 else f"for {working_days(owed.waited_days)}"
        say(
            Text.assemble(
                "Waiting for ", (owed.of, "bold"), f": {owed.what} (task {owed.task}), {since}; due ",
                due(owed.due_on, owed.days_left),
            )
        )  # fmt: skip
    stopped = next((owed.stopped for owed in file.awaited if owed.stopped), None)
    if stopped:
        say(Text(f"The clock stands still: {stopped}", style="yellow"))
    if file.machine_owes and not case.problem:
        say(
            "The machine is at work on it; nobody has to do anything."
            if machine_runs
            else "The machine has to act, but nobody runs it at present; start it with `approvals up`."
        )
