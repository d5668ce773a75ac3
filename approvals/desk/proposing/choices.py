"""The answers to choose from, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale

from approvals.casework.flags import STEPS
from approvals.casework.policy import Policy
from approvals.casework.proposal import NEW_PARTNER, partner_reference
from approvals.casework.wording import in_words
from approvals.desk.languages import OWN_NAMES, Language
from approvals.desk.languages import marked as _
from approvals.desk.proposing.questions import Question, choices_at, without_numbers
from approvals.screening.register import KnownPartner
from models.partner import IdentifierKind, PartnerNameKind
from models.risk import RiskLevel

Option = tuple[str, str, str]
"""What is sent, what is shown, and a hint."""

IN_OTHER_WORDS: Mapping[str, Mapping[str, str]] = {
    "funds": {
        "receiving": _("We receive money"),
        "giving": _("We give money"),
        "none": _("No money moves"),
    },
    "emblem_use": {
        "none": _("No"),
        "case_by_case": _("Each use is agreed beforehand"),
        "schedule": _("As a schedule of the agreement lists"),
    },
    "ip_owner": {
        "organisation": _("To us"),
        "joint": _("To both, jointly"),
        "each": _("To each its own"),
    },
    "side": {"organisation": _("We"), "partner": _("The partner"), "both": _("Both")},
    "eu.financing_instrument": {"NDICI": "NDICI", "IPA III": "IPA III", "ECHO": "ECHO", "other": _("Another")},
    "un.equipment_goes_to": {
        "recipient": _("The recipient's"),
        "contributor": _("The contributor's"),
        "beneficiaries": _("The beneficiaries'"),
    },
}
"""Where the words of the house would not read as an answer."""

_OF_THE_HOUSE: Mapping[str, tuple[str, ...]] = {
    "name_kinds": tuple(PartnerNameKind),
    "identifier_kinds": tuple(IdentifierKind),
    "first_flags": tuple(to for at, to in STEPS if at is None),
}
"""Words of the house to choose from that stand in no proposal."""

_SAME_WORDS = {"activities.responsible": "side", "in_kind.provided_by": "side"}


@dataclass(frozen=True)
class Choices:
    """What there is to choose from under a policy, for a reader of a language."""

    policy: Policy
    language: Language
    alike: tuple[KnownPartner, ...] = ()
    """Partners of the register that the proposed one looks like."""

    def of(self, question: Question, present: str = "") -> list[Option]:
        """Return the answers to choose from; an answer given before is among them although it may be outdated."""
        options = self._named(question.options) if question.options else self._of_the_form(question.path)
        if present and present not in [value for value, _, _ in options]:
            options = [*options, (present, present, "")]
        if question.options == "risk_levels":
            return [(value, text, self._meaning(question.path, value)) for value, text, _ in options]
        return options

    def said(self, question: Question, present: str) -> str:
        """Return how an answer that was chosen reads."""
        return next((text for value, text, _ in self.of(question, present) if value == present), present)

    def _of_the_form(self, path: str) -> list[Option]:
        gettext = self.language.texts.gettext
        bare = without_numbers(path)
        if bare == "language":
            return [(tag, OWN_NAMES[tag], "") for tag in choices_at(path)]
        words = IN_OTHER_WORDS.get(_SAME_WORDS.get(bare, bare), {})
        return [
            (value, _capital(gettext(words[value]) if value in words else gettext(in_words(value))), "")
            for value in choices_at(path)
        ]

    def _named(self, name: str) -> list[Option]:
        policy, locale, gettext = self.policy, self.language.locale, self.language.texts.gettext
        if name == "countries":
            return list(countries(str(locale)))
        if name == "currencies":
            codes = policy.organisation.money.usd_rates
            return [(code, f"{code} – {locale.currencies.get(code, code)}", "") for code in codes]
        if name == "sectors":
            return [(one.key, gettext(one.title), "") for one in policy.sectors.sectors]
        if name == "document_kinds":
            return [(one.key, gettext(one.title), "") for one in policy.requirements.documents]
        if name in _OF_THE_HOUSE:
            return [(value, _capital(gettext(in_words(value))), "") for value in _OF_THE_HOUSE[name]]
        if name == "risk_levels":
            return [(level.value, _capital(gettext(in_words(level))), "") for level in RiskLevel]
        return self._register()

    def _register(self) -> list[Option]:
        new = _("None of these: it is new to the register")
        found = [(partner_reference(one.number), _known(one), self._approaches(one)) for one in self.alike]
        return [*found, (NEW_PARTNER, self.language.texts.gettext(new), "")] if found else []

    def _approaches(self, partner: KnownPartner) -> str:
        under_way = self.language.texts.gettext(_("Under way: {cases}"))
        cases = ", ".join(f"{one.reference} ({one.office}) {one.title}" for one in partner.open_cases)
        return under_way.format(cases=cases) if cases else ""

    def _meaning(self, path: str, level: str) -> str:
        factor = self.policy.risk.find(path.removeprefix("risk_factors."))
        return self.language.texts.gettext(factor.levels[RiskLevel(level)]) if factor is not None else ""


@cache
def countries(locale: str) -> tuple[Option, ...]:
    """Return every country by its code, in the order of its name in this locale."""
    known = [(code, text) for code, text in Locale.parse(locale).territories.items() if _is_a_country(code)]
    return tuple((code, text, "") for code, text in sorted(known, key=lambda one: one[1]))


def _known(partner: KnownPartner) -> str:
    return f"{partner_reference(partner.number)} {partner.legal_name} ({partner.country})"


def _is_a_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "ZZ", "XA", "XB")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
