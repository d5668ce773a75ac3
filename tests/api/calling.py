"""Programs that call the API, in tests: each holds a token of its person."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from approvals.api.app import ROOT, build_api
from approvals.casework.sign_in_rules import Limit, SignInRules, read_sign_in_rules
from approvals.notify.mail import NullSender
from approvals.services.tokens import issue_token
from approvals.services.users import the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from approvals.wiring import Parts
from models.token import TokenScope
from models.user import User

HOME = "http://127.0.0.1:8000"
OFFICER = "rosa.quispe@example.org"
ADMINISTRATOR = "anna.kowalska@example.org"
PROBLEM = "application/problem+json"

_numbers = itertools.count(1)


def unhurried() -> SignInRules:
    """The rules of signing in, with limits nobody reaches in a test."""
    rules = read_sign_in_rules(Settings().sign_in_file)
    often = Limit(at_most=10**6, within_minutes=1)
    limits = rules.limits.model_copy(update=dict.fromkeys(("search", "export", "call"), often))
    tokens = rules.tokens.model_copy(update={"most": 10**4})
    return rules.model_copy(update={"limits": limits, "tokens": tokens})


@cache
def the_description() -> dict[str, Any]:
    """The description of the API, made once for all tests: that takes longer than most of them."""
    return build_api(Parts(Settings(), None, NullSender(), None)).openapi()  # type: ignore[arg-type]  # nothing is looked up


@dataclass
class TheApi:
    """The API over the database of a test, at a time the test chooses."""

    store: Store
    now: datetime
    settings: Settings = field(default_factory=Settings)
    rules: SignInRules = field(default_factory=unhurried)

    def __post_init__(self) -> None:
        parts = Parts(self.settings, self.store, NullSender(), None)
        self.app: FastAPI = build_api(parts, clock=lambda: self.now, rules=self.rules)
        self.app.openapi_schema = the_description()

    def called_by(self, who: User | str, scope: TokenScope = TokenScope.ACT) -> Program:
        """Return a program with a token of this person, by their address or themselves."""
        user = the_user(self.store, who) if isinstance(who, str) else who
        return Program(self, {"authorization": f"Bearer {self.token_of(user, scope)}"})

    def token_of(self, user: User, scope: TokenScope = TokenScope.ACT) -> str:
        """Issue a token of this person and return its secret."""
        name = f"Program {next(_numbers)}"
        issued = issue_token(self.store, name, scope, days=30, by=user, rules=self.rules.tokens, now=self.now)
        return issued.secret

    def stranger(self) -> Program:
        """Return a program without a token."""
        return Program(self, {})

    def described(self, method: str, path: str, status: int) -> dict[str, Any] | None:
        """Return the documented schema of this answer, None if it is no JSON. Fail if it is undocumented."""
        described = self.app.openapi()
        operation = described["paths"][self.template_of(path)][method.lower()]
        assert str(status) in operation["responses"], f"{method} {path} does not document {status}"
        if "content" not in operation["responses"][str(status)]:
            return None
        (media_type, content), *_ = operation["responses"][str(status)]["content"].items()
        return {**content["schema"], "components": described["components"]} if "json" in media_type else None

    def template_of(self, path: str) -> str | None:
        """Return the address of the description that fits this path, None if none does; plain ones come first."""
        templates = sorted(self.app.openapi()["paths"], key=lambda one: one.count("{"))
        fitting = (one for one in templates if re.fullmatch(re.sub(r"{[a-z]+}", "[^/]+", one), path))
        return next(fitting, None)


@dataclass
class Program:
    """A program that calls the API; whatever it is answered must be as the description says."""

    api: TheApi
    headers: dict[str, str]

    def __post_init__(self) -> None:
        self.client = TestClient(self.api.app, base_url=HOME, raise_server_exceptions=False)

    def gets(self, address: str, *, status: int = 200) -> Any:
        """Look at something and return the answer's JSON."""
        return self.asks("GET", address, status=status).json()

    def sends(
        self, address: str, body: Any = None, *, method: str = "POST", status: int = 200, **headers: str
    ) -> Any:
        """Send something and return the answer's JSON; names of `headers` have _ for -."""
        return self.asks(method, address, body=body, status=status, **headers).json()

    def asks(self, method: str, address: str, *, body: Any = None, status: int = 200, **headers: str) -> Any:
        """Return the whole answer, of this status."""
        answer = self.answered(method, address, body, **headers)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
        return answer

    def answered(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """Return the whole answer, whatever it is."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        answer = self.client.request(method, f"{ROOT}{address}", json=body, headers=sent, follow_redirects=False)
        self._hold_to_the_description(method, answer)
        return answer

    def _hold_to_the_description(self, method: str, answer: Any) -> None:
        path, status = answer.url.path, answer.status_code
        if status >= 400:
            assert answer.headers["content-type"] == PROBLEM
        if self.api.template_of(path) is None or status == 405:
            return
        schema = self.api.described(method, path, status)
        if schema is not None:
            Draft202012Validator(schema).validate(answer.json())
