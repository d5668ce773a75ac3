"""The pages of a proposal, as a table one can read from the top: what is asked, in which words, and when."""

from __future__ import annotations

from approvals.casework.policy import Policy
from approvals.desk.languages import marked as _
from approvals.desk.proposing.questions import Control, Heading, Part, Question, Rows, Section, Typed
from models.case import AgreementForm, Funds
from models.partner import PartnerKind

_C = Control

NAME_OF_PARTNER = Question("partner.legal_name", _("Legal name"), _("In the spelling of its own register."))
KIND_OF_PARTNER = Question("partner.kind", _("Kind of organisation"), control=_C.PICK)
COUNTRY_OF_PARTNER = Question(
    "partner.country", _("Country of law"), _("Where it is registered."), _C.PICK, "countries"
)
NUMBER_OF_PARTNER = Question(
    "partner.registration_number", _("Registration number"), _("In its national register. It tells namesakes apart.")
)


def _person(path: str, who: str, hint: str = "") -> tuple[Part, ...]:
    return (
        Heading(who, hint),
        Question(f"{path}.name", _("Name")),
        Question(f"{path}.function", _("Function")),
        Question(f"{path}.email", _("E-mail"), control=_C.EMAIL),
        Question(f"{path}.birth_year", _("Year of birth"), _("It tells namesakes on lists apart."), _C.NUMBER),
        Question(f"{path}.nationality", _("Nationality"), control=_C.PICK, options="countries"),
    )


def _kind_is(kind: PartnerKind, typed: Typed) -> bool:
    return typed.get("partner.kind") == kind


def _money_moves(typed: Typed) -> bool:
    return typed.get("funds") in (Funds.RECEIVING, Funds.GIVING)


def _criteria(policy: Policy, typed: Typed) -> tuple[Part, ...]:
    asked = policy.criteria.criteria
    questions = tuple(
        Question(f"criteria.{one.key}", one.question, control=_C.YES_NO, from_policy=True) for one in asked
    )
    if _kind_of(typed) in policy.criteria.not_asked_of:
        not_asked = _("Partners of this kind are not asked. You may leave everything on this page open.")
        return (Heading(_("Not asked of this partner"), not_asked), *questions)
    return questions


def _risk(policy: Policy, typed: Typed) -> tuple[Part, ...]:
    kind = _kind_of(typed)
    asked = policy.risk.asked_of(kind) if kind else ()
    others = tuple(one for one in policy.risk.factors if one not in asked and not one.derived)
    more = _("The policy does not ask for these here; say something if you know something.")
    return (
        *(_factor(one.key, one.title) for one in asked),
        *([Heading(_("Other factors"), more)] if others else []),
        *(_factor(one.key, one.title) for one in others),
    )


def _factor(key: str, title: str) -> Question:
    return Question(f"risk_factors.{key}", title, control=_C.RADIOS, options="risk_levels", from_policy=True)


def _kind_of(typed: Typed) -> PartnerKind | None:
    kind = typed.get("partner.kind", "")
    return PartnerKind(kind) if kind in set(PartnerKind) else None


PARTNER = Section(
    "partner",
    _("The partner"),
    (
        NAME_OF_PARTNER,
        Question("partner.short_name", _("Short name"), _("As it will be called in the text.")),
        KIND_OF_PARTNER,
        Question("partner.legal_form", _("Legal form"), _("Such as: a foundation under Swiss law.")),
        COUNTRY_OF_PARTNER,
        NUMBER_OF_PARTNER,
        Question("partner_is", _("In the partner register"), control=_C.RADIOS, options="register"),
        Question("partner.sector", _("Sector of activity"), control=_C.PICK, options="sectors"),
        Question("partner.address", _("Address"), control=_C.PROSE),
        Question("partner.website", _("Website")),
        Question("partner.parent", _("Parent company or mother organisation")),
        Question("partner.aliases", _("Other and former names"), _("One on each line."), _C.LINES),
    ),
)

PEOPLE = Section(
    "people",
    _("The partner's people"),
    (
        *_person("partner.representative", _("Who signs for the partner")),
        *_person("partner.contact", _("Whom we write to")),
        Rows(
            "partner.people",
            _("Board, owners and directors"),
            _("Person"),
            (
                Question("name", _("Name")),
                Question("function", _("Function")),
                Question("email", _("E-mail"), control=_C.EMAIL),
                Question("birth_year", _("Year of birth"), control=_C.NUMBER),
                Question("nationality", _("Nationality"), control=_C.PICK, options="countries"),
            ),
            _("They are compared with the lists as the partner itself is."),
        ),
    ),
)

PURPOSE = Section(
    "purpose",
    _("Purpose"),
    (
        Question("title", _("Title of the partnership"), _("What colleagues will know the case by.")),
        Question("project.title", _("Title of the project")),
        Question("project.code", _("Project code"), _("Such as RAS/26/01/XYZ.")),
        Question("project.objective", _("Objective"), _("What will be better for whom."), _C.PROSE),
        Question("project.strategy_link", _("Programme outcome or country priority it serves")),
        Rows(
            "project.countries",
            _("Countries of the project"),
            _("Country"),
            (Question("", _("Country"), control=_C.PICK, options="countries"),),
        ),
        Question("project.start_on", _("First day"), control=_C.DAY),
        Question("project.end_on", _("Last day"), control=_C.DAY),
    ),
)

OUR_SIDE = Section(
    "our_side",
    _("Our side"),
    (
        Question("office", _("Office"), _("A proposal is submitted by an officer of its office."), _C.SETTLED),
        Question("level", _("Level"), control=_C.RADIOS),
        Question("language", _("Language of the agreement"), control=_C.RADIOS),
        Question(
            "requested_by",
            _("E-mail of a colleague who asked for it"),
            _("Leave it empty if it was your own idea. Whoever asked may not decide."),
            _C.EMAIL,
        ),
        *_person("focal_point", _("Focal point"), _("The officer who answers for the partnership.")),
    ),
)

ACTIVITIES = Section(
    "activities",
    _("Activities"),
    (
        Rows(
            "activities",
            _("Activities"),
            _("Activity"),
            (
                Question("title", _("What is done")),
                Question("responsible", _("By whom"), control=_C.PICK),
                Question("due_on", _("By when"), control=_C.DAY),
                Question("deliverable", _("What is there afterwards"), _("The deliverable, if there is one.")),
            ),
        ),
    ),
    _("Each becomes an obligation of the agreement, with its last day."),
)

MONEY = Section(
    "money",
    _("Funds"),
    (Question("funds", _("Which way does money move?"), control=_C.RADIOS),),
    _("The route, the template and the next pages depend on it."),
)

CONTRIBUTION = Section(
    "contribution",
    _("Contribution and budget"),
    (
        Question("money.currency", _("Currency"), control=_C.PICK, options="currencies"),
        Question("money.contribution", _("Contribution"), _("In digits, such as 125000.50."), _C.AMOUNT),
        Question(
            "money.total_cost",
            _("Cost of the whole project"),
            _("Only if others, or we, pay a part of it."),
            _C.AMOUNT,
        ),
        Question(
            "money.support_rate",
            _("Support costs, in per cent"),
            _("They come on top of the budget lines; both together make the contribution."),
            _C.AMOUNT,
        ),
        Rows(
            "money.budget",
            _("Budget"),
            _("Budget line"),
            (Question("heading", _("Heading")), Question("amount", _("Amount"), control=_C.AMOUNT)),
            _("Direct costs only."),
        ),
    ),
    shown=_money_moves,
)

INSTALMENTS = Section(
    "instalments",
    _("Instalments"),
    (
        Rows(
            "money.instalments",
            _("Instalments"),
            _("Instalment"),
            (
                Question("due_on", _("Due on"), control=_C.DAY),
                Question("trigger", _("Paid when"), _("Such as: signature, or acceptance of the first report.")),
                Question("amount", _("Amount"), control=_C.AMOUNT),
            ),
            _("They sum to the contribution."),
        ),
    ),
    shown=_money_moves,
)

IN_KIND = Section(
    "in_kind",
    _("Contributions in kind"),
    (
        Rows(
            "in_kind",
            _("Contributions in kind"),
            _("Contribution"),
            (
                Question("item", _("What")),
                Question("quantity", _("How much of it"), _("Such as: 120 units.")),
                Question("provided_by", _("Given by"), control=_C.PICK),
                Question(
                    "value", _("Value"), _("In the currency of the contribution, else in US dollars."), _C.AMOUNT
                ),
                Question("valuation_basis", _("How it was valued"), _("Such as: invoice price.")),
                Question("deliver_on", _("Delivered by"), control=_C.DAY),
            ),
        ),
    ),
    _("Goods, services and people's time. Leave it empty if there are none."),
)

TERMS = Section(
    "terms",
    _("Terms"),
    (
        Question("emblem_use", _("May the partner use our name and emblem?"), control=_C.RADIOS),
        Question("ip_owner", _("To whom does belong what is produced?"), control=_C.RADIOS),
        Question("personal_data", _("Will personal data be shared?"), control=_C.YES_NO),
        Question("beneficiary_contact", _("Will the partner be in contact with beneficiaries?"), control=_C.YES_NO),
    ),
)

CRITERIA = Section(
    "criteria",
    _("Exclusion criteria"),
    lead=_("Yes means that the partner is involved. Leave open what you do not know; screening will ask for it."),
    by_policy=_criteria,
)

RISK = Section(
    "risk_factors",
    _("Risk factors"),
    lead=_("Your own assessment. Due diligence sees it, and may think otherwise."),
    by_policy=_risk,
)

DOCUMENTS = Section(
    "documents",
    _("Documents"),
    (
        Rows(
            "documents",
            _("Documents"),
            _("Document"),
            (
                Question("kind", _("Kind of document"), control=_C.PICK, options="document_kinds"),
                Question("title", _("Title")),
                Question("dated_on", _("Date of the document"), control=_C.DAY),
            ),
            suggested=".kind",
        ),
    ),
    _("What you have in hands. The files themselves are added to the case after submission."),
)

EUROPEAN_UNION = Section(
    "eu",
    _("European Union"),
    (
        Question("eu.agreement_number", _("Number of the agreement"), _("Such as NDICI-GEO-NEAR/2026/449-592.")),
        Question("eu.financing_instrument", _("Financing instrument"), control=_C.PICK),
        Question("eu.financing_decision", _("Financing decision")),
        Question("eu.report_every_months", _("Months from report to report"), control=_C.NUMBER),
        Question("eu.final_report_within_months", _("Months until the final report"), control=_C.NUMBER),
        Question("eu.under_framework", _("Does the EU–UN Framework Agreement (FAFA) apply?"), control=_C.YES_NO),
        Question(
            "eu.retroactive_reason",
            _("Why are costs before entry into force accepted?"),
            _("Leave it empty if none are."),
        ),
        Question(
            "eu.grants_per_recipient",
            _("Highest grant to one third party"),
            _("Leave it empty if there are no grants."),
            _C.AMOUNT,
        ),
        Rows(
            "eu.results",
            _("Logical framework"),
            _("Result"),
            (
                Question("result", _("Result")),
                Question("indicator", _("Indicator")),
                Question("baseline", _("Baseline")),
                Question("target", _("Target")),
                Question("source", _("Source of verification")),
            ),
        ),
    ),
    shown=lambda typed: _kind_is(PartnerKind.EUROPEAN_UNION, typed),
)

WORLD_BANK = Section(
    "world_bank",
    _("World Bank financing"),
    (
        Question("world_bank.borrower_country", _("Country of the borrower"), control=_C.PICK, options="countries"),
        Question("world_bank.implementing_agency", _("Implementing agency of the borrower")),
        Question("world_bank.financing_kind", _("Kind of financing"), control=_C.RADIOS),
        Question("world_bank.financing_number", _("Number of the financing"), _("Such as IDA-6512-XX.")),
        Question("world_bank.financing_signed_on", _("Financing signed on"), control=_C.DAY),
        Question("world_bank.closing_on", _("Closing date of the financing"), control=_C.DAY),
        Question("world_bank.bank_project_id", _("Project number of the Bank"), _("P and six digits.")),
        Question("world_bank.bank_project_name", _("Project name of the Bank")),
        Question("world_bank.no_objection_on", _("Day of the Bank's no-objection"), control=_C.DAY),
        Question("world_bank.form", _("Form of the agreement"), control=_C.RADIOS),
    ),
    _("The party is the borrower's agency; the Bank itself is not a party."),
    shown=lambda typed: _kind_is(PartnerKind.WORLD_BANK, typed),
)

OUTPUTS = Section(
    "outputs",
    _("Outputs"),
    (
        Question("world_bank.includes_works", _("Are outputs built or repaired?"), control=_C.YES_NO),
        Question("world_bank.defects_months", _("Months in which we remedy defects"), control=_C.NUMBER),
        Rows(
            "world_bank.outputs",
            _("Outputs"),
            _("Output"),
            (
                Question("title", _("What is handed over")),
                Question("quantity", _("How much of it"), _("Such as: 12 workshops.")),
                Question("specification", _("What it must be, so that it can be examined")),
                Question("acceptance", _("What is examined at hand-over, and by whom")),
                Question("place", _("Place of hand-over")),
                Question("due_on", _("By when"), control=_C.DAY),
            ),
        ),
    ),
    shown=lambda typed: (
        _kind_is(PartnerKind.WORLD_BANK, typed) and typed.get("world_bank.form") == AgreementForm.OUTPUTS
    ),
)

UN_AGENCY = Section(
    "un",
    _("Transfer between UN agencies"),
    (
        Question("un.donor", _("Original donor"), _("Who gave the money to the agency that passes it on.")),
        Question("un.in_joint_programme", _("Is it part of a joint programme?"), control=_C.YES_NO),
        Question("un.report_every_months", _("Months from report to report"), control=_C.NUMBER),
        Question("un.final_report_within_months", _("Months until the final report"), control=_C.NUMBER),
        Question("un.equipment_goes_to", _("Whose is the equipment at the end?"), control=_C.RADIOS),
        Question("un.sub_recipients", _("May activities be entrusted to others?"), control=_C.YES_NO),
        Question(
            "un.next_after_spent_percent",
            _("Per cent to be spent before the next instalment"),
            control=_C.AMOUNT,
        ),
        Question(
            "un.balance_returned_above_usd",
            _("An unspent balance is returned above, in US dollars"),
            control=_C.AMOUNT,
        ),
    ),
    shown=lambda typed: _kind_is(PartnerKind.UN_AGENCY, typed),
)

SECTIONS: tuple[Section, ...] = (
    PARTNER, PEOPLE, PURPOSE, OUR_SIDE, ACTIVITIES, MONEY, CONTRIBUTION, INSTALMENTS, IN_KIND, EUROPEAN_UNION,
    WORLD_BANK, OUTPUTS, UN_AGENCY, TERMS, CRITERIA, RISK, DOCUMENTS,
)  # fmt: skip
"""In the order of the pages."""
