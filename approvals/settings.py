"""Every setting, once. Read from the environment (or a `.env` file) as APPROVALS_<NAME>."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent


class RunnerMode(StrEnum):
    """Who runs the flows."""

    INPROCESS = "inprocess"  #: a warm process runs the flow directly
    DEPLOYMENT = "deployment"  #: Prefect work pools and workers run it, see prefect.yaml


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
    runner: RunnerMode = Field(
        default=RunnerMode.INPROCESS, description="Who runs the flows: `inprocess` or `deployment`."
    )
    sweep_every_seconds: float = Field(
        default=60, gt=0, description="How often cases left behind are looked for, in seconds."
    )
    smtp_host: str | None = Field(default=None, description="Mail server; empty: no mail is sent.")
    smtp_port: int = Field(default=25, ge=1, le=65535, description="Port of the mail server.")
    mail_from: str = Field(default="approvals@localhost", description="Sender of the mails.")
    user: str | None = Field(
        default=None,
        description="E-mail address of the person who acts when a command does not say (`--as`).",
    )
    policy_folder: Path = Field(default=CHECKOUT / "policy", description="The policy files.")
    template_folder: Path = Field(
        default=CHECKOUT / "templates" / "agreements", description="The agreement templates."
    )
    guide_folder: Path = Field(
        default=CHECKOUT / "templates" / "guides", description="Texts of pages that are made from data."
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
