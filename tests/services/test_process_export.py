"""Events leave the house in formats that process mining reads, people as numbers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree
from sqlmodel import select

from approvals.errors import Faulty, NotAllowed
from approvals.rehearsal import People, Rehearsal, advance
from approvals.reporting.process_logs import Entry, xes
from approvals.services.cases import submit
from approvals.services.process_export import LogFormat, export_events
from approvals.store.engine import Store
from models.case import Stage
from models.event import Event
from models.user import Role
from tests.journeys.stories import example

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


def many(**properties: Any) -> dict[str, Any]:
    """A list of objects that have these properties, all of them and no other."""
    item = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {"type": "array", "items": item}


TEXT = {"type": "string"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
TYPES = many(name=TEXT, attributes=many(name=TEXT, type={"enum": ["string", "time", "integer", "float", "boolean"]}))
RELATIONSHIPS = many(objectId=TEXT, qualifier=TEXT)
OCEL_2 = {
    "type": "object",
    "properties": {
        "objectTypes": TYPES,
        "eventTypes": TYPES,
        "objects": many(
            id=TEXT, type=TEXT, attributes=many(name=TEXT, time=TIME, value=TEXT), relationships=RELATIONSHIPS
        ),
        "events": many(
            id=TEXT, type=TEXT, time=TIME, attributes=many(name=TEXT, value=TEXT), relationships=RELATIONSHIPS
        ),
    },
    "required": ["objectTypes", "eventTypes", "objects", "events"],
    "additionalProperties": False,
}
"""The shape that the OCEL 2.0 specification (section 6.2, JSON) asks for, as we write it: written out by hand."""


XES = etree.XMLSchema(file=str(Path(__file__).parent / "xes_as_we_write_it.xsd"))


@pytest.fixture
def reference(store: Store, people: People) -> str:
    """Reference of a case whose agreement is drafted."""
    reference = submit(
        store, example("foundation"), by=people.named("rosa.quispe@example.org"), key="k", now=NOW
    ).reference
    cast = Rehearsal(store, people)
    while advance(store, reference, now=NOW) is not Stage.IN_FORCE:
        cast.answer(cast.owed(reference)[0], now=NOW)
    return reference


def export(store: Store, people: People, file: Path, kind: LogFormat, **more: Any) -> bytes:
    given = {"since": None, "named": False, "by": people.with_role(Role.AUDITOR), "now": NOW, **more}
    export_events(store, file, kind, **given)
    return file.read_bytes()


def test_ocel_has_its_shape_and_every_event(store: Store, people: People, reference: str, tmp_path: Path) -> None:
    with store.session() as session:
        kinds = [event.kind for event in session.exec(select(Event).order_by(Event.seq))]  # type: ignore[arg-type]

    log = json.loads(export(store, people, tmp_path / "log.json", LogFormat.OCEL))

    jsonschema.validate(log, OCEL_2)
    assert [event["type"] for event in log["events"]] == kinds


def test_ocel_names_nothing_it_does_not_hold(store: Store, people: People, reference: str, tmp_path: Path) -> None:
    log = json.loads(export(store, people, tmp_path / "log.json", LogFormat.OCEL))

    things = {thing["id"]: thing["type"] for thing in log["objects"]}
    named = {one["objectId"] for part in (*log["events"], *log["objects"]) for one in part["relationships"]}
    assert named - set(things) == set()
    assert {things[name] for name in named} == {"case", "partner", "task", "agreement", "person"}
    assert len(things) == len(log["objects"])
    declared = {
        one["name"]: {a["name"] for a in one["attributes"]} for one in (*log["objectTypes"], *log["eventTypes"])
    }
    assert all(a["name"] in declared[p["type"]] for p in (*log["events"], *log["objects"]) for a in p["attributes"])


def test_people_are_numbers_unless_names_are_asked_for(store: Store, people: People, tmp_path: Path) -> None:
    numbers = export(store, people, tmp_path / "1", LogFormat.OCEL).decode()
    names = export(store, people, tmp_path / "2", LogFormat.OCEL, named=True).decode()

    assert "Rosa Quispe" not in numbers
    assert "Rosa Quispe" in names
    assert "example.org" not in numbers + names


def test_only_what_happened_since(store: Store, people: People, reference: str, tmp_path: Path) -> None:
    log = json.loads(export(store, people, tmp_path / "l", LogFormat.OCEL, since=NOW + timedelta(days=1)))

    assert log["events"] == []


def test_xes_has_one_trace_a_case_with_its_events_in_order(
    store: Store, people: People, reference: str, tmp_path: Path
) -> None:
    root = etree.fromstring(export(store, people, tmp_path / "log.xes", LogFormat.XES))

    XES.assertValid(root)
    ns = {"x": "http://www.xes-standard.org/"}
    [trace] = root.findall("x:trace", ns)
    assert trace.find("x:string[@key='concept:name']", ns).get("value") == reference
    names = [event.find("x:string[@key='concept:name']", ns).get("value") for event in trace.findall("x:event", ns)]
    times = [event.find("x:date[@key='time:timestamp']", ns).get("value") for event in trace.findall("x:event", ns)]
    assert names[0] == "ProposalSubmitted"
    assert "AgreementDrafted" in names
    assert times == sorted(times)
    assert {etree.QName(child).localname for child in root} == {"extension", "global", "classifier", "trace"}


def test_what_xml_cannot_hold_is_left_out() -> None:
    entry = Entry("1", 'a"<&\x01\x0b', NOW, {}, {}, trace="PA-1")

    XES.assertValid(etree.fromstring("".join(xes([entry])).encode()))


@pytest.mark.parametrize(
    ("ours", "wrong"),
    [
        pytest.param('<date key="time', '<string key="1time', id="a key that is no name"),
        pytest.param("1970-01-01T00:00:00.000Z", "yesterday", id="a moment that is none"),
        pytest.param('keys="concept:name"', "", id="a classifier of nothing"),
        pytest.param("</log>", '<extension name="A" prefix="a" uri="a"/></log>', id="parts in another order"),
    ],
)
def test_a_log_that_is_no_xes_would_be_noticed(ours: str, wrong: str) -> None:
    log = "".join(xes([Entry("1", "Thing", NOW, {}, {}, trace="PA-1")]))

    assert ours in log
    assert not XES.validate(etree.fromstring(log.replace(ours, wrong, 1).encode()))


def test_an_officer_exports_nothing(store: Store, people: People, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        export(store, people, tmp_path / "l", LogFormat.OCEL, by=people.with_role(Role.OFFICER))


def test_a_folder_that_is_not_there_is_told(store: Store, people: People, tmp_path: Path) -> None:
    with pytest.raises(Faulty, match="No such file"):
        export(store, people, tmp_path / "nowhere" / "l", LogFormat.OCEL)
