"""Named questions about the versions of agreement templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from approvals.store.queries import visible_to
from models.agreement import Agreement, Origin
from models.case import ENDS, Case
from models.template import TemplateVersion
from models.user import User


def template_version(session: Session, family: str, language: str, version: str) -> TemplateVersion | None:
    """Return that version, None if there is none."""
    query = select(TemplateVersion).where(
        TemplateVersion.family == family, TemplateVersion.language == language, TemplateVersion.version == version
    )
    return session.exec(query).first()


def versions_of(session: Session, family: str, language: str) -> Sequence[TemplateVersion]:
    """Return every version of the template, those only proposed too, oldest first; empty if there is none."""
    query = select(TemplateVersion).where(TemplateVersion.family == family, TemplateVersion.language == language)
    return session.exec(query.order_by(col(TemplateVersion.id))).all()


def all_template_versions(session: Session) -> Sequence[TemplateVersion]:
    """Return every version of every template, by family and language, oldest first."""
    query = select(TemplateVersion).order_by(
        col(TemplateVersion.family), col(TemplateVersion.language), col(TemplateVersion.id)
    )
    return session.exec(query).all()


def version_in_force(session: Session, family: str, language: str, *, on: date) -> TemplateVersion | None:
    """Return the version in force on that day, the one published last whose day has come; None if there is none."""
    query = (
        select(TemplateVersion)
        .where(TemplateVersion.family == family, TemplateVersion.language == language, *_in_force(on))
        .order_by(col(TemplateVersion.published_at).desc(), col(TemplateVersion.id).desc())
    )
    return session.exec(query.limit(1)).first()


def languages_in_force(session: Session, family: str, *, on: date) -> list[str]:
    """Return the languages in which the family has a version in force on that day, in alphabetical order."""
    query = select(TemplateVersion.language).where(TemplateVersion.family == family, *_in_force(on)).distinct()
    return sorted(session.exec(query))


def templates_in_force(session: Session, *, on: date) -> dict[tuple[str, str], TemplateVersion]:
    """Return the versions in force on that day, by family and language: of each, the one published last."""
    query = (
        select(TemplateVersion)
        .where(*_in_force(on))
        .order_by(col(TemplateVersion.published_at), col(TemplateVersion.id))
    )
    return {(one.family, one.language): one for one in session.exec(query)}


def _in_force(on: date) -> tuple[ColumnElement[bool], ...]:
    return col(TemplateVersion.published_at).is_not(None), col(TemplateVersion.effective_on) <= on


def latest_draft(session: Session, case: Case) -> Agreement | None:
    """Return the newest agreement of the case that was filled from a template, None before the first."""
    query = select(Agreement).where(Agreement.case_id == case.id, Agreement.origin == Origin.DRAFTED)
    return session.exec(query.order_by(col(Agreement.version).desc())).first()


def live_agreements(session: Session, user: User) -> Sequence[tuple[Case, Agreement]]:
    """Return the cases `user` may see that have not ended, each with the agreement that stands, oldest case first."""
    query = (
        select(Case, Agreement)
        .join(Agreement, col(Agreement.case_id) == col(Case.id))
        .where(
            col(Agreement.version) == col(Case.agreement_version),
            col(Case.stage).not_in(ENDS),
            visible_to(session, user),
        )
        .order_by(col(Case.id))
    )
    return list(session.exec(query))
