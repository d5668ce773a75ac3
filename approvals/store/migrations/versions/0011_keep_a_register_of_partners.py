"""Keep a register of partners: branches, names, numbers, people, and what is held against them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GUARD_TREE = """
CREATE FUNCTION guard_partner_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT id, parent_id FROM partner WHERE id = NEW.parent_id
            UNION
            SELECT p.id, p.parent_id FROM partner p JOIN above a ON p.id = a.parent_id
        )
        SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'No partner stands above itself.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

GUARD_FLAG = """
CREATE FUNCTION guard_flag_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before flag_step;
BEGIN
    PERFORM FROM partner_flag WHERE id = NEW.flag_id FOR UPDATE;
    SELECT * INTO before FROM flag_step WHERE flag_id = NEW.flag_id ORDER BY id DESC LIMIT 1;
    IF NEW.state = 'red' AND before.state IS DISTINCT FROM 'escalated' THEN
        RAISE EXCEPTION 'Only an escalated flag becomes red.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF before.state IN ('escalated', 'red') AND before.taken_by = NEW.taken_by THEN
        RAISE EXCEPTION 'Somebody else settles a flag one has escalated or confirmed.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


GUARD_ASSESSMENT = """
CREATE FUNCTION guard_entity_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
       OR to_jsonb(NEW) - '{ended_at,ended_because}'::text[] <> to_jsonb(OLD) - '{ended_at,ended_because}'::text[]
    THEN
        RAISE EXCEPTION 'An assessment never changes; it only ends, once.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def _column(name: str, kind: sa.types.TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _number(comment: str) -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment=comment)


def _of_partner(table: str) -> list[sa.schema.SchemaItem]:
    """Return what every table about a partner ends with: the keys it refers to, and its own."""
    return [
        _column("added_by", sa.BigInteger(), "Who entered it"),
        _column("added_at", sa.DateTime(timezone=True), "When it was entered"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f(f"fk_{table}_partner_id_partner")),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f(f"fk_{table}_added_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    _partner_tree()
    _names_numbers_people()
    _flags()
    _assessments()


def _partner_tree() -> None:
    comment = "The organisation it is a branch of; empty: none"
    op.add_column("partner", _column("parent_id", sa.BigInteger(), comment, nullable=True))
    op.create_foreign_key(op.f("fk_partner_parent_id_partner"), "partner", "partner", ["parent_id"], ["id"])
    op.create_index(op.f("ix_partner_parent_id"), "partner", ["parent_id"])
    op.execute(GUARD_TREE)
    op.execute(
        "CREATE TRIGGER partner_is_not_above_itself BEFORE INSERT OR UPDATE OF parent_id ON partner "
        "FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION guard_partner_tree()"
    )


def _names_numbers_people() -> None:
    op.create_table(
        "partner_name",
        _number("Number of the name"),
        _column("partner_id", sa.BigInteger(), "The partner"),
        _column("name", sa.Text(), "The name as it is written"),
        _column("name_key", sa.Text(), "The name folded for comparison, as the legal name is"),
        _column("kind", sa.String(40), "Another name, or a former one"),
        _column("until", sa.Date(), "Last day of a former name, if known", nullable=True),
        sa.CheckConstraint("kind IN ('alias', 'former')", name=op.f("ck_partner_name_partnernamekind")),
        *_of_partner("partner_name"),
    )
    op.create_table(
        "partner_identifier",
        _number("Number of the identifier"),
        _column("partner_id", sa.BigInteger(), "The partner"),
        _column("kind", sa.String(40), "Who gave the number"),
        _column("value", sa.Text(), "The number as the authority writes it"),
        _column(
            "country",
            sa.String(2),
            "Country of the authority, as a two-letter code; empty: none, as for an LEI",
            nullable=True,
        ),
        sa.CheckConstraint(
            "kind IN ('lei', 'registration', 'tax', 'other')", name=op.f("ck_partner_identifier_identifierkind")
        ),
        *_of_partner("partner_identifier"),
    )
    op.create_table(
        "partner_person",
        _number("Number of the entry"),
        _column("partner_id", sa.BigInteger(), "The partner"),
        _column("name", sa.Text(), "Name of the person"),
        _column("function", sa.Text(), "What the person is there"),
        _column("birth_year", sa.Integer(), "Year of birth, if known", nullable=True),
        *_of_partner("partner_person"),
    )
    for table in ("partner_name", "partner_identifier", "partner_person"):
        op.create_index(op.f(f"ix_{table}_partner_id"), table, ["partner_id"])


def _flags() -> None:
    op.create_table(
        "partner_flag",
        _number("Number of the flag"),
        _column("partner_id", sa.BigInteger(), "The partner; its branches inherit the flag"),
        _column("subject", sa.Text(), "What it is about, in one line"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_flag_partner_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_flag")),
    )
    op.create_index(op.f("ix_partner_flag_partner_id"), "partner_flag", ["partner_id"])
    op.create_table(
        "flag_step",
        _number("Number of the step; a later one is higher"),
        _column("flag_id", sa.BigInteger(), "The flag"),
        _column("state", sa.String(40), "Where the flag stands from then on"),
        _column("reason", sa.Text(), "Why"),
        _column("taken_by", sa.BigInteger(), "Who took the step"),
        _column("taken_at", sa.DateTime(timezone=True), "When"),
        sa.CheckConstraint(
            "state IN ('lifted', 'observation', 'risk', 'escalated', 'red')", name=op.f("ck_flag_step_flagstate")
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["partner_flag.id"], name=op.f("fk_flag_step_flag_id_partner_flag")),
        sa.ForeignKeyConstraint(["taken_by"], ["user_account.id"], name=op.f("fk_flag_step_taken_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_step")),
    )
    op.create_index(op.f("ix_flag_step_flag_id"), "flag_step", ["flag_id"])
    op.execute(GUARD_FLAG)
    op.execute(
        "CREATE TRIGGER flag_step_is_allowed BEFORE INSERT ON flag_step "
        "FOR EACH ROW EXECUTE FUNCTION guard_flag_step()"
    )
    for table in ("partner_flag", "flag_step"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _assessments() -> None:
    endings = "'name_change', 'ownership_change', 'red_flag', 'new_match', 'new_country', 'worse_factor'"
    op.create_table(
        "entity_assessment",
        _number("Number of the assessment"),
        _column("partner_id", sa.BigInteger(), "The partner assessed"),
        _column("decision_id", sa.BigInteger(), "The due diligence that made it: whose, when and why"),
        _column("tier", sa.Text(), "How deep it went: basic, standard or enhanced"),
        _column("level", sa.String(40), "The risk level it ended with"),
        _column("factors", JSONB(), "Level of each risk factor of the partner itself"),
        _column("documents", JSONB(), "Documents seen: kind and date of the newest"),
        sa.Column(
            "countries",
            ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Countries of the project it was made for",
        ),
        _column("conditions", JSONB(), "Conditions it attached to working with the partner"),
        _column("assessed_at", sa.DateTime(timezone=True), "When it was made"),
        _column("valid_until", sa.Date(), "Last day on which it may be relied on, by level and policy"),
        _column("ended_at", sa.DateTime(timezone=True), "When it ended before", nullable=True),
        _column("ended_because", sa.String(40), "What ended it before its time", nullable=True),
        sa.CheckConstraint(
            "level IN ('low', 'moderate', 'substantial', 'high')", name=op.f("ck_entity_assessment_risklevel")
        ),
        sa.CheckConstraint(f"ended_because IN ({endings})", name=op.f("ck_entity_assessment_ending")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_entity_assessment_partner_id_partner")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_entity_assessment_decision_id_decision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entity_assessment")),
    )
    for column in ("partner_id", "decision_id"):
        op.create_index(op.f(f"ix_entity_assessment_{column}"), "entity_assessment", [column])
    comment = "The earlier assessment of the partner on which the case may rely; empty: none"
    op.add_column("screening", _column("assessment_id", sa.BigInteger(), comment, nullable=True))
    op.create_foreign_key(
        op.f("fk_screening_assessment_id_entity_assessment"),
        "screening",
        "entity_assessment",
        ["assessment_id"],
        ["id"],
    )
    op.create_index(op.f("ix_screening_assessment_id"), "screening", ["assessment_id"])
    op.execute(GUARD_ASSESSMENT)
    op.execute(
        "CREATE TRIGGER entity_assessment_only_ends BEFORE UPDATE ON entity_assessment "
        "FOR EACH ROW EXECUTE FUNCTION guard_entity_assessment()"
    )
    op.execute(
        "CREATE TRIGGER entity_assessment_is_not_removed BEFORE DELETE ON entity_assessment "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER entity_assessment_is_not_emptied BEFORE TRUNCATE ON entity_assessment "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
