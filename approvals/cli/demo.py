"""`approvals demo`: the whole way, with invented partners and scripted people, on the real machine."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from approvals import embedded, wiring
from approvals.casework.proposal_file import read_proposal
from approvals.casework.wording import happening, in_words
from approvals.cli.agreements import write_document
from approvals.cli.database import upgrade
from approvals.cli.demo_script import ADAPTED, PEOPLE, PROPOSALS, TWISTS, WATCHLIST, WATCHLIST_TITLE, Twist
from approvals.cli.engine_room import interruptible, kept_log, quiet_prefect, run_machine, undisturbed
from approvals.cli.output import console, heading, print_json, rows, say
from approvals.errors import ApprovalError, NotFound
from approvals.rehearsal import USUAL_ANSWERS, People, Rehearsal, enter_people
from approvals.reporting.stays import StageSpan, stage_spans
from approvals.services.agreements import agreement_file
from approvals.services.cases import submit
from approvals.services.turnaround import count_up
from approvals.services.watchlists import import_list
from approvals.settings import RunnerMode, Settings
from approvals.store import queries, trail
from approvals.store.engine import Store
from approvals.wiring import Parts
from models.base import now_utc
from models.case import Case, Stage
from models.event import Event
from models.task import Task
from models.user import Role

PATIENCE_SECONDS = 60.0
"""When nothing moved for so long, something is wrong."""
MARK = ".approvals-demo"
AUDITOR = "peter.novak@example.org"


def demo(
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the agreements; `out` if left out.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, and nothing on the way.")
    ] = False,
) -> None:
    """Show the whole way: six invented proposals, from submission to the signed Word agreement, in a minute.

    It has its own database and Prefect server in the folder `demo` of the home folder, made anew each time. Your own
    cases are not touched.

    Example: `approvals demo`
    """
    began = time.monotonic()
    settings = _demo_settings(Settings(), out)
    with interruptible(), _stopped_in_peace() as started:
        play = _start(settings, started, quiet=as_json)
        asyncio.run(play.perform())
        written = play.export(settings.out_folder)
        _check_trail(play.store)
        seconds = time.monotonic() - began
        if as_json:
            print_json(play.result(written, seconds))
        else:
            _print_end(play, settings, written, seconds)


@contextmanager
def _stopped_in_peace() -> Iterator[ExitStack]:
    """Give a stack of started parts, stopped at the end without letting anybody interrupt that."""
    started = ExitStack()
    try:
        yield started
    finally:
        with undisturbed():
            started.close()


def _demo_settings(own: Settings, out: Path | None) -> Settings:
    """Return settings under which nothing of one's own is reached: no database, no Prefect server, no mail."""
    return own.model_copy(
        update={
            "home": own.home.absolute() / "demo",
            "database_url": None,
            "prefect_api_url": None,
            "prefect_port": 0,
            "runner": RunnerMode.INPROCESS,
            "smtp_host": None,
            "out_folder": out or own.out_folder,
        }
    )


def _start(settings: Settings, started: ExitStack, *, quiet: bool) -> Play:
    screen = console()
    if quiet:
        screen.quiet = True
    _make_fresh(settings.home)
    started.enter_context(kept_log(settings.home / "approvals.log"))
    screen.print("Starting a database and a Prefect server of its own …")
    parts = started.enter_context(wiring.parts(settings))
    upgrade(parts)
    api_url = started.enter_context(wiring.prefect_api(parts))
    quiet_prefect()
    screen.print(f"The Prefect dashboard shows every run meanwhile: {api_url.removesuffix('/api')}")
    _prepare(parts)
    return Play(parts, screen)


def _make_fresh(home: Path) -> None:
    """Empty the folder of an earlier demonstration. Raises `ApprovalError` if the folder is something else."""
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            raise ApprovalError(f"{home} is not from a demonstration; move it away, or let APPROVALS_HOME differ.")
        embedded.remove(home)
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()


def _prepare(parts: Parts) -> None:
    """Enter people and the list of names that screening compares with."""
    folder = parts.settings.example_folder
    enter_people(parts.store, folder / PEOPLE, now=now_utc())
    import_list(
        parts.store,
        folder / WATCHLIST,
        list_format="plain_csv",
        by=People(parts.store).with_role(Role.ADMINISTRATOR),
        now=now_utc(),
        source="un_sc",
        title=WATCHLIST_TITLE,
    )


@dataclass
class Play:
    """The demonstration at work: the machine in this thread's loop, the people in another thread."""

    parts: Parts
    screen: Console
    cases: dict[str, str] = field(default_factory=dict)
    """Name of the proposal by reference of its case."""
    partners: dict[str, str] = field(default_factory=dict)
    _played: set[Twist] = field(default_factory=set)
    _told: int = 0

    @property
    def store(self) -> Store:
        return self.parts.store

    async def perform(self) -> None:
        """Submit every proposal and answer every task until no case is open. Raises what went wrong."""
        stop, curtain = asyncio.Event(), threading.Event()
        machine = asyncio.create_task(run_machine(self.parts, stop))
        people = asyncio.create_task(asyncio.to_thread(self._play, curtain))
        try:
            await asyncio.wait([machine, people], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.set()
            curtain.set()
            await asyncio.wait([machine, people])
        for ended in (people, machine):
            ended.result()

    def _play(self, curtain: threading.Event) -> None:
        cast = Rehearsal(self.store, People(self.store))
        for name in PROPOSALS:
            self._submit(name, cast.people)
        moved_at = time.monotonic()
        while not curtain.is_set():
            open_cases = self._open_cases()
            if not open_cases:
                self._tell()
                return
            tasks = [task for case in open_cases for task in cast.owed(case.reference)]
            for task in tasks:
                self._answer(cast, task)
            if self._tell() or tasks:
                moved_at = time.monotonic()
            elif time.monotonic() - moved_at > PATIENCE_SECONDS:
                stuck = ", ".join(f"{case.reference} ({in_words(case.stage)})" for case in open_cases)
                raise ApprovalError(f"Nothing moves any more: {stuck}. See {self.parts.settings.home}/approvals.log.")
            time.sleep(0.05)

    def _submit(self, name: str, people: People) -> None:
        file = self.parts.settings.example_folder / f"{name}.yaml"
        try:
            proposal = read_proposal(file.read_bytes(), name=file.name)
        except OSError as exc:
            raise NotFound(f"The example {file} cannot be read: {exc.strerror}.") from exc
        proposal = proposal.model_copy(update=ADAPTED.get(name))
        officer = people.with_role(Role.OFFICER, proposal.office)
        case = submit(self.store, proposal, by=officer, key=name, now=now_utc())
        self.cases[case.reference] = name
        self.partners[case.reference] = proposal.partner.short_name
        self._tell()

    def _open_cases(self) -> list[Case]:
        with self.store.session() as session:
            cases = [queries.case_by_reference(session, reference) for reference in self.cases]
        for case in cases:
            if case.problem:
                raise ApprovalError(f"{case.reference} cannot go on: {case.problem}")
        return [case for case in cases if case.is_open]

    def _answer(self, cast: Rehearsal, task: Task) -> None:
        reference = self._reference(task)
        twist = next(
            (
                one
                for one in TWISTS
                if one.proposal == self.cases[reference] and one.slot == task.slot and one not in self._played
            ),
            None,
        )
        answer = twist.answer if twist else USUAL_ANSWERS[task.kind]
        if twist is not None:
            self._played.add(twist)
            if twist.returns is not None:
                officer = cast.people.who_may_decide(task)
                _, sent = agreement_file(self.store, reference, by=officer)
                answer = replace(answer, content=twist.returns(sent))
        cast.answer(task, answer, now=now_utc())
        self._tell()

    def _reference(self, task: Task) -> str:
        with self.store.session() as session:
            case = session.get(Case, task.case_id)
            assert case is not None
            return case.reference

    # Showing what happens, from the trail itself

    def _tell(self) -> bool:
        """Print what happened since the last time and return whether anything did."""
        with self.store.session() as session:
            happened = queries.events_after(session, self._told)
            references = queries.references(session, {event.case_id for event in happened if event.case_id})
            names = queries.names_of_people(session)
            reasons = queries.reasons(session, {event.payload.get("decision") or 0 for event in happened})
        for event in happened:
            if event.case_id and _worth_telling(event):
                reason = reasons.get(event.payload.get("decision") or 0, "")
                self.screen.print(self._line(references[event.case_id], event, names, reason))
        self._told = happened[-1].seq if happened else self._told
        return bool(happened)

    def _line(self, reference: str, event: Event, names: dict[int, str], reason: str) -> Text:
        who = names[event.actor_id] if event.actor_id else "the machine"
        what = happening(event.kind, event.payload)
        line = Text.assemble(
            (reference, _colour(reference)),
            f"  {self.partners.get(reference, ''):<14.14}  ",
            (f"{who:<16.16}", "dim" if event.actor_id is None else ""),
            f"  {what}",
            (f" ({reason})" if reason else "", "dim"),
        )
        line.truncate(self.screen.width, overflow="ellipsis")
        return line

    # What it came to

    def export(self, folder: Path) -> dict[str, Path]:
        """Write the newest agreement of each case into `folder` and return the files by reference."""
        auditor = People(self.store).with_role(Role.AUDITOR)
        written = {}
        for reference in self.cases:
            try:
                agreement, content = agreement_file(self.store, reference, by=auditor)
            except NotFound:
                continue  # stopped before there was one
            written[reference] = write_document(reference, agreement, content, folder)
        return written

    def ends(self) -> dict[str, Case]:
        """Return the cases as they ended, by reference."""
        with self.store.session() as session:
            return {reference: queries.case_by_reference(session, reference) for reference in self.cases}

    def spans(self) -> list[StageSpan]:
        """Return every stay of a case in a stage."""
        count_up(self.store, now=now_utc())
        with self.store.session() as session:
            return stage_spans(session)

    def result(self, written: dict[str, Path], seconds: float) -> dict[str, object]:
        """Return what programs may want to know."""
        cases = [
            {
                "reference": reference,
                "proposal": self.cases[reference],
                "stage": case.stage,
                "agreement": written.get(reference),
                "seconds_by_stage": _seconds_by_stage(self.spans(), reference),
            }
            for reference, case in self.ends().items()
        ]
        return {"cases": cases, "seconds": round(seconds, 1)}


_TOLD = frozenset(
    {
        "ProposalSubmitted",
        "CaseScreened",
        "DecisionTaken",
        "AgreementDrafted",
        "AgreementReceived",
        "ObligationsRegistered",
    }
)


def _worth_telling(event: Event) -> bool:
    return event.kind in _TOLD or (event.kind == "StagePassed" and bool(event.payload.get("passed_over_by")))


def _colour(reference: str) -> str:
    palette = ("cyan", "green", "magenta", "yellow", "blue", "red")
    return palette[int(reference[-4:]) % len(palette)]


def _check_trail(store: Store) -> None:
    with store.session() as session:
        found = trail.verify(session)
    if found.first_break is not None:
        raise ApprovalError(f"The audit trail is broken at event {found.first_break.seq}: {found.first_break.what}.")


_MEASURED = (
    (Stage.SCREENING, "Scr"),
    (Stage.SCREENING_REVIEW, "Rev"),
    (Stage.DUE_DILIGENCE, "Due"),
    (Stage.CONSULTATION, "Con"),
    (Stage.DECISION, "Dec"),
    (Stage.DRAFTING, "Dra"),
    (Stage.LEGAL_REVIEW, "Leg"),
    (Stage.NEGOTIATION, "Neg"),
    (Stage.CLEARANCE, "Cle"),
    (Stage.SIGNATURE, "Sig"),
)


def _seconds_by_stage(spans: list[StageSpan], reference: str) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for span in spans:
        if span.reference == reference and span.left_at is not None:
            seconds.setdefault(span.stage, 0.0)
            seconds[span.stage] += (span.left_at - span.entered_at).total_seconds()
    return {stage: round(value, 2) for stage, value in seconds.items()}


def _print_end(play: Play, settings: Settings, written: dict[str, Path], seconds: float) -> None:
    heading("What became of them", beside="seconds in each stage, scripted people answer at once")
    spans, lines = play.spans(), []
    for reference, case in play.ends().items():
        spent = _seconds_by_stage(spans, reference)
        times = [f"{spent[stage]:.1f}" if stage in spent else None for stage, _ in _MEASURED]
        ended = Text(in_words(case.stage), style="green" if case.stage is Stage.IN_FORCE else "red")
        lines.append((reference, play.partners[reference][:15], ended, *times))
    short = tuple(name for _, name in _MEASURED)
    rows(("Case", "Partner", "Now", *short), lines, right=short)
    heading("The agreements, ready to open in Word or LibreOffice")
    for reference, file in written.items():
        say(f"  {file}  {play.partners[reference]}")
    heading("Where to look next")
    first = next(iter(play.cases))
    on_the_way = [] if shutil.which("approvals") else [("source .venv/bin/activate", "so that `approvals` is found")]
    for command, why in (
        *on_the_way,
        (f"export APPROVALS_HOME={_short(settings.home)} APPROVALS_USER={AUDITOR}", "as the auditor"),
        (f"approvals case show {first}", "everything about a case"),
        ("approvals turnaround", "where the time goes"),
        ("approvals audit verify", "the proof that nothing was changed"),
        ("APPROVALS_DEVELOPMENT_SIGN_IN=true approvals up", "the desk in a browser; choose who to be"),
        ("unset APPROVALS_HOME APPROVALS_USER; approvals up", "begin with your own cases"),
    ):
        say(Text.assemble(f"  {command}  ", (f"# {why}", "dim")))
    say()
    stopped = sum(case.stage is Stage.STOPPED for case in play.ends().values())
    say(
        Text.assemble(
            (
                f"{len(written)} agreements in force, {stopped} stopped by screening, the audit trail holds",
                "bold green",
            ),
            f", {seconds:.0f} seconds.",
        )
    )


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
