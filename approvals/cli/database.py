"""`approvals db …`: the database's tables, and the policy a new one starts with."""

from __future__ import annotations

import typer

from approvals.casework.policy import read_policy
from approvals.cli.door import Json, house
from approvals.cli.output import facts, print_json, say
from approvals.services.policies import in_force, install_policy
from approvals.store import schema
from approvals.store.engine import address_without_password, ping
from approvals.wiring import Parts
from models.base import now_utc

app = typer.Typer(help="Bring the database up to date.", no_args_is_help=True)


@app.command("upgrade")
def upgrade_database(as_json: Json = False) -> None:
    """Bring the tables to what this program needs, and publish the policy if none is in force. Safe to repeat.

    Example: `approvals db upgrade`
    """
    with house() as parts:
        before, after, published = upgrade(parts)
    if as_json:
        print_json({"before": before, "after": after, "published_policy": published})
        return
    say(f"The tables are at {after}" + ("." if before == after else f", up from {before or 'nothing'}."))
    if published:
        say(f"The policy was published ({published[:12]}).")


def upgrade(parts: Parts) -> tuple[str | None, str, str | None]:
    """Bring the tables up to date and publish a first policy.

    Returns the schema before and after, and the digest of the policy if it was published now.
    """
    before = schema.current(parts.store)
    after = schema.upgrade(parts.store)
    if in_force(parts.store) is not None:  # then the files need not even be there
        return before, after, None
    policy = read_policy(parts.settings.policy_folder)
    return before, after, install_policy(parts.store, policy, now=now_utc())


@app.command("status")
def show_status(as_json: Json = False) -> None:
    """Say where the database is, whether its tables are up to date, and which policy is in force.

    Example: `approvals db status`
    """
    with house() as parts:
        current, newest = schema.current(parts.store), schema.newest()
        status = {
            "address": address_without_password(parts.store),
            "server": f"PostgreSQL {ping(parts.store)}",
            "schema": current,
            "needed": newest,
            "policy": in_force(parts.store) if current else None,
        }
    if as_json:
        print_json(status)
        return
    up_to_date = "up to date" if current == newest else f"{newest} is needed: `approvals db upgrade`"
    facts(
        [
            ("Address", status["address"]),
            ("Server", status["server"]),
            ("Tables", f"{current or 'none'}, {up_to_date}"),
            ("Policy", (status["policy"] or "none in force: `approvals db upgrade`")[:60]),
        ]
    )
