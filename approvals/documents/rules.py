"""Rules across the fields of an agreement, as the legal office writes them into the manifest.

The kinds are few and closed, so that a rule is data: it can be read, published, hashed and tested, and a manifest can
never bring a program with it. A rule whose facts were not given is not broken: whether they must be given is for the
proposal's form to say.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field

from approvals.documents import words
from approvals.documents.facts import Facts, kind_at
from approvals.documents.manifest_part import IDENTIFIER, FieldPath, ManifestPart, Sentence
from approvals.errors import Fault


class _Rule(ManifestPart):
    """What every rule says of itself."""

    id: Annotated[str, Field(pattern=IDENTIFIER)]
    sentence: Sentence  #: what must be, in words; may name {limit}, {months} or {usd}
    source: Annotated[str, Field(min_length=1)]
    when: Mapping[FieldPath, str | bool | tuple[str, ...]] = Field(default_factory=dict)  #: all of it must hold

    @property
    def fields(self) -> tuple[str, ...]:
        """The paths it reads, the one to mend first."""
        return tuple(path for path in self.reads() if not path.startswith("policy."))

    def applies(self, facts: Facts) -> bool:
        """Everything under `when` holds."""
        return all(_is_one_of(facts.at(path), allowed) for path, allowed in self.when.items())

    @abstractmethod
    def reads(self) -> Mapping[str, type]:
        """Return the path of each fact it reads, and the type the fact must have."""

    @abstractmethod
    def is_broken(self, facts: Facts) -> bool:
        """The facts are given, and do not keep the rule."""

    def figures(self, facts: Facts) -> dict[str, str]:
        """Return what the sentence may name, by name."""
        return {}


def _is_one_of(values: Sequence[Any], allowed: str | bool | tuple[str, ...]) -> bool:
    wanted = allowed if isinstance(allowed, tuple) else (allowed,)
    return any(value in wanted for value in values)


class InOrder(_Rule):
    """Each date comes no later than the next; of a list, every one."""

    kind: Literal["in_order"]
    dates: Annotated[tuple[FieldPath, ...], Field(min_length=2)]

    def reads(self) -> Mapping[str, type]:
        return dict.fromkeys(self.dates, date)

    def is_broken(self, facts: Facts) -> bool:
        given = [values for values in map(facts.at, self.dates) if values]
        return any(max(earlier) > min(later) for earlier, later in pairwise(given))


class SumsTo(_Rule):
    """All parts together make the total."""

    kind: Literal["sums_to"]
    parts: Annotated[tuple[FieldPath, ...], Field(min_length=1)]
    total: FieldPath

    def reads(self) -> Mapping[str, type]:
        return dict.fromkeys((*self.parts, self.total), Decimal)

    def is_broken(self, facts: Facts) -> bool:
        together = sum((value for path in self.parts for value in facts.at(path)), Decimal(0))
        return any(together != total for total in facts.at(self.total))


class Share(_Rule):
    """The part is `rate` per cent of the base, rounded half up to so many decimals."""

    kind: Literal["share"]
    part: FieldPath
    rate: FieldPath
    base: FieldPath
    decimals: Annotated[int, Field(ge=0, le=4)] = 2

    def reads(self) -> Mapping[str, type]:
        return dict.fromkeys((self.part, self.rate, self.base), Decimal)

    def is_broken(self, facts: Facts) -> bool:
        unit = Decimal(1).scaleb(-self.decimals)
        given = zip(facts.at(self.part), facts.at(self.rate), facts.at(self.base), strict=False)
        return any(part != (rate * base / 100).quantize(unit, ROUND_HALF_UP) for part, rate, base in given)


class AtMost(_Rule):
    """Every value is at most the limit: a number, another field, or a value of policy."""

    kind: Literal["at_most"]
    value: FieldPath
    limit: Decimal | FieldPath

    def reads(self) -> Mapping[str, type]:
        limit = {self.limit: Decimal} if isinstance(self.limit, str) else {}
        return {self.value: Decimal, **limit}

    def is_broken(self, facts: Facts) -> bool:
        return any(value > limit for value in facts.at(self.value) for limit in self._limits(facts))

    def figures(self, facts: Facts) -> dict[str, str]:
        return {"limit": ", ".join(map(_figure, self._limits(facts)))}

    def _limits(self, facts: Facts) -> list[Decimal]:
        return facts.at(self.limit) if isinstance(self.limit, str) else [self.limit]


class MonthsBefore(_Rule):
    """The date lies at least so many months before another; the months may be a value of policy."""

    kind: Literal["months_before"]
    date: FieldPath
    months: Annotated[int, Field(ge=0, le=240)] | FieldPath
    before: FieldPath

    def reads(self) -> Mapping[str, type]:
        months = {self.months: int} if isinstance(self.months, str) else {}
        return {**dict.fromkeys((self.date, self.before), date), **months}

    def is_broken(self, facts: Facts) -> bool:
        return any(
            words.months_later(earlier, months) > later
            for months in self._months(facts)
            for earlier in facts.at(self.date)
            for later in facts.at(self.before)
        )

    def figures(self, facts: Facts) -> dict[str, str]:
        return {"months": ", ".join(map(str, self._months(facts)))}

    def _months(self, facts: Facts) -> list[int]:
        return facts.at(self.months) if isinstance(self.months, str) else [self.months]


class InWords(_Rule):
    """The agreement prints the figure in words of its own language; looked at when the agreement is drafted."""

    kind: Literal["in_words"]
    words: FieldPath  #: a field of the template
    figure: FieldPath
    currency: FieldPath

    def reads(self) -> Mapping[str, type]:
        return {self.figure: Decimal, self.currency: str}

    def is_broken(self, facts: Facts) -> bool:
        given = zip(facts.printed_at(self.words), facts.at(self.figure), facts.at(self.currency), strict=False)
        language = facts.proposal.language
        return any(said != words.amount_in_words(figure, currency, language) for said, figure, currency in given)


class Given(_Rule):
    """Each of the facts is given: a text or list that is not empty, a yes."""

    kind: Literal["given"]
    facts: Annotated[tuple[FieldPath, ...], Field(min_length=1)]

    def reads(self) -> Mapping[str, type]:
        return dict.fromkeys(self.facts, object)

    def is_broken(self, facts: Facts) -> bool:
        return not all(any(facts.at(path)) for path in self.facts)


class NotGiven(_Rule):
    """None of the facts is given: no text, no line of a list, no yes."""

    kind: Literal["not_given"]
    facts: Annotated[tuple[FieldPath, ...], Field(min_length=1)]

    def reads(self) -> Mapping[str, type]:
        return dict.fromkeys(self.facts, object)

    def is_broken(self, facts: Facts) -> bool:
        return any(any(facts.at(path)) for path in self.facts)


class FirstInstalment(_Rule):
    """The instalment due first is at most a share of the contribution, unless that is both small and short.

    Small is below an amount in US dollars, at the policy's rate; in a currency without one nothing is small. Short
    is a project that ends before so many months are over.
    """

    kind: Literal["first_instalment"]
    most_percent: FieldPath
    small_below_usd: FieldPath
    short_below_months: FieldPath

    def reads(self) -> Mapping[str, type]:
        limits = {self.most_percent: Decimal, self.small_below_usd: Decimal, self.short_below_months: int}
        return {"money.instalments[].amount": Decimal, **limits}

    def is_broken(self, facts: Facts) -> bool:
        money, most = facts.proposal.money, facts.at(self.most_percent)
        if money is None or not money.instalments or not most or self._is_small_and_short(facts):
            return False
        first = min(money.instalments, key=lambda part: part.due_on)
        return any(first.amount * 100 > money.contribution * share for share in most)

    def _is_small_and_short(self, facts: Facts) -> bool:
        project, money, rate = facts.proposal.project, facts.proposal.money, facts.usd_rate
        if money is None or rate is None:
            return False
        is_small = any(money.contribution * rate < limit for limit in facts.at(self.small_below_usd))
        return is_small and any(
            project.end_on < words.months_later(project.start_on, months)
            for months in facts.at(self.short_below_months)
        )

    def figures(self, facts: Facts) -> dict[str, str]:
        named = {"limit": self.most_percent, "usd": self.small_below_usd, "months": self.short_below_months}
        return {name: ", ".join(map(_figure, facts.at(path))) for name, path in named.items()}


def _figure(value: Decimal | int) -> str:
    return f"{Decimal(value).normalize():f}"


Rule = Annotated[
    InOrder | SumsTo | Share | AtMost | MonthsBefore | InWords | Given | NotGiven | FirstInstalment,
    Field(discriminator="kind"),
]
"""One rule of a manifest; its `kind` says which of these it is."""


def broken_rules(rules: Sequence[Rule], facts: Facts) -> list[Fault]:
    """Return the rules that `facts` break, in their order: each with its name, its fields and its source."""
    return [_as_fault(rule, facts) for rule in rules if rule.applies(facts) and rule.is_broken(facts)]


def _as_fault(rule: Rule, facts: Facts) -> Fault:
    sentence = rule.sentence
    for name, figure in rule.figures(facts).items():
        sentence = sentence.replace(f"{{{name}}}", figure)
    return Fault(rule.fields[0], f"{sentence} (rule «{rule.id}» on {' and '.join(rule.fields)}; {rule.source})")


def misfits_of(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Yield what is wrong with the rules themselves: a name given twice, a fact not there or of another type."""
    names = [rule.id for rule in rules]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield Fault(f"rules: {name}", "is the name of two rules; give each its own")
    for rule in rules:
        for path, wanted in {**dict.fromkeys(rule.when, object), **rule.reads()}.items():
            found = kind_at(path)
            if found is None:
                yield Fault(f"rules: {rule.id}", f"names «{path}», which neither proposal nor policy has")
            elif not issubclass(found, wanted):
                yield Fault(f"rules: {rule.id}", f"«{path}» is {_called(found)}, where {_called(wanted)} is needed")


_CALLED: Mapping[type, str] = {
    date: "a date",
    Decimal: "an amount or rate",
    int: "a whole number",
    bool: "a yes or no",
}


def _called(kind: type) -> str:
    return _CALLED.get(kind, "a text" if issubclass(kind, str) else "a group")
