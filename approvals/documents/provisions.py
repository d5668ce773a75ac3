"""What changes in an agreement, as people read it: the provision, what it says now, and what it will say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from approvals.casework.changes import Change
from approvals.casework.proposal import Side
from approvals.documents import words
from approvals.documents.words import Language


@dataclass(frozen=True)
class BeforeAndAfter:
    """One row of the table of changes. A dash stands where there is nothing."""

    provision: str
    before: str
    after: str


@dataclass(frozen=True)
class Tongue:
    """How values are written: the language, the currency of amounts, and what the two sides are called."""

    language: Language
    currency: str
    sides: Mapping[Side, str]


def before_and_after(change: Change, tongue: Tongue) -> BeforeAndAfter:
    """Return `change` as a row of the table of changes, in the words of `tongue`."""
    label, write = _row(change.field, tongue.language)
    name = label.replace("{item}", _quoted(change.item, tongue.language))
    before, after = (
        _NOTHING if value in (None, "") else write(value, tongue) for value in (change.before, change.after)
    )
    if change.after is None and change.item:
        after = _TAKEN_OUT[tongue.language]
    return BeforeAndAfter(name, before, after)


def stands_in_the_agreement(change: Change) -> bool:
    """The agreement says what changes; what only the approval rests on, such as documents, is not in its text."""
    return change.field in PROVISIONS


def _row(field: str, language: Language) -> tuple[str, Write]:
    labels, write = PROVISIONS.get(field) or BESIDE_THE_TEXT.get(field) or ((_in_words(field),) * 3, _text)
    return labels[_LANGUAGES.index(language)], write


def _in_words(field: str) -> str:
    return f"{field.replace('.', ', ').replace('_', ' ').capitalize()} {{item}}"


_NOTHING = "–"
_TAKEN_OUT = {"en": "deleted", "fr": "supprimé", "es": "se suprime"}
_LANGUAGES: tuple[Language, ...] = ("en", "fr", "es")
_QUOTES = {"en": "“{}”", "fr": "«\N{NO-BREAK SPACE}{}\N{NO-BREAK SPACE}»", "es": "«{}»"}


def _quoted(item: str, language: Language) -> str:
    return _QUOTES[language].format(item) if item else ""


# How each sort of value is written -----------------------------------------------------------------------------

Write = Callable[[Any, Tongue], str]


def _text(value: Any, tongue: Tongue) -> str:
    if isinstance(value, Mapping):
        return "; ".join(_text(part, tongue) for part in value.values() if part not in (None, "", [], ()))
    if isinstance(value, list | tuple):
        return "; ".join(_text(part, tongue) for part in value) or _NOTHING
    return _YES_NO[tongue.language][value] if isinstance(value, bool) else str(value)


_YES_NO = {"en": ("no", "yes"), "fr": ("non", "oui"), "es": ("no", "sí")}


def _day(value: Any, tongue: Tongue) -> str:
    return words.day(date.fromisoformat(value), tongue.language)


def _amount(value: Any, tongue: Tongue) -> str:
    return words.amount(Decimal(value), tongue.currency, tongue.language)


def _dollars(value: Any, tongue: Tongue) -> str:
    return words.amount(Decimal(value), "USD", tongue.language)


def _per_cent(value: Any, tongue: Tongue) -> str:
    sign = "%" if tongue.language == "en" else "\N{NO-BREAK SPACE}%"
    return f"{words.percent(Decimal(value), tongue.language)}{sign}"


def _side(value: Any, tongue: Tongue) -> str:
    return tongue.sides[Side(value)]


def _country(value: Any, tongue: Tongue) -> str:
    return words.country(value, tongue.language)


def _countries(value: Any, tongue: Tongue) -> str:
    return words.listed([_country(code, tongue) for code in value], tongue.language)


def _one_line(value: Any, tongue: Tongue) -> str:
    return ", ".join(line.strip().rstrip(",") for line in str(value).splitlines() if line.strip())


def _person(value: Any, tongue: Tongue) -> str:
    return ", ".join(value[part] for part in ("name", "function", "email") if value.get(part))


def _entry(**writers: Write) -> Write:
    """Return how an entry of a list is written that is added or taken out: its parts, in this order."""
    return lambda value, tongue: "; ".join(
        write(value[part], tongue) for part, write in writers.items() if value.get(part) is not None
    )


_EMBLEM = {
    "none": ("not permitted", "non autorisée", "no autorizado"),
    "case_by_case": ("permitted case by case", "autorisée au cas par cas", "autorizado caso por caso"),
    "schedule": ("as the signed schedule says", "selon le calendrier signé", "según el calendario firmado"),
}


def _emblem(value: Any, tongue: Tongue) -> str:
    return _EMBLEM[value][_LANGUAGES.index(tongue.language)]


_OWNERS = {
    "organisation": ("the Organisation", "l’Organisation", "la Organización"),
    "joint": ("both Parties jointly", "les deux Parties conjointement", "ambas Partes conjuntamente"),
    "each": ("each Party its own", "chaque Partie pour les siens", "cada Parte lo propio"),
}


def _owner(value: Any, tongue: Tongue) -> str:
    return _OWNERS[value][_LANGUAGES.index(tongue.language)]


_EQUIPMENT = {
    "recipient": ("the Recipient’s", "à l’Organisme destinataire", "del Organismo Receptor"),
    "contributor": ("the Contributor’s", "à l’Organisme contributeur", "del Organismo Contribuyente"),
    "beneficiaries": ("the beneficiaries’", "aux bénéficiaires", "de los beneficiarios"),
}


def _equipment(value: Any, tongue: Tongue) -> str:
    return _EQUIPMENT[value][_LANGUAGES.index(tongue.language)]


# What each field is called, in English, French and Spanish -----------------------------------------------------

_Labels = tuple[str, str, str]
_ACTIVITY = _entry(responsible=_side, due_on=_day, deliverable=_text)
_GIFT = _entry(quantity=_text, provided_by=_side, value=_amount, valuation_basis=_text, deliver_on=_day)
_INSTALMENT = _entry(amount=_amount, due_on=_day)

PROVISIONS: Mapping[str, tuple[_Labels, Write]] = {
    "title": (("Title of the agreement", "Intitulé de l’accord", "Título del acuerdo"), _text),
    "partner.legal_name": (("Name of the Partner", "Dénomination du Partenaire", "Denominación del Asociado"), _text),
    "partner.short_name": (
        ("Short name of the Partner", "Dénomination abrégée du Partenaire", "Denominación abreviada del Asociado"),
        _text,
    ),
    "partner.legal_form": (
        ("Legal form of the Partner", "Forme juridique du Partenaire", "Forma jurídica del Asociado"),
        _text,
    ),
    "partner.country": (
        ("Country of law of the Partner", "Droit dont relève le Partenaire", "País de constitución del Asociado"),
        _country,
    ),
    "partner.address": (
        ("Registered office of the Partner", "Siège du Partenaire", "Domicilio del Asociado"),
        _one_line,
    ),
    "partner.registration_number": (
        ("Registration number of the Partner", "Numéro d’immatriculation du Partenaire", "Inscripción del Asociado"),
        _text,
    ),
    "partner.parent": (("Parent of the Partner", "Groupe du Partenaire", "Grupo del Asociado"), _text),
    "partner.representative": (
        ("Representative of the Partner", "Représentant du Partenaire", "Representante del Asociado"),
        _person,
    ),
    "partner.contact": (
        ("Focal point of the Partner", "Point focal du Partenaire", "Punto focal del Asociado"),
        _person,
    ),
    "project.title": (("Title of the Project", "Intitulé du Projet", "Título del Proyecto"), _text),
    "project.code": (("Project code", "Code du Projet", "Código del Proyecto"), _text),
    "project.objective": (("Objective of the Project", "Objectif du Projet", "Objetivo del Proyecto"), _text),
    "project.strategy_link": (("Priority served", "Priorité servie", "Prioridad a la que sirve"), _text),
    "project.countries": (("Countries of the Project", "Pays du Projet", "Países del Proyecto"), _countries),
    "project.start_on": (("Beginning of the Project", "Début du Projet", "Comienzo del Proyecto"), _day),
    "project.end_on": (("End of the Project", "Fin du Projet", "Término del Proyecto"), _day),
    "activities": (("Activity {item}", "Activité {item}", "Actividad {item}"), _ACTIVITY),
    "activities.responsible": (
        ("Activity {item}: responsible", "Activité {item} : Partie chargée", "Actividad {item}: Parte encargada"),
        _side,
    ),
    "activities.due_on": (
        ("Activity {item}: due", "Activité {item} : échéance", "Actividad {item}: plazo"),
        _day,
    ),
    "activities.deliverable": (
        ("Activity {item}: deliverable", "Activité {item} : livrable", "Actividad {item}: entregable"),
        _text,
    ),
    "money.contribution": (("Contribution in cash", "Contribution en espèces", "Contribución en efectivo"), _amount),
    "money.total_cost": (
        ("Total cost of the Project", "Coût total du Projet", "Costo total del Proyecto"),
        _amount,
    ),
    "money.support_rate": (
        ("Rate of support costs", "Taux des frais d’appui", "Porcentaje de gastos de apoyo"),
        _per_cent,
    ),
    "money.budget": (
        ("Budget line {item}", "Ligne budgétaire {item}", "Línea presupuestaria {item}"),
        _entry(amount=_amount),
    ),
    "money.budget.amount": (
        ("Budget line {item}", "Ligne budgétaire {item}", "Línea presupuestaria {item}"),
        _amount,
    ),
    "money.instalments": (("Instalment {item}", "Tranche {item}", "Tramo {item}"), _INSTALMENT),
    "money.instalments.amount": (
        ("Instalment {item}: amount", "Tranche {item} : montant", "Tramo {item}: importe"),
        _amount,
    ),
    "money.instalments.due_on": (
        ("Instalment {item}: due", "Tranche {item} : échéance", "Tramo {item}: vencimiento"),
        _day,
    ),
    "in_kind": (
        ("Contribution in kind {item}", "Contribution en nature {item}", "Contribución en especie {item}"),
        _GIFT,
    ),
    "in_kind.quantity": (
        (
            "Contribution in kind {item}: quantity",
            "Contribution en nature {item} : quantité",
            "Contribución en especie {item}: cantidad",
        ),
        _text,
    ),
    "in_kind.provided_by": (
        (
            "Contribution in kind {item}: given by",
            "Contribution en nature {item} : donateur",
            "Contribución en especie {item}: aportante",
        ),
        _side,
    ),
    "in_kind.value": (
        (
            "Contribution in kind {item}: value",
            "Contribution en nature {item} : valeur",
            "Contribución en especie {item}: valor",
        ),
        _amount,
    ),
    "in_kind.valuation_basis": (
        (
            "Contribution in kind {item}: basis of valuation",
            "Contribution en nature {item} : base d’évaluation",
            "Contribución en especie {item}: base de valoración",
        ),
        _text,
    ),
    "in_kind.deliver_on": (
        (
            "Contribution in kind {item}: delivery",
            "Contribution en nature {item} : livraison",
            "Contribución en especie {item}: entrega",
        ),
        _day,
    ),
    "focal_point": (
        ("Focal point of the Organisation", "Point focal de l’Organisation", "Punto focal de la Organización"),
        _person,
    ),
    "emblem_use": (
        ("Use of the name and emblem", "Utilisation du nom et de l’emblème", "Uso del nombre y del emblema"),
        _emblem,
    ),
    "personal_data": (
        ("Exchange of personal data", "Échange de données personnelles", "Intercambio de datos personales"),
        _text,
    ),
    "beneficiary_contact": (
        (
            "Contact with beneficiaries",
            "Contact du Partenaire avec les bénéficiaires",
            "Contacto del Asociado con los beneficiarios",
        ),
        _text,
    ),
    "ip_owner": (
        ("Ownership of what is produced", "Titulaire des droits sur les produits", "Titularidad de lo producido"),
        _owner,
    ),
    "eu.agreement_number": (("Number of the agreement", "Numéro de la convention", "Número del convenio"), _text),
    "eu.financing_instrument": (
        ("Financing instrument", "Instrument de financement", "Instrumento de financiación"),
        _text,
    ),
    "eu.financing_decision": (
        ("Financing decision", "Décision de financement", "Decisión de financiación"),
        _text,
    ),
    "eu.report_every_months": (
        ("Months between two reports", "Mois entre deux rapports", "Meses entre dos informes"),
        _text,
    ),
    "eu.final_report_within_months": (
        ("Months for the final report", "Mois pour le rapport final", "Meses para el informe final"),
        _text,
    ),
    "eu.under_framework": (
        ("Framework Agreement applies", "Application de l’Accord-cadre", "Aplicación del Acuerdo Marco"),
        _text,
    ),
    "eu.retroactive_reason": (
        ("Costs before entry into force", "Coûts antérieurs à l’entrée en vigueur", "Costos anteriores"),
        _text,
    ),
    "eu.grants_per_recipient": (
        ("Highest grant to a third party", "Subvention maximale à un tiers", "Subvención máxima a un tercero"),
        _amount,
    ),
    "eu.results": (
        ("Result {item}", "Résultat {item}", "Resultado {item}"),
        _entry(indicator=_text, baseline=_text, target=_text, source=_text),
    ),
    "eu.results.indicator": (
        ("Result {item}: indicator", "Résultat {item} : indicateur", "Resultado {item}: indicador"),
        _text,
    ),
    "eu.results.baseline": (
        ("Result {item}: baseline", "Résultat {item} : situation de départ", "Resultado {item}: línea de base"),
        _text,
    ),
    "eu.results.target": (("Result {item}: target", "Résultat {item} : cible", "Resultado {item}: meta"), _text),
    "eu.results.source": (
        (
            "Result {item}: source of verification",
            "Résultat {item} : source de vérification",
            "Resultado {item}: fuente de verificación",
        ),
        _text,
    ),
    "world_bank.borrower_country": (("Borrower", "Emprunteur", "Prestatario"), _country),
    "world_bank.implementing_agency": (("Client", "Client (organisme)", "Cliente"), _text),
    "world_bank.financing_number": (
        ("Number of the Financing", "Numéro du Financement", "Número de la Financiación"),
        _text,
    ),
    "world_bank.financing_signed_on": (
        ("Signature of the Financing", "Signature du Financement", "Firma de la Financiación"),
        _day,
    ),
    "world_bank.closing_on": (("Closing Date", "Date de clôture", "Fecha de Cierre"), _day),
    "world_bank.bank_project_id": (("Project number of the Bank", "Numéro de projet", "Número de proyecto"), _text),
    "world_bank.bank_project_name": (("Project of the Bank", "Projet de la Banque", "Proyecto del Banco"), _text),
    "world_bank.no_objection_on": (
        ("No objection of the Bank", "Non-objection de la Banque", "No objeción del Banco"),
        _day,
    ),
    "world_bank.includes_works": (("Works", "Travaux", "Obras"), _text),
    "world_bank.defects_months": (
        ("Months for defects", "Mois de garantie des défauts", "Meses de garantía por defectos"),
        _text,
    ),
    "world_bank.outputs": (
        ("Output {item}", "Produit {item}", "Producto {item}"),
        _entry(quantity=_text, specification=_text, acceptance=_text, place=_text, due_on=_day),
    ),
    "world_bank.outputs.quantity": (
        ("Output {item}: quantity", "Produit {item} : quantité", "Producto {item}: cantidad"),
        _text,
    ),
    "world_bank.outputs.specification": (
        ("Output {item}: specification", "Produit {item} : spécification", "Producto {item}: especificación"),
        _text,
    ),
    "world_bank.outputs.acceptance": (
        ("Output {item}: acceptance", "Produit {item} : acceptation", "Producto {item}: aceptación"),
        _text,
    ),
    "world_bank.outputs.place": (
        ("Output {item}: place", "Produit {item} : lieu", "Producto {item}: lugar"),
        _text,
    ),
    "world_bank.outputs.due_on": (
        ("Output {item}: due date", "Produit {item} : échéance", "Producto {item}: fecha"),
        _day,
    ),
    "un.donor": (("Donor", "Donateur", "Donante"), _text),
    "un.report_every_months": (
        ("Months between two reports", "Mois entre deux rapports", "Meses entre dos informes"),
        _text,
    ),
    "un.final_report_within_months": (
        ("Months for the final report", "Mois pour le rapport final", "Meses para el informe final"),
        _text,
    ),
    "un.equipment_goes_to": (
        ("Equipment at the end", "Équipement à la fin", "Equipo al final"),
        _equipment,
    ),
    "un.sub_recipients": (
        ("Partners of the Recipient", "Partenaires du destinataire", "Asociados del Organismo Receptor"),
        _text,
    ),
    "un.next_after_spent_percent": (
        ("Share spent before the next instalment", "Part à dépenser avant la tranche suivante", "Parte por gastar"),
        _per_cent,
    ),
    "un.balance_returned_above_usd": (
        ("Balance to be returned above", "Solde à restituer au-delà de", "Saldo por devolver por encima de"),
        _dollars,
    ),
}
"""What stands in an agreement and may be amended: what it is called, and how its value is written."""

BESIDE_THE_TEXT: Mapping[str, tuple[_Labels, Write]] = {
    "partner.kind": (("Kind of partner", "Nature du partenaire", "Tipo de asociado"), _text),
    "partner.sector": (("Sector of the partner", "Secteur du partenaire", "Sector del asociado"), _text),
    "partner.website": (("Website of the partner", "Site du partenaire", "Sitio del asociado"), _text),
    "partner.aliases": (("Other names", "Autres dénominations", "Otras denominaciones"), _text),
    "partner.people": (("Owner or director {item}", "Dirigeant {item}", "Dirigente {item}"), _text),
    "documents": (("Document {item}", "Document {item}", "Documento {item}"), _text),
    "criteria": (("Exclusion criterion {item}", "Critère {item}", "Criterio {item}"), _text),
    "risk_factors": (("Risk factor {item}", "Facteur {item}", "Factor {item}"), _text),
}
"""Fields that do not stand in the agreement; deciders see them."""
