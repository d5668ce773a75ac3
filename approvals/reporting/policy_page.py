"""The policy as a page people read: every rule with its source, so that nobody has to read YAML to know it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from approvals.casework.policy import Policy
from approvals.casework.policy.amendments import AmendmentWhen
from approvals.casework.policy.routes import When
from approvals.casework.policy.rule import PolicyFile, PolicyPart, Rule
from approvals.casework.wording import in_words

PAGE = "policy.md.jinja"


def policy_page(policy: Policy, guides: Path) -> str:
    """Return `policy` as one page of Markdown, made with `PAGE` in the folder `guides`.

    The same policy always gives the same page.
    """
    environment = Environment(
        loader=FileSystemLoader(guides),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # Markdown, not HTML: what could break a table is escaped by `cell`.
        autoescape=False,  # noqa: S701
    )
    environment.filters |= {
        "cell": _cell,
        "words": in_words,
        "listed": _listed,
        "when": conditions_in_words,
        "amendment": amendment_in_words,
        "percent": _percent,
        "money": _money,
    }
    environment.globals |= {"origin": _origin, "described": _described}
    return environment.get_template(PAGE).render(policy=policy)


def conditions_in_words(when: When) -> str:
    """Return the cases a rule is for, as people say it; "every case" when it has no condition."""
    given = [(name, value) for name in type(when).model_fields if (value := getattr(when, name)) is not None]
    return "; ".join(_CONDITIONS.get(name, _plainly(name))(value) for name, value in given) or "every case"


def amendment_in_words(when: AmendmentWhen) -> str:
    """Return the amendments a rule is for, as people say it; "every other" when it has no condition."""
    given = [(name, value) for name in type(when).model_fields if (value := getattr(when, name)) is not None]
    return "; ".join(_OF_AMENDMENTS[name](value) for name, value in given) or "every other"


def _plainly(name: str) -> Callable[[Any], str]:
    return lambda value: f"{in_words(name)}: {_listed(value) if isinstance(value, frozenset) else value}"


def _yes(sentence: str) -> Callable[[bool], str]:
    return lambda wanted: sentence if wanted else f"no {sentence}"


def _money(amount: Any) -> str:
    return f"USD {amount:,.2f}".removesuffix(".00")


_CONDITIONS: Mapping[str, Callable[[Any], str]] = {
    "kinds": lambda kinds: f"partner: {_listed(kinds)}",
    "funds": lambda funds: f"funds: {_listed(funds)}",
    "risk": lambda risk: f"risk: {_listed(risk)}",
    "levels": lambda levels: f"level: {_listed(levels)}",
    "forms": lambda forms: f"form: {_listed(forms)}",
    "above_usd": lambda amount: f"above {_money(amount)}",
    "up_to_usd": lambda amount: f"up to {_money(amount)}",
    "personal_data": _yes("personal data"),
    "emblem": _yes("use of the emblem"),
}


_OF_AMENDMENTS: Mapping[str, Callable[[Any], str]] = {
    "kinds": lambda kinds: _listed(kinds),
    "partner_kinds": lambda kinds: f"partner: {_listed(kinds)}",
    "funds": lambda funds: f"funds: {_listed(funds)}",
    "succession": _yes("successor"),
    "fields": lambda fields: f"nothing but {', '.join(f'`{field}`' for field in fields)}",
    "up_to_months": lambda months: f"the end moves by up to {months} months",
    "up_to_extensions": lambda times: f"extended up to {times} times in all",
    "up_to_line_per_cent": lambda share: f"no budget line by more than {share} %",
    "up_to_total_per_cent": lambda share: f"the total by up to {share} %" if share else "the total unchanged",
}


def _listed(values: Iterable[StrEnum | str]) -> str:
    """Return the values as people list them, in the order of their definition; a dash for none."""
    members = list(values)
    if members and isinstance(members[0], StrEnum):
        members = [value for value in type(members[0]) if value in members]
    return ", ".join(in_words(value) for value in members) or "–"


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _cell(text: object) -> str:
    """Return `text` for a cell of a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ").strip() or "–"


def _described(part: PolicyPart, but: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return name and description of each value of `part`, but for some, in the order of its form."""
    return [
        (name, field.description or in_words(name))
        for name, field in type(part).model_fields.items()
        if name not in but
    ]


def _origin(rule: Rule, file: PolicyFile) -> str:
    """Return where a rule comes from; its owner and date only where they are not those of its file."""
    own = [rule.source]
    if rule.owner not in (None, file.owner):
        own.append(f"owner {rule.owner}")
    if rule.effective_on not in (None, file.effective_on):
        own.append(f"since {rule.effective_on}")
    return _cell("; ".join(own))
