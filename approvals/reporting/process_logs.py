"""Events in the two formats that process mining reads: OCEL 2.0 (JSON) and XES (IEEE 1849). Written piece by piece.

OCEL fits better, because an event of ours touches a case, a partner, a task, an agreement and people at once; XES
knows one case for each event, and is for tools that read nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from xml.sax.saxutils import quoteattr


@dataclass(frozen=True)
class Entry:
    """An event as a process log has it: `about` names things with the part each played."""

    name: str
    kind: str
    at: datetime
    values: Mapping[str, str]
    about: Mapping[str, str]
    trace: str | None = None  #: the case it belongs to, None if to none
    resource: str | None = None  #: who did it, None: the machine


@dataclass(frozen=True)
class Thing:
    """Something events are about."""

    name: str
    kind: str
    at: datetime
    values: Mapping[str, str]
    about: Mapping[str, str]


EVENT_VALUES = ("from", "outcome", "slot", "to")
THING_VALUES: Mapping[str, Sequence[str]] = {
    "case": ("amount_usd", "funds", "level", "office"),
    "partner": ("country", "kind"),
    "task": ("kind", "role", "slot"),
    "agreement": ("family", "language", "version"),
    "person": ("name", "office"),
}


def ocel(kinds: Iterable[str], things: Iterable[Thing], entries: Iterable[Entry]) -> Iterator[str]:
    """Yield an OCEL 2.0 log in JSON, piece by piece. `kinds` names every kind of event that may come."""
    event_types = [{"name": kind, "attributes": _typed(EVENT_VALUES)} for kind in kinds]
    object_types = [{"name": kind, "attributes": _typed(values)} for kind, values in THING_VALUES.items()]
    yield f'{{"objectTypes":{_json(object_types)},\n"eventTypes":{_json(event_types)},\n"objects":['
    yield from _joined(_object(thing) for thing in things)
    yield '],\n"events":['
    yield from _joined(_event(entry) for entry in entries)
    yield "]}\n"


def _typed(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"name": name, "type": "string"} for name in names]


def _object(thing: Thing) -> dict[str, object]:
    at = _moment(thing.at)
    return {
        "id": thing.name,
        "type": thing.kind,
        "attributes": [{"name": name, "time": at, "value": value} for name, value in sorted(thing.values.items())],
        "relationships": _relationships(thing.about),
    }


def _event(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.name,
        "type": entry.kind,
        "time": _moment(entry.at),
        "attributes": [{"name": name, "value": value} for name, value in sorted(entry.values.items())],
        "relationships": _relationships(entry.about),
    }


def _relationships(about: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"objectId": name, "qualifier": part} for name, part in sorted(about.items())]


def _joined(values: Iterable[object]) -> Iterator[str]:
    separator = "\n"
    for value in values:
        yield separator + _json(value)
        separator = ",\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_XES_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value="unknown"/></global>
<global scope="event"><string key="concept:name" value="unknown"/><date key="time:timestamp" \
value="1970-01-01T00:00:00.000Z"/></global>
<classifier name="Activity" keys="concept:name"/>
"""


def xes(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield an XES log, piece by piece. `entries` come case by case; those without a case are left out."""
    yield _XES_HEAD
    for case, of_case in groupby((entry for entry in entries if entry.trace), key=lambda entry: entry.trace):
        yield f"<trace>{_string('concept:name', case or '')}\n"
        for entry in of_case:
            yield f"<event>{''.join(_xes_values(entry))}</event>\n"
        yield "</trace>\n"
    yield "</log>\n"


def _xes_values(entry: Entry) -> Iterator[str]:
    yield _string("concept:name", entry.kind)
    yield f'<date key="time:timestamp" value="{_moment(entry.at)}"/>'
    yield _string("org:resource", entry.resource or "machine")
    yield from (_string(name, value) for name, value in sorted(entry.values.items()))


def _string(key: str, value: str) -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(_printable(value))}/>"


def _printable(value: str) -> str:
    """Return the text without what XML cannot hold."""
    return "".join(sign for sign in value if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff"))
