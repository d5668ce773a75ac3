"""The register of templates: every version and where it stands, and the agreements that rest on an older one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from approvals.documents.manifest import Manifest, manifest_written
from approvals.documents.template import Template, families, read_manifest
from approvals.services.policies import policy_in_force
from approvals.services.templates import is_above, numbers_of, template_of, the_version
from approvals.store import queries
from approvals.store.engine import Store
from approvals.store.template_queries import all_template_versions, live_agreements, templates_in_force
from models.case import Stage
from models.template import TemplateState, TemplateVersion
from models.user import User


@dataclass(frozen=True)
class KnownTemplate:
    """A version of a template and where it stands today."""

    family: str
    language: str
    version: str
    title: str
    owner: str
    state: TemplateState
    effective_on: date
    sha256: str
    proposed_by: str | None  #: name; None: it came with the installation
    proposer: int | None  #: number of the person who proposed it
    proposed_at: datetime
    published_by: str | None
    published_at: datetime | None


def templates_known(store: Store, *, today: date) -> list[KnownTemplate]:
    """Return every version of every template, by family and language, oldest first."""
    with store.session() as session:
        names = queries.names_of_people(session)
        in_force = templates_in_force(session, on=today)
        return [
            KnownTemplate(
                family=one.family,
                language=one.language,
                version=one.version,
                title=one.manifest["title"][one.language],
                owner=one.manifest["owner"],
                state=_state(one, in_force.get((one.family, one.language)), today),
                effective_on=one.effective_on,
                sha256=one.sha256,
                proposed_by=names.get(one.proposed_by or 0),
                proposer=one.proposed_by,
                proposed_at=one.proposed_at,
                published_by=names.get(one.published_by or 0),
                published_at=one.published_at,
            )
            for one in all_template_versions(session)
        ]


def _state(one: TemplateVersion, in_force: TemplateVersion | None, today: date) -> TemplateState:
    if in_force is not None and one.id == in_force.id:
        return TemplateState.IN_FORCE
    if in_force is not None and is_above(in_force, one):
        return TemplateState.REPLACED
    if one.published_at is None:
        return TemplateState.PROPOSED
    return TemplateState.COMING if one.effective_on > today else TemplateState.REPLACED


@dataclass(frozen=True)
class SeenTemplate:
    """A version of a template with all it holds."""

    known: KnownTemplate
    template: Template
    manifest_text: str  #: the manifest, written as in its file


def template_seen(store: Store, family: str, language: str, version: str | None, *, today: date) -> SeenTemplate:
    """Return a version of a template with its content: the one in force, or else the newest, if `version` is None.

    Raises `NotFound` if there is none, saying which there are.
    """
    known = [one for one in templates_known(store, today=today) if (one.family, one.language) == (family, language)]
    in_force = [one for one in known if one.state is TemplateState.IN_FORCE]
    shown = version or next((one.version for one in [*in_force, *reversed(known)]), "any")
    with store.session() as session:
        wanted = the_version(session, family, language, shown)
        return SeenTemplate(
            known=next(one for one in known if one.version == wanted.version),
            template=template_of(session, wanted),
            manifest_text=manifest_written(Manifest.model_validate(wanted.manifest)),
        )


@dataclass(frozen=True)
class OlderAgreement:
    """A live agreement drafted from a version of its template that is no longer in force."""

    reference: str
    title: str
    stage: Stage
    family: str
    language: str
    version: str
    in_force: str | None  #: the version in force today; None if none is


def agreements_on_older_versions(store: Store, *, by: User, today: date) -> list[OlderAgreement]:
    """Return the live agreements `by` may see whose template has a newer version in force, oldest case first."""
    with store.session() as session:
        in_force = templates_in_force(session, on=today)
        return [
            OlderAgreement(
                reference=case.reference,
                title=case.title,
                stage=case.stage,
                family=agreement.family,
                language=agreement.language,
                version=agreement.template_version,
                in_force=newest.version if newest else None,
            )
            for case, agreement in live_agreements(session, by)
            for newest in [in_force.get((agreement.family, agreement.language))]
            if newest is None or newest.version != agreement.template_version
        ]


def families_without_template(store: Store, *, today: date) -> list[str]:
    """Return the families the policy in force names of which no template is in force, in its order.

    Raises `SourceUnavailable` if no policy is in force.
    """
    with store.session() as session:
        _, policy = policy_in_force(session)
        there = {family for family, _ in templates_in_force(session, on=today)}
    return list(dict.fromkeys(rule.family for rule in policy.routes.templates if rule.family not in there))


def newer_in_folder(store: Store, folder: Path) -> list[str]:
    """Return the templates of `folder` above every version known here, each as «family language version».

    A new release of this program brings such; people put them in force like their own. Raises `TemplateError` if a
    manifest is faulty.
    """
    with store.session() as session:
        known = all_template_versions(session)
    highest: dict[tuple[str, str], tuple[int, ...]] = {}
    for one in known:
        place = (one.family, one.language)
        highest[place] = max(highest.get(place, ()), numbers_of(one.version))
    manifests = [read_manifest(folder, family) for family in families(folder)]
    return [
        f"{manifest.family} {language} {manifest.version}"
        for manifest in manifests
        for language in manifest.languages
        if numbers_of(manifest.version) > highest.get((manifest.family, language), ())
    ]
