"""What a cleared hit is worth later: it stays quiet as long as neither list nor partner says anything else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from approvals.casework.proposal import PartnerForm, Person
from approvals.screening.lists import Listed
from approvals.screening.matching import Band, Match

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class ClearedBefore:
    """A hit that people cleared: which entry, against which name, what both sides said then, by whom and why.

    `known_keys` are the entry's key and all former ones; `by` is one person or two.
    """

    number: int
    source: str
    known_keys: frozenset[str]
    asked: str
    entry: Facts
    partner: Facts
    by: tuple[str, ...]
    on: date
    because: str

    @property
    def sentence(self) -> str:
        """When, by whom and why it was cleared."""
        return f"cleared on {self.on.isoformat()} by {' and '.join(self.by)}, because {self.because}"


@dataclass(frozen=True)
class Memory:
    """What is remembered of a hit: the newest clearing of it, and why it no longer counts, empty if it does."""

    cleared: ClearedBefore
    but: str

    @property
    def is_quiet(self) -> bool:
        """The clearing still counts, so nobody needs to look again."""
        return not self.but


def recall(
    match: Match, partner: Facts, cleared: Iterable[ClearedBefore], *, strong_needs_two: bool
) -> Memory | None:
    """Return what is remembered of `match`, None if nobody ever cleared it for this partner and name.

    `cleared` are the clearings of this partner, the newest last; `partner` what is known of it now.
    """
    keys = known_keys(match.entry)
    about = [
        one
        for one in cleared
        if one.source == match.entry.source and one.asked == match.asked and one.known_keys & keys
    ]
    if not about:
        return None
    last = about[-1]
    but = _what_changed(last, match.entry, partner)
    if not but and match.band is Band.STRONG and strong_needs_two and len(last.by) < 2:
        but = "it is a strong hit now, and only one person has looked"
    return Memory(last, but)


def _what_changed(before: ClearedBefore, entry: Listed, partner: Facts) -> str:
    changes = {
        "the list": _differing(before.entry, entry_facts(entry)),
        "the partner": _differing(before.partner, partner),
    }
    said = [f"{side} now says something else ({', '.join(names)})" for side, names in changes.items() if names]
    return " and ".join(said)


def _differing(before: Facts, now: Facts) -> list[str]:
    names = sorted({*before, *now})
    return [name.replace("_", " ") for name in names if before.get(name) != now.get(name)]


def known_keys(entry: Listed) -> frozenset[str]:
    """Return every key by which the list knows or knew `entry`."""
    return frozenset((entry.key, *entry.other_keys))


def entry_facts(entry: Listed) -> dict[str, Any]:
    """Return what the list says of `entry` besides its keys, as plain values; what is empty is left out.

    The keys are left out because publishers merge and number entries anew: what they say stays the same then. The day
    of the authority's last change is among the facts, as it may stand for a change in a part that is not read.
    """
    without_keys = replace(entry, key="", reference="", other_keys=())
    return {
        name: _in_order(value) for name, value in _plain(without_keys.as_dict()).items() if value and name != "source"
    }


def partner_facts(partner: PartnerForm) -> dict[str, Any]:
    """Return what is compared of a partner, as plain values: its names, its country, its register, its people."""
    facts = {
        "legal_name": partner.legal_name,
        "aliases": sorted(partner.aliases),
        "country": partner.country,
        "registration_number": partner.registration_number,
        "parent": partner.parent,
        "representative": _person(partner.representative),
        "people": sorted((_person(person) for person in partner.people), key=repr),
    }
    return {name: value for name, value in facts.items() if value}


def _person(person: Person) -> dict[str, Any]:
    return person.model_dump(mode="json", include={"name", "function", "birth_year", "nationality"})


def digest_of(facts: Facts) -> str:
    """Return the SHA-256 of `facts`, the same for every order of their names."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` as JSON gives them back, so that what was kept equals what is said now."""
    return dict(json.loads(json.dumps(values)))


def _in_order(value: Any) -> Any:
    return sorted(value, key=repr) if isinstance(value, Sequence) and not isinstance(value, str) else value
