"""Policy says which family of templates serves whom; what is shipped must be what it names."""

import pytest

from approvals.casework.policy import read_policy
from approvals.casework.policy.routes import Circumstances
from approvals.casework.route import template_family
from approvals.documents.template import families, read_manifest
from approvals.settings import Settings
from models.case import AgreementForm, Funds, Level
from models.partner import PartnerKind
from models.risk import RiskLevel

POLICY = read_policy(Settings().policy_folder)
TEMPLATES = Settings().template_folder


def test_policy_names_the_families_that_are_shipped_and_no_others():
    named = {rule.family for rule in POLICY.routes.templates} | {POLICY.amendments.family}

    assert named == set(families(TEMPLATES))


@pytest.mark.parametrize("family", families(TEMPLATES))
def test_every_family_is_shipped_in_the_three_official_languages(family):
    assert set(read_manifest(TEMPLATES, family).languages) == {"en", "fr", "es"}


@pytest.mark.parametrize(
    ("kind", "funds", "family"),
    [
        (PartnerKind.EUROPEAN_UNION, Funds.RECEIVING, "eu_contribution"),
        (PartnerKind.COMPANY, Funds.RECEIVING, "private_partnership"),
        (PartnerKind.FOUNDATION, Funds.NONE, "private_partnership"),
        (PartnerKind.NGO, Funds.GIVING, "ngo_implementing"),
        (PartnerKind.UN_AGENCY, Funds.GIVING, "un_transfer"),
        (PartnerKind.UN_AGENCY, Funds.RECEIVING, "un_transfer"),
    ],
)
def test_the_family_follows_from_kind_and_direction_of_funds(kind, funds, family):
    assert template_family(POLICY, Circumstances(kind, funds, RiskLevel.LOW, Level.COUNTRY, 1)) == family


@pytest.mark.parametrize(
    ("form", "family"),
    [(AgreementForm.TECHNICAL_ASSISTANCE, "world_bank_ta"), (AgreementForm.OUTPUTS, "world_bank_outputs")],
)
def test_the_world_bank_has_one_family_for_advice_and_one_for_outputs(form, family):
    case = Circumstances(PartnerKind.WORLD_BANK, Funds.RECEIVING, RiskLevel.LOW, Level.COUNTRY, 1, form=form)

    assert template_family(POLICY, case) == family


def test_amendments_have_a_family_of_their_own():
    assert POLICY.amendments.family == "amendment"
    assert POLICY.amendments.family not in {rule.family for rule in POLICY.routes.templates}
