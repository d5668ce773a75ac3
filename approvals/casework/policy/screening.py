"""`policy/screening.yaml`: how names are compared with lists, and which lists must be in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, model_validator

from approvals.casework.policy.clearing import ClearingRule
from approvals.casework.policy.keys import repeated
from approvals.casework.policy.precheck import Acceptability, Ground, PrecheckRule
from approvals.casework.policy.rescreening import SUSPEND_WHEN_IN_DOUBT, RescreeningRule
from approvals.casework.policy.rule import PolicyFile, PolicyPart, Rule
from models.flag import FlagState
from models.screening import Verdict

Share = Annotated[float, Field(ge=0, le=1)]


class NameRule(PolicyPart):
    """What each difference between two names takes off their likeness, which is 1 for equal names."""

    spelling: Share = Field(default=0.5, description="Times the share of the whole spelling that differs")
    weakest_word: Share = Field(default=0.35, description="Times how unlike the most unlike pair of words is")
    word_against_word: Share = Field(default=0.29, description="For each word that has another in its place")
    words_left_out: Share = Field(default=0.08, description="Times the share of words that only one name has")
    little_in_common: Share = Field(default=0.16, description="When words are left, and none are shared that tell")
    another_legal_form: Share = Field(default=0.08, description="When both bear legal forms and share none")


class MatchingRule(Rule):
    """Where a name score changes its meaning, and what other facts do to it. All values are shares of one."""

    review_from: Share = Field(description="From here a person must look")
    strong_from: Share = Field(description="From here the hit is called strong")
    birth_year_agrees: Share = Field(description="Added when the year of birth agrees within a year")
    birth_year_differs: Share = Field(description="Taken off when it differs by more")
    birth_day_agrees: Share = Field(default=0.04, description="Added when the whole date of birth agrees")
    birth_day_differs: Share = Field(default=0.08, description="Taken off when the year agrees and the day does not")
    number_agrees: Share = Field(
        default=0.95, description="The least score when a number agrees, of a passport, a register or a ship"
    )
    number_differs: Share = Field(
        default=0.08, description="Taken off when numbers of one kind from one country are known and differ"
    )
    country_agrees: Share = Field(description="Added when a country is shared")
    country_differs: Share = Field(description="Taken off when both sides name countries and share none")
    kind_differs: Share = Field(description="Taken off when one is a person and the other is not")
    names: NameRule = Field(default=NameRule(), description="What differences between names take off")

    @model_validator(mode="after")
    def _in_order(self) -> MatchingRule:
        if not self.review_from < self.strong_from:
            raise ValueError(f"review_from {self.review_from} must be below strong_from {self.strong_from}")
        return self


class ListRule(Rule):
    """A list that screenings use. A required list that is missing or too old never lets a screening be clear."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Short name, as stored with every hit")
    title: str
    required: bool = False
    maximum_age_days: int = Field(ge=1, le=3650)


class DuplicatesRule(Rule):
    """From which score a partner of the register counts as perhaps the same organisation."""

    similar_from: Share


class FlagRule(Rule):
    """What the screening says when a partner, or one above it, has a flag that stands so."""

    state: FlagState
    verdict: Verdict
    shared: bool = Field(default=False, description="Other agencies are told of it, without its reasons")


class ImportRule(Rule):
    """When a new version of a list is not believed, and how lists are fetched from their publishers."""

    largest_shrinkage: Share = Field(description="Share of entries, or of names, a list may lose at once")
    fetch_within_seconds: int = Field(default=300, ge=1, le=3600, description="How long fetching one file may take")
    largest_file_mb: int = Field(default=200, ge=1, le=4000, description="The largest file that is fetched")
    alarm_again_after_days: int = Field(
        default=7, ge=1, le=365, description="Administrators are told again of a list that is still too old"
    )


class ScreeningRules(PolicyFile):
    """Thresholds, lists and what is not believed."""

    matching: MatchingRule
    duplicates: DuplicatesRule
    imports: ImportRule
    lists: tuple[ListRule, ...] = Field(min_length=1)
    precheck: tuple[PrecheckRule, ...] = ()
    clearing: ClearingRule | None = Field(
        default=None, description="Policies published before hits were judged one by one have none"
    )
    rescreening: RescreeningRule = SUSPEND_WHEN_IN_DOUBT
    flags: tuple[FlagRule, ...] = ()

    def faults(self) -> Iterable[str]:
        """Yield what does not fit together across rules, as sentences."""
        yield from repeated("lists", (rule.key for rule in self.lists))
        yield from repeated("precheck", (rule.ground for rule in self.precheck))
        yield from self.clearing.faults() if self.clearing else ()
        for ground in sorted(set(Ground) - {rule.ground for rule in self.precheck}):
            yield f"precheck: nothing is said of «{ground}»"
        yield from repeated("flags", (rule.state for rule in self.flags))
        for state in sorted(set(FlagState) - {FlagState.LIFTED} - {rule.state for rule in self.flags}):
            yield f"flags: nothing is said of «{state}»"

    def weigh(self, ground: Ground) -> tuple[Acceptability, str]:
        """Return what `ground` means before any contact, and the source of the rule.

        A policy published before there was this check sends every ground to headquarters.
        """
        for rule in self.precheck:
            if rule.ground is ground:
                return rule.answer, rule.source
        return Acceptability.NEEDS_HEADQUARTERS, "This policy has no rule for the two-minute check"

    def shares(self, state: FlagState) -> bool:
        """Tell whether other agencies are told of a flag that stands so."""
        return any(rule.state is state and rule.shared for rule in self.flags)

    def of_flag(self, state: FlagState) -> tuple[Verdict, str]:
        """Return what the screening says of a flag that stands so, and the source of the rule.

        A policy published before there were flags lets a person look at each.
        """
        for rule in self.flags:
            if rule.state is state:
                return rule.verdict, rule.source
        return Verdict.REVIEW, "This policy has no rule for flags"
