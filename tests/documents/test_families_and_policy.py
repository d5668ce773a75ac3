"""Policy and manifests both say which template serves whom; they must say the same."""

from decimal import Decimal

import pytest

from approvals.casework.policy import read_policy
from approvals.casework.policy.routes import Circumstances
from approvals.casework.route import template_family
from approvals.documents.template import choose_family
from approvals.errors import PolicyError, TemplateError
from approvals.settings import Settings
from models.case import AgreementForm, Funds, Level
from models.partner import PartnerKind
from models.risk import RiskLevel

POLICY = read_policy(Settings().policy_folder)


def _by_policy(kind, funds, form):
    try:
        return template_family(
            POLICY, Circumstances(kind, funds, RiskLevel.LOW, Level.COUNTRY, Decimal(1), form=form)
        )
    except PolicyError:
        return None


def _by_manifest(kind, funds, form):
    try:
        return choose_family(Settings().template_folder, kind=kind, funds=funds, form=form)
    except TemplateError:
        return None


@pytest.mark.parametrize("form", [None, *AgreementForm])
@pytest.mark.parametrize("funds", Funds)
@pytest.mark.parametrize("kind", PartnerKind)
def test_policy_and_manifests_name_the_same_family(kind, funds, form):
    assert _by_policy(kind, funds, form) == _by_manifest(kind, funds, form)
