"""OpenSanctions' `entities.ftm.json`: one FollowTheMoney entity a line. Mind its licence, as with its table.

Only targets are listed; their families, owners and addresses stand in the same file and are not. Dates and
programmes stand in entities of their own, before or after the target: the file is read twice, and of the first
reading only days and programmes are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from approvals.errors import SourceUnavailable
from approvals.screening.lists.open_sanctions_csv import KINDS
from approvals.screening.lists.record import (
    Entries,
    Identifier,
    Listed,
    ListedKind,
    ListedName,
    NameKind,
    NameQuality,
)
from approvals.screening.lists.values import (
    birth,
    births,
    countries,
    day,
    identifier,
    identifiers,
    names,
    tidy,
    unique,
    years,
)

LONGEST_LINE = 16_000_000
NAMES = (
    # property, quality, kind
    ("name", NameQuality.GOOD, NameKind.ALIAS),
    ("alias", NameQuality.GOOD, NameKind.ALIAS),
    ("previousName", NameQuality.GOOD, NameKind.FORMER),
    ("weakAlias", NameQuality.LOW, NameKind.ALIAS),
)
NUMBERS = (
    ("passportNumber", "passport"), ("idNumber", "national identifier"), ("innCode", "tax"), ("taxNumber", "tax"),
    ("vatCode", "tax"), ("registrationNumber", "registration"), ("leiCode", "registration"),
    ("ogrnCode", "registration"), ("uniqueEntityId", "registration"), ("swiftBic", "bank"),
    ("imoNumber", "IMO of a vessel"), ("mmsi", "MMSI of a vessel"),
)  # fmt: skip
PLACES = ("country", "nationality", "citizenship", "jurisdiction", "birthCountry")

Entity = dict[str, Any]


@dataclass
class _Sanction:
    """What the sanctions say of one target together."""

    since: date | None = None
    until: date | None = None
    goes_on: bool = False
    programmes: tuple[str, ...] = ()


def read(stream: IO[bytes]) -> Entries:
    """Yield the targets that have a name; return the day the newest of them was last seen."""
    last_seen, sanctions = "", _sanctions(stream)
    for number, entity in _entities(stream):
        try:
            if _is_listed(entity) and (listed := _entry(entity, sanctions.get(entity["id"]))).names:
                last_seen = max(last_seen, entity.get("last_seen") or "")
                yield listed
        except (KeyError, TypeError, AttributeError) as exc:
            raise _not_an_entity(number, exc) from exc
    return day(last_seen)


def _entities(stream: IO[bytes]) -> Iterator[tuple[int, Entity]]:
    """Yield each line with its number, as what it holds. Raises `SourceUnavailable` if a line is no entity."""
    stream.seek(0)
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if not line.strip():
            continue
        try:
            entity = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
        except UnicodeDecodeError as exc:
            raise SourceUnavailable("it is not text in UTF-8.") from exc
        except (json.JSONDecodeError, RecursionError) as exc:
            raise SourceUnavailable(f"line {number} breaks off or is no JSON; fetch the file again.") from exc
        if not isinstance(entity, dict) or not all(isinstance(entity.get(field), str) for field in ("id", "schema")):
            raise _not_an_entity(number, "no id or no schema")
        yield number, entity


def _not_an_entity(number: int, reason: object) -> SourceUnavailable:
    return SourceUnavailable(f"line {number} does not have the fields of an entity ({reason}).")


def _sanctions(stream: IO[bytes]) -> dict[str, _Sanction]:
    """Return what the sanctions say, by key of the target."""
    found: dict[str, _Sanction] = {}
    for number, entity in _entities(stream):
        if entity["schema"] == "Sanction":
            try:
                for key in _values(entity, "entity"):
                    _add(found.setdefault(key, _Sanction()), entity)
            except (TypeError, AttributeError) as exc:
                raise _not_an_entity(number, exc) from exc
    return found


def _add(sanction: _Sanction, entity: Entity) -> None:
    since = _days(entity, "listingDate", "startDate")
    until = _days(entity, "endDate")
    sanction.since = min([*since, *([sanction.since] if sanction.since else [])], default=None)
    sanction.until = max([*until, *([sanction.until] if sanction.until else [])], default=None)
    sanction.goes_on = sanction.goes_on or not until
    programmes = _values(entity, "programId") or _values(entity, "program")
    sanction.programmes = unique([*sanction.programmes, *programmes])


def _days(entity: Entity, *properties: str) -> list[date]:
    return [found for name in properties for value in _values(entity, name) if (found := day(value))]


def _values(entity: Entity, name: str) -> list[str]:
    return [tidy(value) for value in entity.get("properties", {}).get(name, ())]


def _is_listed(entity: Entity) -> bool:
    """Tell whether the entity is a target; files that no longer mark targets say it with a topic."""
    if "target" in entity:
        return bool(entity["target"])
    return any(topic.startswith(("sanction", "debarment")) for topic in _values(entity, "topics"))


def _entry(entity: Entity, sanction: _Sanction | None) -> Listed:
    born = births(birth(value) for value in _values(entity, "birthDate"))
    said = sanction or _Sanction()
    homes = [*_values(entity, "country"), *(value for place in PLACES for value in _values(entity, place))]
    return Listed(
        key=entity["id"],
        source="",
        kind=KINDS.get(entity["schema"], ListedKind.UNKNOWN),
        names=names(_names(entity)),
        birth_years=years(born),
        countries=countries(homes),
        programmes=said.programmes or unique([*_values(entity, "programId"), *_values(entity, "program")]),
        reference=entity["id"],
        listed_on=said.since or day(entity.get("first_seen")),
        birth_dates=born,
        identifiers=identifiers(_identifiers(entity)),
        other_keys=tuple(sorted({tidy(key) for key in entity.get("referents") or ()})),
        updated_on=day(entity.get("last_change")),
        ends_on=None if said.goes_on else said.until,
    )


def _names(entity: Entity) -> Iterator[ListedName]:
    known_as = [
        ListedName(text, quality, kind) for name, quality, kind in NAMES for text in _values(entity, name) if text
    ]
    caption = tidy(entity.get("caption"))
    if caption and any(name.text == caption for name in known_as):
        yield ListedName(caption)
    elif known_as:
        yield ListedName(known_as[0].text, known_as[0].quality)
    yield from known_as


def _identifiers(entity: Entity) -> Iterator[Identifier | None]:
    for name, described in NUMBERS:
        for value in _values(entity, name):
            yield identifier(described, value)
