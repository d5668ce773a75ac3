"""`approvals policy …`: check the policy files and put them in force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.casework.policy import Policy, read_policy
from approvals.cli.door import As, Json, visit
from approvals.cli.output import print_json, say
from approvals.reporting.policy_page import policy_page
from approvals.services.policies import in_force, publish_policy
from approvals.settings import Settings
from approvals.store.trail import digest

app = typer.Typer(help="Check the policy files and put them in force.", no_args_is_help=True)

Folder = Annotated[
    Path | None, typer.Argument(metavar="[FOLDER]", help="Folder of the policy files.", show_default=False)
]


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


@app.command("publish")
def publish(folder: Folder = None, who: As = None, as_json: Json = False) -> None:
    """Put the policy files in force for cases submitted from now on; open cases keep the policy they started with.

    Example: `approvals policy publish`
    """
    policy: Policy = read_policy(folder or Settings().policy_folder)
    with visit(who) as at:
        before = in_force(at.store)
        sha256 = publish_policy(at.store, policy, by=at.by, now=at.now)
    if as_json:
        print_json({"policy_hash": sha256, "was_in_force": before == sha256})
    elif before == sha256:
        say(f"This policy is in force already ({sha256[:12]}).")
    else:
        say(f"In force from now on: {sha256}. Open cases keep the policy they started with.")
