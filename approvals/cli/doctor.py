"""`approvals doctor`: what is wrong, and the command that mends it.

Each check is a small function that yields what it found; its docstring says what it looks at. A check that meets a
fault of its own says so and the others go on.
"""

from __future__ import annotations

import http.client
import json
import platform
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

import typer
from rich.text import Text

from approvals import wiring
from approvals.casework.clauses import read_clause_library
from approvals.casework.policy import read_policy
from approvals.cli.door import Json
from approvals.cli.output import print_json, rows, say
from approvals.documents.pdf import find_libreoffice
from approvals.documents.template import families, load_template, read_manifest
from approvals.errors import (
    ApprovalError,
    Faulty,
    PdfUnavailable,
    PolicyError,
    SourceUnavailable,
    TemplateError,
)
from approvals.runner.deployment_names import DEPLOYMENTS, POOL
from approvals.runner.server import running_server
from approvals.screening.lists import FORMATS
from approvals.services.policies import in_force
from approvals.services.template_register import families_without_template, newer_in_folder
from approvals.services.users import everybody
from approvals.services.watchlists import known_lists
from approvals.settings import Settings
from approvals.store import outbox_queries, queries, schema, trail
from approvals.store.engine import Store, ping
from approvals.store.notifications import somebody_listens
from approvals.store.trail import digest
from approvals.wiring import Parts
from models.base import now_utc
from models.user import Role

REACH_SECONDS = 5
OVERDUE_MACHINE = timedelta(minutes=1)


class Health(StrEnum):
    """How well a part is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Symptom:
    """One thing looked at: how it is, and the command or step that mends it, empty if it is well."""

    what: str
    health: Health
    said: str
    remedy: str = ""


@dataclass(frozen=True)
class Patient:
    """What a check may look at; `parts` is None when the database cannot be reached."""

    settings: Settings
    parts: Parts | None

    @property
    def store(self) -> Store:
        assert self.parts is not None
        return self.parts.store


Check = Callable[[Patient], Iterator[Symptom]]


def doctor(as_json: Json = False) -> None:
    """Look at everything the system needs, say what is wrong and the command that mends it. Changes nothing.

    Exit code 1 if anything fails; what is only a warning does not stop cases.

    Example: `approvals doctor`
    """
    symptoms = examine(Settings())
    worst = max((symptom.health for symptom in symptoms), key=list(Health).index)
    if as_json:
        print_json({"health": worst, "checks": symptoms})
    else:
        _print(symptoms, worst)
    if worst is Health.FAIL:
        raise typer.Exit(1)


_STYLES = {Health.OK: "green", Health.WARN: "yellow", Health.FAIL: "bold red"}


def _print(symptoms: list[Symptom], worst: Health) -> None:
    rows(
        ("", "What", "How it is"),
        [(Text(one.health, style=_STYLES[one.health]), one.what, one.said) for one in symptoms],
    )
    remedies = [one for one in symptoms if one.remedy]
    for number, one in enumerate(remedies, 1):
        say(Text.assemble(f"{number}. ", (f"{one.what}: ", _STYLES[one.health]), one.remedy))
    if worst is Health.OK:
        say(Text("Everything is well.", style="green"))


def examine(settings: Settings) -> list[Symptom]:
    """Return what every check found, in the order of `CHECKS`; those on the database only if it can be reached."""
    with ExitStack() as opened:
        symptoms = [*_each(BEFORE_THE_DATABASE, Patient(settings, None))]
        try:
            parts = opened.enter_context(wiring.parts(settings))
            answer = ping(parts.store)
        except ApprovalError as exc:
            remedy = "Start the server APPROVALS_DATABASE_URL names, or mend that address."
            if settings.database_url is None:
                remedy = f"Read {settings.home.absolute() / 'postgres' / 'server.log'}."
            return [*symptoms, Symptom("Database", Health.FAIL, str(exc), remedy)]
        symptoms.append(Symptom("Database", Health.OK, f"PostgreSQL {answer}"))
        if int(answer.split(".")[0]) < 15:
            symptoms[-1] = Symptom("Database", Health.FAIL, f"PostgreSQL {answer}", "Use PostgreSQL 15 or later.")
        patient = Patient(settings, parts)
        current = [*_each((tables,), patient)]
        symptoms += current
        if current[0].health is Health.OK:
            symptoms += _each(IN_THE_DATABASE, patient)
    return symptoms


def _each(checks: tuple[Check, ...], patient: Patient) -> Iterator[Symptom]:
    for check in checks:
        try:
            yield from check(patient)
        except ApprovalError as exc:
            yield Symptom(check.__name__.replace("_", " ").capitalize(), Health.FAIL, str(exc), "See the message.")


# Before the database ------------------------------------------------------------------------------------------


def programs(patient: Patient) -> Iterator[Symptom]:
    """Python and the libraries whose versions matter."""
    yield Symptom("Python", Health.OK, platform.python_version())  # an older one does not get here
    for name, least, below in (("prefect", (3, 8), (3, 9)), ("fastapi", (0, 139), (0, 155))):
        wanted = f"needed is {_dotted(least)} or later, below {_dotted(below)}"
        try:
            found = version(name)
        except PackageNotFoundError:
            yield Symptom(name.capitalize(), Health.FAIL, f"not installed; {wanted}", "Run `make install`.")
            continue
        if least <= tuple(int(part) for part in found.split(".")[:2]) < below:
            yield Symptom(name.capitalize(), Health.OK, found)
        else:
            yield Symptom(name.capitalize(), Health.FAIL, f"{found}; {wanted}", "Run `make install`.")


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def home_folder(patient: Patient) -> Iterator[Symptom]:
    """The home folder can be written to."""
    home = patient.settings.home.absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as exc:
        remedy = "Let APPROVALS_HOME name a folder you may write to."
        yield Symptom("Home folder", Health.FAIL, f"{home}: {exc.strerror}", remedy)
        return
    yield Symptom("Home folder", Health.OK, str(home))


def templates(patient: Patient) -> Iterator[Symptom]:
    """Every agreement template loads, in every language its manifest names."""
    folder = patient.settings.template_folder
    names = families(folder)
    loaded = 0
    for family in names:
        try:
            for language in read_manifest(folder, family).languages:
                load_template(folder, family, language)
                loaded += 1
        except TemplateError as exc:
            yield Symptom("Templates", Health.FAIL, str(exc), f"Mend the files in {folder / family}.")
    if loaded:
        yield Symptom("Templates", Health.OK, f"{len(names)} families, {loaded} Word templates")
    else:
        yield Symptom(
            "Templates", Health.FAIL, f"none in {folder}", "Let APPROVALS_TEMPLATE_FOLDER name their folder."
        )


def clause_library(patient: Patient) -> Iterator[Symptom]:
    """The clause library has no faults."""
    folder = patient.settings.clause_folder
    try:
        library = read_clause_library(folder)
    except Faulty as exc:
        remedy = f"Mend the files in {folder}; until then legal reviewers see changes without our positions."
        yield Symptom("Clause library", Health.WARN, str(exc.faults[0]), remedy)
        return
    positions = sum(clause.positions is not None for clause in library.clauses)
    yield Symptom("Clause library", Health.OK, f"{len(library.clauses)} clauses, {positions} with positions")


def policy_files(patient: Patient) -> Iterator[Symptom]:
    """The policy files have no faults."""
    folder = patient.settings.policy_folder
    try:
        read_policy(folder)
    except PolicyError as exc:
        count = f"{len(exc.faults)} faults in {folder}"
        yield Symptom("Policy files", Health.FAIL, count, "See them with `approvals policy check`.")
        return
    yield Symptom("Policy files", Health.OK, str(folder))


def pdf(patient: Patient) -> Iterator[Symptom]:
    """LibreOffice is there, without which agreements are given as Word files only."""
    try:
        found = find_libreoffice(patient.settings.libreoffice)
    except PdfUnavailable as exc:
        yield Symptom("PDF", Health.FAIL, str(exc), "Mend APPROVALS_LIBREOFFICE, or leave it out.")
        return
    if found:
        yield Symptom("PDF", Health.OK, f"made by {found}")
    else:
        remedy = "Install LibreOffice (Debian: libreoffice-writer), or let APPROVALS_LIBREOFFICE name its program."
        yield Symptom("PDF", Health.WARN, "no LibreOffice; agreements can be had as Word files only", remedy)


BEFORE_THE_DATABASE: tuple[Check, ...] = (programs, home_folder, templates, clause_library, policy_files, pdf)


# In the database ----------------------------------------------------------------------------------------------


def tables(patient: Patient) -> Iterator[Symptom]:
    """The tables are those this program needs."""
    current, newest = schema.current(patient.store), schema.newest()
    if current == newest:
        yield Symptom("Tables", Health.OK, f"at {current}")
    else:
        said = f"at {current or 'nothing'}, needed is {newest}"
        yield Symptom("Tables", Health.FAIL, said, "Run `approvals db upgrade`.")


def policy_in_force(patient: Patient) -> Iterator[Symptom]:
    """The policy in force is the one in the files."""
    published = in_force(patient.store)
    if published is None:
        yield Symptom("Policy in force", Health.FAIL, "none", "Run `approvals db upgrade`.")
        return
    try:
        in_files = digest(read_policy(patient.settings.policy_folder).as_document())
    except PolicyError:
        return  # said already
    if published == in_files:
        yield Symptom("Policy in force", Health.OK, f"{published[:12]}, as in the files")
    else:
        said = f"{published[:12]} is in force, the files say {in_files[:12]}"
        yield Symptom(
            "Policy in force",
            Health.WARN,
            said,
            "Propose the files with `approvals policy propose`; a second person publishes.",
        )


def templates_in_force(patient: Patient) -> Iterator[Symptom]:
    """Every family the policy names has a template in force, and none of the files is newer."""
    today, folder = now_utc().date(), patient.settings.template_folder
    lacking = families_without_template(patient.store, today=today)
    if lacking:
        remedy = "Bring one with `approvals template add`; another person then publishes it."
        yield Symptom("Templates in force", Health.FAIL, f"none of: {', '.join(lacking)}", remedy)
        return
    try:
        newer = newer_in_folder(patient.store, folder)
    except TemplateError:
        return  # said already
    if newer:
        remedy = "Propose them with `approvals template add`, if your legal office wants them."
        yield Symptom("Templates in force", Health.WARN, f"the files are newer: {', '.join(newer)}", remedy)
    else:
        yield Symptom("Templates in force", Health.OK, "one for every family the policy names")


def people(patient: Patient) -> Iterator[Symptom]:
    """Somebody is administrator, and every duty a case may need is held by somebody."""
    active = [user for user in everybody(patient.store) if user.is_active]
    held = {role for user in active for role in user.roles}
    if Role.ADMINISTRATOR not in held:
        remedy = 'Run `approvals user add YOU@EXAMPLE.ORG --name "YOUR NAME" --office HQ --role administrator`.'
        yield Symptom("People", Health.FAIL, "there is no administrator", remedy)
        return
    lacking = [role.replace("_", " ") for role in Role if role not in held and role is not Role.AUDITOR]
    if lacking:
        said = f"{len(active)} people; nobody is {', '.join(lacking)}"
        yield Symptom("People", Health.WARN, said, "Add them with `approvals user add`, else cases wait for nobody.")
    else:
        yield Symptom("People", Health.OK, f"{len(active)} people, every role is held")


def lists(patient: Patient) -> Iterator[Symptom]:
    """The lists the policy requires are in force and fresh, and those with an address were fetched."""
    yield from _addresses(patient.settings)
    for one in known_lists(patient.store, today=now_utc().date()):
        if one.age_days is None and not one.required and not one.problem:
            continue
        said = (
            one.verdict if one.age_days is None else f"{one.entries} entries, {one.age_days} days old: {one.verdict}"
        )
        if one.problem:
            remedy = f"Mend the cause, then `approvals list fetch {one.source}`; or import the file by hand."
            yield Symptom(f"List {one.source}", Health.WARN, f"{said}; not fetched: {one.problem}", remedy)
        elif one.is_fit:
            yield Symptom(f"List {one.source}", Health.OK, said)
        else:
            remedy = f"Get the newest from its authority, then `approvals list import FILE --format …` ({one.title})."
            yield Symptom(f"List {one.source}", Health.WARN, said, remedy)


def _addresses(settings: Settings) -> Iterator[Symptom]:
    for source, address in settings.list_addresses.items():
        if address.format not in FORMATS:
            said = f"its address names a format «{address.format}» we do not read"
            remedy = "Correct APPROVALS_LIST_ADDRESSES; `approvals list formats` names those we read."
            yield Symptom(f"List {source}", Health.FAIL, said, remedy)


def machine(patient: Patient) -> Iterator[Symptom]:
    """Somebody runs the machine, and no work has waited long for it."""
    with patient.store.session() as session:
        waiting = outbox_queries.machine_work_waiting(session)
        late = outbox_queries.machine_work_waiting(session, since=now_utc() - OVERDUE_MACHINE)
    is_run = somebody_listens(patient.store)
    if late:
        said = f"{late} cases wait for it longer than a minute"
        remedy = "Start `approvals up`." if not is_run else "Read the problems below and the log of `approvals up`."
        yield Symptom("Machine", Health.FAIL, said, remedy)
    elif not is_run:
        yield Symptom("Machine", Health.WARN, f"nobody runs it; {waiting} cases wait", "Start `approvals up`.")
    else:
        yield Symptom("Machine", Health.OK, f"runs; {waiting} cases in hand")


def problems(patient: Patient) -> Iterator[Symptom]:
    """No case shows a problem."""
    with patient.store.session() as session:
        stuck = queries.cases_with_problem(session)
    for case in stuck:
        remedy = f"Mend the cause; the sweep then goes on by itself. See `approvals case show {case.reference}`."
        yield Symptom(f"Case {case.reference}", Health.FAIL, str(case.problem), remedy)
    if not stuck:
        yield Symptom("Cases", Health.OK, "none shows a problem")


def audit_trail(patient: Patient) -> Iterator[Symptom]:
    """The trail of events holds."""
    with patient.store.session() as session:
        found = trail.verify(session)
    if found.first_break is None:
        yield Symptom("Audit trail", Health.OK, f"{found.events} events, head {found.head[:12]}")
    else:
        said = f"broken at event {found.first_break.seq}: {found.first_break.what}"
        yield Symptom("Audit trail", Health.FAIL, said, "Compare with your backups: `approvals audit verify`.")


def prefect_server(patient: Patient) -> Iterator[Symptom]:
    """The Prefect server answers, and knows deployments and workers if they are to run the cases."""
    settings = patient.settings
    address = settings.prefect_api_url or running_server(settings.home)
    if address is None:
        yield Symptom("Prefect server", Health.WARN, "none runs", "`approvals up` starts one.")
        return
    try:
        _asked(f"{address}/health")
    except SourceUnavailable as exc:
        remedy = f"Start the server at {address}, or mend PREFECT_API_URL."
        yield Symptom("Prefect server", Health.FAIL, str(exc), remedy)
        return
    yield Symptom("Prefect server", Health.OK, address)
    if patient.parts is not None and patient.parts.runner_is_elsewhere:
        yield from _deployments(address)


def _deployments(address: str) -> Iterator[Symptom]:
    for name in DEPLOYMENTS:
        try:
            _asked(f"{address}/deployments/name/{name}")
        except SourceUnavailable:
            yield Symptom("Deployment", Health.FAIL, f"{name} is not known to Prefect", "Run `prefect deploy --all`.")
        else:
            yield Symptom("Deployment", Health.OK, name)
    try:
        workers = _asked(f"{address}/work_pools/{POOL}/workers/filter", body={})
    except SourceUnavailable:
        remedy = f"Run `prefect work-pool create {POOL} --type process`."
        yield Symptom("Workers", Health.FAIL, f"there is no work pool «{POOL}»", remedy)
        return
    online = [worker for worker in workers if worker.get("status") == "ONLINE"]
    if online:
        yield Symptom("Workers", Health.OK, f"{len(online)} at work in pool «{POOL}»")
    else:
        remedy = f"Run `prefect worker start --pool {POOL}`."
        yield Symptom("Workers", Health.FAIL, f"none at work in pool «{POOL}»", remedy)


def _asked(url: str, body: object = None) -> list[dict[str, object]]:
    """Return what the Prefect API answers. Raises `SourceUnavailable` if it does not, or not well."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})  # noqa: S310
    opener = urllib.request.build_opener()
    if request.host.split(":")[0] in ("127.0.0.1", "localhost"):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=REACH_SECONDS) as answer:
            content = json.loads(answer.read())
    except (OSError, ValueError, http.client.HTTPException, urllib.error.URLError) as exc:
        raise SourceUnavailable(f"{url} does not answer ({exc})") from exc
    return content if isinstance(content, list) else []


IN_THE_DATABASE: tuple[Check, ...] = (
    policy_in_force,
    templates_in_force,
    people,
    lists,
    prefect_server,
    machine,
    problems,
    audit_trail,
)
