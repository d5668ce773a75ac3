"""The `approvals` command as a whole: its table of contents, and the one place where errors become messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from approvals.cli import (
    agreements,
    amendments,
    attachments,
    audit,
    bundle,
    calendars,
    cases,
    comments,
    copies,
    database,
    demo,
    deviations,
    doctor,
    drafts,
    funds,
    lists,
    match,
    partners,
    policy,
    precheck,
    reports,
    screen,
    substitutes,
    tasks,
    templates,
    tokens,
    turnaround,
    up,
    users,
)
from approvals.cli.output import leave_unread, say
from approvals.cli.refusals import INTERRUPTED, report


class Entrance(TyperGroup):
    """Runs a command; whatever goes wrong reaches the person as one message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # Typer would end with 1, which means a refusal here
            leave_unread()

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(
                given, "approvals", complete_var, standalone_mode=False, windows_expand_args=False, **extra
            )
            sys.stdout.flush()
        except (KeyboardInterrupt, typer.Abort):
            code = INTERRUPTED
        except BrokenPipeError:
            leave_unread()
        except Exception as exc:
            code = report(exc, as_json="--json" in given, home=_home())
        sys.exit(code if isinstance(code, int) else 0)


def _home() -> Path:
    """Return the home folder without reading the settings, which may be what is wrong."""
    return Path(os.environ.get("APPROVALS_HOME", "var"))


app = typer.Typer(
    name="approvals",
    cls=Entrance,
    help="Carry a proposed partnership from proposal to signed agreement.\n\n"
    "New here? `approvals demo` shows the whole way with invented partners in less than a minute. "
    "`approvals COMMAND --help` explains each command with an example.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

WORK = "Your work"
LOOK = "Look something up"
KEEP = "Administrators"
RUN = "Run it"

app.command("submit", rich_help_panel=WORK)(cases.submit)
app.add_typer(tasks.app, name="task", rich_help_panel=WORK)
cases.app.command("amend")(amendments.amend_case)
cases.app.command("bundle")(bundle.bundle_case)
cases.app.command("attach")(attachments.attach_file)
cases.app.command("files")(attachments.list_files)
cases.app.command("file")(attachments.get_file)
cases.app.add_typer(comments.app, name="comment")
app.add_typer(cases.app, name="case", rich_help_panel=WORK)
agreements.app.command("deviations")(deviations.show_deviations)
agreements.app.command("redline")(deviations.write_redline)
agreements.app.command("view")(deviations.write_view)
agreements.app.command("register")(deviations.show_register)
agreements.app.command("pdf")(copies.pdf)
agreements.app.command("bilingual")(copies.bilingual)
app.add_typer(drafts.app, name="draft", rich_help_panel=WORK)
app.add_typer(agreements.app, name="agreement", rich_help_panel=WORK)
app.add_typer(substitutes.app, name="substitute", rich_help_panel=WORK)
app.command("precheck", rich_help_panel=WORK)(precheck.check)
app.add_typer(partners.app, name="partner", rich_help_panel=WORK)
app.add_typer(tokens.app, name="token", rich_help_panel=WORK)
app.command("screen", rich_help_panel=LOOK)(screen.screen)
app.command("match", rich_help_panel=LOOK)(match.match)
app.add_typer(turnaround.app, name="turnaround", rich_help_panel=LOOK)
app.command("funds", rich_help_panel=LOOK)(funds.funds)
app.add_typer(reports.app, name="report", rich_help_panel=LOOK)
app.add_typer(audit.app, name="audit", rich_help_panel=LOOK)
app.add_typer(users.app, name="user", rich_help_panel=KEEP)
app.add_typer(calendars.app, name="calendar", rich_help_panel=KEEP)
app.add_typer(lists.app, name="list", rich_help_panel=KEEP)
app.add_typer(policy.app, name="policy", rich_help_panel=KEEP)
app.add_typer(templates.app, name="template", rich_help_panel=KEEP)
app.add_typer(database.app, name="db", rich_help_panel=KEEP)
app.command("doctor", rich_help_panel=KEEP)(doctor.doctor)
app.command("demo", rich_help_panel=RUN)(demo.demo)
app.command("up", rich_help_panel=RUN)(up.up)


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"approvals {version('partnership-approvals')}")
        raise typer.Exit


@app.callback()
def entrance(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Carry a proposed partnership from proposal to signed agreement."""


def main() -> None:
    """Run the command that was typed."""
    app()
