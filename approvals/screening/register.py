"""Whether a proposed organisation is one the register knows: the same matcher on entry and in the screening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from approvals.casework.proposal import PartnerForm
from approvals.screening.names import name_key


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is known of an organisation before there is a proposal; None where it is not."""

    legal_name: str
    country: str
    registration_number: str | None = None
    lei: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenApproach:
    """A case that is open with a partner: its reference, its office, and what it is about."""

    reference: str
    office: str
    title: str


@dataclass(frozen=True)
class KnownPartner:
    """A partner of the register, with the cases open with it; the case being screened is not among them.

    `aliases` are all its other and former names; `registration_numbers` those of its own country.
    """

    number: int
    legal_name: str
    country: str
    registration_numbers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    leis: tuple[str, ...] = ()
    open_cases: tuple[OpenApproach, ...] = ()


def likeness(form: PartnerForm | Sought, known: KnownPartner, *, similar_from: float) -> float:
    """Return how alike the best pair of names is, 1 for one registration number; 0 if below `similar_from`."""
    if _share_registration(form, known):
        return 1.0
    best = name_likeness((form.legal_name, *form.aliases), (known.legal_name, *known.aliases))
    return best if best >= similar_from else 0.0


def name_likeness(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """Return how alike the best pair of names of both sides is, from 0 to 1."""
    our_keys, their_keys = (list(filter(None, map(name_key, names))) for names in (ours, theirs))
    return max((fuzz.ratio(one, other) for one in our_keys for other in their_keys), default=0.0) / 100


def search_likeness(asked: str, names: Sequence[str]) -> float:
    """Return how well `asked` finds the best of `names`, from 0 to 1: a person may give some of the words only."""
    key = name_key(asked)
    return max((fuzz.token_set_ratio(key, name_key(name)) for name in names), default=0.0) / 100


def is_surely(sought: Sought, known: KnownPartner) -> bool:
    """Tell whether it is the same Legal Entity Identifier, or where one side has none, as `is_the_same`."""
    if sought.lei and known.leis:
        return sought.lei in known.leis
    return is_the_same(sought, known)


def is_the_same(form: PartnerForm | Sought, known: KnownPartner) -> bool:
    """Tell whether name and country, or registration number and country, are equal."""
    if form.country != known.country:
        return False
    if form.registration_number and known.registration_numbers:
        return _share_registration(form, known)
    return name_key(form.legal_name) == name_key(known.legal_name)


def _share_registration(form: PartnerForm | Sought, known: KnownPartner) -> bool:
    """Tell whether both stand under one number in the register of one country."""
    if not form.registration_number or form.country != known.country:
        return False
    return _plain(form.registration_number) in map(_plain, known.registration_numbers)


def _plain(number: str) -> str:
    return "".join(character for character in number.casefold() if character.isalnum())
