"""Lay the first tables."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office",
        sa.Column("code", sa.Text(), nullable=False, comment="Short code, such as AO-DAKAR"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name as printed on agreements"),
        sa.Column(
            "kind",
            sa.Enum(
                "area",
                "regional",
                "headquarters",
                name="officekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Area, regional or headquarters",
        ),
        sa.Column("parent_code", sa.Text(), nullable=True, comment="The office it answers to"),
        sa.Column(
            "countries",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Countries it covers, as two-letter codes",
        ),
        sa.ForeignKeyConstraint(["parent_code"], ["office.code"], name=op.f("fk_office_parent_code_office")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_office")),
    )
    op.create_index(op.f("ix_office_parent_code"), "office", ["parent_code"], unique=False)
    op.create_table(
        "partner",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the partner"),
        sa.Column("legal_name", sa.Text(), nullable=False, comment="Legal name in the spelling of its register"),
        sa.Column(
            "name_key",
            sa.Text(),
            nullable=False,
            comment="The legal name folded for comparison: Latin letters, no legal form, sorted words",
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "company",
                "state_owned_company",
                "business_association",
                "foundation",
                "ngo",
                "academic",
                "employers_organisation",
                "workers_organisation",
                "other_non_state",
                "european_union",
                "world_bank",
                "development_bank",
                "un_agency",
                "government",
                name="partnerkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Kind of organisation",
        ),
        sa.Column(
            "country",
            sqlmodel.sql.sqltypes.AutoString(length=2),
            nullable=False,
            comment="Country of law, as a two-letter code",
        ),
        sa.Column("registration_number", sa.Text(), nullable=True, comment="Number in its national register"),
        sa.Column(
            "aliases",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Other and former names",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When first proposed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_table(
        "reference_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False, comment="Calendar year"),
        sa.Column("last_number", sa.Integer(), nullable=False, comment="The last number given"),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_reference_counter")),
    )
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Digest of the content"),
        sa.Column("media_type", sa.Text(), nullable=False, comment="Media type, such as that of a Word document"),
        sa.Column("size_bytes", sa.Integer(), nullable=False, comment="Length of the content"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="The file itself"),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False, comment="When it was first stored"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "watchlist_version",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the version"),
        sa.Column("source", sa.Text(), nullable=False, comment="Short name of the list, such as un_sc"),
        sa.Column("title", sa.Text(), nullable=False, comment="Name of the list as people know it"),
        sa.Column("dated_on", sa.Date(), nullable=True, comment="The authority's own date"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Digest of the file as received"),
        sa.Column("entry_count", sa.Integer(), nullable=False, comment="Entries in it"),
        sa.Column("in_force", sa.Boolean(), nullable=False, comment="Screenings use it"),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False, comment="When it was imported"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watchlist_version")),
        sa.UniqueConstraint("source", "sha256", name=op.f("uq_watchlist_version_source_sha256")),
    )
    op.create_index(
        "uq_watchlist_in_force", "watchlist_version", ["source"], unique=True, postgresql_where=sa.text("in_force")
    )
    op.create_table(
        "listed_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the row"),
        sa.Column("version_id", sa.BigInteger(), nullable=False, comment="The list version"),
        sa.Column("entry_key", sa.Text(), nullable=False, comment="The authority's stable key of the entry"),
        sa.Column(
            "content",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
            comment="The entry: kind, names with quality, dates, countries, programme",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["watchlist_version.id"], name=op.f("fk_listed_entry_version_id_watchlist_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_entry")),
        sa.UniqueConstraint("version_id", "entry_key", name=op.f("uq_listed_entry_version_id_entry_key")),
    )
    op.create_index(op.f("ix_listed_entry_version_id"), "listed_entry", ["version_id"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the person"),
        sa.Column("email", sa.Text(), nullable=False, comment="Address by which a person is known; lower case"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name as shown to colleagues"),
        sa.Column("office_code", sa.Text(), nullable=False, comment="The person's office"),
        sa.Column(
            "roles",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Values of Role the person holds",
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False, comment="False: may not act any more"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the person was added"),
        sa.ForeignKeyConstraint(["office_code"], ["office.code"], name=op.f("fk_user_account_office_code_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_index(op.f("ix_user_account_office_code"), "user_account", ["office_code"], unique=False)
    op.create_table(
        "policy_version",
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Digest of the content in canonical JSON"),
        sa.Column(
            "content",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
            comment="All policy files, as one document",
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.Column("published_by", sa.BigInteger(), nullable=True, comment="Who; empty: at installation"),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name=op.f("fk_policy_version_published_by_user_account")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_policy_version")),
    )
    op.create_index(op.f("ix_policy_version_published_at"), "policy_version", ["published_at"], unique=False)
    op.create_index(op.f("ix_policy_version_published_by"), "policy_version", ["published_by"], unique=False)
    op.create_table(
        "approval_case",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the case"),
        sa.Column("reference", sa.Text(), nullable=False, comment="PA-year-number; no gaps, no doubles"),
        sa.Column(
            "submission_key",
            sa.Text(),
            nullable=False,
            comment="Chosen by the sender, so that sending twice makes one case",
        ),
        sa.Column("title", sa.Text(), nullable=False, comment="Title of the partnership"),
        sa.Column("partner_id", sa.BigInteger(), nullable=False, comment="The partner proposed"),
        sa.Column("office_code", sa.Text(), nullable=False, comment="The office that proposes"),
        sa.Column("submitted_by", sa.BigInteger(), nullable=False, comment="Who submitted"),
        sa.Column("requested_by", sa.BigInteger(), nullable=True, comment="Who asked for it, if somebody else"),
        sa.Column(
            "level",
            sa.Enum(
                "country", "regional", "global", name="level", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
            comment="Country, regional or global",
        ),
        sa.Column(
            "funds",
            sa.Enum(
                "receiving", "giving", "none", name="funds", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
            comment="Which way money moves",
        ),
        sa.Column(
            "currency",
            sqlmodel.sql.sqltypes.AutoString(length=3),
            nullable=False,
            comment="Currency of `amount`, three letters",
        ),
        sa.Column(
            "amount",
            sa.Numeric(precision=15, scale=2),
            nullable=False,
            comment="Cash and in-kind contributions together",
        ),
        sa.Column(
            "amount_usd",
            sa.Numeric(precision=15, scale=2),
            nullable=False,
            comment="`amount` at the policy's rate, for limits only",
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "screening",
                "screening_review",
                "due_diligence",
                "consultation",
                "decision",
                "drafting",
                "legal_review",
                "negotiation",
                "clearance",
                "signature",
                "in_force",
                "stopped",
                "declined",
                "withdrawn",
                "lapsed",
                "ended",
                "discarded",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Where the case is",
        ),
        sa.Column(
            "leg",
            sa.Integer(),
            nullable=False,
            comment="Counts entries into stages; tasks of earlier legs no longer count",
        ),
        sa.Column("proposal_version", sa.Integer(), nullable=False, comment="The proposal version in force"),
        sa.Column("policy_hash", sa.String(length=64), nullable=False, comment="The policy it started with"),
        sa.Column(
            "risk",
            sa.Enum(
                "low",
                "moderate",
                "substantial",
                "high",
                name="risklevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
            comment="Overall risk level, once known",
        ),
        sa.Column(
            "decision_level",
            sa.Text(),
            nullable=True,
            comment="Role that must decide; rises with an objection or a referral",
        ),
        sa.Column(
            "conditions",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
            comment="Conditions attached by due diligence and decision",
        ),
        sa.Column(
            "stage_opened_at", sa.DateTime(timezone=True), nullable=False, comment="When the case entered its stage"
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False, comment="When the case was submitted"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True, comment="When the case came to an end"),
        sa.Column(
            "problem",
            sa.Text(),
            nullable=True,
            comment="Why the machine cannot carry the case on, in words; empty when it can",
        ),
        sa.ForeignKeyConstraint(["office_code"], ["office.code"], name=op.f("fk_approval_case_office_code_office")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_approval_case_partner_id_partner")),
        sa.ForeignKeyConstraint(
            ["policy_hash"], ["policy_version.sha256"], name=op.f("fk_approval_case_policy_hash_policy_version")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["user_account.id"], name=op.f("fk_approval_case_requested_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user_account.id"], name=op.f("fk_approval_case_submitted_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_approval_case_reference")),
        sa.UniqueConstraint(
            "submitted_by", "submission_key", name=op.f("uq_approval_case_submitted_by_submission_key")
        ),
    )
    op.create_index(op.f("ix_approval_case_office_code"), "approval_case", ["office_code"], unique=False)
    op.create_index(op.f("ix_approval_case_partner_id"), "approval_case", ["partner_id"], unique=False)
    op.create_index(op.f("ix_approval_case_policy_hash"), "approval_case", ["policy_hash"], unique=False)
    op.create_index(op.f("ix_approval_case_requested_by"), "approval_case", ["requested_by"], unique=False)
    op.create_index("ix_approval_case_stage", "approval_case", ["stage"], unique=False)
    op.create_index(op.f("ix_approval_case_submitted_by"), "approval_case", ["submitted_by"], unique=False)
    op.create_table(
        "agreement",
        sa.Column(
            "id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the agreement version"
        ),
        sa.Column("case_id", sa.BigInteger(), nullable=False, comment="The case"),
        sa.Column("version", sa.Integer(), nullable=False, comment="1, 2, …"),
        sa.Column("leg", sa.Integer(), nullable=False, comment="The case's leg that made it"),
        sa.Column(
            "origin",
            sa.Enum(
                "drafted", "edited", "returned", name="origin", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
            comment="Drafted, edited by legal, or returned",
        ),
        sa.Column("family", sa.Text(), nullable=False, comment="Template family, such as eu_contribution"),
        sa.Column(
            "language", sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False, comment="Language of the text"
        ),
        sa.Column("title", sa.Text(), nullable=False, comment="Title of the agreement"),
        sa.Column("template_version", sa.Text(), nullable=False, comment="Version of the template"),
        sa.Column("template_hash", sa.String(length=64), nullable=False, comment="Digest of the template file"),
        sa.Column("data_hash", sa.String(length=64), nullable=False, comment="Digest of the data it was filled with"),
        sa.Column("file_hash", sa.String(length=64), nullable=False, comment="The document"),
        sa.Column(
            "comparison",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
            comment="How it differs from the version before, clause by clause",
        ),
        sa.Column("created_by", sa.BigInteger(), nullable=True, comment="Who uploaded it; empty: the machine"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("fk_agreement_case_id_approval_case")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_agreement_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["file_hash"], ["stored_file.sha256"], name=op.f("fk_agreement_file_hash_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_agreement_case_id_version")),
    )
    op.create_index(op.f("ix_agreement_case_id"), "agreement", ["case_id"], unique=False)
    op.create_index(op.f("ix_agreement_created_by"), "agreement", ["created_by"], unique=False)
    op.create_index(op.f("ix_agreement_file_hash"), "agreement", ["file_hash"], unique=False)
    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False, comment="1, 2, … without gaps"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.Column("kind", sa.Text(), nullable=False, comment="Past tense, such as TaskClaimed"),
        sa.Column("case_id", sa.BigInteger(), nullable=True, comment="The case, if it is about one"),
        sa.Column("actor_id", sa.BigInteger(), nullable=True, comment="Who did it; empty: the machine"),
        sa.Column("on_behalf_of", sa.BigInteger(), nullable=True, comment="The absent person substituted for"),
        sa.Column(
            "payload",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
            comment="What changed, old and new",
        ),
        sa.Column(
            "previous_hash",
            sa.String(length=64),
            nullable=False,
            comment="Hash of the event before; 64 zeros for the first",
        ),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="Digest of this row in canonical JSON"),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_event_actor_id_user_account")),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("fk_event_case_id_approval_case")),
        sa.ForeignKeyConstraint(
            ["on_behalf_of"], ["user_account.id"], name=op.f("fk_event_on_behalf_of_user_account")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_actor_id"), "event", ["actor_id"], unique=False)
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_index(op.f("ix_event_case_id"), "event", ["case_id"], unique=False)
    op.create_index(op.f("ix_event_on_behalf_of"), "event", ["on_behalf_of"], unique=False)
    op.create_table(
        "obligation",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the obligation"),
        sa.Column("case_id", sa.BigInteger(), nullable=False, comment="The case"),
        sa.Column("title", sa.Text(), nullable=False, comment="What is owed"),
        sa.Column("owed_by", sa.Text(), nullable=False, comment="organisation or partner"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="By when"),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("fk_obligation_case_id_approval_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint("case_id", "title", "due_on", name=op.f("uq_obligation_case_id_title_due_on")),
    )
    op.create_index(op.f("ix_obligation_case_id"), "obligation", ["case_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("case_id", sa.BigInteger(), nullable=False, comment="The case"),
        sa.Column("version", sa.Integer(), nullable=False, comment="1, 2, …"),
        sa.Column(
            "content",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
            comment="The proposal as submitted",
        ),
        sa.Column(
            "content_hash", sa.String(length=64), nullable=False, comment="Digest of the content in canonical JSON"
        ),
        sa.Column("submitted_by", sa.BigInteger(), nullable=False, comment="Who submitted this version"),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("fk_proposal_case_id_approval_case")),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user_account.id"], name=op.f("fk_proposal_submitted_by_user_account")
        ),
        sa.PrimaryKeyConstraint("case_id", "version", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_submitted_by"), "proposal", ["submitted_by"], unique=False)
    op.create_table(
        "screening",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the screening"),
        sa.Column("case_id", sa.BigInteger(), nullable=False, comment="The case"),
        sa.Column("leg", sa.Integer(), nullable=False, comment="The case's leg it belongs to"),
        sa.Column("proposal_version", sa.Integer(), nullable=False, comment="The proposal version screened"),
        sa.Column(
            "verdict",
            sa.Enum("clear", "review", "stop", name="verdict", native_enum=False, create_constraint=True, length=40),
            nullable=False,
            comment="Clear, review or stop",
        ),
        sa.Column(
            "risk",
            sa.Enum(
                "low",
                "moderate",
                "substantial",
                "high",
                name="risklevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Risk level the machine proposes",
        ),
        sa.Column("algorithm", sa.Text(), nullable=False, comment="Name and version of the matching"),
        sa.Column(
            "lists",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
            comment="Lists used: source, date, hash, entries",
        ),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("fk_screening_case_id_approval_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
        sa.UniqueConstraint("case_id", "leg", name=op.f("uq_screening_case_id_leg")),
    )
    op.create_index(op.f("ix_screening_case_id"), "screening", ["case_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the task"),
        sa.Column("case_id", sa.BigInteger(), nullable=False, comment="The case"),
        sa.Column("leg", sa.Integer(), nullable=False, comment="The case's leg it belongs to"),
        sa.Column(
            "slot",
            sa.Text(),
            nullable=False,
            comment="Its place in the stage, such as consultation:workers_bureau; one live task each",
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "screening_review",
                "due_diligence",
                "consultation",
                "decision",
                "legal_review",
                "negotiation",
                "clearance",
                "signature",
                "partner_signature",
                "answer",
                "mend_document",
                name="taskkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="What is to be done",
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "screening",
                "screening_review",
                "due_diligence",
                "consultation",
                "decision",
                "drafting",
                "legal_review",
                "negotiation",
                "clearance",
                "signature",
                "in_force",
                "stopped",
                "declined",
                "withdrawn",
                "lapsed",
                "ended",
                "discarded",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="The stage it belongs to",
        ),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "screening_officer",
                "due_diligence_officer",
                "employers_bureau",
                "workers_bureau",
                "technical_unit",
                "country_office",
                "area_director",
                "regional_director",
                "committee",
                "executive",
                "legal_reviewer",
                "finance",
                "signatory",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Who may take it",
        ),
        sa.Column("office_code", sa.Text(), nullable=True, comment="The office that must act; empty: any"),
        sa.Column(
            "assigned_to",
            sa.BigInteger(),
            nullable=True,
            comment="The one person who owes it, when it is not a group's",
        ),
        sa.Column("prompt", sa.Text(), nullable=False, comment="What is asked, in a sentence"),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "claimed",
                "decided",
                "cancelled",
                name="taskstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="Open, claimed, decided or cancelled",
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, comment="When it was opened"),
        sa.Column(
            "due_on", sa.Date(), nullable=True, comment="Last day, from the service level in force when opened"
        ),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True, comment="Who took it"),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True, comment="When it was taken"),
        sa.Column(
            "reminded_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When those who owe it were told that it is overdue",
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True, comment="When it was decided or cancelled"),
        sa.ForeignKeyConstraint(["assigned_to"], ["user_account.id"], name=op.f("fk_task_assigned_to_user_account")),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("fk_task_case_id_approval_case")),
        sa.ForeignKeyConstraint(["claimed_by"], ["user_account.id"], name=op.f("fk_task_claimed_by_user_account")),
        sa.ForeignKeyConstraint(["office_code"], ["office.code"], name=op.f("fk_task_office_code_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_assigned_to"), "task", ["assigned_to"], unique=False)
    op.create_index(op.f("ix_task_case_id"), "task", ["case_id"], unique=False)
    op.create_index(op.f("ix_task_claimed_by"), "task", ["claimed_by"], unique=False)
    op.create_index(
        "ix_task_inbox",
        "task",
        ["role", "office_code"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'claimed')"),
    )
    op.create_index(op.f("ix_task_office_code"), "task", ["office_code"], unique=False)
    op.create_index(
        "uq_task_live",
        "task",
        ["case_id", "leg", "slot"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'claimed')"),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the decision"),
        sa.Column("task_id", sa.BigInteger(), nullable=False, comment="The task it answers"),
        sa.Column(
            "outcome",
            sa.Enum(
                "cleared",
                "confirmed_hit",
                "assessed",
                "support",
                "no_view",
                "reservation",
                "objection",
                "approve",
                "approve_with_conditions",
                "limited_scope",
                "refer_up",
                "decline",
                "clear_with_edits",
                "refuse",
                "agreed",
                "changed",
                "withdrawn",
                "signed",
                "answered",
                "redraft",
                "return",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="What was decided",
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why, in the decider's words"),
        sa.Column(
            "details",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
            comment="Risk level, conditions, file or hash, by kind of task",
        ),
        sa.Column(
            "decided_by",
            sa.BigInteger(),
            nullable=True,
            comment="Who decided; empty: nobody answered in time, and policy says what that means",
        ),
        sa.Column("on_behalf_of", sa.BigInteger(), nullable=True, comment="The absent person substituted for"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False, comment="When"),
        sa.Column("superseded_by", sa.BigInteger(), nullable=True, comment="The decision that replaced it"),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_decision_decided_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of"], ["user_account.id"], name=op.f("fk_decision_on_behalf_of_user_account")
        ),
        sa.ForeignKeyConstraint(["superseded_by"], ["decision.id"], name=op.f("fk_decision_superseded_by_decision")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_decision_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_decided_by"), "decision", ["decided_by"], unique=False)
    op.create_index(op.f("ix_decision_on_behalf_of"), "decision", ["on_behalf_of"], unique=False)
    op.create_index(op.f("ix_decision_superseded_by"), "decision", ["superseded_by"], unique=False)
    op.create_index(op.f("ix_decision_task_id"), "decision", ["task_id"], unique=False)
    op.create_index(
        "uq_decision_standing",
        "decision",
        ["task_id"],
        unique=True,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the finding"),
        sa.Column("screening_id", sa.BigInteger(), nullable=False, comment="The screening it belongs to"),
        sa.Column("name", sa.Text(), nullable=False, comment="Name of the check, as in approvals.screening.checks"),
        sa.Column(
            "verdict",
            sa.Enum("clear", "review", "stop", name="verdict", native_enum=False, create_constraint=True, length=40),
            nullable=False,
            comment="What the check says",
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why, as the officer reads it"),
        sa.Column("source", sa.Text(), nullable=False, comment="The rule or list it rests on"),
        sa.Column(
            "detail",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
            comment="What was compared, part by part",
        ),
        sa.ForeignKeyConstraint(["screening_id"], ["screening.id"], name=op.f("fk_finding_screening_id_screening")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_screening_id"), "finding", ["screening_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the message"),
        sa.Column("event_seq", sa.BigInteger(), nullable=False, comment="The event behind it"),
        sa.Column(
            "channel",
            sa.Enum("advance", "mail", name="channel", native_enum=False, create_constraint=True, length=40),
            nullable=False,
            comment="What is to be done",
        ),
        sa.Column("case_id", sa.BigInteger(), nullable=False, comment="The case it is about"),
        sa.Column("recipient", sa.Text(), nullable=False, comment="E-mail address; empty when nobody is written to"),
        sa.Column("subject", sa.Text(), nullable=False, comment="Subject of the mail"),
        sa.Column("body", sa.Text(), nullable=False, comment="Text of the mail"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When it was written down"),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When somebody was last asked to do it; empty: nobody yet",
        ),
        sa.Column(
            "done_at", sa.DateTime(timezone=True), nullable=True, comment="When it was done; empty: still to do"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="Times it was tried"),
        sa.Column("last_error", sa.Text(), nullable=True, comment="Why the last try failed"),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("fk_outbox_case_id_approval_case")),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"], name=op.f("fk_outbox_event_seq_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("event_seq", "channel", "recipient", name=op.f("uq_outbox_event_seq_channel_recipient")),
    )
    op.create_index(op.f("ix_outbox_case_id"), "outbox", ["case_id"], unique=False)
    op.create_index(op.f("ix_outbox_event_seq"), "outbox", ["event_seq"], unique=False)
    op.create_index(
        "ix_outbox_waiting", "outbox", ["channel", "id"], unique=False, postgresql_where=sa.text("done_at IS NULL")
    )
