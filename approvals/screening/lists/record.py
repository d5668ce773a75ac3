"""The one shape every list is brought to, whoever publishes it."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class NameQuality(StrEnum):
    """How good the authority calls a name. A low-quality alias («Ahmed») is never reason enough by itself."""

    GOOD = "good"
    LOW = "low"


class NameKind(StrEnum):
    """What a name is to its bearer."""

    PRIMARY = "primary"
    ALIAS = "alias"
    FORMER = "former"
    ORIGINAL_SCRIPT = "original_script"


class ListedKind(StrEnum):
    """What is listed. `UNKNOWN` may be anything, and is compared with persons and organisations alike."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    UNKNOWN = "unknown"


class IdentifierKind(StrEnum):
    """What a number identifies its bearer in. `OTHER` is a number the authority gives without a kind we know."""

    PASSPORT = "passport"
    NATIONAL = "national"
    TAX = "tax"
    REGISTRATION = "registration"
    VESSEL = "vessel"
    BANK = "bank"
    OTHER = "other"


@dataclass(frozen=True)
class ListedName:
    """One name of a listed person or organisation, in the authority's spelling."""

    text: str
    quality: NameQuality = NameQuality.GOOD
    kind: NameKind = NameKind.PRIMARY

    @property
    def script(self) -> str:
        """The script most of its letters are of, such as `latin`, `arabic` or `cjk`; empty without letters."""
        scripts = Counter(
            unicodedata.name(letter, "unknown").split()[0].lower() for letter in self.text if letter.isalpha()
        )
        return scripts.most_common(1)[0][0] if scripts else ""


@dataclass(frozen=True)
class BirthDate:
    """When somebody was born, as exactly as the authority knows.

    `value` is 1959-09-24, 1959-09 or 1959. `until` is the end of a range in the same writing, empty if there is none.
    """

    value: str
    until: str = ""
    circa: bool = False

    @property
    def precision(self) -> str:
        """How exactly the date is known: `day`, `month` or `year`."""
        return {4: "year", 7: "month"}.get(len(self.value), "day")

    @property
    def years(self) -> range:
        """Every year it may have been."""
        first = int(self.value[:4])
        return range(first, max(first, int((self.until or self.value)[:4])) + 1)


@dataclass(frozen=True)
class Identifier:
    """A number in a register, a passport, a ship's number. `country` is a two-letter code, empty if not said."""

    kind: IdentifierKind
    value: str
    country: str = ""


@dataclass(frozen=True)
class Listed:
    """A listed person, organisation or vessel.

    `key` is the authority's stable key, `reference` the number people quote, empty if there is none. `countries`
    are two-letter codes; a country we do not know by its name is left out, never guessed. `other_keys` are those by
    which the same entry was known before or stands on other lists, such as `un:QDi.001` or `ofsi:12703`.
    `ends_on` is the last day of the listing where the authority set one.
    """

    key: str
    source: str
    kind: ListedKind
    names: tuple[ListedName, ...]
    birth_years: tuple[int, ...] = ()
    countries: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    reference: str = ""
    listed_on: date | None = None
    birth_dates: tuple[BirthDate, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    other_keys: tuple[str, ...] = ()
    updated_on: date | None = None
    ends_on: date | None = None

    @property
    def caption(self) -> str:
        """The name the authority puts first."""
        return self.names[0].text

    @property
    def programme(self) -> str:
        """Why it is listed, in the authority's words, parted by semicolons."""
        return "; ".join(self.programmes)

    @property
    def digest(self) -> str:
        """SHA-256 of what the entry says, the same for every order of its names and numbers and on every list.

        What is empty does not count, so that a field this shape gains later changes no digest by itself.
        """
        said = {name: _in_order(value) for name, value in self.as_dict().items() if value and name != "source"}
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as plain values that JSON can hold; `from_dict` reads them back."""
        # By hand, as an import does it for every entry, and `dataclasses.asdict` takes ten times as long.
        parts = {name: tuple(dict(vars(part)) for part in getattr(self, name)) for name in _PARTS}
        days = {name: day.isoformat() if (day := getattr(self, name)) else None for name in _DAYS}
        return dict(vars(self)) | parts | days

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Listed:
        """Return the entry that `as_dict` wrote, also in earlier versions of this program."""
        earlier = values.get("programme") or ""
        return cls(
            key=values["key"],
            source=values["source"],
            kind=ListedKind(values["kind"]),
            names=tuple(
                ListedName(name["text"], NameQuality(name["quality"]), NameKind(name["kind"]))
                for name in values["names"]
            ),
            birth_years=tuple(values.get("birth_years", ())),
            countries=tuple(values.get("countries", ())),
            programmes=tuple(values.get("programmes", earlier.split("; ") if earlier else ())),
            reference=values.get("reference", ""),
            birth_dates=tuple(BirthDate(**born) for born in values.get("birth_dates", ())),
            identifiers=tuple(
                Identifier(IdentifierKind(one["kind"]), one["value"], one["country"])
                for one in values.get("identifiers", ())
            ),
            other_keys=tuple(values.get("other_keys", ())),
            **{name: date.fromisoformat(day) if (day := values.get(name)) else None for name in _DAYS},
        )


Entries = Generator[Listed, None, date | None]
"""What a reader gives: the entries one by one, without their source, and at the end the authority's own date."""

_DAYS = ("listed_on", "updated_on", "ends_on")
_PARTS = ("names", "birth_dates", "identifiers")


def _in_order(value: Any) -> Any:
    """Return lists sorted, whatever they hold."""
    return sorted(value, key=repr) if isinstance(value, tuple) else value
