"""`approvals template …`: look at the templates of agreements, and put them in force by two people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, visit
from approvals.cli.output import day, facts, heading, print_json, rows, say
from approvals.cli.template_check import Language, ManifestFile, check, language_of, manifest_text, word_file
from approvals.documents.manifest import MANIFEST, TemplateField
from approvals.documents.template import Template
from approvals.errors import Fault, Faulty
from approvals.services.template_register import (
    KnownTemplate,
    OlderAgreement,
    SeenTemplate,
    agreements_on_older_versions,
    template_seen,
    templates_known,
)
from approvals.services.templates import propose_template, publish_template
from models.template import TemplateState, TemplateVersion

app = typer.Typer(help="Check templates of agreements, and put them in force by two people.", no_args_is_help=True)

app.command("check")(check)

Family = Annotated[str, typer.Argument(metavar="FAMILY", help="Such as private_partnership.", show_default=False)]
Spoken = Annotated[str, typer.Argument(metavar="LANGUAGE", help="Such as en.", show_default=False)]


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The Word file, such as en.docx.", show_default=False)],
    manifest: ManifestFile = None,
    language: Language = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Propose a new version of a template; somebody else then publishes it. Its version must be above those known.

    A template with faults is refused with all of them, and nothing is kept.

    Example: `approvals template add draft/en.docx --manifest draft/manifest.yaml`
    """
    content, text = word_file(file), manifest_text(manifest or file.parent / MANIFEST)
    spoken = language_of(file, language)
    with visit(who) as at:
        version = propose_template(at.store, content, text, language=spoken, by=at.by, now=at.now)
    if as_json:
        print_json(version)
        return
    say(f"Proposed: {_named(version)}, digest {version.sha256[:12]}.")
    if version.published_at is None:
        say("Another legal reviewer or administrator puts it in force:")
        say(f"    approvals template publish {_named(version)}")
    else:
        say("It is published already; nothing was changed.")


@app.command("publish")
def publish(
    family: Family,
    language: Spoken,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Such as 1.1.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Put a version in force that somebody else proposed, from the day its manifest names.

    Cases that have an agreement keep the version it was drafted from.

    Example: `approvals template publish private_partnership en 2.1`
    """
    with visit(who) as at:
        published = publish_template(at.store, family, language, version, by=at.by, now=at.now)
        older = agreements_on_older_versions(at.store, by=at.by, today=at.today)
    if as_json:
        print_json(published)
        return
    since = "today" if published.effective_on <= at.today else day(published.effective_on)
    say(f"Published: {_named(published)}, in force from {since}.")
    resting = [one for one in older if (one.family, one.language) == (family, language)]
    if resting:
        say(f"{_counted(len(resting), 'live agreement')} on older versions: `approvals template report`.")


@app.command("list")
def list_templates(who: As = None, as_json: Json = False) -> None:
    """List every version of every template, and where each stands today.

    Example: `approvals template list`
    """
    with visit(who) as at:
        known = templates_known(at.store, today=at.today)
    if as_json:
        print_json(known)
    else:
        rows(
            ("Family", "Language", "Version", "State", "From", "Proposed by", "Published by"),
            [(one.family, one.language, one.version, _state(one), one.effective_on, *_people(one)) for one in known],
        )


@app.command("show")
def show(
    family: Family,
    language: Spoken,
    version: Annotated[
        str | None, typer.Option("--version", help="Which version; the one in force if left out.", show_default=False)
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder to write Word file and manifest into.", show_default=False)
    ] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Show a template: who answers for it, which rules it keeps, which fields it prints. `--to` writes its files.

    Example: `approvals template show private_partnership en --to draft`
    """
    with visit(who) as at:
        seen = template_seen(at.store, family, language, version, today=at.today)
    written = _write(seen, to) if to else []
    if as_json:
        fields, rules = seen.template.fields, seen.template.rules
        print_json({"template": seen.known, "fields": fields, "rules": rules, "files": written})
        return
    _print_template(seen.known, seen.template)
    for file in written:
        say(f"Wrote {file}.")


@app.command("report")
def report(who: As = None, as_json: Json = False) -> None:
    """List the live agreements drafted from a version that is no longer in force.

    Example: `approvals template report`
    """
    with visit(who) as at:
        older = agreements_on_older_versions(at.store, by=at.by, today=at.today)
    if as_json:
        print_json(older)
    elif not older:
        say("Every live agreement you may see rests on the version in force.")
    else:
        rows(
            ("Case", "Title", "Stage", "Template", "Drafted from", "In force"),
            [(one.reference, one.title, in_words(one.stage), _kind(one), one.version, one.in_force) for one in older],
        )


def _named(version: TemplateVersion | KnownTemplate) -> str:
    return f"{version.family} {version.language} {version.version}"


def _kind(one: OlderAgreement) -> str:
    return f"{one.family} {one.language}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun} rests" if count == 1 else f"{count} {noun}s rest"


def _state(one: KnownTemplate) -> Text:
    styles = {TemplateState.IN_FORCE: "bold green", TemplateState.PROPOSED: "yellow", TemplateState.REPLACED: "dim"}
    return Text(in_words(one.state), style=styles.get(one.state, ""))


def _people(one: KnownTemplate) -> tuple[str, str | None]:
    if one.proposed_by is None:
        return "the installation", "the installation"
    return one.proposed_by, one.published_by


def _print_template(known: KnownTemplate, template: Template) -> None:
    proposed_by, published_by = _people(known)
    heading(known.title, beside=f"{_named(known)}, {in_words(known.state)}")
    facts(
        [
            ("Owner", known.owner),
            ("In force from", known.effective_on),
            ("Proposed", f"{day(known.proposed_at)} by {proposed_by}"),
            ("Published", f"{day(known.published_at)} by {published_by}" if known.published_at else "not yet"),
            ("Digest", known.sha256),
            ("Word file", template.sha256),
        ]
    )
    if template.rules:
        heading("Rules")
        rows(("Rule", "What must be", "Source"), [(rule.id, rule.sentence, rule.source) for rule in template.rules])
    heading("Fields")
    rows(
        ("Field", "Meaning", "Example", "Required"),
        [(one.path, one.meaning, _shown(one.example), _needed(one)) for one in template.fields],
    )


def _needed(field: TemplateField) -> str | None:
    return "yes" if field.required else f"when {field.when}" if field.when else None


def _shown(example: str | bool) -> str:
    return {True: "yes", False: "no"}[example] if isinstance(example, bool) else example


def _write(seen: SeenTemplate, folder: Path) -> list[Path]:
    """Write Word file and manifest into `folder` and return the files. Raises `Faulty` if that cannot be done."""
    template = seen.template
    files = {folder / f"{template.language}.docx": template.content, folder / MANIFEST: seen.manifest_text.encode()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            file.write_bytes(content)
    except OSError as exc:
        raise Faulty(
            "Nothing more was written.", [Fault("--to", f"{exc.filename or folder}: {exc.strerror}")]
        ) from exc
    return list(files)
