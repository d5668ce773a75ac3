"""Policy and manifests both say which template serves whom; they must say the same."""

from decimal import Decimal

import pytest

from approvals.casework.policy import read_policy
from approvals.casework.policy.routes import Circumstances
from approvals.casework.route import template_family
from approvals.documents.template import choose_family, families, read_manifest
from approvals.errors import PolicyError, TemplateError
from approvals.settings import Settings
from models.case import Funds, Level
from models.partner import PartnerKind
from models.risk import RiskLevel

POLICY = read_policy(Settings().policy_folder)


def _by_policy(kind, funds):
    try:
        return template_family(POLICY, Circumstances(kind, funds, RiskLevel.LOW, Level.COUNTRY, Decimal(1)))
    except PolicyError:
        return None


def _by_manifest(kind, funds):
    try:
        return choose_family(Settings().template_folder, kind=kind, funds=funds)
    except TemplateError:
        return None


@pytest.mark.parametrize("funds", Funds)
@pytest.mark.parametrize("kind", PartnerKind)
def test_policy_and_manifests_name_the_same_family(kind, funds):
    assert _by_policy(kind, funds) == _by_manifest(kind, funds)


def test_amendments_have_a_family_of_their_own():
    family = read_manifest(Settings().template_folder, POLICY.amendments.family)

    assert family.purpose.amendments
    assert [name for name in families(Settings().template_folder) if _serves_amendments(name)] == [family.family]


def _serves_amendments(family):
    return read_manifest(Settings().template_folder, family).purpose.amendments
