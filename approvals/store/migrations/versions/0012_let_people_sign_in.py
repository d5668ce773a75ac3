"""Let people sign in: passwords, invitations, identities, sessions and tokens, with the triggers that guard them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# What stays as it was made, and what may still be said of it once it is.
ONLY_CHANGES = {
    "invitation": ("used_at",),
    "desk_session": ("last_seen_at", "ended_at", "ended_because"),
    "api_token": ("last_used_at", "revoked_at"),
}

GUARD_OPENING = """
CREATE FUNCTION guard_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM user_account WHERE id = NEW.user_id AND is_active) THEN
        RAISE EXCEPTION 'The account is closed: no %.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

GUARD_END = """
CREATE FUNCTION guard_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) ->> TG_ARGV[0] IS NOT NULL THEN
        RAISE EXCEPTION 'Rows of % that have come to their end stay as they are.', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(NEW) - string_to_array(TG_ARGV[1], ',') <> to_jsonb(OLD) - string_to_array(TG_ARGV[1], ',') THEN
        RAISE EXCEPTION 'Rows of % are used and ended, not changed.', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def _column(name: str, kind: sa.types.TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _moment(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return _column(name, sa.DateTime(timezone=True), comment, nullable=nullable)


def _number(comment: str) -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment=comment)


def _to_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_{table}_{column}_user_account"))


def _own_key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def _one_of(table: str, column: str, kind: str, values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{kind}"))


def upgrade() -> None:
    _language()
    _proofs_of_who_one_is()
    _sessions()
    _tokens()
    _attempts()
    _guards()


def _language() -> None:
    op.add_column(
        "user_account",
        sa.Column(
            "language",
            sa.String(40),
            nullable=False,
            server_default="en",
            comment="The language the person reads",
        ),
    )
    op.create_check_constraint(
        op.f("ck_user_account_language"), "user_account", "language IN ('en', 'fr', 'es', 'zh')"
    )


def _proofs_of_who_one_is() -> None:
    op.create_table(
        "password",
        _column("user_id", sa.BigInteger(), "The person"),
        _column("hash", sa.Text(), "argon2id hash with its parameters and salt"),
        _moment("set_at", "When it was set"),
        _to_person("password", "user_id"),
        _own_key("password", "user_id"),
    )
    op.create_table(
        "invitation",
        _number("Number of the invitation"),
        _column("user_id", sa.BigInteger(), "Who may set a password"),
        _column("code_sha256", sa.String(64), "Digest of the code"),
        _column("issued_by", sa.BigInteger(), "The administrator who issued it", nullable=True),
        _moment("issued_at", "When it was issued"),
        _moment("expires_at", "From when on it is of no use"),
        _moment("used_at", "When it was used, or replaced by another", nullable=True),
        _to_person("invitation", "user_id"),
        _to_person("invitation", "issued_by"),
        _own_key("invitation"),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_invitation_code_sha256")),
    )
    op.create_index(op.f("ix_invitation_user_id"), "invitation", ["user_id"])
    op.create_table(
        "identity",
        _number("Number of the identity"),
        _column("user_id", sa.BigInteger(), "The person"),
        _column("issuer", sa.Text(), "Address of the provider, as it names itself"),
        _column("subject", sa.Text(), "What the provider calls the person, for ever"),
        _moment("linked_at", "When the person first signed in with it"),
        _to_person("identity", "user_id"),
        _own_key("identity"),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_user_id_issuer"), "identity", ["user_id", "issuer"], unique=True)


def _sessions() -> None:
    endings = "signed_out by_oneself by_administrator replaced roles_changed password_changed account_closed"
    op.create_table(
        "desk_session",
        _number("Number of the session"),
        _column("user_id", sa.BigInteger(), "Who is signed in"),
        _column("secret_sha256", sa.String(64), "Digest of what the browser holds"),
        _column("method", sa.String(40), "How the person signed in"),
        _column("address", sa.Text(), "Network address it was opened from"),
        _column("program", sa.Text(), "What the browser called itself"),
        _moment("opened_at", "When it was opened"),
        _moment("last_seen_at", "When it was last used, to some minutes"),
        _moment("expires_at", "When it ends, however much it is used"),
        _moment("ended_at", "When it ended before", nullable=True),
        _column("ended_because", sa.String(40), "What ended it before its time", nullable=True),
        _one_of("desk_session", "method", "signinmethod", "password provider development"),
        _one_of("desk_session", "ended_because", "sessionending", endings),
        _to_person("desk_session", "user_id"),
        _own_key("desk_session"),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_desk_session_secret_sha256")),
    )
    op.create_index(op.f("ix_desk_session_user_id"), "desk_session", ["user_id"])


def _tokens() -> None:
    op.create_table(
        "api_token",
        _number("Number of the token"),
        _column("user_id", sa.BigInteger(), "Whose it is"),
        _column("name", sa.Text(), "What the owner calls it"),
        _column("beginning", sa.Text(), "Its first letters, by which its owner knows it again"),
        _column("secret_sha256", sa.String(64), "Digest of the token"),
        _column("scope", sa.String(40), "What it may be used for"),
        _moment("issued_at", "When it was issued"),
        _moment("expires_at", "From when on it is of no use"),
        _moment("last_used_at", "When it was last used, to the minute", nullable=True),
        _moment("revoked_at", "When it was revoked", nullable=True),
        _one_of("api_token", "scope", "tokenscope", "read act"),
        _to_person("api_token", "user_id"),
        _own_key("api_token"),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_api_token_secret_sha256")),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"])


def _attempts() -> None:
    op.create_table(
        "attempt_count",
        _column("subject", sa.Text(), "What is counted, and for whom"),
        _moment("span_ends_at", "When counting begins anew"),
        _column("counted", sa.Integer(), "How often, in this span"),
        _moment("recorded_at", "When it was tried last"),
        _own_key("attempt_count", "subject", "span_ends_at"),
    )
    op.create_index(op.f("ix_attempt_count_span_ends_at"), "attempt_count", ["span_ends_at"])


def _guards() -> None:
    op.execute(GUARD_OPENING)
    op.execute(GUARD_END)
    for table in ("desk_session", "api_token", "invitation"):
        op.execute(
            f"CREATE TRIGGER {table}_needs_an_open_account BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION guard_opening()"
        )
    ended = {"invitation": "used_at", "desk_session": "ended_at", "api_token": "revoked_at"}
    for table, columns in ONLY_CHANGES.items():
        op.execute(
            f"CREATE TRIGGER {table}_only_ends BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION guard_end('{ended[table]}', '{','.join(columns)}')"
        )
    op.execute(
        "CREATE TRIGGER identity_stays BEFORE UPDATE ON identity "  # unlinking is allowed
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
