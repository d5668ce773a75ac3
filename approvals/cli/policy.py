"""`approvals policy …`: check the policy files, and put them in force by two people."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from approvals.casework.policy import read_policy
from approvals.casework.policy.differences import Difference, differences
from approvals.casework.policy.texts import policy_texts
from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, visit
from approvals.cli.output import print_json, rows, say
from approvals.reporting.policy_page import policy_page
from approvals.services.policies import (
    KnownPolicy,
    numbered_policy,
    policies_known,
    propose_policy,
    publish_policy,
)
from approvals.services.what_if import Replay, what_if
from approvals.settings import Settings
from approvals.store.trail import digest

app = typer.Typer(help="Check the policy files, and put them in force by two people.", no_args_is_help=True)

Folder = Annotated[
    Path | None, typer.Argument(metavar="[FOLDER]", help="Folder of the policy files.", show_default=False)
]
Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Number from `approvals policy list`.")]


@app.command("check")
def check_policy(folder: Folder = None, as_json: Json = False) -> None:
    """Read the policy files and show every fault at once. No database is needed.

    Example: `approvals policy check policy`
    """
    where = folder or Settings().policy_folder
    policy = read_policy(where)
    if as_json:
        print_json({"folder": where, "policy_hash": digest(policy.as_document())})
    else:
        say(f"The policy in {where} has no faults; its digest is {digest(policy.as_document())}.")


@app.command("page")
def print_page(folder: Folder = None) -> None:
    """Print the policy as a page people read, every rule with its source. No database is needed.

    Example: `approvals policy page > docs/policy.md`
    """
    settings = Settings()
    policy = read_policy(folder or settings.policy_folder)
    # Not through the console, which would fold long lines.
    typer.echo(policy_page(policy, settings.guide_folder), nl=False)


@app.command("texts")
def print_texts(folder: Folder = None) -> None:
    """Print the titles and questions of the policy as a template for translators (`.pot`). No database is needed.

    Example: `approvals policy texts > var/policy.pot`
    """
    texts = policy_texts(read_policy(folder or Settings().policy_folder))
    typer.echo("\n".join(f'msgid {json.dumps(text, ensure_ascii=False)}\nmsgstr ""\n' for text in texts), nl=False)


@app.command("propose")
def propose(
    folder: Folder = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; the person who publishes it reads this.")] = "",
    who: As = None,
    as_json: Json = False,
) -> None:
    """Propose the policy files for another administrator to publish. Nothing changes until then.

    Example: `approvals policy propose --reason "Committee decided on 3 March: finance is a sector of high risk"`
    """
    policy = read_policy(folder or Settings().policy_folder)
    with visit(who) as at:
        entry = propose_policy(at.store, policy, reason=reason, by=at.by, now=at.now)
        changes = differences(numbered_policy(at.store, None, by=at.by), policy)
    if as_json:
        print_json({"number": entry.id, "policy_hash": entry.policy_hash, "changes": changes})
        return
    _print_differences(changes)
    say(f"Proposed as number {entry.id}. Another administrator publishes it: `approvals policy publish {entry.id}`.")


@app.command("publish")
def publish(number: Number, who: As = None, as_json: Json = False) -> None:
    """Put a proposed policy in force for cases submitted from now on; open cases keep theirs.

    Read what it changes first: `approvals policy diff NUMBER`.

    Example: `approvals policy publish 2`
    """
    with visit(who) as at:
        entry = publish_policy(at.store, number, by=at.by, now=at.now)
    if as_json:
        print_json(entry)
    else:
        say(f"In force from now on: policy {number} ({entry.policy_hash[:12]}). Open cases keep the one they have.")


@app.command("list")
def list_policies(who: As = None, as_json: Json = False) -> None:
    """Show every policy that is or was in force or waits to be published, newest first.

    Example: `approvals policy list`
    """
    with visit(who) as at:
        known = policies_known(at.store, by=at.by)
    if as_json:
        print_json(known)
        return
    rows(
        ("Number", "State", "Proposed", "Published", "Reason", "Digest"),
        [(one.number, _state(one), _act(one.proposed_by, one.proposed_at), _act(one.published_by, one.published_at),
          one.reason, one.policy_hash[:12]) for one in known],
        right=("Number",),
    )  # fmt: skip


def _state(one: KnownPolicy) -> str:
    if one.in_force:
        return "in force"
    return "waits for a second person" if one.published_at is None else "was in force"


def _act(name: str | None, at: Any) -> str:
    return f"{at:%Y-%m-%d} {name or 'installation'}" if at else "–"


@app.command("diff")
def show_differences(
    number: Number,
    against: Annotated[
        int | None, typer.Option("--against", metavar="NUMBER", help="Compare with this one; else that in force.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Show what a policy would change, value by value.

    Example: `approvals policy diff 2`
    """
    with visit(who) as at:
        changes = differences(
            numbered_policy(at.store, against, by=at.by), numbered_policy(at.store, number, by=at.by)
        )
    if as_json:
        print_json(changes)
    else:
        _print_differences(changes)


@app.command("what-if")
def show_consequences(
    folder: Folder = None,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Only cases submitted from this day on.")
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Show which past and open cases would have gone another way under the policy files. Nothing is written.

    Names are not compared with lists again; what the lists said is taken as it was recorded.

    Example: `approvals policy what-if drafts/policy --since 2026-01-01`
    """
    draft = read_policy(folder or Settings().policy_folder)
    with visit(who) as at:
        replay = what_if(at.store, draft, by=at.by, since=since.date() if since else None)
    if as_json:
        print_json({"looked_at": replay.looked_at, "counts": replay.counts, "affected": replay.affected})
    else:
        _print_replay(replay)


def _print_replay(replay: Replay) -> None:
    cases = "1 case" if replay.looked_at == 1 else f"{replay.looked_at} cases"
    if not replay.affected:
        say(f"None of {cases} would go another way.")
        return
    rows(
        ("Case", "Stage", "What", "Now", "Then", "Because"),
        [(case.reference, in_words(case.stage), one.what, one.old, one.new, one.because)
         for case in replay.affected for one in case.consequences],
    )  # fmt: skip
    changed = "; ".join(f"{what} {count}" for what, count in replay.counts.items())
    say(f"{len(replay.affected)} of {cases} would go another way: {changed}.")


def _print_differences(changes: list[Difference]) -> None:
    if not changes:
        say("The two policies say the same.")
        return
    rows(
        ("File", "Place", "What", "Old", "New"),
        [(f"{one.file}.yaml", one.place, one.what, _short(one.old), _short(one.new)) for one in changes],
    )


def _short(value: Any) -> str:
    """Return a value in a few words; of a whole rule, what it says itself."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {inner}" for name, inner in value.items() if inner not in (None, [], {}))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
