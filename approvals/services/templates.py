"""Templates of agreements: proposed by one person, published by another, and found for a case.

A version is kept as it was proposed, Word file and manifest under one digest. The one in force is the one published
last whose day has come. A case keeps the version its agreement was drafted from, however often it is drafted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path, PurePath

from sqlmodel import Session

from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.documents.manifest import Manifest, manifest_in
from approvals.documents.template import Template, families, load_template, made_of, read_manifest
from approvals.documents.trial import admit_template
from approvals.errors import DutiesConflict, Fault, FaultyTemplate, NotFound, TemplateError, WrongStage
from approvals.services.files import keep_file, kept_file
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries
from approvals.store.engine import Store
from approvals.store.template_queries import (
    all_template_versions,
    languages_in_force,
    latest_draft,
    template_version,
    version_in_force,
    versions_of,
)
from approvals.store.trail import digest
from models.agreement import Agreement
from models.case import Case
from models.template import TemplateVersion
from models.user import User


def propose_template(
    store: Store, content: bytes, manifest_text: str, *, language: str, by: User, now: datetime
) -> TemplateVersion:
    """Keep the Word file in `content` and its manifest as a version that somebody else may publish, and return it.

    Proposing the same again changes nothing. Raises `NotAllowed` if `by` proposes no templates, `FaultyTemplate` with
    every fault of file, manifest or trial, or if the version does not rise: then nothing is kept.
    """
    require(by, Right.PROPOSE_TEMPLATE)
    manifest = manifest_in(manifest_text, name="The manifest")
    template = made_of(content, manifest, language, path=_name_of(manifest.family, language))
    admit_template(template)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, _key(manifest.family, language))
        known = versions_of(act.session, manifest.family, language)
        for version in known:
            if version.sha256 == _digest(manifest, template):
                return version
        _refuse_unless_it_rises(template, known)
        version = _new_version(act, manifest, template)
        version.proposed_by = by.id
        act.session.add(version)
        act.record("TemplateProposed", by=by.id, payload=_payload(version))
    return version


def publish_template(
    store: Store, family: str, language: str, version: str, *, by: User, now: datetime
) -> TemplateVersion:
    """Put a proposed version in force from the day it names, and return it. Publishing it twice changes nothing.

    Raises `NotAllowed` if `by` publishes no templates, `DutiesConflict` if they proposed it themselves, `NotFound` if
    there is no such version, `WrongStage` if a newer one was published meanwhile, `FaultyTemplate` if it does not
    pass today's checks.
    """
    require(by, Right.PUBLISH_TEMPLATE)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, _key(family, language))
        found = the_version(act.session, family, language, version)
        if found.published_at is not None:
            return found
        if found.proposed_by == by.id:
            raise DutiesConflict(
                told(
                    "You proposed {called} yourself; another legal reviewer or administrator must publish it.",
                    called=_called(found),
                )
            )
        for other in versions_of(act.session, family, language):
            if other.published_at is not None and is_above(other, found):
                raise WrongStage(
                    told(
                        "{called} is published already; {late} came too late.",
                        called=_called(other),
                        late=_called(found),
                    )
                )
        admit_template(template_of(act.session, found))
        found.published_by, found.published_at = by.id, now
        act.record("TemplatePublished", by=by.id, payload=_payload(found))
    return found


def install_templates(store: Store, folder: Path, *, now: datetime) -> list[TemplateVersion]:
    """Put in force what the installation brings and return it: each template of `folder` that has no version yet.

    It serves from today, whatever day it names, for an installation without templates could draft nothing.
    Raises `FaultyTemplate` if one has faults; then none is kept.
    """
    published = []
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "shipped templates")
        known = {(one.family, one.language) for one in all_template_versions(act.session)}
        for family in families(folder):
            manifest = read_manifest(folder, family)
            for language in manifest.languages:
                if (family, language) in known:
                    continue
                version = _new_version(act, manifest, load_template(folder, family, language))
                version.effective_on = min(version.effective_on, now.date())
                version.published_at = now
                act.session.add(version)
                act.record("TemplatePublished", payload=_payload(version))
                published.append(version)
    return published


# Finding one


def template_for(session: Session, family: str, language: str, *, case: Case | None, today: date) -> Template:
    """Return the template that `case`, or a new case if None, is drafted from.

    That is the version its agreement was drafted from before, or else the one in force.
    Raises `TemplateError` if there is none, saying in which languages there are.
    """
    draft = latest_draft(session, case) if case is not None else None
    if draft is not None and (draft.family, draft.language) == (family, language):
        kept = template_version(session, family, language, draft.template_version)
        if kept is not None:
            return template_of(session, kept)
    found = version_in_force(session, family, language, on=today)
    if found is not None:
        return template_of(session, found)
    spoken = languages_in_force(session, family, on=today)
    if not spoken:
        raise TemplateError(f"No version of the agreement template «{family}» is in force; publish one.")
    raise TemplateError(
        f"The agreement «{family}» does not exist in «{language}», only in: {', '.join(spoken)}. "
        "Choose one of these, or ask the legal office for the language."
    )


def template_behind(session: Session, agreement: Agreement, *, language: str | None = None) -> Template:
    """Return the template an agreement rests on, or the published one of the same version in another language.

    Raises `TemplateError` if there is none: translations are ready on different days.
    """
    wanted = template_version(session, agreement.family, language or agreement.language, agreement.template_version)
    if wanted is None or wanted.published_at is None:
        said = f"Version {agreement.template_version} of the template «{agreement.family}»"
        raise TemplateError(f"{said} is not published in «{language or agreement.language}».")
    return template_of(session, wanted)


def template_of(session: Session, version: TemplateVersion) -> Template:
    """Return the version as a template that can be filled."""
    made = _MADE.get(version.sha256)
    if made is None:
        manifest = Manifest.model_validate(version.manifest)
        content = kept_file(session, version.file_hash)
        path = _name_of(version.family, version.language)
        made = _MADE[version.sha256] = made_of(content, manifest, version.language, path=path)
    return made


# Versions never change, so one that was read stays right for the life of the process.
_MADE: dict[str, Template] = {}


# Versions


def _key(family: str, language: str) -> str:
    return f"template:{family}:{language}"


def _name_of(family: str, language: str) -> PurePath:
    return PurePath(family, f"{language}.docx")


def _called(version: TemplateVersion) -> str:
    return f"{version.family} {version.language} {version.version}"


def _payload(version: TemplateVersion) -> dict[str, str]:
    return {
        "family": version.family,
        "language": version.language,
        "version": version.version,
        "sha256": version.sha256,
        "file": version.file_hash,
        "effective_on": version.effective_on.isoformat(),
    }


def _digest(manifest: Manifest, template: Template) -> str:
    return digest(
        {"language": template.language, "manifest": manifest.model_dump(mode="json"), "file": template.sha256}
    )


def _new_version(act: Transaction, manifest: Manifest, template: Template) -> TemplateVersion:
    return TemplateVersion(
        family=template.family,
        language=template.language,
        version=template.version,
        sha256=_digest(manifest, template),
        file_hash=keep_file(act, template.content),
        manifest=manifest.model_dump(mode="json"),
        effective_on=template.effective_on,
        proposed_at=act.now,
    )


def _refuse_unless_it_rises(template: Template, known: Sequence[TemplateVersion]) -> None:
    highest = max(known, key=lambda one: numbers_of(one.version), default=None)
    if highest is not None and numbers_of(template.version) <= numbers_of(highest.version):
        sentence = f"is {template.version}, but {_called(highest)} is known already; raise it above that"
        raise FaultyTemplate("The template was not proposed.", [Fault("version", sentence)])


def is_above(one: TemplateVersion, other: TemplateVersion) -> bool:
    """`one` has the higher version."""
    return numbers_of(one.version) > numbers_of(other.version)


def numbers_of(version: str) -> tuple[int, ...]:
    """Return `1.10` as (1, 10), which is above (1, 9)."""
    return tuple(int(number) for number in version.split("."))


def the_version(session: Session, family: str, language: str, version: str) -> TemplateVersion:
    """Return that version. Raises `NotFound` if there is none, saying which there are."""
    found = template_version(session, family, language, version)
    if found is None:
        there = ", ".join(one.version for one in versions_of(session, family, language))
        said = f"there are: {there}" if there else "there is none of this family and language"
        raise NotFound(
            told(
                "No version «{version}» of {family} {language}; {said}. Look at the list of templates.",
                version=version,
                family=family,
                language=language,
                said=said,
            )
        )
    return found
