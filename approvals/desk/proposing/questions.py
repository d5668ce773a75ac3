"""What the pages of a form are made of. The path of a question is that of its field, as faults name it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias, get_args

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from approvals.casework.amendment import AmendmentForm
from approvals.casework.fields import Form
from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm

Typed = Mapping[str, str]
"""What was typed, by the path of its field; entries of lists count from 1, as in `money.budget[2].amount`."""


class Control(StrEnum):
    """How a question is answered."""

    LINE = "line"
    PROSE = "prose"
    LINES = "lines"  #: several short texts, one on each line
    DAY = "day"
    AMOUNT = "amount"
    NUMBER = "number"
    EMAIL = "email"
    RADIOS = "radios"
    PICK = "pick"
    YES_NO = "yes_no"
    SETTLED = "settled"  #: shown, but not the writer's to choose


@dataclass(frozen=True)
class Question:
    """One question: where its answer stands in the proposal, what it is called, and how it is answered.

    `options` names the answers to choose from where the form itself does not list them.
    """

    path: str
    label: str
    hint: str = ""
    control: Control = Control.LINE
    options: str = ""
    from_policy: bool = False
    """Its label is the policy's own text, and it may always be left open."""

    def at(self, base: str) -> Question:
        """Return the question as asked of one entry of a list."""
        return replace(self, path=f"{base}.{self.path}" if self.path else base)

    @property
    def is_optional(self) -> bool:
        """It may be left open, and nothing is assumed then."""
        if self.from_policy:
            return True
        info = field_at(self.path)
        return info is not None and not info.is_required() and not self.default

    @property
    def default(self) -> str:
        """What is assumed if nothing is said, as it would be typed; empty if nothing is."""
        info = None if self.from_policy else field_at(self.path)
        value = info.default if info is not None else None
        if value is None or value is PydanticUndefined or isinstance(value, tuple | dict):
            return ""
        return as_typed(value)


@dataclass(frozen=True)
class Rows:
    """A list whose entries are typed one below the other. A question without a path is the entry itself."""

    path: str
    label: str
    one: str
    questions: tuple[Question, ...]
    hint: str = ""
    suggested: str = "."
    """How the path of the question ends that the page may answer beforehand: alone it makes no entry."""

    @property
    def is_optional(self) -> bool:
        """The list may be empty."""
        info = field_at(self.path)
        return info is not None and not info.is_required()

    def entry(self, number: int) -> tuple[Question, ...]:
        """Return the questions of the entry of that number, from 1."""
        return tuple(question.at(f"{self.path}[{number}]") for question in self.questions)


@dataclass(frozen=True)
class Heading:
    """Words between the questions of a page."""

    label: str
    hint: str = ""


Part: TypeAlias = Question | Rows | Heading
PartsOf = Callable[[Policy, Typed], tuple[Part, ...]]


def always(typed: Typed) -> bool:
    """The page belongs to every proposal."""
    return True


def from_the_table(policy: Policy, typed: Typed) -> tuple[Part, ...]:
    """No questions besides those of the table."""
    return ()


@dataclass(frozen=True)
class Section:
    """A page of the form: its questions, when it is shown, and those that come from the policy."""

    key: str
    title: str
    parts: tuple[Part, ...] = ()
    lead: str = ""
    shown: Callable[[Typed], bool] = always
    by_policy: PartsOf = field(default=from_the_table)

    def all_parts(self, policy: Policy, typed: Typed) -> tuple[Part, ...]:
        """Return what stands on the page under this policy."""
        return (*self.parts, *self.by_policy(policy, typed))

    def owns(self, path: str) -> bool:
        """Whether a path belongs to this page: to one of its questions, its lists, or the policy's answers."""
        bare = without_numbers(path)
        return any(
            bare == part.path or (isinstance(part, Rows) and bare.startswith(f"{part.path}."))
            for part in self.parts
            if not isinstance(part, Heading)
        ) or (self.by_policy is not from_the_table and path.startswith(f"{self.key}."))


def questions_in(parts: tuple[Part, ...], typed: Typed) -> Iterator[Question]:
    """Yield every question of these parts, each entry of a list by itself, as far as entries were typed."""
    for part in parts:
        if isinstance(part, Question):
            yield part
        elif isinstance(part, Rows):
            for number in range(1, entries(part.path, typed) + 1):
                yield from part.entry(number)


def entries(path: str, typed: Typed) -> int:
    """Return how many entries of the list at `path` were typed."""
    numbers = [int(name[len(path) + 1 :].partition("]")[0]) for name in typed if name.startswith(f"{path}[")]
    return max(numbers, default=0)


def without_numbers(path: str) -> str:
    """Return `money.budget.amount` for `money.budget[2].amount`."""
    return ".".join(part.partition("[")[0] for part in path.split("."))


def as_typed(value: Any) -> str:
    """Return a plain value as one would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "\n".join(str(one) for one in value)
    return str(value)


# Where the fields of the form stand -----------------------------------------------------------------------------


def field_at(path: str, form: type[Form] = ProposalForm) -> FieldInfo | None:
    """Return the field of the proposal at `path`, whichever entry of a list it names; None if there is none.

    What is said of an amendment besides stands under `amendment`.
    """
    name, _, rest = without_numbers(path).partition(".")
    if name == "amendment":
        return AmendmentForm.model_fields.get(rest)
    info = form.model_fields.get(name)
    if info is None or not rest:
        return info
    inner = next(_forms_in(info.annotation), None)
    return field_at(rest, inner) if inner is not None else None


def _forms_in(annotation: Any) -> Iterator[type[Form]]:
    if isinstance(annotation, type) and issubclass(annotation, Form):
        yield annotation
    for argument in get_args(annotation):
        yield from _forms_in(argument)


def choices_at(path: str) -> tuple[str, ...]:
    """Return the values the form allows at `path`, in its order; none if it lists none."""
    info = field_at(path)
    return _listed(info.annotation) if info is not None else ()


def _listed(annotation: Any) -> tuple[str, ...]:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(member.value for member in annotation)
    arguments = get_args(annotation)
    texts = tuple(one for one in arguments if isinstance(one, str))
    return texts or next(filter(None, map(_listed, arguments)), ())
