"""What the two-minute check makes of each ground it may find: `precheck:` in `policy/screening.yaml`."""

from __future__ import annotations

from enum import StrEnum

from approvals.casework.policy.rule import Rule


class Acceptability(StrEnum):
    """The answer to "may we work with them?", best first."""

    ACCEPTABLE = "acceptable"
    WITH_CONDITIONS = "acceptable_with_conditions"
    NEEDS_HEADQUARTERS = "needs_headquarters"
    NOT_ACCEPTABLE = "not_acceptable"

    @property
    def rank(self) -> int:
        """0 for acceptable up to 3 for not acceptable."""
        return list(Acceptability).index(self)


class Ground(StrEnum):
    """What may stand against a partner before any contact."""

    CRITERION_MET = "criterion_met"  #: an exclusion question is answered with yes
    CRITERION_OPEN = "criterion_open"  #: an exclusion question is not answered
    NOT_A_PARTNERSHIP = "not_a_partnership"  #: the money moves as in another procedure
    NO_TEMPLATE = "no_template"  #: no agreement template serves this partner and direction of funds
    SECTOR_UNKNOWN = "sector_unknown"  #: policy does not know the sector
    SECTOR_HIGH_RISK = "sector_high_risk"  #: a sector of high risk
    NAME_STRONG = "name_strong"  #: the name is surely or nearly that of a listed one
    NAME_POSSIBLE = "name_possible"  #: the name resembles a listed one
    LIST_UNFIT = "list_unfit"  #: a list is missing or too old to rely on
    FLAG_OBSERVATION = "flag_observation"  #: our register holds an observation against the partner
    FLAG_RISK = "flag_risk"  #: our register holds a risk against it
    FLAG_ESCALATED = "flag_escalated"  #: a flag on it waits for headquarters
    FLAG_RED = "flag_red"  #: headquarters confirmed a flag on it
    FLAGGED_NAMESAKE = "flagged_namesake"  #: a partner with a flag may be the same
    DECIDED_AT_HEADQUARTERS = "decided_at_headquarters"  #: the decision lies with headquarters


class PrecheckRule(Rule):
    """What a ground means for the answer."""

    ground: Ground
    answer: Acceptability
