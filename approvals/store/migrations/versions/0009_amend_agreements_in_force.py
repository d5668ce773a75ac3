"""Amend agreements in force: an amendment is a case of its own, and what it says and changes is guarded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STAGES = (
    "draft", "screening", "screening_review", "due_diligence", "consultation", "decision", "drafting", "legal_review",
    "negotiation", "clearance", "signature", "in_force", "effective", "stopped", "declined", "withdrawn", "lapsed",
    "ended", "discarded",
)  # fmt: skip
KINDS = ("no_cost_extension", "budget_change", "scope_change", "partner_change", "correction")
HANDLINGS = ("amendment", "approval_only", "record_only")

# Whoever changes what a case amends could let it take effect on another. The rest as in 0003.
GUARD_CASE = """
CREATE OR REPLACE FUNCTION guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fixed text[] := ARRAY['id', 'reference', 'submission_key', 'office_code', 'submitted_by', 'requested_by',
                          'submitted_at', 'policy_hash', 'amends'];
    name text;
BEGIN
    FOREACH name IN ARRAY fixed LOOP
        IF to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name THEN
            RAISE EXCEPTION 'Who proposed a case, where and under which policy is never changed (%).', name
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$
"""

# The separation of duties is judged case by case, so those who may not decide a case must not decide its amendments.
GUARD_AMENDMENT_CASE = """
CREATE FUNCTION guard_amendment_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    amended approval_case;
BEGIN
    SELECT * INTO STRICT amended FROM approval_case WHERE id = NEW.amends;
    IF amended.stage <> 'in_force' THEN
        RAISE EXCEPTION 'Only an agreement in force is amended.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.submitted_by <> amended.submitted_by OR NEW.requested_by IS DISTINCT FROM amended.requested_by
       OR NEW.office_code <> amended.office_code THEN
        RAISE EXCEPTION 'An amendment is submitted by whoever submitted the case.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# Nothing takes effect that was not decided and signed as its handling asks.
GUARD_EFFECT = """
CREATE FUNCTION guard_effect() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked text;
    approved integer;
    signed integer;
BEGIN
    SELECT handling INTO STRICT asked FROM amendment WHERE case_id = NEW.id AND version = NEW.proposal_version;
    SELECT count(*) FILTER (WHERE t.kind = 'decision'
                              AND d.outcome IN ('approve', 'approve_with_conditions')),
           count(*) FILTER (WHERE t.kind IN ('signature', 'partner_signature') AND d.outcome = 'signed')
    INTO approved, signed
    FROM decision d JOIN task t ON t.id = d.task_id
    WHERE t.case_id = NEW.id AND d.superseded_by IS NULL;
    IF asked <> 'record_only' AND approved = 0 THEN
        RAISE EXCEPTION 'Nobody approved this amendment.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF asked = 'amendment' AND signed < 2 THEN
        RAISE EXCEPTION 'Both sides sign an amendment before it takes effect.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# What both sides agreed to is changed by an amendment that took effect, and by nothing else.
GUARD_PROPOSAL = """
CREATE FUNCTION guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present approval_case;
BEGIN
    SELECT * INTO STRICT present FROM approval_case WHERE id = NEW.case_id;
    IF NEW.amended_by IS NULL THEN
        IF present.stage IN ('in_force', 'ended') THEN
            RAISE EXCEPTION 'An agreement in force is changed by an amendment only.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM approval_case a JOIN proposal p ON p.case_id = a.id AND p.version = a.proposal_version
        WHERE a.id = NEW.amended_by AND a.amends = NEW.case_id AND a.stage = 'effective'
          AND p.content_hash = NEW.content_hash AND p.content = NEW.content
    ) THEN
        RAISE EXCEPTION 'An amended proposal is word for word that of an amendment of this case that took effect.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _know_the_new_stage()
    _let_cases_amend_others()
    _keep_amendments()
    _let_proposals_and_obligations_name_the_amendment()
    _guard()


def _know_the_new_stage() -> None:
    known = ", ".join(f"'{stage}'" for stage in STAGES)
    for table in ("approval_case", "task"):
        name = op.f(f"ck_{table}_stage")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"stage IN ({known})")


def _let_cases_amend_others() -> None:
    op.add_column(
        "approval_case",
        sa.Column(
            "amends",
            sa.BigInteger(),
            nullable=True,
            comment="The case in force this one amends; empty: a new partnership",
        ),
    )
    op.create_foreign_key(
        op.f("fk_approval_case_amends_approval_case"), "approval_case", "approval_case", ["amends"], ["id"]
    )
    op.create_index(op.f("ix_approval_case_amends"), "approval_case", ["amends"])
    op.create_index(
        "uq_approval_case_open_amendment",
        "approval_case",
        ["amends"],
        unique=True,
        postgresql_where=sa.text("amends IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_check_constraint(
        op.f("ck_approval_case_only_an_amendment_is_effective"),
        "approval_case",
        "stage <> 'effective' OR amends IS NOT NULL",
    )
    op.create_check_constraint(
        op.f("ck_approval_case_an_amendment_is_no_partnership"),
        "approval_case",
        "amends IS NULL OR stage NOT IN ('in_force', 'ended')",
    )


def _keep_amendments() -> None:
    op.create_table(
        "amendment",
        sa.Column("case_id", sa.BigInteger(), nullable=False, comment="The amendment's own case"),
        sa.Column("version", sa.Integer(), nullable=False, comment="1, 2, …, as its proposal's"),
        sa.Column(
            "base_version",
            sa.Integer(),
            nullable=False,
            comment="The proposal version of the amended case it changes",
        ),
        sa.Column("kind", _choice("amendmentkind", KINDS), nullable=False, comment="What sort of change it is"),
        sa.Column(
            "content", postgresql.JSONB(none_as_null=True), nullable=False, comment="The amendment as submitted"
        ),
        sa.Column(
            "changes",
            postgresql.JSONB(none_as_null=True),
            nullable=False,
            comment="What changes: field, item, before, after",
        ),
        sa.Column(
            "extent",
            postgresql.JSONB(none_as_null=True),
            nullable=False,
            comment="How far it goes, counted with earlier amendments",
        ),
        sa.Column(
            "handling",
            _choice("handling", HANDLINGS),
            nullable=False,
            comment="What policy asks for before it takes effect",
        ),
        sa.Column(
            "rule", postgresql.JSONB(none_as_null=True), nullable=False, comment="The policy rule that says so"
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "version"],
            ["proposal.case_id", "proposal.version"],
            name=op.f("fk_amendment_case_id_version_proposal"),
        ),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_amendment")),
    )


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _let_proposals_and_obligations_name_the_amendment() -> None:
    op.add_column(
        "proposal",
        sa.Column(
            "amended_by",
            sa.BigInteger(),
            nullable=True,
            comment="The amendment that made this version; empty: the officer submitted it",
        ),
    )
    op.create_foreign_key(
        op.f("fk_proposal_amended_by_approval_case"), "proposal", "approval_case", ["amended_by"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_proposal_amended_by"), "proposal", ["amended_by"])
    op.add_column(
        "obligation",
        sa.Column(
            "ended_by", sa.BigInteger(), nullable=True, comment="The amendment that took it out; empty: it is owed"
        ),
    )
    op.create_foreign_key(
        op.f("fk_obligation_ended_by_approval_case"), "obligation", "approval_case", ["ended_by"], ["id"]
    )
    op.create_index(op.f("ix_obligation_ended_by"), "obligation", ["ended_by"])


def _guard() -> None:
    for function in (GUARD_CASE, GUARD_AMENDMENT_CASE, GUARD_EFFECT, GUARD_PROPOSAL):
        op.execute(function)
    op.execute(
        "CREATE TRIGGER amendment_stays BEFORE UPDATE OR DELETE ON amendment "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER amendment_is_not_emptied BEFORE TRUNCATE ON amendment "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER amendment_begins_in_order BEFORE INSERT ON approval_case "
        "FOR EACH ROW WHEN (NEW.amends IS NOT NULL) EXECUTE FUNCTION guard_amendment_case()"
    )
    op.execute(
        "CREATE TRIGGER amendment_takes_effect_in_order BEFORE INSERT OR UPDATE OF stage ON approval_case "
        "FOR EACH ROW WHEN (NEW.stage = 'effective') EXECUTE FUNCTION guard_effect()"
    )
    op.execute(
        "CREATE TRIGGER proposal_follows_in_order BEFORE INSERT ON proposal "
        "FOR EACH ROW EXECUTE FUNCTION guard_proposal()"
    )
