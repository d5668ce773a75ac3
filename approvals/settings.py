"""Every setting, once. Read from the environment (or a `.env` file) as APPROVALS_<NAME>."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent


class RunnerMode(StrEnum):
    """Who runs the flows."""

    INPROCESS = "inprocess"  #: a warm process runs the flow directly
    DEPLOYMENT = "deployment"  #: Prefect work pools and workers run it, see prefect.yaml


ListName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""Short name of a list, as the policy has it and as it is stored with every hit."""


def is_loopback(address: str) -> bool:
    """`address` names this machine."""
    return urlsplit(address).hostname in ("127.0.0.1", "::1", "localhost")


def is_safe_address(address: str) -> bool:
    """Nobody on the way can change what comes from `address`: it is https, or this machine itself."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(address)))


class ListAddress(BaseModel):
    """Where a publisher offers a list, and in which format; several addresses for a list in several files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: str = Field(min_length=1, description="One of `approvals list formats`.")
    addresses: tuple[str, ...] = Field(min_length=1, description="Over https; http only to this machine.")

    @field_validator("addresses")
    @classmethod
    def _safe(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            if not is_safe_address(address):
                raise ValueError(f"{address.partition('?')[0]} is not an address over https")
        return addresses


class Settings(BaseSettings):
    """What an installation may choose. `docs/operating.md` explains each for administrators."""

    model_config = SettingsConfigDict(env_prefix="APPROVALS_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(
        default=Path("var"), description="Folder of the embedded PostgreSQL and of files kept between runs."
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL 15 or later, as postgresql://user:password@host/name; "
        "empty: an embedded server in `home`.",
    )
    prefect_api_url: str | None = Field(
        default=None,
        validation_alias="PREFECT_API_URL",
        description="A Prefect server of your own, as http://host:4200/api; empty: one is started on loopback.",
    )
    prefect_port: int = Field(
        default=4200, ge=0, le=65535, description="Port of the Prefect server we start; 0: any free one."
    )
    desk_host: str = Field(
        default="127.0.0.1", description="Where the desk listens; 0.0.0.0 or :: opens it to other machines."
    )
    desk_port: int = Field(default=8000, ge=0, le=65535, description="Port of the desk; 0: any free one.")
    desk_url: str | None = Field(
        default=None,
        description="The address at which people open the desk, as https://approvals.example.org, for links "
        "in mails; empty: the desk's own.",
    )
    runner: RunnerMode = Field(
        default=RunnerMode.INPROCESS, description="Who runs the flows: `inprocess` or `deployment`."
    )
    sweep_every_seconds: float = Field(
        default=60, gt=0, description="How often cases left behind are looked for, in seconds."
    )
    anchor_file: Path | None = Field(
        default=None,
        description="File into which anchors of the trail are written; empty: `anchors.txt` in `home`. "
        "Better: a share of another machine.",
    )
    anchor_every_hours: float = Field(default=24, gt=0, description="How often an anchor is noted, in hours.")
    smtp_host: str | None = Field(default=None, description="Mail server; empty: no mail is sent.")
    smtp_port: int = Field(default=25, ge=1, le=65535, description="Port of the mail server.")
    mail_from: str = Field(default="approvals@localhost", description="Sender of the mails.")
    list_addresses: Annotated[dict[ListName, ListAddress], NoDecode] = Field(
        default_factory=dict,
        description="Where lists are fetched from their publishers, as JSON, see «Lists»; empty: no list is fetched.",
    )
    fetch_lists_every_hours: float = Field(
        default=24, gt=0, description="How old the last fetching of a list may grow before the next, in hours."
    )
    digest: bool = Field(
        default=False,
        description="Whether people who did not choose get one mail a day instead of a mail for each reminder.",
    )
    digest_hour: int = Field(
        default=7,
        ge=0,
        le=23,
        description="From which hour the digest of the day is written, at the person's office.",
    )
    drafts_kept_days: int = Field(
        default=180, ge=1, description="How long a draft is kept that nobody touches, in days."
    )
    sessions_kept_days: int = Field(
        default=90, ge=1, description="How long it is kept that a session was there after it ended, in days."
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="Address of your OpenID Connect provider, as it names itself; empty: people have passwords here.",
    )
    oidc_client_id: str = Field(default="partnership-approvals", description="What the provider calls this desk.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The secret the provider gave this desk; empty: it gave none."
    )
    oidc_mail_is_verified: bool = Field(
        default=False,
        description="Take addresses from the provider as confirmed though it does not say so; only where nobody can "
        "enter an address of their own there.",
    )
    local_passwords: bool = Field(
        default=False, description="Let people sign in with passwords kept here besides the provider."
    )
    development_sign_in: bool = Field(
        default=False,
        description="Let everybody choose who to be, without any proof; only on this machine and without a provider.",
    )
    sign_in_file: Path = Field(
        default=CHECKOUT / "policy" / "sign_in.yaml",
        description="Rules of signing in: how long sessions last, what passwords need, how often things are tried.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses of the proxies before the desk, with commas between, whose word about the visitor's "
        "address is taken.",
    )
    user: str | None = Field(
        default=None,
        description="E-mail address of the person who acts when a command does not say (`--as`).",
    )
    policy_folder: Path = Field(default=CHECKOUT / "policy", description="The policy files.")
    template_folder: Path = Field(
        default=CHECKOUT / "templates" / "agreements", description="The agreement templates."
    )
    clause_folder: Path = Field(
        default=CHECKOUT / "templates" / "clauses", description="The clause library with its fallback positions."
    )
    guide_folder: Path = Field(
        default=CHECKOUT / "templates" / "guides", description="Texts of pages that are made from data."
    )
    page_folder: Path = Field(default=CHECKOUT / "templates" / "pages", description="Pages people read in a browser.")
    bundle_folder: Path = Field(
        default=CHECKOUT / "templates" / "bundle", description="What explains and verifies the bundle of a case."
    )
    message_folder: Path = Field(
        default=CHECKOUT / "templates" / "messages", description="Mails: one template a message."
    )
    translation_folder: Path = Field(
        default=CHECKOUT / "templates" / "translations", description="The words of the pages in other languages."
    )
    example_folder: Path = Field(default=CHECKOUT / "examples", description="Proposals a newcomer can run.")
    out_folder: Path = Field(
        default=Path("out"), description="Where `approvals demo` and `agreement export` put documents."
    )
    libreoffice: Path | None = Field(
        default=None,
        description="LibreOffice's program, which makes PDFs; empty: `soffice` or `libreoffice` on the PATH.",
    )
    pdf_timeout_seconds: float = Field(
        default=60, gt=0, description="How long LibreOffice may work on one PDF, in seconds."
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _provider_is_safe(cls, address: str | None) -> str | None:
        if address and not is_safe_address(address):
            raise ValueError("the provider must be reached over https; http only on this machine")
        return address or None

    @property
    def passwords_are_offered(self) -> bool:
        """People may sign in with passwords kept here: there is no provider, or the installation wants both."""
        return self.oidc_issuer is None or self.local_passwords

    @field_validator("list_addresses", mode="before")
    @classmethod
    def _from_json(cls, value: object) -> object:
        """Read what the environment holds as text here, so that a slip in it is told like any other."""
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value.strip() else {}
        except json.JSONDecodeError as exc:
            raise ValueError(f"it is no JSON near character {exc.pos + 1} ({exc.msg})") from exc

    @property
    def desk_address(self) -> str:
        """The address at which people open the desk, without a slash at its end."""
        return (self.desk_url or f"http://{self.desk_host}:{self.desk_port}").rstrip("/")

    @property
    def anchors(self) -> Path:
        """The file into which anchors are written."""
        return self.anchor_file or self.home / "anchors.txt"
